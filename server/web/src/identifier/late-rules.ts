import type { Kind } from './kind';

type LateRules = typeof import('./late');

/** The rules of these kinds need tables and hash functions that few look-ups use. */
const LATE_KINDS: readonly Kind[] = ['site', 'wallet'];

let rules: LateRules | undefined;

/** Loads the rules of sites and wallets. Throws if they cannot be fetched. */
export async function loadLateRules(): Promise<void> {
  rules ??= await import('./late');
}

/** Whether the rule of a kind is still to be loaded. */
export function isLate(kind: Kind): boolean {
  return rules === undefined && LATE_KINDS.includes(kind);
}

/** The rules that {@link loadLateRules} has loaded. */
export function lateRules(): LateRules {
  if (!rules) throw new Error('the rules of sites and wallets are not loaded: wait for loadLateRules()');
  return rules;
}
