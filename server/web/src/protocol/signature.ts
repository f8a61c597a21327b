/** Signatures in the format of minisign (https://jedisct1.github.io/minisign/): Ed25519 over BLAKE2b-512 of the text. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { blake2b } from '@noble/hashes/blake2.js';

import { fromBase64 } from './base64';
import { isSame } from './published';

const ED25519 = 'Ed';
const PREHASHED = 'ED';
const NUMBER_START = 2;
const BODY_START = 10;
const PUBLIC_KEY_BYTES = 42;
const SIGNATURE_BYTES = 74;

/** Whether the holder of one of the keys, each `RW…`, signed the text. */
export function isSigned(text: string, signature: string, trust: readonly string[]): boolean {
  const [, line = ''] = signature.split('\n');
  const signed = parts(line.trimEnd(), PREHASHED, SIGNATURE_BYTES);
  if (signed === undefined) return false;
  const hash = blake2b(new TextEncoder().encode(text));
  return trust.some((key) => {
    const trusted = parts(key, ED25519, PUBLIC_KEY_BYTES);
    return trusted !== undefined && isSame(trusted.number, signed.number) && isValid(signed.body, hash, trusted.body);
  });
}

/** Algorithm, number of the key pair, and what follows. */
function parts(base64: string, algorithm: string, length: number): { number: Uint8Array; body: Uint8Array } | undefined {
  const bytes = fromBase64(base64);
  if (bytes?.length !== length || String.fromCharCode(...bytes.subarray(0, NUMBER_START)) !== algorithm) return undefined;
  return { number: bytes.subarray(NUMBER_START, BODY_START), body: bytes.subarray(BODY_START) };
}

function isValid(signature: Uint8Array, hash: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, hash, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
