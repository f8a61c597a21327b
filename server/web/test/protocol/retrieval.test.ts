/** Private retrieval: no server alone learns the prefix, and nothing makes a client ask for it plainly. */
import { describe, expect, test, vi } from 'vitest';

import { lookUp, lookUpAll, prepareWork, type Options, type ProtocolError, type Stage } from '../../src/protocol';
import { combined, queries, type Random, shares, vectorBytes } from '../../src/protocol/retrieval';
import { prefixOf } from '../../src/protocol/tag';
import { ENDLESS_WORK, GENERATION, problem, type FakeServer, type Setup } from './fake-server';
import { type Members, MINISTRY, signedIndex } from './release';
import { ABSENT, AT, BASE, BREACHES, EXPOSED, fakeServer, identifier } from './sample';

const urls = (count: number): string[] => Array.from({ length: count }, (_, place) => `/v1/retrieve${place}`);

/** A server whose ranges are fetched from so many institutions. */
function privately(count = 2, changes: Partial<Setup> = {}): FakeServer {
  return fakeServer({ retrieval: { urls: urls(count) }, ...changes });
}

const ask = (server: FakeServer, options: Partial<Options> = {}) => lookUp(EXPOSED, { ...AT, fetch: server.fetch, ...options });
const failure = (asked: Promise<unknown>) => asked.then(() => expect.unreachable('it was answered'), (error: ProtocolError) => error);
const isPlain = ({ path }: { path: string }) => path.startsWith('/v1/ranges/');
const isPrivate = ({ path }: { path: string }) => path.startsWith('/v1/retrieve');
const vectorsOf = ({ requests }: FakeServer, server?: number) =>
  requests.filter(({ path }) => path.startsWith(`/v1/retrieve${server ?? ''}`)).map(({ init }) => Buffer.from(init.body as Uint8Array<ArrayBuffer>).toString('hex'));
const prefixIn = (server: FakeServer, one = EXPOSED) => prefixOf(server.tag(one), { prefixBits: server.index.prefix_bits, bucketBits: server.index.bucket_bits });

/** Bytes that are the same in each run (splitmix32). */
function seeded(seed: number): Random {
  let state = seed;
  return (bytes) =>
    bytes.forEach((_, place) => {
      state = (state + 0x9e3779b9) | 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      bytes[place] = (mixed ^ (mixed >>> 15)) >>> 24;
    });
}

