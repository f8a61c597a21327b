import { STEPS, type StepName } from './steps';

/** Which steps a person has ticked off. Only names of steps are kept, on the device, tied to no identifier. */
const KEY = 'tekser.steps';

export function readTicks(): ReadonlySet<StepName> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return new Set(Array.isArray(kept) ? STEPS.filter((step) => kept.includes(step)) : []);
  } catch {
    return new Set();
  }
}

export function keepTicks(ticks: ReadonlySet<StepName>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...ticks]));
  } catch {
    // Storage may be forbidden; the ticks then last until the page is left.
  }
}

export function forgetTicks(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Where nothing can be kept, nothing is left.
  }
}
