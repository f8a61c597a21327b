import type { VNode } from 'preact';
import type { Result } from '../check/visit';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { HistoryList } from './HistoryList';

interface Properties {
  results: readonly Result[];
  place: number;
  onShow(place: number): void;
  onAnother(): void;
  onClear(): void;
}

/** What the person can do after an answer. */
export function Next({ results, place, onShow, onAnother, onClear }: Properties): VNode {
  const { next } = useSpeech().texts.answer;
  return (
    <section class="next" aria-labelledby="next-heading">
      <h2 id="next-heading">{next.heading}</h2>
      <div class="buttons">
        <button type="button" class="button button-main" onClick={onAnother}><Icon name="search" />{next.another}</button>
        <button type="button" class="button" onClick={() => print()}><Icon name="print" />{next.print}</button>
      </div>
      <HistoryList results={results} place={place} onShow={onShow} onClear={onClear} warn />
    </section>
  );
}
