import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Result } from '../check/visit';
import { plural } from '../format/plural';
import { useSpeech } from '../language';
import { useWatchTexts } from './load';
import { canWatch } from './register';
import { type Candidate, PLACES } from './state';
import { watch } from './watched';

interface Properties {
  result: Result;
  results: readonly Result[];
  /** Leads to the page of what is watched; a module of the island that is imported here would make that one larger. */
  link(words: string): VNode;
}

/** Has the device watch what an answer is about, or all that was checked on this visit. */
export function Offer({ result, results, link }: Properties): VNode | null {
  const { language } = useSpeech();
  const texts = useWatchTexts()?.offer;
  const [said, setSaid] = useState('');
  if (!texts) return null;
  if (!canWatch()) return <p>{texts.unable}</p>;
  const start = (chosen: Result): void => {
    setSaid('');
    watch(candidatesIn(chosen), language).then((how) => setSaid(how === 'full' ? plural(language, texts.full, PLACES) : texts.done), () => setSaid(texts.failed));
  };
  return (
    <>
      <p>{texts.lead}</p>
      <p>{texts.kept}</p>
      <p class="buttons">
        <button type="button" class="button button-main" onClick={() => start(result)}>{texts.one}</button>
        {results.length > 1 && <button type="button" class="button" onClick={() => start(results.flat())}>{texts.all}</button>}
      </p>
      <p role="status">{said}</p>
      <p>{link(texts.list)}</p>
    </>
  );
}

/** What has been looked up; once the page has been left the tags are gone. */
function candidatesIn(result: Result): Candidate[] {
  return result.filter(({ answer }) => answer.elements.length > 0);
}
