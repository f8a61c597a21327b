import type { VNode } from 'preact';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import type { StepName } from './steps';
import { Portal, Template } from './Steps';

/** One step in full, on a page that is read. */
export function StepArticle({ step, level: Heading }: { step: StepName; level: 'h2' | 'h3' }): VNode {
  const { title, why, how, time } = useSpeech().texts.steps.texts[step];
  return (
    <article class="step step-read" id={`step-${step}`} aria-labelledby={`title-${step}`}>
      <Heading class="step-title" id={`title-${step}`}>{title}</Heading>
      <p class="step-why">{why}</p>
      <ol class="step-course">{how.map((line) => <li key={line}>{line}</li>)}</ol>
      <p class="step-foot">
        <span class="step-time"><Icon name="clock" />{time}</span>
        <Template step={step} />
        <Portal step={step} />
      </p>
    </article>
  );
}
