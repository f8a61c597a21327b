import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Exposure } from '../../protocol';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { PORTALS, type StepName, stepsFor } from './steps';
import { keepTicks, readTicks } from './ticks';

/** What to do about these leaks, to be ticked off. */
export function Steps({ exposures }: { exposures: readonly Exposure[] }): VNode {
  const { language, texts } = useSpeech();
  const [ticks, setTicks] = useState(readTicks);
  const steps = stepsFor(exposures);
  const done = steps.filter((step) => ticks.has(step)).length;

  useEffect(() => {
    // The same page may be open in another tab.
    const follow = (): void => setTicks(readTicks());
    addEventListener('storage', follow);
    return () => removeEventListener('storage', follow);
  }, []);

  const tick = (step: StepName, ticked: boolean): void => {
    const now = new Set(ticks);
    if (ticked) now.add(step);
    else now.delete(step);
    keepTicks(now);
    setTicks(now);
  };

  const count = (n: number): string => new Intl.NumberFormat(language).format(n);
  return (
    <section class="steps" aria-labelledby="steps-heading">
      <h3 id="steps-heading">{texts.steps.heading}</h3>
      {steps.length === 0 ? (
        <p>{texts.steps.none}</p>
      ) : (
        <>
          <p>{texts.steps.lead}</p>
          <p class="steps-progress" role="status">{fill(texts.steps.progress, { done: count(done), all: count(steps.length) })}</p>
          <ol class="step-list">
            {steps.map((step) => <Step key={step} step={step} ticked={ticks.has(step)} onTick={(ticked) => tick(step, ticked)} />)}
          </ol>
          <p class="quiet">{texts.steps.kept}</p>
        </>
      )}
    </section>
  );
}

interface StepProperties {
  step: StepName;
  ticked: boolean;
  onTick(ticked: boolean): void;
}

function Step({ step, ticked, onTick }: StepProperties): VNode {
  const { texts } = useSpeech();
  const { title, why, how, time } = texts.steps.texts[step];
  return (
    <li class="step" data-ticked={ticked}>
      <label class="step-tick">
        <input type="checkbox" checked={ticked} onChange={(event) => onTick(event.currentTarget.checked)} aria-describedby={`step-${step}`} />
        <span class="step-title">{title}</span>
      </label>
      <div class="step-body" id={`step-${step}`}>
        <p>{why}</p>
        <ol>{how.map((line) => <li key={line}>{line}</li>)}</ol>
      </div>
      <p class="step-foot">
        <span class="step-time"><Icon name="clock" />{time}</span>
        <Portal step={step} />
      </p>
    </li>
  );
}

function Portal({ step }: { step: StepName }): VNode | null {
  const { texts } = useSpeech();
  const portal = PORTALS[step];
  if (!portal) return null;
  if (portal.startsWith('tel:')) return <a class="portal" href={portal}><Icon name="phone" />{portal.slice(4)}</a>;
  const host = new URL(portal).hostname;
  return <a class="portal" href={portal} rel="noreferrer noopener external"><Icon name="external" />{fill(texts.steps.open, { host })}</a>;
}
