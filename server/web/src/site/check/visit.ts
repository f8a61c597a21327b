import { elementsOf, type Kind, LEAK_KINDS, type Reading } from '../../identifier';
import type { Answer, PlainOffer, ProtocolError, Stage } from '../../protocol';
import type { LookAlike } from '../lookalike/type';
import { mask } from './mask';

/** An answer, with what the device itself noticed. */
export interface Found extends Answer {
  likeness?: LookAlike | undefined;
}

/** One answered check of this visit. */
export interface Checked {
  kind: Kind;
  mask: string;
  /** The whole value, for the person to compare; only its mask once the page has been left. */
  shown: string;
  /** Whether leaks have identifiers of its kind; those of other kinds are in lists of warnings only. */
  isInLeaks: boolean;
  answer: Found;
}

/** What was checked together: one value, or the values of a list. */
export type Result = readonly Checked[];

export type FailureCode = ProtocolError['code'] | 'unknown';

/** After private retrieval failed: what the person may agree to, for one value only. */
export interface Offer extends PlainOffer {
  readonly reading: Reading;
}

/** A look-up under way: what was asked, and what has been answered of it. */
export interface Course {
  readings: readonly Reading[];
  found: ReadonlyMap<Reading, Found>;
}

/** What the person sees. */
export type View =
  | { name: 'form' }
  | ({ name: 'working'; stage: Stage | undefined } & Course)
  | ({ name: 'failed'; code: FailureCode; offer: Offer | undefined } & Course)
  | { name: 'answer'; place: number };

/** All that the page remembers; it lives in memory only. */
export interface Visit {
  view: View;
  results: readonly Result[];
}

export type Event =
  | ({ type: 'started' } & Course)
  | { type: 'stage'; stage: Stage }
  | { type: 'answered'; reading: Reading; answer: Found }
  | { type: 'failed'; code: FailureCode; offer: Offer | undefined }
  | { type: 'shown'; place: number }
  | { type: 'formed' }
  | { type: 'left' }
  | { type: 'cleared' };

export const NOTHING: Visit = { view: { name: 'form' }, results: [] };

/** What the page remembers after an event. */
export function after(visit: Visit, event: Event): Visit {
  const { view, results } = visit;
  switch (event.type) {
    case 'started':
      return { results, view: { name: 'working', readings: event.readings, found: event.found, stage: undefined } };
    case 'stage':
      return view.name === 'working' ? { results, view: { ...view, stage: event.stage } } : visit;
    case 'answered':
      return view.name === 'working' ? withAnswer(results, view, event.reading, event.answer) : visit;
    case 'failed':
      return view.name === 'working' ? { results, view: { name: 'failed', readings: view.readings, found: view.found, code: event.code, offer: event.offer } } : visit;
    case 'shown':
      return results[event.place] ? { results, view: { name: 'answer', place: event.place } } : { results, view: { name: 'form' } };
    case 'formed':
      return { results, view: { name: 'form' } };
    case 'left':
      return { view: view.name === 'answer' ? view : { name: 'form' }, results: results.map(masked) };
    case 'cleared':
      return NOTHING;
  }
}

/** Nor does the next person have it watched: the tags go as well. */
function masked(result: Result): Result {
  return result.map((checked) => ({ ...checked, shown: checked.mask, answer: { ...checked.answer, elements: [] } }));
}

/** The answers are shown together once there are all. */
function withAnswer(results: Visit['results'], course: Course, reading: Reading, answer: Found): Visit {
  const found = new Map(course.found).set(reading, answer);
  if (found.size < course.readings.length) return { results, view: { name: 'working', readings: course.readings, found, stage: undefined } };
  const result = course.readings.flatMap((asked) => checked(asked, found.get(asked)));
  return { results: [...results, result], view: { name: 'answer', place: results.length } };
}

function checked(reading: Reading, answer: Found | undefined): Checked[] {
  const isInLeaks = elementsOf(reading).some(({ kind }) => LEAK_KINDS.some((known) => known === kind));
  return answer ? [{ kind: reading.kind, mask: mask(reading), shown: reading.shown, isInLeaks, answer }] : [];
}
