import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Result } from '../check/visit';
import { useSpeech } from '../language';
import { pathOf } from '../paths';
import { Icon } from '../shell/Icon';
import { NewTabLink } from '../shell/NewTabLink';

type Part = typeof import('./Offer');

interface Properties {
  result: Result;
  results: readonly Result[];
}

/** Where the person can have what was checked watched, whatever was found; the rest is loaded when they open it. */
export function WatchPlace({ result, results }: Properties): VNode | null {
  const { language, texts } = useSpeech();
  const [part, setPart] = useState<Part | 'failed' | undefined>();
  // Once the page has been left there is nothing that could be looked up again.
  if (result.every(({ answer }) => answer.elements.length === 0)) return null;
  const open = (): void => void import('./Offer').then(setPart, () => setPart('failed'));
  return (
    <details class="fold watch" onToggle={open}>
      <summary><Icon name="clock" />{texts.answer.watch}<Icon name="chevron" /></summary>
      {part === 'failed' ? <p role="status">{texts.failure.texts.offline}</p> : part && <part.Offer result={result} results={results} link={(words) => <NewTabLink href={pathOf(language, 'watch')}>{words}</NewTabLink>} />}
    </details>
  );
}
