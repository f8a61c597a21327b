import { useCallback, useEffect, useReducer, useRef } from 'preact/hooks';
import type { Reading } from '../../identifier';
import type { Stage } from '../../protocol';
import { forgetTicks } from '../steps/ticks';
import { trusted } from '../trust';
import { forgetWatched } from '../watch/forget';
import { codeOf, plainOfferOf } from './codeOf';
import { entered, leaveForm, onReturn, replaceByForm, returnToForm } from './history';
import { loadProtocol } from './loadProtocol';
import { listenToTabs } from './otherTabs';
import { pause, shuffled } from './spacing';
import { useWorkAhead } from './useWorkAhead';
import { withWarnings } from './withWarnings';
import { after, type Course, NOTHING, type Offer, type Visit } from './visit';

/** What the person can do with a visit. */
export interface VisitActions {
  /** The person is about to ask something. */
  begin(): void;
  check(readings: readonly Reading[]): void;
  /** Asks once more what has not been answered. */
  again(course: Course): void;
  /** The same, and for the value of the offer the range server alone is asked: the person agreed to that. */
  plainly(course: Course, offer: Offer): void;
  show(place: number): void;
  form(): void;
  cancel(): void;
  clear(): void;
}

/** The state of the visit, the look-ups under way, and the browser's back button. `onCleared` is called when another tab clears everything. The last of three says whether several institutions answer together, as far as that is known. */
export function useVisit(onCleared: () => void): [Visit, VisitActions, boolean] {
  const [visit, dispatch] = useReducer(after, NOTHING);
  const running = useRef<AbortController | undefined>(undefined);
  const count = useRef(0);
  const { begin, take, drop, isPrivate } = useWorkAhead();
  count.current = visit.results.length;

  const stop = useCallback(() => {
    running.current?.abort();
    running.current = undefined;
  }, []);

  const run = useCallback(async (course: Course, plain?: Reading) => {
    stop();
    const control = new AbortController();
    running.current = control;
    dispatch({ type: 'started', ...course });
    const onStage = (stage: Stage): void => {
      if (!control.signal.aborted) dispatch({ type: 'stage', stage });
    };
    const one = async (reading: Reading): Promise<void> => {
      const { lookUp } = await loadProtocol();
      const tickets = take(onStage, control.signal);
      const answer = await lookUp(reading, { signal: control.signal, onStage, trust: trusted(), plain: reading === plain, ...(tickets && { tickets }) });
      const found = await withWarnings(reading, answer);
      if (control.signal.aborted) return;
      if (reading === order.at(-1)) entered(count.current);
      dispatch({ type: 'answered', reading, answer: found });
    };
    // What was agreed to comes first, so that no other failure comes before it.
    const order = shuffled(course.readings.filter((reading) => !course.found.has(reading))).sort((left, right) => Number(right === plain) - Number(left === plain));
    let asked: Reading | undefined;
    try {
      for (const reading of order) {
        asked = reading;
        await one(reading);
        if (reading === order.at(-1) || control.signal.aborted) return;
        begin();
        await pause(control.signal);
      }
    } catch (error) {
      const offer = plainOfferOf(error);
      if (!control.signal.aborted) dispatch({ type: 'failed', code: codeOf(error), offer: offer && asked && { ...offer, reading: asked } });
    }
  }, [stop, take, begin]);

  useEffect(
    () =>
      onReturn((place) => {
        stop();
        dispatch(place === undefined ? { type: 'formed' } : { type: 'shown', place });
      }),
    [stop],
  );

  // Going back to a page that the browser kept whole must not show the next person what was checked.
  useEffect(() => {
    const leave = (): void => (stop(), dispatch({ type: 'left' }));
    addEventListener('pagehide', leave);
    return () => removeEventListener('pagehide', leave);
  }, [stop]);

  const forget = useCallback(() => {
    stop();
    drop();
    forgetTicks();
    void forgetWatched();
    replaceByForm();
    dispatch({ type: 'cleared' });
  }, [stop, drop]);

  const tabs = useRef<ReturnType<typeof listenToTabs> | undefined>(undefined);
  useEffect(() => {
    const joined = listenToTabs(() => (forget(), onCleared()));
    tabs.current = joined;
    return () => joined.close();
  }, [forget]);

  return [
    visit,
    {
      begin,
      check: (readings) => (leaveForm(), void run({ readings, found: new Map() })),
      again: (course) => void run(course),
      plainly: (course, { reading }) => void run(course, reading),
      show: (place) => (entered(place), dispatch({ type: 'shown', place })),
      form: () => (returnToForm(), dispatch({ type: 'formed' })),
      cancel: () => (stop(), replaceByForm(), dispatch({ type: 'formed' })),
      clear: () => (forget(), tabs.current?.clearOthers()),
    },
    isPrivate,
  ];
}
