/** Is what is watched in a list that was not there before? The same look-up as a person's own, but that nothing is evaluated. */
import type { Answer, Options } from '../../protocol';
import { codeOf } from '../check/codeOf';
import { shuffled } from '../check/spacing';
import { compared, placesOf, type Watched, type Watching } from './state';
import { readWatching, updateWatching } from './store';

/** What of the protocol a check needs; a page loads it late, the worker has it. */
export type Protocol = Pick<typeof import('../../protocol'), 'currentList' | 'lookUpAgain'>;

/** How a check ended. */
export type Outcome =
  /** Nothing is watched. */
  | { readonly how: 'empty' }
  /** The list is the one of the last check. */
  | { readonly how: 'unchanged' }
  /** The list is another; `found` are the values that it has something new of. */
  | { readonly how: 'checked'; readonly found: readonly Watched[] }
  /** Whether it was so at the check before. */
  | { readonly how: 'rekeyed'; readonly isKnown: boolean }
  | { readonly how: 'failed' };

/** Compares what is watched with the current list, if that is another than before, and keeps what came of it. */
export async function checkWatched(protocol: Protocol, options: Options): Promise<Outcome> {
  const state = await readWatching();
  if (!state || state.watched.length === 0) return { how: 'empty' };
  try {
    const list = await protocol.currentList(state.builtAt || undefined, options);
    if (list.keyId !== state.keyId) return await rekeyed(state);
    if (list.generation === state.generation) return (await updateWatching(withoutFailure), { how: 'unchanged' });
    return await lookedUp(protocol, state, options);
  } catch (error) {
    const failed = codeOf(error);
    if (failed === 'rekeyed') return rekeyed(state);
    await updateWatching((now) => ({ ...now, failed }));
    return { how: 'failed' };
  }
}

function withoutFailure(state: Watching): Watching {
  return state.failed === undefined && !state.isRekeyed ? state : { ...state, failed: undefined, isRekeyed: false };
}

async function rekeyed({ isRekeyed }: Watching): Promise<Outcome> {
  await updateWatching((now) => ({ ...now, isRekeyed: true, failed: undefined }));
  return { how: 'rekeyed', isKnown: isRekeyed };
}

async function lookedUp({ lookUpAgain }: Protocol, state: Watching, options: Options): Promise<Outcome> {
  const places = shuffled(placesOf(state));
  const now = Date.now();
  await updateWatching((before) => ({ ...before, askedAt: now }));
  const answers = await lookUpAgain(places.map(({ kind, tag }) => ({ kind, tag: BigInt(`0x${tag}`) })), state.keyId, options);
  const answered = new Map<string, Answer>();
  places.forEach(({ of }, place) => of && answered.set(of.id, both(answered.get(of.id), answers[place]!)));
  const { generation, builtAt } = answers[0]!;
  const after = await updateWatching((before) => {
    const watched = before.watched.map((one) => withAnswer(one, answered.get(one.id)));
    // What was added meanwhile is in the list of its own answer; the next check compares it.
    const isWhole = before.watched.every((one) => one.keyId !== before.keyId || answered.has(one.id));
    return { ...before, watched, generation: isWhole ? generation : '', builtAt, checkedAt: now, isRekeyed: false, failed: undefined };
  });
  const found = (after?.watched ?? []).filter((one) => one.news.length > (state.watched.find(({ id }) => id === one.id)?.news.length ?? 0));
  return { how: 'checked', found };
}

function withAnswer(one: Watched, answer: Answer | undefined): Watched {
  return answer ? compared(one, answer) : one;
}

/** The answer to a value of two elements, such as a site. */
function both(first: Answer | undefined, second: Answer): Answer {
  return first ? { ...first, exposures: [...first.exposures, ...second.exposures], warnings: [...first.warnings, ...second.warnings] } : second;
}

