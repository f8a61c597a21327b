/** Every kind of lie that a server can tell is refused, and called by its name. */
import { describe, expect, test } from 'vitest';

import { lookUp, type ErrorCode } from '../../src/protocol';
import { base64url, type FakeServer } from './fake-server';
import { AT, BASE, BREACHES, EXPOSED, fakeServer } from './sample';

/** The code of the error that a look-up ends in. */
async function outcome(server: FakeServer): Promise<ErrorCode | 'believed'> {
  return lookUp(EXPOSED, { ...AT, fetch: server.fetch }).then(
    () => 'believed' as const,
    (error: { code: ErrorCode }) => error.code,
  );
}

type Members = Record<string, unknown>;

/** A server whose answers to calls under `start` have other members. */
function lying(start: string, lie: (members: Members, server: FakeServer) => Members): FakeServer {
  const server = fakeServer();
  server.tamper = async (path, response) =>
    path.startsWith(start) ? Response.json(lie((await response.json()) as Members, server)) : response;
  return server;
}

/** A server that changes the bytes of ranges. */
function corrupting(change: (body: Uint8Array, server: FakeServer) => Uint8Array): FakeServer {
  const server = fakeServer();
  server.tamper = async (path, response) => {
    if (!path.startsWith('/v1/ranges/')) return response;
    return new Response(change(new Uint8Array(await response.arrayBuffer()), server).slice());
  };
  return server;
}

const flip = (body: Uint8Array, place: number) => body.map((byte, at) => (at === place ? byte ^ 0x10 : byte));
const lengthOf = (body: Uint8Array) => new DataView(body.buffer, body.byteOffset).getUint32(0, true);
const pathStart = (body: Uint8Array) => body.length - 32 * 2;
const otherElement = base64url(Uint8Array.from(Buffer.from('e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76', 'hex')));

describe('a range', () => {
  test('of which any byte was changed is refused', async () => {
    const size = fakeServer().index.range_bytes;
    for (let place = 0; place < size; place += 13) {
      expect([place, await outcome(corrupting((body) => flip(body, place)))]).toEqual([place, 'path']);
    }
  }, 60_000);

  test.each<[string, (body: Uint8Array) => Uint8Array]>([
    ['with something in the padding', (body) => flip(body, lengthOf(body))],
    ['with something at the end of the padding', (body) => flip(body, pathStart(body) - 1)],
    ['with a changed hash next to it', (body) => flip(body, pathStart(body))],
    ['with a changed hash at the top', (body) => flip(body, body.length - 1)],
    ['that is a byte short', (body) => body.slice(0, -1)],
    ['that is a byte long', (body) => Uint8Array.from([...body, 0])],
    ['that is empty', () => new Uint8Array()],
  ])('%s is refused', async (_, change) => {
    expect(await outcome(corrupting(change))).toBe('path');
  });

  test('of another prefix is refused', async () => {
    const server = fakeServer();
    server.tamper = (path, response) => {
      const wanted = /^(\/v1\/ranges\/[^/]+\/)([0-9a-f])$/.exec(path);
      if (wanted === null) return response;
      server.tamper = (_, honest) => honest;
      return server.fetch(`${BASE}${wanted[1]}${Number(wanted[2]) ^ 1}`);
    };
    expect(await outcome(server)).toBe('path');
  });

  test('that names a breach or a class that the catalogue lacks is refused', async () => {
    expect(await outcome(lying(BREACHES, (members) => ({ ...members, breaches: [] })))).toBe('range');
    const classless = (members: Members) => ({
      ...members,
      breaches: (members.breaches as Members[]).map((one) => ({ ...one, classes: [] })),
    });
    expect(await outcome(lying(BREACHES, classless))).toBe('range');
  });
});

