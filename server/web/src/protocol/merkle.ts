import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';

export const HASH_BYTES = 32;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root above `leaf` at place `prefix`; `path` holds one sibling for each level, the leaf's own first. */
export function rootAbove(leaf: Uint8Array, prefix: number, path: Uint8Array): Uint8Array {
  let hash: Uint8Array = sha256(concatBytes(LEAF, leaf));
  for (let level = 0; level * HASH_BYTES < path.length; level++) {
    const sibling = path.subarray(level * HASH_BYTES, (level + 1) * HASH_BYTES);
    const isRight = ((prefix >>> level) & 1) === 1;
    hash = sha256(isRight ? concatBytes(NODE, sibling, hash) : concatBytes(NODE, hash, sibling));
  }
  return hash;
}
