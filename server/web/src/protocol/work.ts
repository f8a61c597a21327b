/** The work that an evaluator may ask for: ALTCHA's protocol, version 2, with PBKDF2/SHA-256 (`server/PROTOCOL.md` §3). */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

import { toBase64 } from './base64';
import { ProtocolError } from './error';
import { count, matching, object, parseJson, type Json } from './fields';

const ALGORITHM = 'PBKDF2/SHA-256';
/** Iterations of the hash before the work is given up, and in one derivation; a phone does about a million a second. */
const MAX_ITERATIONS = 2 ** 32;
const MAX_COST = 2 ** 20;
/** Work that a server asks for on average without load: a second or two of a phone. */
const USUAL_ITERATIONS = 1_000_000;
const MAX_KEY_LENGTH = 64;
/** Derivations under way at once, which WebCrypto spreads over its own threads. */
const AT_ONCE = 32;

/** What is to be found: a counter whose derived key begins with `keyPrefix`. */
export interface Challenge {
  readonly cost: number;
  readonly keyLength: number;
  /**
   * Hexadecimal, perhaps an odd number of digits. A long one belongs to a counter that the server chose, so that its length
   * does not say how much work there is.
   */
  readonly keyPrefix: string;
  readonly nonce: Uint8Array;
  readonly salt: Uint8Array;
  /** Until when a solution counts, in Unix seconds. */
  readonly expiresAt: number;
  /** The challenge as it was received, for the way back. */
  readonly received: Json;
}

export interface Solution {
  readonly counter: number;
  /** Hexadecimal. */
  readonly derivedKey: string;
}

/** Does the work, says how far it is (0 to 1), stops when `signal` says so. */
export type Solver = (challenge: Challenge, onProgress: (done: number) => void, signal?: AbortSignal) => Promise<Solution>;

/** The challenge in a problem document. Throws `work` for one that this client cannot or will not solve. */
export function readChallenge(problem: Uint8Array): Challenge {
  return checked(object(parseJson(problem).challenge));
}

/** The same for a document that is the challenge itself. */
export function challengeIn(body: Uint8Array): Challenge {
  return checked(parseJson(body));
}

function checked(received: Json): Challenge {
  const parameters = object(received.parameters);
  const challenge = {
    cost: count(parameters.cost),
    keyLength: count(parameters.keyLength),
    keyPrefix: matching(parameters.keyPrefix, /^[0-9a-f]{1,128}$/),
    nonce: hexToBytes(matching(parameters.nonce, /^(?:[0-9a-f]{2}){1,128}$/)),
    salt: hexToBytes(matching(parameters.salt, /^(?:[0-9a-f]{2}){1,128}$/)),
    expiresAt: count(parameters.expiresAt),
    received,
  };
  if (parameters.algorithm !== ALGORITHM || !isFeasible(challenge)) throw new ProtocolError('work');
  return challenge;
}

function isFeasible({ cost, keyLength, keyPrefix }: Challenge): boolean {
  return cost > 0 && cost <= MAX_COST && keyLength > 0 && keyLength <= MAX_KEY_LENGTH && keyPrefix.length <= 2 * keyLength;
}

/** The value of the header `Altcha`. */
export function altchaHeader({ received }: Challenge, solution: Solution): string {
  return toBase64(new TextEncoder().encode(JSON.stringify({ challenge: received, solution })));
}

/** Tries counters from 0 up with WebCrypto, which runs outside the page's own thread. */
export const solve: Solver = async (challenge, onProgress, signal) => {
  // Browsers have it on encrypted pages only.
  if (globalThis.crypto?.subtle === undefined) throw new ProtocolError('work');
  const expected = Math.min(16 ** challenge.keyPrefix.length, USUAL_ITERATIONS / challenge.cost);
  for (let first = 0; first < MAX_ITERATIONS / challenge.cost; first += AT_ONCE) {
    signal?.throwIfAborted();
    const keys = await Promise.all(Array.from({ length: AT_ONCE }, (_, place) => derive(challenge, first + place)));
    const found = keys.findIndex((key) => key.startsWith(challenge.keyPrefix));
    if (found >= 0) return { counter: first + found, derivedKey: keys[found] ?? '' };
    onProgress(1 - Math.exp(-(first + AT_ONCE) / expected));
  }
  throw new ProtocolError('work');
};

async function derive({ cost, keyLength, nonce, salt }: Challenge, counter: number): Promise<string> {
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
  const parameters = { name: 'PBKDF2', hash: 'SHA-256', salt: salt.slice(), iterations: cost };
  return bytesToHex(new Uint8Array(await crypto.subtle.deriveBits(parameters, key, keyLength * 8)));
}
