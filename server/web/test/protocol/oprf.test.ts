import { readFileSync } from 'node:fs';

import { ristretto255, ristretto255_oprf } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';

import { blind, finalize, keyId, type Blinded } from '../../src/protocol/oprf';

interface Vector {
  readonly Batch: number;
  readonly Blind: string;
  readonly BlindedElement: string;
  readonly EvaluationElement: string;
  readonly Input: string;
  readonly Output: string;
  readonly Proof: { readonly proof: string };
}

interface Suite {
  readonly mode: number;
  readonly pkSm: string;
  readonly vectors: readonly Vector[];
}

const VECTORS = new URL('../../../../indexer/core/tests/vectors/rfc9497-ristretto255-sha512.json', import.meta.url);
const suites = JSON.parse(readFileSync(VECTORS, 'utf8')) as Suite[];
const { pkSm, vectors } = suites.find((suite) => suite.mode === 1)!;
const { voprf } = ristretto255_oprf;
const { Point } = ristretto255;

const bytesOf = (list: string): Uint8Array[] => list.split(',').map((hex) => hexToBytes(hex));

function blindedOf(vector: Vector): Blinded[] {
  const [inputs, blinds, elements] = [vector.Input, vector.Blind, vector.BlindedElement].map(bytesOf);
  return inputs!.map((input, place) => ({ input, blind: blinds![place]!, element: elements![place]! }));
}

function answerOf(vector: Vector) {
  const evaluation = { evaluated: bytesOf(vector.EvaluationElement), proof: hexToBytes(vector.Proof.proof) };
  return { evaluation, publicKey: hexToBytes(pkSm) };
}

const flipped = (bytes: Uint8Array, place: number) => bytes.map((byte, at) => (at === place ? byte ^ 1 : byte));

describe('the vectors of RFC 9497, mode VOPRF', () => {
  test.each(vectors)('are met (a batch of $Batch, input $Input)', (vector) => {
    const outputs = finalize(blindedOf(vector), [answerOf(vector)]);
    expect(outputs.map((output) => bytesToHex(output)).join(',')).toBe(vector.Output);
  });

  test.each(vectors)('are refused with any byte of the proof changed (a batch of $Batch, input $Input)', (vector) => {
    const { evaluation, publicKey } = answerOf(vector);
    for (let place = 0; place < 64; place += 9) {
      const bad = { evaluation: { ...evaluation, proof: flipped(evaluation.proof, place) }, publicKey };
      expect(() => finalize(blindedOf(vector), [bad])).toThrow(expect.objectContaining({ code: 'proof' }));
    }
  });
});

const keysOf = (seed: number) => voprf.deriveKeyPair(new Uint8Array(32).fill(seed), new Uint8Array());

function evaluated(keys: { secretKey: Uint8Array; publicKey: Uint8Array }, blinded: readonly Blinded[]) {
  const evaluation = voprf.blindEvaluateBatch(keys.secretKey, keys.publicKey, blinded.map(({ element }) => element));
  return { evaluation, publicKey: keys.publicKey };
}

test('shares of a key give the output of their sum', () => {
  const shares = [keysOf(1), keysOf(2), keysOf(3)];
  const secret = shares.map(({ secretKey }) => Point.Fn.fromBytes(secretKey)).reduce((left, right) => Point.Fn.add(left, right));
  const whole = { secretKey: Point.Fn.toBytes(secret), publicKey: Point.BASE.multiply(secret).toBytes() };
  const blinded = ['a', 'b'].map((input) => blind(new TextEncoder().encode(input)));
  expect(finalize(blinded, shares.map((share) => evaluated(share, blinded)))).toEqual(finalize(blinded, [evaluated(whole, blinded)]));
  expect(keyId(shares.map((share) => share.publicKey))).toEqual(keyId([whole.publicKey]));
});

test('one share that cheats is noticed', () => {
  const blinded = [blind(Uint8Array.of(7))];
  const honest = evaluated(keysOf(1), blinded);
  const cheating = { ...evaluated(keysOf(2), blinded), publicKey: keysOf(3).publicKey };
  expect(() => finalize(blinded, [honest, cheating])).toThrow(expect.objectContaining({ code: 'proof' }));
});

test('the identity and what is no element are refused', () => {
  const blinded = [blind(Uint8Array.of(7))];
  const { evaluation, publicKey } = evaluated(keysOf(1), blinded);
  for (const element of [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(31)]) {
    const bad = { evaluation: { ...evaluation, evaluated: [element] }, publicKey };
    expect(() => finalize(blinded, [bad])).toThrow(expect.objectContaining({ code: 'proof' }));
  }
});

test('every blind is fresh', () => {
  const input = Uint8Array.of(7);
  expect(blind(input).element).not.toEqual(blind(input).element);
});
