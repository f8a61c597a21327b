/** The first 8 bytes of the OPRF's output as a big-endian number: what is in the index for an identifier. */
import type { Shape } from './messages';

export type Tag = bigint;

const TAG_BITS = 64;

export function tagOf(output: Uint8Array): Tag {
  return new DataView(output.buffer, output.byteOffset, output.byteLength).getBigUint64(0);
}

/** The bits that the range server learns. */
export function prefixOf(tag: Tag, { prefixBits }: Shape): number {
  return Number(tag >> BigInt(TAG_BITS - prefixBits));
}

export function bucketOf(tag: Tag, { prefixBits, bucketBits }: Shape): number {
  return Number(BigInt.asUintN(TAG_BITS - prefixBits, tag) >> BigInt(TAG_BITS - prefixBits - bucketBits));
}

export function restOf(tag: Tag, shape: Shape): bigint {
  return BigInt.asUintN(restBits(shape), tag);
}

export function restBits({ prefixBits, bucketBits }: Shape): number {
  return TAG_BITS - prefixBits - bucketBits;
}

/** The prefix as it is in the URL of its range: ⌈bits/4⌉ lower-case digits, at least one. */
export function spelled(prefix: number, { prefixBits }: Shape): string {
  return prefix.toString(16).padStart(Math.max(1, Math.ceil(prefixBits / 4)), '0');
}
