import type { Identifier } from '../../identifier';

/** Enough of an identifier for its owner to tell two apart, and no more: the last two characters, of an address, a login or a site the first. */
export function mask({ kind, value }: Identifier): string {
  if (kind === 'email' || kind === 'login' || kind === 'site') return `${value.slice(0, 1)}···`;
  return `···${value.slice(-2)}`;
}
