/** What the device keeps of what is watched, and what a new list makes of it. */
import { expect, test } from 'vitest';
import type { Answer } from '../../src/protocol';
import { type Candidate, compared, isStale, isWatched, nothingWatched, PLACES, placesOf, withOne, withWatched, type Watching } from '../../src/site/watch/state';
import { wordsFor } from '../../src/site/worker/notices';
import { breach } from '../protocol/fake-server';

const KEY = '11'.repeat(16);
const OTHER_KEY = '22'.repeat(16);
const LEAK = breach('a-2025', ['names']);
const NEXT = breach('b-2026', ['names']);

function answer(changes: Partial<Answer> = {}): Answer {
  return {
    elements: [{ kind: 'phone', tag: 0x0123_4567_89ab_cdefn }], keyId: KEY, found: true, exposures: [{ breach: LEAK, classes: ['names'] }], warnings: [], warns: false, warningRows: 0,
    sealed: false, generation: 'first', builtAt: '2026-11-22T20:15:30Z', isOutdated: false, rows: 1, kindRows: 1, institutions: [], exchanges: [], ...changes,
  };
}

const candidate = (changes: Partial<Answer> = {}, mask = '···05'): Candidate => ({ kind: 'phone', mask, answer: answer(changes) });
const tagged = (tag: bigint): Partial<Answer> => ({ elements: [{ kind: 'phone', tag }] });
const empty = (): Watching => nothingWatched({ language: 'ru', trust: '' });
const watching = (...candidates: Candidate[]): Watching => candidates.reduce((state, one) => withWatched(state, one, 1000), empty());

test('each check has the same number of places, and what nothing takes stays the same', () => {
  for (const count of [0, 1, 3, PLACES]) {
    const state = watching(...Array.from({ length: count }, (_, place) => candidate(tagged(BigInt(place + 1)))));
    const places = placesOf(state);
    expect(places).toHaveLength(PLACES);
    expect(places.filter(({ of }) => of)).toHaveLength(count);
    expect(placesOf(state)).toEqual(places);
  }
  const [before, after] = [watching(candidate(tagged(1n))), watching(candidate(tagged(1n)))];
  expect(new Set([...before.fill, ...after.fill]).size).toBe(2 * PLACES);
});

test('to watch one more value changes one place', () => {
  const before = watching(candidate(tagged(1n)));
  const after = withWatched(before, candidate(tagged(2n)), 1000);
  const tags = (state: Watching): Set<string> => new Set(placesOf(state).map(({ tag }) => tag));
  expect([...tags(after)].filter((tag) => !tags(before).has(tag))).toHaveLength(1);
});

test('there are no more places than that, and a value is watched once', () => {
  const full = watching(...Array.from({ length: PLACES }, (_, place) => candidate(tagged(BigInt(place + 1)))));
  expect(withWatched(full, candidate(tagged(99n)), 1000)).toBe(full);
  const two = { elements: [{ kind: 'site' as const, tag: 1n }, { kind: 'site' as const, tag: 2n }] };
  expect(placesOf(watching(candidate(two))).filter(({ of }) => of)).toHaveLength(2);
  const one = watching(candidate());
  expect(withWatched(one, candidate(), 1000)).toBe(one);
  expect(isWatched(candidate(), one)).toBe(true);
});

test('what is kept of a value is its kind, its mask, its tag and the ids of what holds it', () => {
  const [one] = watching(candidate()).watched;
  expect({ ...one, id: '' }).toEqual({ id: '', kind: 'phone', mask: '···05', name: '', keyId: KEY, elements: [{ kind: 'phone', tag: '0123456789abcdef' }], known: ['a-2025'], news: [] });
});

test('only what was not known is new, and stays so until it is seen or gone', () => {
  const [one] = watching(candidate()).watched;
  const again = compared(one!, answer());
  expect(again.news).toEqual([]);
  const both = answer({ exposures: [LEAK, NEXT].map((leak) => ({ breach: leak, classes: [] })) });
  const found = compared(one!, both);
  expect(found.news).toEqual([{ id: 'b-2026', title: NEXT.title, isWarning: false }]);
  expect(compared(found, both).news).toEqual(found.news);
  expect(compared({ ...found, news: [] }, both).news).toEqual([]);
  expect(compared(found, answer()).news).toEqual([]);
  expect(compared(found, answer()).known).toEqual(['a-2025']);
});

test('under another key what was watched is stale, is not looked up, and is replaced by the same value typed once more', () => {
  const before = withOne(watching(candidate(), candidate(tagged(7n), '···07')), '', () => undefined);
  const after = withWatched(withOne(before, before.watched[0]!.id, (one) => ({ ...one, name: 'mine' })), candidate({ ...tagged(5n), keyId: OTHER_KEY, generation: 'second' }), 2000);
  expect(after.watched.map(({ mask, name }) => `${mask} ${name}`)).toEqual(['···07 ', '···05 mine']);
  expect(after.watched.map((one) => isStale(one, after))).toEqual([true, false]);
  expect(placesOf(after).filter(({ of }) => of)).toHaveLength(1);
  expect(after.fill).not.toEqual(before.fill);
  expect([after.generation, after.isRekeyed]).toEqual(['second', false]);
});

test('a value that is added from a newer list has the others compared with it', () => {
  const state = withWatched(watching(candidate()), candidate({ ...tagged(2n), generation: 'second' }), 2000);
  expect(state.generation).toBe('');
  expect(withWatched(watching(candidate()), candidate(tagged(2n)), 2000).generation).toBe('first');
});

test('a notification comes when something is new, once when the key is another, and says so in each language', () => {
  const [one] = watching(candidate()).watched;
  const found = { ...one!, news: [{ id: 'b-2026', isWarning: false, title: NEXT.title }, { id: 'calls', isWarning: true, title: NEXT.title }] };
  for (const language of ['kk', 'ru', 'en'] as const) {
    const words = wordsFor({ how: 'checked', found: [found] }, language);
    expect(words.matters).toBe(true);
    expect(words.text.split('\n')).toHaveLength(2);
    expect(words.text).toContain('···05');
    for (const quiet of [{ how: 'checked', found: [] }, { how: 'unchanged' }, { how: 'failed' }, { how: 'empty' }, { how: 'rekeyed', isKnown: true }] as const) expect(wordsFor(quiet, language).matters).toBe(false);
    expect(wordsFor({ how: 'rekeyed', isKnown: false }, language).matters).toBe(true);
  }
});
