import type { Identifier, Kind } from '../../identifier';
import type { Answer, ProtocolError, Stage } from '../../protocol';
import { mask } from './mask';

/** One answered check of this visit. The identifier itself is not kept. */
export interface Checked {
  kind: Kind;
  mask: string;
  answer: Answer;
}

export type FailureCode = ProtocolError['code'] | 'unknown';

/** What the person sees. */
export type View =
  | { name: 'form' }
  | { name: 'working'; identifier: Identifier; stage: Stage | undefined }
  | { name: 'failed'; identifier: Identifier; code: FailureCode }
  | { name: 'answer'; place: number };

/** All that the page remembers; it lives in memory only. */
export interface Visit {
  view: View;
  checked: readonly Checked[];
}

export type Event =
  | { type: 'started'; identifier: Identifier }
  | { type: 'stage'; stage: Stage }
  | { type: 'answered'; identifier: Identifier; answer: Answer }
  | { type: 'failed'; code: FailureCode }
  | { type: 'shown'; place: number }
  | { type: 'formed' }
  | { type: 'cleared' };

export const NOTHING: Visit = { view: { name: 'form' }, checked: [] };

/** What the page remembers after an event. */
export function after(visit: Visit, event: Event): Visit {
  const { view, checked } = visit;
  switch (event.type) {
    case 'started':
      return { checked, view: { name: 'working', identifier: event.identifier, stage: undefined } };
    case 'stage':
      return view.name === 'working' ? { checked, view: { ...view, stage: event.stage } } : visit;
    case 'answered':
      return withAnswer(checked, event.identifier, event.answer);
    case 'failed':
      return view.name === 'working' ? { checked, view: { name: 'failed', identifier: view.identifier, code: event.code } } : visit;
    case 'shown':
      return checked[event.place] ? { checked, view: { name: 'answer', place: event.place } } : { checked, view: { name: 'form' } };
    case 'formed':
      return { checked, view: { name: 'form' } };
    case 'cleared':
      return NOTHING;
  }
}

function withAnswer(checked: readonly Checked[], identifier: Identifier, answer: Answer): Visit {
  const entry: Checked = { kind: identifier.kind, mask: mask(identifier), answer };
  return { checked: [...checked, entry], view: { name: 'answer', place: checked.length } };
}
