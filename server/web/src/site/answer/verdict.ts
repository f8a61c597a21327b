import type { Kind } from '../../identifier';
import type { Checked } from '../check/visit';

/** The kinds with check digits: of their slips nearly all are noticed before anything is looked up. */
export const CHECKED_KINDS: ReadonlySet<Kind> = new Set<Kind>(['iin', 'iban', 'card']);

/** What can be said of one value. */
export type Verdict =
  | 'found'
  /** In none of the leaks that could hold it; nothing speaks against that. */
  | 'clear'
  /** Not found, with a reason why that says less than it seems: sealed leaks, or a kind whose slips cannot be noticed. */
  | 'unsure'
  /** No leak of the list holds any value of this kind. */
  | 'absent';

/** What an answer says of a value. Only what is clear is called clear. */
export function verdictOf({ kind, answer }: Checked): Verdict {
  if (answer.found) return 'found';
  if (answer.kindRows === 0) return 'absent';
  return answer.sealed || !CHECKED_KINDS.has(kind) ? 'unsure' : 'clear';
}

/** Of several values: found if any was, and no better than the least certain of them. */
export function jointVerdict(verdicts: readonly Verdict[]): Verdict {
  return (['found', 'absent', 'unsure'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'clear';
}
