import type { VNode } from 'preact';
import type { Exposure } from '../../protocol';
import { number } from '../format/number';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { stepsFor } from '../steps/steps';
import { readTicks } from '../steps/ticks';
import { ClassName } from './LeakCard';

/** What leaked in all, and the step to begin with, right below the verdict. */
export function Summary({ exposures }: { exposures: readonly Exposure[] }): VNode {
  const { language, texts } = useSpeech();
  const classes = [...new Set(exposures.flatMap((exposure) => exposure.classes))].sort();
  const steps = stepsFor(exposures);
  const ticks = readTicks();
  const first = steps.find((step) => !ticks.has(step)) ?? steps[0];
  return (
    <div class="summary">
      <p class="summary-leaked">
        <b>{texts.steps.leaked}:</b> {classes.map((name, place) => <span key={name}>{place > 0 && ', '}<ClassName name={name} /></span>)}
      </p>
      {first && (
        <p class="summary-first">
          <b>{texts.steps.first}:</b> <Jump to={`step-${first}`}>{texts.steps.texts[first].title}</Jump> <span class="step-time"><Icon name="clock" />{texts.steps.texts[first].time}</span>
        </p>
      )}
      {steps.length > 1 && <p class="summary-rest"><Jump to="steps-heading">{fill(texts.steps.rest, { n: number(language, steps.length) })}</Jump></p>}
    </div>
  );
}

/** Leads further down; the address stays as it is, since its fragment is not used here. */
function Jump({ to, children }: { to: string; children: string }): VNode {
  const go = (event: Event): void => {
    event.preventDefault();
    const place = document.getElementById(to);
    place?.scrollIntoView({ block: 'start' });
    (place?.querySelector('input') ?? place)?.focus({ preventScroll: true });
  };
  return <a href={`#${to}`} onClick={go}>{children}</a>;
}
