import type { VNode } from 'preact';
import { useSpeech } from '../language';

interface Properties {
  failed: boolean;
  onAgain(): void;
}

/** Stands where the catalogue will be. */
export function Waiting({ failed, onAgain }: Properties): VNode {
  const { catalogue } = useSpeech().texts;
  return (
    <div class="waiting">
      <p role="status">{failed ? catalogue.failed : catalogue.loading}</p>
      {failed && <button type="button" class="button" onClick={onAgain}>{catalogue.again}</button>}
    </div>
  );
}
