/** The client's side of RFC 9497, mode VOPRF, suite ristretto255-SHA512, with one evaluator or with one for each share of the key. */
import { ristretto255, ristretto255_oprf } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';

import { ProtocolError } from './error';
import type { Evaluation } from './messages';

const { oprf, voprf } = ristretto255_oprf;
const KEY_ID_BYTES = 16;

/** An input that was blinded: `element` is sent, `blind` is kept. */
export interface Blinded {
  readonly input: Uint8Array;
  readonly blind: Uint8Array;
  readonly element: Uint8Array;
}

/** What one evaluator answered, and the key that it must have used. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  readonly publicKey: Uint8Array;
}

/** `Blind`, RFC 9497 §3.3.1, with a fresh blind from the system's randomness. */
export function blind(input: Uint8Array): Blinded {
  const { blind, blinded } = voprf.blind(input);
  return { input, blind, element: blinded };
}

/**
 * The outputs of the OPRF, one for each input, after every evaluator's proof has been checked (`VerifyProof`, §2.2.2).
 *
 * Throws `proof` if one does not hold.
 */
export function finalize(blinded: readonly Blinded[], answers: readonly Evaluated[]): Uint8Array[] {
  try {
    const outputs = answers.map((answer) => verified(blinded, answer));
    return answers.length === 1 ? (outputs[0] ?? []) : finalizeSums(blinded, answers);
  } catch {
    throw new ProtocolError('proof');
  }
}

/** `Finalize` of §3.3.2 with one evaluator, which throws if the proof does not hold. */
function verified(blinded: readonly Blinded[], { evaluation, publicKey }: Evaluated): Uint8Array[] {
  const items = blinded.map(({ input, blind, element }, place) => ({
    input,
    blind,
    blinded: element,
    evaluated: evaluation.evaluated[place] ?? new Uint8Array(),
  }));
  return voprf.finalizeBatch(items, publicKey, evaluation.proof);
}

/** What is left of `Finalize` when the proofs hold is that of mode OPRF (§3.3.1): it does not depend on the mode. */
function finalizeSums(blinded: readonly Blinded[], answers: readonly Evaluated[]): Uint8Array[] {
  return blinded.map(({ input, blind }, place) => {
    const shares = answers.map(({ evaluation }) => evaluation.evaluated[place] ?? new Uint8Array());
    return oprf.finalize(input, blind, sum(shares));
  });
}

/** The name of the key that is the sum of these shares: the first 16 bytes of SHA-256 of the sum of the public keys. */
export function keyId(publicKeys: readonly Uint8Array[]): Uint8Array {
  try {
    return sha256(sum(publicKeys)).slice(0, KEY_ID_BYTES);
  } catch {
    throw new ProtocolError('key');
  }
}

/** The sum; throws if it is the identity, which no key gives. */
function sum(elements: readonly Uint8Array[]): Uint8Array {
  const { Point } = ristretto255;
  const total = elements.map((element) => Point.fromBytes(element)).reduce((left, right) => left.add(right), Point.ZERO);
  if (total.is0()) throw new RangeError('the sum is the identity');
  return total.toBytes();
}
