import type { VNode } from 'preact';
import { useFocus } from '../check/useFocus';
import type { Checked, Result } from '../check/visit';
import { moment } from '../format/date';
import { number } from '../format/number';
import { fill, plural } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { CHECKED_KINDS, jointVerdict, verdictOf } from './verdict';

interface Properties {
  result: Result;
  /** Whether there is also an answer about warnings. */
  isApart: boolean;
  onChange(): void;
}

/** The result of the check, of which value, and by which list. */
export function VerdictHead({ result, isApart, onChange }: Properties): VNode {
  const { language, texts } = useSpeech();
  const heading = useFocus<HTMLHeadingElement>();
  const verdict = jointVerdict(result.map(verdictOf));
  const [{ answer } = {}] = result;
  return (
    <header class="verdict" data-verdict={verdict}>
      <Icon name={verdict === 'found' ? 'found' : verdict === 'clear' ? 'clear' : 'unverified'} />
      {isApart && <p class="verdict-about">{texts.warned.yours}</p>}
      {result.length === 1 && <p class="verdict-kind">{texts.answer.checked}: <Value checked={result[0]!} /></p>}
      <h1 id="answer-heading" ref={heading} tabIndex={-1}><Heading result={result} /></h1>
      {result.length > 1 && <Values result={result} />}
      <Lead result={result} />
      {result.some(isToCompare) && (
        <div class="verdict-compare">
          {result.length > 1 && result.filter(isToCompare).map((checked, place) => <p key={place}><Value checked={checked} /></p>)}
          <p><strong>{texts.reading.verdict.compare}</strong></p>
          <button class="button" type="button" onClick={onChange}>{texts.reading.verdict.change}</button>
        </div>
      )}
      {answer && <p class="verdict-date">{fill(texts.answer.compared, { date: moment(language, answer.builtAt) })}</p>}
    </header>
  );
}

/** Not found, and of a kind whose slips nobody can notice. */
function isToCompare({ kind, answer }: Checked): boolean {
  return !answer.found && !CHECKED_KINDS.has(kind);
}

function Heading({ result }: { result: Result }): VNode {
  const { language, texts } = useSpeech();
  const found = result.filter(({ answer }) => answer.found).length;
  if (result.length > 1) return <>{fill(texts.reading.list.heading, { n: number(language, result.length), found: number(language, found) })}</>;
  const [only] = result;
  if (only && verdictOf(only) === 'absent') return <>{texts.reading.verdict.absent.heading}</>;
  return <>{only?.answer.found ? plural(language, texts.answer.found.heading, only.answer.exposures.length) : texts.answer.notFound.heading}</>;
}

function Lead({ result }: { result: Result }): VNode {
  const { answer, names, reading } = useSpeech().texts;
  const absent = result.find((checked) => verdictOf(checked) === 'absent');
  const missed = result.filter((checked) => !checked.answer.found && verdictOf(checked) !== 'absent');
  return (
    <>
      {result.some((checked) => checked.answer.found) && <p class="verdict-lead">{answer.found.lead}</p>}
      {missed.length > 0 && missed.length === result.length && <p class="verdict-lead">{answer.notFound.lead}</p>}
      {absent && <p class="verdict-lead">{fill(reading.verdict.absent.lead, { kind: names.kinds[absent.kind] })}</p>}
      {result.every((checked) => !checked.answer.found) && result.some((checked) => checked.answer.sealed) && <p>{reading.verdict.sealed}</p>}
    </>
  );
}

/** The value in full on the screen, by its mask on paper. */
function Value({ checked: { kind, shown, mask } }: { checked: Checked }): VNode {
  const { names } = useSpeech().texts;
  return <b>{names.kinds[kind]} <span class="value on-screen">{shown}</span><span class="mask on-paper">{mask}</span></b>;
}

/** Of several values, the result of each. */
function Values({ result }: { result: Result }): VNode {
  const { language, texts } = useSpeech();
  return (
    <ul class="verdict-values">
      {result.map((checked, place) => (
        <li key={place}>
          <Value checked={checked} />{': '}
          {checked.answer.found ? plural(language, texts.answer.next.found, checked.answer.exposures.length) : texts.answer.next.notFound}
        </li>
      ))}
    </ul>
  );
}
