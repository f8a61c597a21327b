/** The data classes the site has words for; a catalogue may name others. */
export const CLASSES = [
  'bank-account-numbers', 'credit-status', 'dates-of-birth', 'education', 'electronic-signatures', 'email-addresses', 'employers',
  'family-members', 'genders', 'government-issued-ids', 'health-data', 'income-levels', 'ip-addresses', 'job-titles', 'marital-statuses', 'names',
  'nationalities', 'passport-numbers', 'passwords', 'payment-cards', 'phone-numbers', 'photos', 'physical-addresses', 'usernames', 'vehicle-plates',
] as const;
export type KnownClass = (typeof CLASSES)[number];

const KNOWN: ReadonlySet<string> = new Set(CLASSES);

export function isKnownClass(name: string): name is KnownClass {
  return KNOWN.has(name);
}
