import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Exposure } from '../../protocol';
import { number } from '../format/number';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { pathOf } from '../paths';
import { Icon } from '../shell/Icon';
import { NewTabLink } from '../shell/NewTabLink';
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

  return (
    <section class="steps" aria-labelledby="steps-heading">
      <h2 id="steps-heading" tabIndex={-1}>{texts.steps.heading}</h2>
      {steps.length === 0 ? (
        <p>{texts.steps.none}</p>
      ) : (
        <>
          <p>{texts.steps.lead}</p>
          <p class="steps-progress" role="status">{fill(texts.steps.progress, { done: number(language, done), all: number(language, steps.length) })}</p>
          <ol class="step-list">
            {steps.map((step, place) => <Step key={step} step={step} first={place === 0} ticked={ticks.has(step)} onTick={(ticked) => tick(step, ticked)} />)}
          </ol>
          <p class="quiet">{texts.steps.kept}</p>
          <p><NewTabLink href={pathOf(language, 'steps')}>{texts.steps.all}</NewTabLink></p>
        </>
      )}
    </section>
  );
}

interface StepProperties {
  step: StepName;
  first: boolean;
  ticked: boolean;
  onTick(ticked: boolean): void;
}

/** The first step is unfolded; the rest show what they are, why, and how long they take. On paper all are. */
function Step({ step, first, ticked, onTick }: StepProperties): VNode {
  const { texts } = useSpeech();
  const [open, setOpen] = useState(first);
  const { title, why, how, time } = texts.steps.texts[step];
  return (
    <li class="step" id={`step-${step}`} data-ticked={ticked}>
      <label class="step-tick">
        <input type="checkbox" checked={ticked} onChange={(event) => onTick(event.currentTarget.checked)} aria-describedby={`why-${step}`} />
        <span class="step-title">{title}</span>
      </label>
      <div class="step-body">
        <p class="step-why" id={`why-${step}`}>{why}</p>
        <button type="button" class="button-link step-how" aria-expanded={open} aria-controls={`how-${step}`} onClick={() => setOpen(!open)}>
          {texts.steps.how}<span class="visually-hidden">: {title}</span><Icon name="chevron" />
        </button>
        <ol id={`how-${step}`} class="step-course" data-open={open}>{how.map((line) => <li key={line}>{line}</li>)}</ol>
        <p class="step-foot">
          <span class="step-time"><Icon name="clock" />{time}</span>
          <Template step={step} />
          <Portal step={step} />
        </p>
      </div>
    </li>
  );
}

/** The letter that a step asks for, ready to be filled in. */
export function Template({ step }: { step: StepName }): VNode | null {
  const { language, texts } = useSpeech();
  return step === 'complaint' ? <NewTabLink href={pathOf(language, 'letters')}>{texts.steps.template}</NewTabLink> : null;
}

/** Where a step is done. */
export function Portal({ step }: { step: StepName }): VNode | null {
  const { texts } = useSpeech();
  const portal = PORTALS[step];
  if (!portal) return null;
  if (portal.startsWith('tel:')) return <a class="portal" href={portal}><Icon name="phone" />{portal.slice(4)}</a>;
  const host = new URL(portal).hostname;
  return <a class="portal" href={portal} rel="noreferrer noopener external"><Icon name="external" />{fill(texts.steps.open, { host })}</a>;
}
