import type { VNode } from 'preact';
import type { Result } from '../check/visit';
import { plural } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { isPlain } from './isPlain';
import { united } from './united';

interface Properties {
  results: readonly Result[];
  place?: number;
  /** Whether to say, before the next question, what asking twice lets an operator infer; nothing where several institutions answer together. */
  warn?: boolean;
  onShow(place: number): void;
  onClear(): void;
}

/** What was checked during this visit, by kind and mask only. */
export function HistoryList({ results, place, warn, onShow, onClear }: Properties): VNode {
  const { next } = useSpeech().texts.answer;
  return (
    <section class="history" aria-labelledby="history-heading">
      <h2 id="history-heading">{next.history}</h2>
      <ol>
        {results.map((result, index) => (
          <li key={index}>
            <span class="history-what"><Names result={result} /></span>
            <span class="history-result"><Outcome result={result} /></span>
            {index === place ? (
              <span class="history-shown">{next.shown}</span>
            ) : (
              <button type="button" class="button-link" onClick={() => onShow(index)}>
                {next.show}<span class="visually-hidden">: <Names result={result} /></span>
              </button>
            )}
          </li>
        ))}
      </ol>
      <p class="quiet">{next.historyNote}</p>
      {warn && results.flat().some(({ answer }) => isPlain(answer)) && <Twice />}
      <div class="clear">
        <button type="button" class="button button-clear" onClick={onClear} aria-describedby="clear-note"><Icon name="clear-all" />{next.clear}</button>
        <p class="quiet" id="clear-note">{next.clearNote}</p>
      </div>
    </section>
  );
}

function Names({ result }: { result: Result }): VNode {
  const { names } = useSpeech().texts;
  return <>{result.map(({ kind, mask }, place) => <span key={place}>{place > 0 && ', '}{names.kinds[kind]} <span class="mask">{mask}</span></span>)}</>;
}

/** In how many leaks it was found, of several values in all, and whether there is a warning. */
function Outcome({ result }: { result: Result }): VNode {
  const { language, texts } = useSpeech();
  const count = united(result).length;
  const leaks = count > 0 ? plural(language, texts.answer.next.found, count) : texts.answer.next.notFound;
  return <>{result.some(({ answer }) => answer.warnings.length > 0) ? `${count > 0 ? `${leaks}, ` : ''}${texts.warned.listed}` : leaks}</>;
}

/** What two checks in a row let an operator infer; see THREATS.md. */
export function Twice(): VNode {
  const { twice } = useSpeech().texts.answer.next;
  return (
    <div class="twice">
      <h3>{twice.heading}</h3>
      <p>{twice.text}</p>
    </div>
  );
}