describe('an evaluation', () => {
  test.each<[string, (members: Members) => Members, ErrorCode]>([
    ['of another element', (members) => ({ ...members, evaluated: [otherElement] }), 'proof'],
    ['that is the identity', (members) => ({ ...members, evaluated: [base64url(new Uint8Array(32))] }), 'proof'],
    ['that is no element', (members) => ({ ...members, evaluated: [base64url(new Uint8Array(32).fill(255))] }), 'proof'],
    ['with another proof', (members) => ({ ...members, proof: base64url(new Uint8Array(64).fill(1)) }), 'proof'],
    ['with a proof out of bounds', (members) => ({ ...members, proof: base64url(new Uint8Array(64).fill(255)) }), 'proof'],
    ['with too few elements', (members) => ({ ...members, evaluated: [] }), 'malformed'],
    ['with too many elements', (members) => ({ ...members, evaluated: [otherElement, otherElement] }), 'malformed'],
    ['with a short element', (members) => ({ ...members, evaluated: ['AAAA'] }), 'malformed'],
    ['without proof', ({ evaluated }) => ({ evaluated }), 'malformed'],
  ])('%s is refused', async (_, lie, code) => {
    expect(await outcome(lying('/v1/evaluate0', lie))).toBe(code);
  });

  test('by another key is refused', async () => {
    const server = fakeServer();
    const thief = fakeServer({ evaluators: 2 });
    server.tamper = (path, response) =>
      path === '/v1/evaluate0' ? thief.fetch(`${BASE}/v1/evaluate1`, server.requests.at(-1)?.init) : response;
    expect(await outcome(server)).toBe('proof');
  });
});

describe('an index document', () => {
  const evaluator = (public_key: string, url = '/v1/evaluate0') => ({ evaluators: [{ url, public_key }] });

  test.each<[string, Members, ErrorCode]>([
    ['with another root', { root: base64url(new Uint8Array(32)) }, 'path'],
    ['with another number of prefix bits', { prefix_bits: 1 }, 'path'],
    ['with another number of bucket bits', { bucket_bits: 4 }, 'range'],
    ['with another size of ranges', { range_bytes: 20 }, 'path'],
    ['with another public key', evaluator(otherElement), 'key'],
    ['with a public key that is no element', evaluator(base64url(new Uint8Array(32).fill(255))), 'key'],
    ['with another key id', { key_id: base64url(new Uint8Array(16)) }, 'key'],
    ['of another suite', { suite: 'P256-SHA256' }, 'version'],
    ['of other rules of normalisation', { normalisation: 2 }, 'version'],
    ['of another format', { format: 2 }, 'version'],
    ['with more prefix bits than hide anybody', { prefix_bits: 21, rows: 2 ** 40 }, 'version'],
    ['with fewer rows a range than hide anybody', { rows: 4 * 1024 - 1 }, 'version'],
    ['with too many bucket bits', { bucket_bits: 17 }, 'version'],
    ['with ranges that are too large', { range_bytes: 2 ** 24 + 1 }, 'version'],
    ['with a generation that leads elsewhere', { generation: '../../elsewhere' }, 'malformed'],
    ['with an evaluator that is no server', evaluator(otherElement, 'data:,x'), 'malformed'],
    ['with an evaluator whom others hear', evaluator(otherElement, 'http://evaluator.example.kz/v1/evaluate'), 'malformed'],
    ['with an evaluator that is no URL', evaluator(otherElement, 'http://['), 'malformed'],
    ['without evaluators', { evaluators: [] }, 'malformed'],
    ['with a negative number of rows', { rows: -1 }, 'malformed'],
    ['with an invalid time', { built_at: 'yesterday' }, 'malformed'],
    ['without a root', { root: null }, 'malformed'],
  ])('%s is refused', async (_, lie, code) => {
    expect(await outcome(lying('/v1/index', (members) => ({ ...members, ...lie })))).toBe(code);
  });

  test.each<[string, BodyInit]>([
    ['that is no JSON', '<!doctype html>'],
    ['that is a list', '[]'],
    ['that is not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['that does not end', ' '.repeat(1 << 17)],
  ])('%s is refused', async (_, body) => {
    const server = fakeServer();
    server.tamper = (path, response) => (path === '/v1/index' ? new Response(body) : response);
    expect(await outcome(server)).toBe('malformed');
  });
});

describe('a catalogue', () => {
  test('of another generation is never used', async () => {
    const server = lying(BREACHES, (members) => ({ ...members, generation: '20200101-000000-00000000' }));
    expect(await outcome(server)).toBe('malformed');
  });

  test('without titles is refused', async () => {
    const untitled = lying(BREACHES, (members) => ({ ...members, breaches: [{ ...(members.breaches as Members[])[0], title: {} }] }));
    expect(await outcome(untitled)).toBe('malformed');
  });
});
