/** What does the device keep of what is watched? Tags, labels and what was known; never an identifier. */
import type { Kind } from '../../identifier/kind';
import type { Answer, Localised } from '../../protocol';
import type { FailureCode } from '../check/visit';
import type { Language } from '../languages';

/** How many elements are looked up at each check, whatever the number of those that are watched. */
export const PLACES = 8;

/** A leak, or a list of warnings, that was not known before. */
export interface News {
  readonly id: string;
  readonly isWarning: boolean;
  readonly title: Localised;
}

/** One value that is watched. */
export interface Watched {
  readonly id: string;
  readonly kind: Kind;
  /** Its last two characters, or of an address the first. */
  readonly mask: string;
  /** What the person calls it; empty if nothing. */
  readonly name: string;
  /** The key that its tags belong to, hexadecimal. */
  readonly keyId: string;
  readonly elements: readonly { readonly kind: Kind; readonly tag: string }[];
  /** The ids of the leaks and lists that are known to hold it. */
  readonly known: readonly string[];
  /** What came since, until the person has seen it. */
  readonly news: readonly News[];
}

/** What notices need that are shown without a page. */
export interface Setting {
  readonly language: Language;
  /** Whom the page believes, as its server wrote it. */
  readonly trust: string;
}

/** The subscription to notices of new lists. */
export interface Subscribed {
  /** When the server was last sent it; 0 if it was not yet. */
  readonly sentAt: number;
}

/** All that is kept. Times are in milliseconds since 1970. */
export interface Watching extends Setting {
  readonly version: 1;
  readonly watched: readonly Watched[];
  /** Random tags for the places that nothing takes. They stay the same, or what stays from check to check would be what is watched. */
  readonly fill: readonly string[];
  /** The key of the newest list that was seen. */
  readonly keyId: string;
  readonly isRekeyed: boolean;
  /** The list that was checked last. */
  readonly generation: string;
  readonly builtAt: string;
  readonly checkedAt: number;
  readonly failed: FailureCode | undefined;
  /** When this device last looked something up. */
  readonly askedAt: number;
  readonly push: Subscribed | undefined;
}

/** What the person wants to have watched, as an answer shows it. */
export interface Candidate {
  readonly kind: Kind;
  readonly mask: string;
  readonly answer: Answer;
}

/** Nothing is watched yet. */
export function nothingWatched(setting: Setting): Watching {
  const fill = Array.from({ length: PLACES }, randomTag);
  return { version: 1, ...setting, watched: [], fill, keyId: '', isRekeyed: false, generation: '', builtAt: '', checkedAt: 0, failed: undefined, askedAt: 0, push: undefined };
}

function randomTag(): string {
  return hexOf(crypto.getRandomValues(new BigUint64Array(1))[0]!);
}

function hexOf(tag: bigint): string {
  return tag.toString(16).padStart(16, '0');
}

/** Whether its key is no longer the list's, so that it has to be typed once more. */
export function isStale({ keyId }: Watched, state: Watching): boolean {
  return state.isRekeyed || keyId !== state.keyId;
}

/** Whether it is watched, under the key of the answer. */
export function isWatched({ kind, answer }: Candidate, { watched }: Watching): boolean {
  const tags = elementsIn(answer).map(({ tag }) => tag).join();
  return watched.some((one) => one.kind === kind && one.keyId === answer.keyId && one.elements.map(({ tag }) => tag).join() === tags);
}

/** The state with one more value; the same state if there is no place left. A stale one of the same label is replaced by it. */
export function withWatched(state: Watching, candidate: Candidate, now: number): Watching {
  const { kind, mask, answer } = candidate;
  if (isWatched(candidate, state)) return state;
  const current = answer.keyId === state.keyId ? { ...state, isRekeyed: false } : { ...state, keyId: answer.keyId, isRekeyed: false, fill: Array.from({ length: PLACES }, randomTag) };
  const replaced = current.watched.find((one) => isStale(one, current) && one.kind === kind && one.mask === mask);
  const others = current.watched.filter((one) => one !== replaced);
  const one: Watched = { id: randomTag(), kind, mask, name: replaced?.name ?? '', keyId: answer.keyId, elements: elementsIn(answer), known: idsIn(answer), news: [] };
  if (placesTaken([...others, one]) > PLACES) return state;
  const isFirst = current.generation === '' || state.keyId !== answer.keyId;
  // What was watched before has not been compared with a newer list; it is looked up again at the next visit.
  const list = isFirst ? { generation: answer.generation, builtAt: answer.builtAt, checkedAt: now } : answer.generation === state.generation ? {} : { generation: '' };
  return { ...current, ...list, watched: [...others, one], askedAt: now, failed: undefined };
}

function elementsIn({ elements }: Answer): Watched['elements'] {
  return elements.map(({ kind, tag }) => ({ kind, tag: hexOf(tag) }));
}

function idsIn({ exposures, warnings }: Answer): string[] {
  return [...exposures.map(({ breach }) => breach.id), ...warnings.map(({ list }) => list.id)];
}

function placesTaken(watched: readonly Watched[]): number {
  return watched.reduce((sum, { elements }) => sum + elements.length, 0);
}

/** What is looked up at a check: {@link PLACES} elements, those of the values that are not stale among them, each with its value. */
export function placesOf(state: Watching): { kind: Kind; tag: string; of: Watched | undefined }[] {
  const real = state.watched.filter((one) => one.keyId === state.keyId).flatMap((of) => of.elements.map((element) => ({ ...element, of })));
  return [...real, ...state.fill.slice(real.length).map((tag) => ({ kind: 'phone' as const, tag, of: undefined }))];
}

/** The value after a check that found this of it. */
export function compared(one: Watched, answer: Answer): Watched {
  const leaks = answer.exposures.map(({ breach: { id, title } }) => ({ id, title, isWarning: false }));
  const lists = answer.warnings.map(({ list: { id, title } }) => ({ id, title, isWarning: true }));
  const found = [...new Map([...leaks, ...lists].map((holder) => [holder.id, holder])).values()];
  const unseen = one.news.filter(({ id }) => found.some((still) => still.id === id));
  const news = found.filter(({ id }) => !one.known.includes(id));
  return { ...one, known: found.map(({ id }) => id), news: [...unseen, ...news] };
}

/** The state with one value changed, or gone. */
export function withOne(state: Watching, id: string, change: (one: Watched) => Watched | undefined): Watching {
  return { ...state, watched: state.watched.flatMap((one) => (one.id === id ? change(one) ?? [] : [one])) };
}