describe('shares', () => {
  test('of every prefix add up to its unit vector, for two to five servers, and leave spare bits at 0', () => {
    for (const prefixBits of [0, 1, 2, 3, 4, 7]) {
      for (let servers = 2; servers <= 5; servers++) {
        for (let prefix = 0; prefix < 2 ** prefixBits; prefix++) {
          const vectors = shares(prefix, { prefixBits }, servers);
          const unit = new Uint8Array(Math.ceil(2 ** prefixBits / 8));
          unit[Math.floor(prefix / 8)] = 2 ** (prefix % 8);
          expect(combined(vectors)).toEqual(unit);
          expect(vectors).toHaveLength(servers);
          for (const vector of vectors) if (prefixBits < 3) expect((vector[0] ?? 0) >> (2 ** prefixBits)).toBe(0);
        }
      }
    }
  });

  test('fit 20 bits of prefix, for which browsers do not give enough randomness at once', () => {
    const prefix = 0xabcde;
    const [first, second] = shares(prefix, { prefixBits: 20 }, 2);
    const differing = [...(first ?? [])].flatMap((byte, place) => (byte === second?.[place] ? [] : [place]));
    expect(first).toHaveLength(131_072);
    expect(differing).toEqual([prefix >> 3]);
    for (const start of [0, 65_536]) expect(first?.subarray(start, start + 65_536).some((byte) => byte !== 0)).toBe(true);
  });

  test.each([2, 3, 5])('of %i servers are uniform by themselves and without any one of them, whatever the prefix (χ², seeded)', (servers) => {
    const rounds = 16_384;
    for (const prefix of [0, 5, 7]) {
      const random = seeded(prefix + 1);
      // Three bits of prefix are one byte, whose 256 values should come equally often; so should sums of any but all of the servers.
      const counts = Array.from({ length: 2 * servers }, () => new Uint32Array(256));
      for (let round = 0; round < rounds; round++) {
        const bytes = shares(prefix, { prefixBits: 3 }, servers, random).map(([byte]) => byte ?? 0);
        const whole = bytes.reduce((left, right) => left ^ right);
        bytes.forEach((byte, server) => {
          counts[server]![byte]! += 1;
          counts[servers + server]![whole ^ byte]! += 1;
        });
      }
      for (const count of counts) {
        const square = count.reduce((sum, found) => sum + (found - rounds / 256) ** 2 / (rounds / 256), 0);
        // 255 degrees of freedom: 355 is exceeded by chance once in 30,000.
        expect(square).toBeLessThan(355);
        expect(square).toBeGreaterThan(170);
      }
    }
  });

  test('take their randomness from the system alone', () => {
    const system = vi.spyOn(crypto, 'getRandomValues');
    const guessable = vi.spyOn(Math, 'random');
    shares(1, { prefixBits: 13 }, 3);
    expect(system.mock.calls.map(([bytes]) => bytes?.byteLength)).toEqual([1024, 1024]);
    expect(guessable).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test('are new for each element, also of one prefix', () => {
    const [first] = queries([5, 5, 5], { prefixBits: 13 }, 2);
    const width = vectorBytes({ prefixBits: 13 });
    expect(first).toHaveLength(3 * width);
    expect(new Set([0, 1, 2].map((place) => Buffer.from(first!.subarray(place * width, (place + 1) * width)).toString('hex'))).size).toBe(3);
  });

  test('are those of the example of the protocol', () => {
    const [first, last] = shares(0, { prefixBits: 3 }, 2, (bytes) => bytes.set([2]));
    expect([first, last].map((vector) => Buffer.from(vector!).toString('hex'))).toEqual(['02', '03']);
  });
});

describe('a look-up', () => {
  test.each([2, 3, 4, 5])('of %i institutions gives what a plain one gives, and asks for no range', async (count) => {
    const server = privately(count);
    const answer = await ask(server);
    const plain = await ask(fakeServer());
    expect(answer.exposures).toEqual(plain.exposures);
    expect(answer.institutions.map(({ en }) => en)).toEqual(Array.from({ length: count }, (_, place) => `Institution ${place + 1}`));
    expect(plain.institutions).toEqual([]);
    expect(server.requests.filter(isPlain)).toEqual([]);
    expect(server.requests.filter(isPrivate)).toHaveLength(count);
  });

  test.each([0, 1, 3, 7])('with %i bits of prefix finds everybody and nobody else, each with a vector of their own', async (prefixBits) => {
    const server = privately(3, { prefixBits });
    const everybody = Array.from({ length: 15 }, (_, number) => identifier('email', `someone${number}@example.kz`));
    const answers = await lookUpAll([...everybody, ABSENT], { ...AT, fetch: server.fetch });
    expect(answers.map(({ found }) => found)).toEqual([...everybody.map(() => true), false]);
    const sent = vectorsOf(server);
    expect(sent.map((hex) => hex.length / 2)).toEqual(Array(3).fill(16 * Math.ceil(2 ** prefixBits / 8)));
  });

  test('sends and receives as many bytes whether or not something is found', async () => {
    const sizes = async (one: typeof EXPOSED) => {
      const { exchanges } = await lookUp(one, { ...AT, fetch: privately().fetch });
      return exchanges.filter(({ name }) => name === 'retrieve').map(({ method, requestHeaders, requestBody, responseBody }) => [method, requestHeaders, requestBody?.length, responseBody.length]);
    };
    expect(await sizes(EXPOSED)).toEqual(await sizes(ABSENT));
  });

  test('keeps what each server saw and answered, so that the page can show it', async () => {
    const server = privately();
    const { exchanges } = await ask(server);
    const shown = exchanges.filter(({ name }) => name === 'retrieve');
    expect(shown.map(({ institution }) => institution?.en).sort()).toEqual(['Institution 1', 'Institution 2']);
    expect(shown.map(({ requestBody }) => Buffer.from(requestBody as Uint8Array).toString('hex')).sort()).toEqual(vectorsOf(server).sort());
    const unit = combined(shown.map(({ requestBody }) => requestBody as Uint8Array));
    expect(unit[0]).toBe(1 << prefixIn(server));
    expect(combined(shown.map(({ responseBody }) => responseBody))).toEqual(server.record(prefixIn(server)));
  });

  test('sends bytes as such, without cookies, cache, referrer or redirection', async () => {
    const server = privately();
    await ask(server);
    for (const { init, path } of server.requests.filter(isPrivate)) {
      expect(path).toMatch(new RegExp(`^/v1/retrieve[01]/${GENERATION}$`));
      expect(init).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/octet-stream' }, cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' });
    }
  });

  test('draws all of its vectors again in the next look-up', async () => {
    // Of eight bits two vectors are the same in one case of 256; of 128 in none.
    const server = privately(2, { prefixBits: 7 });
    await ask(server);
    await ask(server);
    expect(new Set(vectorsOf(server)).size).toBe(4);
  });
});

