import { type Kind, WARNING_KINDS } from '../../identifier/kind';

/** The kinds that lists of warnings have. */
export const WARNED_KINDS = ['phone', 'email', 'iban', 'card', ...WARNING_KINDS] as const;
export type WarnedKind = (typeof WARNED_KINDS)[number];

export function isWarned(kind: Kind): kind is WarnedKind {
  return WARNED_KINDS.some((warned) => warned === kind);
}

/** The reasons that the site has words for; a list may name others. */
export type Reason =
  | 'financial-pyramid'
  | 'phishing-site'
  | 'spoofed-number'
  | 'fraud-call'
  | 'mule-account'
  | 'unlicensed-lender'
  | 'unlicensed-crypto-exchange'
  | 'fraud-wallet';
