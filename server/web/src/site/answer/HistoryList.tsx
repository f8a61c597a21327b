import type { VNode } from 'preact';
import type { Checked } from '../check/visit';
import { plural } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';

interface Properties {
  checked: readonly Checked[];
  place?: number;
  /** Whether to say what asking twice lets an operator infer: before the next question, that is. */
  warn?: boolean;
  onShow(place: number): void;
  onClear(): void;
}

/** What was checked during this visit, by kind and mask only. */
export function HistoryList({ checked, place, warn, onShow, onClear }: Properties): VNode {
  const { language, texts } = useSpeech();
  const { next } = texts.answer;
  return (
    <section class="history" aria-labelledby="history-heading">
      <h2 id="history-heading">{next.history}</h2>
      <ol>
        {checked.map((entry, index) => (
          <li key={index}>
            <span class="history-what">{texts.names.kinds[entry.kind]} <span class="mask">{entry.mask}</span></span>
            <span class="history-result">
              {entry.answer.found ? plural(language, next.found, entry.answer.exposures.length) : next.notFound}
            </span>
            {index === place ? (
              <span class="history-shown">{next.shown}</span>
            ) : (
              <button type="button" class="button-link" onClick={() => onShow(index)} aria-label={`${next.show}: ${texts.names.kinds[entry.kind]} ${entry.mask}`}>
                {next.show}
              </button>
            )}
          </li>
        ))}
      </ol>
      <p class="quiet">{next.historyNote}</p>
      {warn && <Twice />}
      <div class="clear">
        <button type="button" class="button button-clear" onClick={onClear} aria-describedby="clear-note"><Icon name="clear-all" />{next.clear}</button>
        <p class="quiet" id="clear-note">{next.clearNote}</p>
      </div>
    </section>
  );
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
