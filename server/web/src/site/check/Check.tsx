import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { Answer } from '../answer/Answer';
import { Next } from '../answer/Next';
import { isPlain } from '../answer/isPlain';
import { useSpeech } from '../language';
import { Failure } from './Failure';
import { Form } from './Form';
import { loadProtocol } from './loadProtocol';
import { PlainWay } from './PlainWay';
import { Progress } from './Progress';
import { useVisit } from './useVisit';

/** Safari has no idle callbacks. */
function whenIdle(task: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(() => task());
  else setTimeout(task, 500);
}

/** The check: the form, then its progress, then the answer or what went wrong. */
export function Check(): VNode {
  const { texts } = useSpeech();
  const [note, setNote] = useState<'cleared' | 'cancelled' | undefined>();
  const typed = useRef('');
  /** A new form for each clearing, so that nothing of what was read stays in the old one. */
  const [clearings, setClearings] = useState(0);
  const cleared = (): void => {
    typed.current = '';
    setClearings((count) => count + 1);
    setNote('cleared');
  };
  const [visit, actions, isPrivate] = useVisit(cleared);
  const { view, results } = visit;
  const notes = { cleared: texts.answer.next.cleared, cancelled: texts.progress.cancelled };

  useEffect(() => {
    const timer = setTimeout(() => void loadProtocol().then(({ prepare }) => whenIdle(prepare), () => undefined), 200);
    return () => clearTimeout(timer);
  }, []);

  // The parts of the page that the server wrote are hidden by style sheet while an answer is shown.
  useLayoutEffect(() => {
    document.body.dataset['view'] = view.name;
    if (view.name !== 'form') scrollTo(0, 0);
  }, [view.name, view.name === 'answer' && view.place]);

  const clear = (): void => (actions.clear(), cleared());
  const another = (): void => ((typed.current = ''), actions.form());

  return (
    <div class="check">
      {view.name === 'form' && (
        <Form key={clearings} typed={typed} note={note ? notes[note] : ''} results={results} isPrivate={isPrivate} onShow={actions.show} onBegin={actions.begin} onCheck={(readings) => (setNote(undefined), actions.check(readings))} onClear={clear} />
      )}
      {view.name === 'working' && <Progress course={view} stage={view.stage} onCancel={() => (setNote('cancelled'), actions.cancel())} />}
      {view.name === 'failed' && (
        <Failure code={view.code} onAgain={() => actions.again(view)} onChange={actions.form} onClear={clear}>
          {view.offer && <PlainWay offer={view.offer} isOneOfSeveral={view.readings.length > 1} isSecond={[...results.flat().map(({ answer }) => answer), ...view.found.values()].some(isPlain)} onAgree={() => actions.plainly(view, view.offer!)} />}
        </Failure>
      )}
      {view.name === 'answer' && results[view.place] && (
        <Answer key={view.place} result={results[view.place]!} results={results} onChange={actions.form}>
          <Next results={results} place={view.place} onShow={actions.show} onAnother={another} onClear={clear} />
        </Answer>
      )}
    </div>
  );
}
