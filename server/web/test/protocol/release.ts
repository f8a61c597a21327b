/** Signs what a made-up server says, as the holder of a release key does (`indexer/core/FORMAT.md`). */
import { ed25519 } from '@noble/curves/ed25519.js';
import { blake2b } from '@noble/hashes/blake2.js';
import { sha256 } from '@noble/hashes/sha2.js';

import { canonical } from '../../src/protocol/canonical';
import type { FakeServer } from './fake-server';

export type Members = Record<string, unknown>;

/** A pair of minisign, made from a seed of equal bytes; its number is that byte as well. */
export function release(seed: number) {
  const secret = new Uint8Array(32).fill(seed);
  const number = Buffer.alloc(8, seed);
  const publicKey = Buffer.concat([Buffer.from('Ed'), number, ed25519.getPublicKey(secret)]).toString('base64');
  const sign = (text: string, numbered = number) => {
    const signature = ed25519.sign(blake2b(Buffer.from(text)), secret);
    const line = Buffer.concat([Buffer.from('ED'), numbered, signature]).toString('base64');
    return `untrusted comment: x\n${line}\ntrusted comment: x\n${Buffer.alloc(64).toString('base64')}\n`;
  };
  return { publicKey, sign };
}

export const MINISTRY = release(7);
export const STRANGER = release(8);

const hex = (base64url: string) => Buffer.from(base64url, 'base64url').toString('hex');

/** What the ministry states of the server's index. */
function statementOf({ index, retrieval, catalogue: { identifiers, breaches } }: FakeServer): Members {
  const named = breaches.map(({ identifiers: _, ...breach }) => breach);
  return {
    bucket_bits: index.bucket_bits,
    built_at: index.built_at,
    catalogue: Buffer.from(sha256(Buffer.from(canonical({ breaches: named })))).toString('hex'),
    expires: '2999-12-31T00:00:00Z',
    format: 1,
    generation: index.generation,
    identifiers,
    key_id: hex(index.key_id),
    normalisation: 1,
    prefix_bits: index.prefix_bits,
    range_bytes: index.range_bytes,
    root: hex(index.root),
    rows: index.rows,
    sealed_root: index.sealed ? '00'.repeat(32) : undefined,
    service: {
      evaluators: index.evaluators.map(({ url, public_key }) => ({ institution: 'Institute', public_key: hex(public_key), url })),
      ranges: 'Ministry',
      ...(retrieval && { retrieval }),
    },
    statement: 1,
    suite: 'ristretto255-SHA512',
  };
}

/** The index document of a server with a statement and a signature besides. */
export function signedIndex(server: FakeServer, change: (statement: Members) => Members = (statement) => statement, sign = MINISTRY.sign): object {
  const members = Object.entries(change(statementOf(server))).filter(([, value]) => value !== undefined);
  const statement = canonical(Object.fromEntries(members));
  return { ...server.index, statement, signature: sign(statement) };
}
