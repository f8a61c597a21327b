import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { Answer } from '../answer/Answer';
import { Next } from '../answer/Next';
import { useSpeech } from '../language';
import { Failure } from './Failure';
import { Form } from './Form';
import { loadProtocol } from './loadProtocol';
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
  const [visit, actions] = useVisit();
  const [note, setNote] = useState('');
  const typed = useRef('');
  /** A new form for each clearing, so that nothing of what was read stays in the old one. */
  const [clearings, setClearings] = useState(0);
  const { view, checked } = visit;

  useEffect(() => {
    const settle = setTimeout(() => void loadProtocol().then(({ prepare }) => whenIdle(prepare), () => undefined), 200);
    return () => clearTimeout(settle);
  }, []);

  // The parts of the page that the server wrote are hidden by style sheet while an answer is shown.
  useLayoutEffect(() => {
    document.body.dataset['view'] = view.name;
    if (view.name === 'answer') typed.current = '';
    if (view.name !== 'form') scrollTo(0, 0);
  }, [view]);

  const clear = (): void => {
    typed.current = '';
    actions.clear();
    setClearings((count) => count + 1);
    setNote(texts.answer.next.cleared);
  };

  return (
    <div class="check">
      {view.name === 'form' && (
        <Form key={clearings} typed={typed} note={note} checked={checked} onShow={actions.show} onBegin={actions.begin} onCheck={(identifier) => (setNote(''), actions.check(identifier))} onClear={clear} />
      )}
      {view.name === 'working' && (
        <Progress stage={view.stage} onCancel={() => (setNote(texts.progress.cancelled), actions.cancel())} />
      )}
      {view.name === 'failed' && <Failure code={view.code} onAgain={() => actions.again(view.identifier)} onChange={actions.form} />}
      {view.name === 'answer' && checked[view.place] && (
        <Answer key={view.place} checked={checked[view.place]!}>
          <Next visit={checked} place={view.place} onShow={actions.show} onAnother={actions.form} onClear={clear} />
        </Answer>
      )}
    </div>
  );
}
