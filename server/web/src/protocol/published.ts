import { ProtocolError } from './error';
import { HASH_BYTES, rootAbove } from './merkle';
import type { IndexDocument } from './messages';

const SMALLEST_RANGE = 16;

/**
 * The range in the body of an answer, proven to be the one of `prefix` under the published root (`server/PROTOCOL.md` §4).
 *
 * Nothing but the range's length is read before that. Throws `path`.
 */
export function publishedRange(body: Uint8Array, prefix: number, index: IndexDocument): Uint8Array {
  const pathStart = index.rangeBytes - HASH_BYTES * index.prefixBits;
  if (body.length !== index.rangeBytes || pathStart < SMALLEST_RANGE) throw new ProtocolError('path');
  const length = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  if (length < SMALLEST_RANGE || length > pathStart) throw new ProtocolError('path');
  const range = body.subarray(0, length);
  const root = rootAbove(range, prefix, body.subarray(pathStart));
  const padding = body.subarray(length, pathStart);
  if (!isSame(root, index.root) || padding.some((byte) => byte !== 0)) throw new ProtocolError('path');
  return range;
}

/** Whether two public values are the same bytes; takes no care to hide where they differ. */
export function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, place) => byte === right[place]);
}