describe('a request that is sent again', () => {
  test.each([429, 503])('after %i has the same bytes and goes to the same server; the other one is asked once', async (status) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const server = privately(2, { prefixBits: 7 });
      server.tamper = (path, response, times) => (path.startsWith('/v1/retrieve1') && times <= 2 ? problem(status, 'later', {}, { 'retry-after': '3' }) : response);
      const stages: Stage[] = [];
      const asked = ask(server, { onStage: (stage) => stages.push(stage) });
      for (let pauses = 0; pauses < 2; pauses++) {
        await vi.waitFor(() => expect(vectorsOf(server, 1)).toHaveLength(pauses + 1));
        await vi.advanceTimersByTimeAsync(3000);
      }
      expect((await asked).found).toBe(true);
      expect(vectorsOf(server, 0)).toHaveLength(1);
      expect(vectorsOf(server, 1)).toHaveLength(3);
      expect(new Set(vectorsOf(server, 1)).size).toBe(1);
      expect(stages).toContainEqual({ stage: 'waiting', seconds: 3, why: status === 429 ? 'rate' : 'unavailable' });
    } finally {
      vi.useRealTimers();
    }
  });

  test('with work has the same bytes', async () => {
    const server = privately(2, { prefixBits: 7, retrievalWork: '3f' });
    const stages: Stage[] = [];
    const { exchanges, found } = await ask(server, { onStage: (stage) => stages.push(stage) });
    expect(found).toBe(true);
    for (const one of [0, 1]) expect([vectorsOf(server, one).length, new Set(vectorsOf(server, one)).size]).toEqual([2, 1]);
    expect(exchanges.filter(({ name }) => name === 'retrieve-challenge')).toHaveLength(2);
    expect(stages.at(-1)).toEqual({ stage: 'verify' });
    expect(stages.filter(({ stage }) => stage === 'retrieve').length).toBeGreaterThan(1);
  });
});

describe('a generation that goes in mid-look-up', () => {
  test('makes it begin again, with all-new randomness to all', async () => {
    const server = privately(2, { prefixBits: 7 });
    server.tamper = (path, response, times) => (path.startsWith('/v1/retrieve0') && times === 1 ? problem(410, 'retired') : response);
    const stages: Stage[] = [];
    expect((await ask(server, { onStage: (stage) => stages.push(stage) })).found).toBe(true);
    expect(stages).toContainEqual({ stage: 'restart' });
    expect([vectorsOf(server, 0).length, vectorsOf(server, 1).length]).toEqual([2, 2]);
    expect(new Set(vectorsOf(server)).size).toBe(4);
  });

  test('three times ends it', async () => {
    const server = privately(2, { prefixBits: 7 });
    server.tamper = (path, response) => (path.startsWith('/v1/retrieve1') ? problem(410, 'retired') : response);
    expect(await failure(ask(server))).toMatchObject({ code: 'retired', plain: { ranges: 128 } });
    expect(vectorsOf(server, 0)).toHaveLength(3);
    expect(new Set(vectorsOf(server)).size).toBe(6);
    expect(server.requests.filter(isPlain)).toEqual([]);
  });

  test('and with it the servers does not turn it into a plain one', async () => {
    const server = privately();
    const lost = fakeServer();
    server.tamper = (path, response, times) => {
      if (path === '/v1/index' && times === 2) return Response.json(lost.index);
      return path.startsWith('/v1/retrieve0') && times === 1 ? problem(410, 'retired') : response;
    };
    expect((await failure(ask(server))).code).toBe('private');
    expect(server.requests.filter(isPlain)).toEqual([]);
  });
});

