/** What a look-up asks of the client's processor, on one core, step by step: `cargo bench-all` reads the names. */
import { ristretto255_oprf } from '@noble/curves/ed25519.js';
import { bench } from 'vitest';

import { rootAbove } from '../../src/protocol/merkle';
import { blind, finalize } from '../../src/protocol/oprf';
import { exposuresOf } from '../../src/protocol/range';
import { buildRange } from '../protocol/range-builder';

/** As in an index of 48 million rows. */
const SHAPE = { prefixBits: 13, bucketBits: 9 };
const ROWS = 5860;
const PATH = new Uint8Array(SHAPE.prefixBits * 32);

const { voprf } = ristretto255_oprf;
const input = new TextEncoder().encode('tekser:1:phone:+77090000001');
const { publicKey, secretKey } = voprf.generateKeyPair();
const blinded = blind(input);
const evaluation = voprf.blindEvaluateBatch(secretKey, publicKey, [blinded.element]);
const answer = { evaluation: { evaluated: evaluation.evaluated, proof: evaluation.proof }, publicKey };

/** Tags at even distances below one prefix, in one of three leaks. */
const rows = Array.from({ length: ROWS }, (_, place) => ({
  tag: BigInt(place) * ((1n << 51n) / BigInt(ROWS)),
  exposures: [{ breach: place % 3, classes: BigInt(1 + (place % 7)) }],
}));
const range = buildRange(rows, SHAPE);
const wanted = rows[ROWS >> 1]?.tag ?? 0n;

bench('blind', () => void blind(input));
bench('finalize', () => void finalize([blinded], [answer]));
bench('search', () => {
  rootAbove(range, 0, PATH);
  if (exposuresOf(range, SHAPE, wanted) === undefined) throw new Error('the tag is not found');
});
