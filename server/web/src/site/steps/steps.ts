import type { Exposure } from '../../protocol/index';

/** What a person can do, in the order in which it is worth doing. */
export const STEPS = [
  'bank', 'stop-credit', 'password', 'second-factor', 'signature', 'sim', 'calls', 'who-looked', 'complaint', 'police',
] as const;
export type StepName = (typeof STEPS)[number];

type Trigger = 'any' | readonly string[];

/** Which leaked classes make a step worth doing. */
const TRIGGERS: Record<StepName, Trigger> = {
  bank: ['payment-cards', 'bank-account-numbers'],
  'stop-credit': ['government-issued-ids', 'passport-numbers', 'names'],
  password: ['passwords'],
  'second-factor': ['email-addresses', 'usernames', 'passwords'],
  signature: ['electronic-signatures', 'passwords'],
  sim: ['phone-numbers'],
  calls: ['phone-numbers', 'payment-cards', 'bank-account-numbers'],
  'who-looked': 'any',
  complaint: 'any',
  police: 'any',
};

/** Where a step is done. Roots of portals only: deep links break, and a root can be compared with what one knows. */
export const PORTALS: Partial<Record<StepName, string>> = {
  'stop-credit': 'https://egov.kz',
  signature: 'https://pki.gov.kz',
  sim: 'https://egov.kz',
  'who-looked': 'https://egov.kz',
  complaint: 'https://egov.kz',
  police: 'tel:102',
};

/** The classes of which one makes a step worth doing, or `any`. */
export function triggerOf(step: StepName): Trigger {
  return TRIGGERS[step];
}

/** The steps for just the classes that leaked. A leak that is known to be invented calls for none. */
export function stepsFor(exposures: readonly Exposure[]): StepName[] {
  const real = exposures.filter((exposure) => exposure.breach.status !== 'fabricated');
  const leaked = new Set(real.flatMap((exposure) => exposure.classes));
  return real.length === 0 ? [] : STEPS.filter((step) => applies(TRIGGERS[step], leaked));
}

function applies(trigger: Trigger, leaked: ReadonlySet<string>): boolean {
  return trigger === 'any' || trigger.some((name) => leaked.has(name));
}
