import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Stage } from '../../protocol';
import { number } from '../format/number';
import { fill, plural } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { useFocus } from './useFocus';
import type { Course } from './visit';

/** The stages that every look-up passes, in order. */
const COURSE = ['index', 'evaluate', 'range', 'verify'] as const;

/** After this many milliseconds the page says that it is slow. */
const SLOW = 6000;

interface Properties {
  course: Course;
  stage: Stage | undefined;
  onCancel(): void;
}

/** How far the look-up is. What changes is announced; the seconds of a countdown are not. */
export function Progress({ course: { readings, found }, stage, onCancel }: Properties): VNode {
  const { language, texts } = useSpeech();
  const heading = useFocus<HTMLHeadingElement>();
  const slow = useSlow();
  const reached = useReached(stage);
  return (
    <section class="progress" aria-labelledby="progress-heading">
      <h1 id="progress-heading" ref={heading} tabIndex={-1}>{texts.progress.heading}</h1>
      {readings.length > 1 && (
        <p role="status">{fill(texts.reading.list.progress, { n: number(language, Math.min(found.size + 1, readings.length)), all: number(language, readings.length) })}</p>
      )}
      <ol class="course" aria-hidden="true">
        {COURSE.map((name, place) => (
          <li key={name} data-state={place < reached ? 'done' : place === reached ? 'now' : 'ahead'} />
        ))}
      </ol>
      <p class="progress-stage" role="status">{!stage && found.size > 0 ? texts.reading.list.pause : stageText(texts.progress, stage)}</p>
      {stage?.stage === 'work' && (
        <progress max={1} value={stage.done} aria-label={texts.progress.work} />
      )}
      {stage?.stage === 'waiting' && <Countdown key={`${stage.why}${stage.seconds}`} seconds={stage.seconds} />}
      <p class="progress-slow" role="status">{slow && stage?.stage !== 'waiting' && stage?.stage !== 'work' ? texts.progress.slow : ''}</p>
      <button class="button" type="button" onClick={onCancel}><Icon name="stop" />{texts.progress.cancel}</button>
    </section>
  );
}

function stageText(texts: ReturnType<typeof useSpeech>['texts']['progress'], stage: Stage | undefined): string {
  if (!stage) return texts.stages.index;
  return stage.stage === 'waiting' ? texts.waiting[stage.why] : texts.stages[stage.stage];
}

/** The furthest stage of the course; waiting and work do not move it back, a restart does. */
function useReached(stage: Stage | undefined): number {
  const [reached, setReached] = useState(0);
  useEffect(() => {
    if (stage?.stage === 'restart') return setReached(0);
    const passed = stage?.stage === 'retrieve' ? 'range' : stage?.stage;
    const place = COURSE.findIndex((name) => name === passed);
    if (place >= 0) setReached(place);
  }, [stage]);
  return reached;
}

function useSlow(): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW);
    return () => clearTimeout(timer);
  }, []);
  return slow;
}

function Countdown({ seconds }: { seconds: number }): VNode {
  const { language, texts } = useSpeech();
  const [left, setLeft] = useState(Math.ceil(seconds));
  useEffect(() => {
    const timer = setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1000);
    return () => clearInterval(timer);
  }, []);
  return <p class="countdown">{plural(language, texts.progress.seconds, left)}</p>;
}
