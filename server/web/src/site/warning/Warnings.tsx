import type { VNode } from 'preact';
import { useFocus } from '../check/useFocus';
import type { Checked } from '../check/visit';
import { moment } from '../format/date';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { Phones } from '../steps/Phones';
import type { WarningTexts } from '../texts/warning-type';
import { isWarned, type WarnedKind } from './kinds';
import { LookAlikeNote } from './LookAlikeNote';
import { WarningCard } from './WarningCard';

interface Properties {
  result: readonly Checked[];
  texts: WarningTexts;
  /** Whether the answer is about nothing else; its heading is this part's then. */
  isAlone: boolean;
}

/** What lists of warnings say of the values that were checked, each for itself. */
export function Warnings({ result, texts, isAlone }: Properties): VNode {
  const isOnly = isAlone && result.length === 1;
  return (
    <section class="warnings" aria-label={texts.heading}>
      {isAlone && !isOnly && <Title>{texts.heading}</Title>}
      {result.map((checked, place) => isWarned(checked.kind) && <One key={place} checked={checked} kind={checked.kind} texts={texts} level={isOnly ? 1 : 2} isAlone={isAlone} />)}
    </section>
  );
}

function Title({ children }: { children: string }): VNode {
  const heading = useFocus<HTMLHeadingElement>();
  return <h1 id="answer-heading" ref={heading} tabIndex={-1}>{children}</h1>;
}

interface OneProperties {
  checked: Checked;
  kind: WarnedKind;
  texts: WarningTexts;
  level: 1 | 2;
  isAlone: boolean;
}

function One({ checked, kind, texts, level, isAlone }: OneProperties): VNode {
  const { answer } = checked;
  const isListed = answer.warnings.length > 0;
  const Heading = level === 1 ? 'h2' : 'h3';
  const signs = <Signs kind={kind} texts={texts} level={Heading} />;
  return (
    <div class="warning" data-listed={isListed}>
      <Head checked={checked} kind={kind} texts={texts} level={level} isAlone={isAlone} />
      {answer.likeness && <LookAlikeNote likeness={answer.likeness} texts={texts} level={Heading} />}
      {isListed && <ol class="warning-list">{answer.warnings.map((warning) => <li key={warning.list.id}><WarningCard warning={warning} texts={texts} level={Heading} /></li>)}</ol>}
      <div class="warning-more">
        {!isListed && signs}
        <Actions kind={kind} texts={texts} level={Heading} isListed={isListed} />
        {isListed && signs}
      </div>
    </div>
  );
}

/** Neither an accusation nor an all-clear. */
function Head({ checked, kind, texts, level, isAlone }: OneProperties): VNode {
  const { language, texts: { answer: { checked: label, compared }, names } } = useSpeech();
  const heading = useFocus<HTMLHeadingElement>();
  const { warnings, warningRows, builtAt } = checked.answer;
  const isListed = warnings.length > 0;
  const said = isListed ? texts.listed : texts.unlisted;
  const sentence = fill(said.heading, texts.things[kind]);
  const caution = isListed ? texts.listed.caution[kind] : undefined;
  return (
    <header class="warning-head" data-listed={isListed}>
      <Icon name={isListed ? 'warning' : 'unverified'} />
      <p class="verdict-kind">{isAlone ? label : fill(texts.about, texts.things[kind])}: <b>{isAlone && `${names.kinds[kind]} `}<span class="value on-screen">{checked.shown}</span><span class="mask on-paper">{checked.mask}</span></b></p>
      {level === 1 ? <h1 id="answer-heading" ref={heading} tabIndex={-1}>{sentence}</h1> : <h2>{sentence}</h2>}
      <p class="verdict-lead">{!isListed && warningRows === 0 ? texts.absent : said.lead}</p>
      {caution !== undefined && <p>{caution}</p>}
      {kind === 'site' && <p>{texts.site}</p>}
      <p class="verdict-date">{fill(compared, { date: moment(language, builtAt) })}</p>
    </header>
  );
}

interface PartProperties {
  kind: WarnedKind;
  texts: WarningTexts;
  level: 'h2' | 'h3';
}

/** Where nothing is listed they are for those who have doubts of their own. */
function Actions({ kind, texts: { actions }, level: Heading, isListed }: PartProperties & { isListed: boolean }): VNode {
  return (
    <section class="warning-actions">
      <Heading>{isListed ? actions.heading : actions.ifInDoubt}</Heading>
      <ol>{[actions.first[kind], ...actions.always].map((line) => <li key={line}><Phones text={line} /></li>)}</ol>
    </section>
  );
}

function Signs({ kind, texts: { signs }, level: Heading }: PartProperties): VNode {
  return (
    <section class="warning-signs">
      <Heading>{signs.heading}</Heading>
      <ul>{signs.of[kind].map((line) => <li key={line}>{line}</li>)}</ul>
    </section>
  );
}