describe('nothing', () => {
  const flipped = async (response: Response, at: number): Promise<Response> => {
    const bytes = new Uint8Array(await response.arrayBuffer());
    const place = (at + bytes.length) % bytes.length;
    bytes[place] = (bytes[place] ?? 0) ^ 0x10;
    return new Response(bytes);
  };
  /** Every way in which one server of several can fail. */
  const FAILURES: [string, (response: Response) => Response | Promise<Response>][] = [
    ['a lie in the first byte', (response) => flipped(response, 0)],
    ['a lie in the range', (response) => flipped(response, 40)],
    ['a lie in the path', (response) => flipped(response, -1)],
    // Zeros would be right for the vector that selects nothing, which comes once in sixteen times here.
    ['one byte all over', async (response) => new Response(new Uint8Array((await response.arrayBuffer()).byteLength).fill(0x10))],
    ['a byte too few', async (response) => new Response((await response.arrayBuffer()).slice(1))],
    ['a byte too many', async (response) => new Response(new Uint8Array([...new Uint8Array(await response.arrayBuffer()), 0]))],
    ['nothing', () => new Response(new Uint8Array())],
    ['far too much', () => new Response(new Uint8Array(1 << 18))],
    ['a page of a portal', () => new Response('<!doctype html>')],
    ['a broken connection', () => Promise.reject(new TypeError('fetch failed'))],
    ...[201, 206, 400, 401, 403, 404, 405, 409, 410, 413, 415, 418, 451, 500, 502, 504].map((status): [string, () => Response] => [`status ${status}`, () => problem(status, 'other')]),
    ['a pause that is too long', () => problem(429, 'too-many', {}, { 'retry-after': '3600' })],
    ['a server that is closed for long', () => problem(503, 'unavailable', {}, { 'retry-after': '3600' })],
    ['a request for work that cannot be done', () => problem(428, 'work-required', { challenge: { parameters: { algorithm: 'SCRYPT' } } })],
    ['a request for work without a challenge', () => problem(428, 'work-required')],
  ];

  describe.each([['first', 0], ['last', 2]] as const)('that the %s of three servers does makes a client ask plainly:', (_, place) => {
    test.each(FAILURES)('%s', async (_name, tampered) => {
      for (const required of [false, true]) {
        const server = privately(3, { retrieval: { urls: urls(3), required }, isSigned: true });
        server.tamper = (path, response) => (path.startsWith(`/v1/retrieve${place}`) ? tampered(response) : response);
        const error = await failure(ask(server, { trust: [MINISTRY.publicKey] }));
        expect(error.name).toBe('ProtocolError');
        expect(error.plain).toEqual(required ? undefined : { ranges: 4 });
        expect(server.requests.filter(isPlain)).toEqual([]);
        // The other servers were asked and still answered: none of them learns from the client what another one did.
        for (const one of [0, 1, 2]) expect(vectorsOf(server, one).length).toBeGreaterThan(0);
      }
    });
  });

  test('that all servers do together makes a client ask plainly', async () => {
    for (const [, tampered] of FAILURES) {
      // Three, since a bit that an even number of servers flips is as it was.
      const server = privately(3);
      server.tamper = (path, response) => (path.startsWith('/v1/retrieve') ? tampered(response) : response);
      expect((await failure(ask(server))).name).toBe('ProtocolError');
      expect(server.requests.filter(isPlain)).toEqual([]);
    }
  });

  test('is compared before every server has answered, however soon another one fails', async () => {
    const server = privately();
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    server.tamper = async (path, response) => {
      if (path.startsWith('/v1/retrieve0')) return problem(500, 'internal');
      if (path.startsWith('/v1/retrieve1')) await held;
      return response;
    };
    let isOver = false;
    const asked = failure(ask(server)).finally(() => (isOver = true));
    await vi.waitFor(() => expect(server.requests.filter(isPrivate)).toHaveLength(2));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isOver).toBe(false);
    release();
    expect(await asked).toMatchObject({ code: 'server', plain: { ranges: 4 } });
  });

  test('is left of a look-up that the person stops', async () => {
    const leaving = new AbortController();
    const server = privately(2, { retrievalWork: ENDLESS_WORK });
    const onStage = ({ stage }: Stage) => stage === 'retrieve' && setTimeout(() => leaving.abort(new Error('left')), 20);
    await expect(ask(server, { signal: leaving.signal, onStage })).rejects.toThrow('left');
    expect(server.requests.filter(isPlain)).toEqual([]);
  });

  test('of a vector or a prefix is logged, kept, or in the text of an error', async () => {
    const logged = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
    const server = privately(2, { prefixBits: 7 });
    server.tamper = (path, response) => (path.startsWith('/v1/retrieve0') ? flipped(response, 9) : response);
    const error = await failure(ask(server));
    const { exchanges: _, ...answer } = await ask(privately(2, { prefixBits: 7 }));
    const classes = JSON.stringify([error, error.stack, answer], (_, value: unknown) => (typeof value === 'bigint' ? value.toString(16) : value));
    for (const hex of vectorsOf(server)) {
      const bytes = Buffer.from(hex, 'hex');
      for (const form of [hex, bytes.toString('base64'), bytes.toString('base64url'), [...bytes].join(',')]) expect(classes).not.toContain(form);
    }
    for (const spy of logged) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

describe('one altered bit', () => {
  test('is refused alike whatever the prefix: the error says nothing of it', async () => {
    for (let number = 0; number < 24; number++) {
      const server = privately();
      server.tamper = async (path, response) => {
        if (!path.startsWith('/v1/retrieve1')) return response;
        const bytes = new Uint8Array(await response.arrayBuffer());
        bytes[30] = (bytes[30] ?? 0) ^ 1;
        return new Response(bytes);
      };
      const error = await failure(lookUp(identifier('email', `someone${number}@example.kz`), { ...AT, fetch: server.fetch }));
      expect({ ...error, stack: '' }).toEqual({ ...(await failure(ask(server))), stack: '' });
    }
  });
});

describe('the plain way', () => {
  const inPlain = (server: FakeServer, options: Partial<Options> = {}) => ask(server, { plain: true, ...options });

  test('is gone where the person agreed and it is not forbidden, and the institutions are left out', async () => {
    const server = privately();
    const answer = await inPlain(server);
    expect([answer.found, answer.institutions]).toEqual([true, []]);
    expect(server.requests.filter(isPlain)).toHaveLength(1);
    expect(server.requests.filter(isPrivate)).toEqual([]);
  });

  test('is not gone where it is forbidden, whatever was agreed to', async () => {
    const server = privately(2, { retrieval: { urls: urls(2), required: true }, isSigned: true });
    expect((await failure(inPlain(server, { trust: [MINISTRY.publicKey] }))).code).toBe('private');
    expect(server.requests.filter((request) => isPlain(request) || isPrivate(request))).toEqual([]);
    expect(server.requests.filter(({ path }) => path.startsWith('/v1/evaluate'))).toEqual([]);
  });

  test('counts for one look-up', async () => {
    const server = privately();
    await inPlain(server);
    await ask(server);
    expect(server.requests.filter(isPlain)).toHaveLength(1);
  });

  test('is not offered for what has nothing to do with private retrieval', async () => {
    for (const path of ['/v1/index', '/v1/evaluate0', BREACHES]) {
      const server = privately();
      server.tamper = (asked, response) => (asked === path ? problem(500, 'internal') : response);
      expect((await failure(ask(server))).plain).toBeUndefined();
    }
  });
});

describe('the servers', () => {
  /** A signed server whose statement has these members for private retrieval, and whose index document names others. */
  function stating(retrieval: unknown, named?: unknown): FakeServer {
    const server = privately();
    const signed = signedIndex(server, ({ service, ...statement }: Members) => ({ ...statement, service: { ...withoutRetrieval(service as Members), ...(retrieval !== undefined && { retrieval }) } }));
    server.tamper = (path, response) => (path === '/v1/index' ? Response.json({ ...signed, retrieval: named }) : response);
    return server;
  }

  const withoutRetrieval = ({ retrieval: _, ...service }: Members): Members => service;
  const institution = { kk: 'а', ru: 'б', en: 'c' };
  const listing = (...list: unknown[]) => ({ servers: list, required: false });
  const at = (url: string, more: object = {}) => ({ institution, url, ...more });
  const trusting = (server: FakeServer) => ask(server, { trust: [MINISTRY.publicKey] });

  test('are those that were signed, whatever the index document names', async () => {
    const elsewhere = { servers: [at('https://a.example.org/v1/retrieve9'), at('https://b.example.org/v1/retrieve8')] };
    for (const named of [elsewhere, { servers: [] }, 'x', undefined]) {
      const server = stating(listing(at('/v1/retrieve0'), at('/v1/retrieve1', { later: true })), named);
      expect((await trusting(server)).institutions).toEqual([institution, institution]);
      expect(server.requests.filter(isPrivate).map(({ path }) => path.slice(0, 13)).sort()).toEqual(['/v1/retrieve0', '/v1/retrieve1']);
    }
  });

  test('that only the index document names are not asked by a client that trusts a key', async () => {
    const server = stating(undefined, listing(at('/v1/retrieve0'), at('/v1/retrieve1')));
    expect((await trusting(server)).institutions).toEqual([]);
    expect(server.requests.filter(isPrivate)).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['nobody', listing()],
    ['one', listing(at('/v1/retrieve0'))],
    ['six', listing(...urls(6).map((url) => at(url)))],
    ['one that is named twice', listing(at('/v1/retrieve0'), at('/v1/retrieve0'))],
    ['heard by others', listing(at('/v1/retrieve0'), at('http://b.example.kz/v1/retrieve1'))],
    ['no URL', listing(at('/v1/retrieve0'), at('http://['))],
    ['no server', listing(at('/v1/retrieve0'), at('data:,x'))],
    ['asked behind a question mark', listing(at('/v1/retrieve0'), at('/v1/retrieve1?at='))],
    ['asked behind a fragment', listing(at('/v1/retrieve0'), at('/v1/retrieve1#at'))],
    ['without a name', listing(at('/v1/retrieve0'), { url: '/v1/retrieve1' })],
    ['without a name in Kazakh', listing(at('/v1/retrieve0'), { url: '/v1/retrieve1', institution: { ru: 'б', en: 'c' } })],
    ['a list', [at('/v1/retrieve0'), at('/v1/retrieve1')]],
    ['null', null],
  ])('that are %s are refused before anything is asked', async (_, retrieval) => {
    const server = stating(retrieval);
    expect((await failure(trusting(server))).code).toBe('signature');
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/index']);
    const unsigned = fakeServer();
    unsigned.tamper = (path, response) => (path === '/v1/index' ? Response.json({ ...unsigned.index, retrieval }) : response);
    expect((await failure(ask(unsigned))).code).toBe('malformed');
    expect(unsigned.requests.map(({ path }) => path)).toEqual(['/v1/index']);
  });

  test.each([undefined, 'perhaps', 1, null])('are refused where it was signed that they are required: %s', async (required) => {
    const { servers } = listing(at('/v1/retrieve0'), at('/v1/retrieve1'));
    expect((await failure(trusting(stating({ servers, ...(required !== undefined && { required }) })))).code).toBe('signature');
  });

  test('are below their own URL, wherever that is', async () => {
    const asked: string[] = [];
    const server = privately(2, { retrieval: { urls: ['https://one.example.kz/deep/v1/retrieve0', 'http://127.0.0.1:9/v1/retrieve1'] } });
    const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      asked.push(String(input));
      return server.fetch(String(input).replace('/deep/', '/'), init);
    };
    await lookUp(EXPOSED, { ...AT, fetch });
    expect(asked).toContain(`https://one.example.kz/deep/v1/retrieve0/${GENERATION}`);
    expect(asked).toContain(`http://127.0.0.1:9/v1/retrieve1/${GENERATION}`);
  });

  test('are known as soon as work is prepared', async () => {
    const known = async (server: FakeServer) => (await prepareWork({ base: BASE, fetch: server.fetch, trust: 'without-trust' })).isPrivate;
    expect([await known(privately()), await known(fakeServer())]).toEqual([true, false]);
  });
});

