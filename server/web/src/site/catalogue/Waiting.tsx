import type { VNode } from 'preact';
import type { FailureCode } from '../check/visit';
import { useCatalogueTexts, useSpeech } from '../language';

interface Properties {
  /** Why there is no catalogue; undefined while it loads. */
  failed: FailureCode | undefined;
  onAgain(): void;
}

/** Stands where the catalogue will be. */
export function Waiting({ failed, onAgain }: Properties): VNode {
  const { failure } = useSpeech().texts;
  const catalogue = useCatalogueTexts();
  // The connection is to blame for some failures only.
  const why = failed === 'offline' || failed === undefined ? catalogue.failed : failure.texts[failed];
  return (
    <div class="waiting">
      <p role="status">{failed ? why : catalogue.loading}</p>
      {failed && failed !== 'signature' && <button type="button" class="button" onClick={onAgain}>{catalogue.again}</button>}
    </div>
  );
}
