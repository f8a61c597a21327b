/** What a page does with what is watched. */
import type { Language } from '../languages';
import { trusted, trustWritten } from '../trust';
import { loadProtocol } from '../check/loadProtocol';
import { checkWatched, type Outcome } from './check';
import { registerWorker } from './register';
import { type Candidate, isWatched, nothingWatched, withWatched, type Watching } from './state';
import { updateWatching } from './store';

/** Has values watched; says whether there was a place for all of them. */
export async function watch(candidates: readonly Candidate[], language: Language): Promise<'watched' | 'full'> {
  let isFull = false;
  const add = (state: Watching): Watching => {
    isFull = false;
    return candidates.reduce((before, candidate) => {
      const after = withWatched(before, candidate, Date.now());
      isFull ||= after === before && !isWatched(candidate, before);
      return after;
    }, state);
  };
  await updateWatching(add, () => nothingWatched({ language, trust: trustWritten() }));
  // Without a worker what is watched is checked on visits to its page.
  await registerWorker().catch(() => undefined);
  return isFull ? 'full' : 'watched';
}

/** Compares what is watched with the current list. */
export async function checkHere(): Promise<Outcome> {
  return checkWatched(await loadProtocol(), { trust: trusted() });
}
