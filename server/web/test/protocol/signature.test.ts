/** A client that was told whom to trust asks no index and believes no catalogue that they did not sign. */
import { readFileSync } from 'node:fs';

import { ed25519 } from '@noble/curves/ed25519.js';
import { blake2b } from '@noble/hashes/blake2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, test } from 'vitest';

import { catalogue, lookUp, prepareWork } from '../../src/protocol';
import { canonical } from '../../src/protocol/canonical';
import type { FakeServer } from './fake-server';
import { BASE, EXPOSED, fakeServer } from './sample';

type Members = Record<string, unknown>;

/** A pair of minisign, made from a seed of equal bytes; its number is that byte as well. */
function release(seed: number) {
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

const MINISTRY = release(7);
const STRANGER = release(8);

const hex = (base64url: string) => Buffer.from(base64url, 'base64url').toString('hex');

/** What the ministry states of the server's index, from `indexer/core/FORMAT.md`. */
function statementOf({ index, catalogue: { identifiers, breaches } }: FakeServer): Members {
  const named = breaches.map(({ identifiers: _, ...breach }) => breach);
  return {
    bucket_bits: index.bucket_bits,
    built_at: index.built_at,
    catalogue: Buffer.from(sha256(Buffer.from(canonical({ breaches: named })))).toString('hex'),
    format: 1,
    generation: index.generation,
    identifiers,
    key_id: hex(index.key_id),
    normalisation: 1,
    prefix_bits: index.prefix_bits,
    range_bytes: index.range_bytes,
    root: hex(index.root),
    rows: index.rows,
    sealed_root: '00'.repeat(32),
    statement: 1,
    suite: 'ristretto255-SHA512',
  };
}

/** A server whose index document has a statement and a signature besides. */
function signed(change: (statement: Members) => Members = (statement) => statement, sign = MINISTRY.sign): FakeServer {
  const server = fakeServer();
  const members = Object.entries(change(statementOf(server))).filter(([, value]) => value !== undefined);
  const statement = canonical(Object.fromEntries(members));
  const document = { ...server.index, statement, signature: sign(statement) };
  server.tamper = (path, response) => (path === '/v1/index' ? Response.json(document) : response);
  return server;
}

/** What a look-up by somebody who trusts the ministry comes to. */
async function outcome(server: FakeServer, trust = [MINISTRY.publicKey]): Promise<string> {
  return lookUp(EXPOSED, { base: BASE, fetch: server.fetch, trust }).then(
    () => 'believed',
    (error: { code: string }) => error.code,
  );
}

describe('an index', () => {
  test('that a trusted key signed is asked, whichever of several it is', async () => {
    expect(await outcome(signed())).toBe('believed');
    expect(await outcome(signed(undefined, STRANGER.sign), [MINISTRY.publicKey, STRANGER.publicKey])).toBe('believed');
  });

  test('that nobody signed is asked for nothing more, unless nobody in particular is trusted', async () => {
    const server = fakeServer();
    expect(await outcome(server)).toBe('signature');
    expect(server.requests.filter(({ path }) => path !== '/v1/index' && path !== '/v1/breaches')).toEqual([]);
    expect(await outcome(fakeServer(), [])).toBe('believed');
  });

  test('that was signed by a stranger, under the ministry’s number or their own, is refused', async () => {
    expect(await outcome(signed(undefined, STRANGER.sign))).toBe('signature');
    const borrowed = (text: string) => STRANGER.sign(text, Buffer.alloc(8, 7));
    expect(await outcome(signed(undefined, borrowed))).toBe('signature');
  });

  test.each<[string, unknown]>([
    ['generation', '20261122-201530-00000000'],
    ['built_at', '2026-11-22T20:15:31Z'],
    ['format', 2],
    ['normalisation', 2],
    ['suite', 'P256-SHA256'],
    ['key_id', '00'.repeat(16)],
    ['prefix_bits', 3],
    ['bucket_bits', 4],
    ['range_bytes', 20],
    ['rows', 101],
    ['root', '00'.repeat(32)],
    ['statement', 2],
    ['sealed_root', undefined],
    ['catalogue', '00'.repeat(32)],
    ['identifiers', { iin: 2 }],
  ])('of which another %s was signed is refused', async (member, other) => {
    expect(await outcome(signed((statement) => ({ ...statement, [member]: other })))).toBe('signature');
  });

  test.each<[string, (signature: string) => string]>([
    ['is empty', () => ''],
    ['has one line', (signature) => signature.split('\n')[0] ?? ''],
    ['is of the old form, not prehashed', (signature) => signature.replace('\nRUQ', '\nRWQ')],
    ['was changed', (signature) => signature.replace(/\n(.{40})./, (_, start: string) => `\n${start}${signature[63] === 'A' ? 'B' : 'A'}`)],
  ])('whose signature %s is refused', async (_, change) => {
    expect(await outcome(signed(undefined, (text) => change(MINISTRY.sign(text))))).toBe('signature');
  });

  test('that is not signed has no work done for it', async () => {
    const trust = [MINISTRY.publicKey];
    await expect(prepareWork({ base: BASE, fetch: fakeServer({ work: '00' }).fetch, trust })).rejects.toMatchObject({ code: 'signature' });
  });
});

describe('what a real server told of a signed generation', () => {
  const URL_OF_VECTOR = new URL('../../../../indexer/core/tests/vectors/statement.json', import.meta.url);
  const { public_key, index, breaches } = JSON.parse(readFileSync(URL_OF_VECTOR, 'utf8')) as { public_key: string; index: object; breaches: Members };

  /** The leaks that a server shows which tells these documents. */
  const shown = (told: object, trust: string) => {
    const answers: Record<string, object> = { '/v1/index': index, '/v1/breaches': told };
    const fetch = async (url: URL | RequestInfo) => Response.json(answers[new URL(String(url)).pathname]);
    return catalogue({ base: BASE, fetch, trust: [trust] });
  };

  test('holds, and is no other key’s', async () => {
    expect((await shown(breaches, public_key)).breaches).toHaveLength(1);
    await expect(shown(breaches, MINISTRY.publicKey)).rejects.toMatchObject({ code: 'signature' });
  });

  test('has no leak that can be taken away', async () => {
    await expect(shown({ ...breaches, breaches: [] }, public_key)).rejects.toMatchObject({ code: 'signature' });
  });
});

describe('a catalogue', () => {
  /** A signed server that calls its first leak otherwise. */
  function renaming(): FakeServer {
    const server = signed();
    const honest = server.tamper;
    const [first, ...others] = server.catalogue.breaches;
    const lie = { ...server.catalogue, breaches: [{ ...first, title: { kk: 'a', ru: 'b', en: 'c' } }, ...others] };
    server.tamper = (path, response, times) => (path === '/v1/breaches' ? Response.json(lie) : honest(path, response, times));
    return server;
  }

  test('of which a title was changed is refused', async () => {
    expect(await outcome(renaming())).toBe('signature');
    const shown = catalogue({ base: BASE, fetch: renaming().fetch, trust: [MINISTRY.publicKey] });
    await expect(shown).rejects.toMatchObject({ code: 'signature' });
  });

  test('that was signed is shown', async () => {
    const shown = await catalogue({ base: BASE, fetch: signed().fetch, trust: [MINISTRY.publicKey] });
    expect(shown.breaches).toHaveLength(2);
  });
});
