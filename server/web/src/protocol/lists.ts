import type { Breach, WarningList } from './messages';

/** The type of a list of warnings, as the catalogue names it. */
export const WARNING = 'warning';

/** Whether an entry of the catalogue is a leak. One of a type that is not known here is neither that nor a warning. */
export function isLeak({ type = 'leak' }: Breach): boolean {
  return type === 'leak';
}

/** Whether it is a list of warnings. */
export function isWarningList(breach: Breach): breach is WarningList {
  return breach.type === WARNING;
}
