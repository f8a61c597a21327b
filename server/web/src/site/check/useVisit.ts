import { useCallback, useEffect, useReducer, useRef } from 'preact/hooks';
import type { Identifier } from '../../identifier';
import type { Stage } from '../../protocol';
import { forgetTicks } from '../steps/ticks';
import { trust } from '../trust';
import { entered, leaveForm, onReturn, replaceByForm, returnToForm } from './history';
import { loadProtocol } from './loadProtocol';
import { useWorkAhead } from './useWorkAhead';
import { after, type FailureCode, NOTHING, type Visit } from './visit';

/** What the person can do with a visit. */
export interface VisitActions {
  /** The person is about to ask something. */
  begin(): void;
  check(identifier: Identifier): void;
  again(identifier: Identifier): void;
  show(place: number): void;
  form(): void;
  cancel(): void;
  clear(): void;
}

/** The state of the visit, the look-up under way, and the browser's back button. */
export function useVisit(): [Visit, VisitActions] {
  const [visit, dispatch] = useReducer(after, NOTHING);
  const running = useRef<AbortController | undefined>(undefined);
  const count = useRef(0);
  const { begin, take, drop } = useWorkAhead();
  count.current = visit.checked.length;

  const stop = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
  }, []);

  const run = useCallback(async (identifier: Identifier) => {
    stop();
    const control = new AbortController();
    running.current = control;
    dispatch({ type: 'started', identifier });
    try {
      const { lookUp } = await loadProtocol();
      const onStage = (stage: Stage): void => {
        if (!control.signal.aborted) dispatch({ type: 'stage', stage });
      };
      const tickets = take(onStage, control.signal);
      const answer = await lookUp(identifier, { signal: control.signal, onStage, trust, ...(tickets && { tickets }) });
      if (control.signal.aborted) return;
      entered(count.current);
      dispatch({ type: 'answered', identifier, answer });
    } catch (error) {
      if (!control.signal.aborted) dispatch({ type: 'failed', code: codeOf(error) });
    }
  }, [stop, take]);

  useEffect(
    () =>
      onReturn((place) => {
        stop();
        dispatch(place === undefined ? { type: 'formed' } : { type: 'shown', place });
      }),
    [stop],
  );

  const clear = useCallback(() => {
    stop();
    drop();
    forgetTicks();
    replaceByForm();
    dispatch({ type: 'cleared' });
  }, [stop, drop]);

  return [
    visit,
    {
      begin,
      check: (identifier) => (leaveForm(), void run(identifier)),
      again: (identifier) => void run(identifier),
      show: (place) => (entered(place), dispatch({ type: 'shown', place })),
      form: () => (returnToForm(), dispatch({ type: 'formed' })),
      cancel: () => (stop(), replaceByForm(), dispatch({ type: 'formed' })),
      clear,
    },
  ];
}

/** The code of a ProtocolError; it is told by its shape, because its class is loaded later than this module. */
function codeOf(error: unknown): FailureCode {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? (code as FailureCode) : 'unknown';
}
