import { ProtocolError } from './error';
import type { IndexDocument } from './messages';

/** When the newest index of each server was built that this page has seen; kept in memory only, like all that it learns. */
const NEWEST = new Map<string, number>();

/** Counts an index as seen at this address that an earlier page saw there: only who watches keeps that. */
export function remember(builtAt: string, { href }: URL): void {
  NEWEST.set(href, Math.max(Date.parse(builtAt), NEWEST.get(href) ?? -Infinity));
}

/** Refuses an index that is older than one seen before at this address: an attacker may show an old one again. Throws `older`. */
export function checkAge({ builtAt }: IndexDocument, { href }: URL): void {
  const time = Date.parse(builtAt);
  if (Number.isNaN(time)) throw new ProtocolError('malformed');
  if (time < (NEWEST.get(href) ?? -Infinity)) throw new ProtocolError('older');
  NEWEST.set(href, time);
}
