import { describe, expect, test, vi } from 'vitest';

import { catalogue, currentList, lookUp, lookUpAgain, lookUpAll, ProtocolError, type Answer, type Options, type Stage } from '../../src/protocol';
import { keyId } from '../../src/protocol/oprf';
import { derivedKey, ENDLESS_WORK, problem, type FakeServer } from './fake-server';
import { ABSENT, AT, BREACHES, EXPOSED, fakeServer, identifier } from './sample';

const ask = (server: FakeServer, options: Partial<Options> = {}) => lookUp(EXPOSED, { ...AT, fetch: server.fetch, ...options });

const shown = ({ found, exposures }: Answer) => ({ found, exposures: exposures.map(({ breach, classes }) => [breach.id, classes]) });

const EXPECTED = {
  found: true,
  exposures: [
    ['residents-2025', ['dates-of-birth', 'names', 'phone-numbers']],
    ['voters-2019', ['names']],
  ],
};

test.each([1, 2, 3])('with %i evaluators, what is in leaks is found with all of them', async (evaluators) => {
  const answer = await ask(fakeServer({ evaluators }));
  expect(shown(answer)).toEqual(EXPECTED);
  expect(answer).toMatchObject({ sealed: true, rows: 4096, generation: '20261122-201530-3f9a1c2b', builtAt: '2026-11-22T20:15:30Z' });
});

test('a kind that the client does not know, counted in the catalogue, changes no answer', async () => {
  const server = fakeServer();
  server.tamper = async (path, response) => {
    if (!path.endsWith('/breaches')) return response;
    const catalogue = (await response.json()) as { identifiers: object };
    return Response.json({ ...catalogue, identifiers: { ...catalogue.identifiers, fingerprint: 5 } });
  };
  expect(shown(await ask(server))).toEqual(EXPECTED);
});

test.each([0, 1, 7])('with %i bits of prefix, everybody is found and nobody else', async (prefixBits) => {
  const server = fakeServer({ prefixBits });
  const everybody = Array.from({ length: 15 }, (_, number) => identifier('email', `someone${number}@example.kz`));
  const answers = await lookUpAll([...everybody, ABSENT], { ...AT, fetch: server.fetch });
  expect(answers.map((answer) => answer.found)).toEqual([...everybody.map(() => true), false]);
});

test.each(['https://gateway.example/tekser', 'https://gateway.example/tekser/'])('below the prefix of a gateway, %s, everything is asked for there', async (base) => {
  const server = fakeServer({ evaluators: 2 });
  server.tamper = async (path, response) => {
    if (path !== '/v1/index') return response;
    const index = (await response.json()) as { evaluators: { url: string }[] };
    return Response.json({ ...index, evaluators: index.evaluators.map((evaluator, place) => ({ ...evaluator, url: `evaluate${place}` })) });
  };
  const asked: string[] = [];
  const fetch = (input: string | URL | Request, init?: RequestInit) => {
    asked.push(String(input));
    return server.fetch(String(input).replace('/tekser/', '/'), init);
  };
  expect(shown(await ask(server, { base, fetch }))).toEqual(EXPECTED);
  expect(asked.filter((url) => !url.startsWith('https://gateway.example/tekser/v1/'))).toEqual([]);
  expect(asked).toHaveLength(5);
});

test('what is in no leak is not found, by the same calls', async () => {
  const server = fakeServer();
  const answer = await lookUp(ABSENT, { ...AT, fetch: server.fetch });
  expect(shown(answer)).toEqual({ found: false, exposures: [] });
  const calls = (exchanges: Answer['exchanges']) => exchanges.map((exchange) => exchange.name).sort();
  expect(calls(answer.exchanges)).toEqual(calls((await ask(server)).exchanges));
});

test('no request holds the identifier, is kept, carries cookies or reveals where it comes from', async () => {
  const server = fakeServer();
  const { exchanges } = await ask(server);
  expect(JSON.stringify(server.requests)).not.toContain(EXPOSED.value);
  expect(exchanges.map((exchange) => exchange.name)).toEqual(expect.arrayContaining(['index', 'breaches', 'evaluate', 'range']));
  for (const { init } of server.requests) {
    expect(init).toMatchObject({ cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer' });
  }
});

test('the catalogue is given as it is', async () => {
  const server = fakeServer();
  const { breaches, generation } = await catalogue({ ...AT, fetch: server.fetch });
  expect([generation, breaches]).toEqual([server.catalogue.generation, server.catalogue.breaches]);
});

describe('work', () => {
  test.each(['a', '3f', '01c', derivedKey(300).slice(0, 32)])('is done where it is asked for (%s)', async (work) => {
    const stages: Stage[] = [];
    const answer = await ask(fakeServer({ work, evaluators: 2 }), { onStage: (stage) => stages.push(stage) });
    expect(shown(answer)).toEqual(EXPECTED);
    const done = stages.flatMap((stage) => (stage.stage === 'work' ? [stage.done] : []));
    expect(done.every((share) => share >= 0 && share < 1)).toBe(true);
    expect(answer.exchanges.filter((exchange) => exchange.name === 'challenge')).toHaveLength(2);
  });

  test.each([
    ['another algorithm', { algorithm: 'SCRYPT' }],
    ['a cost beyond all measure', { cost: 2 ** 21 }],
    ['no cost', { cost: 0 }],
    ['a prefix longer than the key', { keyPrefix: '00', keyLength: 0 }],
  ])('with %s is refused', async (_, changes) => {
    const server = fakeServer({ work: '0' });
    server.tamper = async (path, response) => {
      if (path !== '/v1/evaluate0') return response;
      const { challenge } = (await response.json()) as { challenge: { parameters: object } };
      return problem(428, 'work-required', { challenge: { ...challenge, parameters: { ...challenge.parameters, ...changes } } });
    };
    await expect(ask(server)).rejects.toMatchObject({ code: 'work' });
  });

  test('that is never enough is given up', async () => {
    const server = fakeServer({ work: '0' });
    await expect(ask(server, { solve: async () => ({ counter: 0, derivedKey: '00' }) })).rejects.toMatchObject({ code: 'work' });
  });

  test('ends when the person leaves', async () => {
    const leaving = new AbortController();
    const onStage = ({ stage }: Stage) => stage === 'work' && leaving.abort(new Error('left'));
    await expect(ask(fakeServer({ work: ENDLESS_WORK }), { signal: leaving.signal, onStage })).rejects.toThrow('left');
  });
});

describe('a server that asks for patience', () => {
  test.each([
    [429, 'rate'],
    [503, 'unavailable'],
  ] as const)('with %i is waited for', async (status, why) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const server = fakeServer();
      server.tamper = (path, response, times) =>
        path === '/v1/evaluate0' && times === 1 ? problem(status, 'later', {}, { 'retry-after': '7' }) : response;
      const stages: Stage[] = [];
      const asked = ask(server, { onStage: (stage) => stages.push(stage) });
      await vi.waitFor(() => expect(stages).toContainEqual({ stage: 'waiting', seconds: 7, why }));
      await vi.advanceTimersByTimeAsync(6000);
      expect(stages.at(-1)?.stage).toBe('waiting');
      await vi.advanceTimersByTimeAsync(1000);
      expect(shown(await asked)).toEqual(EXPECTED);
    } finally {
      vi.useRealTimers();
    }
  });

  test('for too long is reported', async () => {
    const server = fakeServer();
    server.tamper = () => problem(429, 'too-many', {}, { 'retry-after': '3600' });
    await expect(ask(server)).rejects.toMatchObject({ code: 'rate', seconds: 3600 });
  });
});

describe('an index that changes under a look-up', () => {
  test('makes it begin again', async () => {
    const server = fakeServer();
    server.tamper = (path, response, times) => (path.startsWith('/v1/ranges/') && times === 1 ? problem(410, 'retired') : response);
    const stages: Stage[] = [];
    expect(shown(await ask(server, { onStage: (stage) => stages.push(stage) }))).toEqual(EXPECTED);
    expect(stages).toContainEqual({ stage: 'restart' });
  });

  test('again and again is given up', async () => {
    const server = fakeServer();
    server.tamper = (path, response) => (path.startsWith('/v1/ranges/') ? problem(410, 'retired') : response);
    await expect(ask(server)).rejects.toMatchObject({ code: 'retired' });
    expect(server.requests.filter(({ path }) => path === '/v1/index')).toHaveLength(3);
  });

  test('and with it the key, ends it: two prefixes of one identifier say more than one', async () => {
    const [server, other] = [fakeServer(), fakeServer({ evaluators: 2 })];
    server.tamper = (path, response, times) => (path === '/v1/index' && times === 1 ? oldKey(server, other) : response);
    await expect(ask(server)).rejects.toMatchObject({ code: 'rekeyed' });
    expect(server.requests.some(({ path }) => path.startsWith('/v1/ranges/'))).toBe(false);
  });

  test('of which the catalogue is gone makes it begin again', async () => {
    const server = fakeServer();
    server.tamper = (path, response, times) => (path === BREACHES && times === 1 ? problem(410, 'retired') : response);
    expect(shown(await ask(server))).toEqual(EXPECTED);
  });

  test('for an older one is not asked', async () => {
    const base = 'https://older.example.kz';
    const server = fakeServer();
    const builtAt = ['2026-11-22T20:15:30Z', '2026-11-23T20:15:30Z', '2026-11-22T20:15:30Z'];
    server.tamper = (path, response, times) => (path === '/v1/index' ? Response.json({ ...server.index, built_at: builtAt[times - 1] }) : response);
    for (const code of [undefined, undefined, 'older']) {
      const outcome = ask(server, { base }).then(() => undefined, (error: { code: string }) => error.code);
      expect(await outcome).toBe(code);
    }
    expect(server.requests.filter(({ path }) => path === '/v1/evaluate0')).toHaveLength(2);
  });
});

/** The index document as it was when another key was current. */
function oldKey(server: FakeServer, other: FakeServer): Response {
  const evaluators = [{ url: '/v1/evaluate0', public_key: other.index.evaluators[1]?.public_key }];
  return Response.json({ ...server.index, evaluators, key_id: keyIdOf(evaluators[0]?.public_key ?? '') });
}

function keyIdOf(publicKey: string): string {
  return Buffer.from(keyId([new Uint8Array(Buffer.from(publicKey, 'base64url'))])).toString('base64url');
}

describe('a network that fails', () => {
  test('is distinguished from a server that fails', async () => {
    const offline = () => Promise.reject(new TypeError('fetch failed'));
    await expect(ask(fakeServer(), { fetch: offline })).rejects.toMatchObject({ code: 'offline' });
    const server = fakeServer();
    server.tamper = () => problem(500, 'internal');
    await expect(ask(server)).rejects.toMatchObject({ code: 'server' });
  });

  test('does not make it wait for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const silent: typeof fetch = (_, init) =>
        new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
      const asked = expect(ask(fakeServer(), { fetch: silent })).rejects.toMatchObject({ code: 'timeout' });
      await vi.advanceTimersByTimeAsync(30_000);
      await asked;
    } finally {
      vi.useRealTimers();
    }
  });

  test('is not to blame when the person leaves', async () => {
    await expect(ask(fakeServer(), { signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left');
  });
});

test('an error says what went wrong and nothing of what was asked', async () => {
  const server = fakeServer();
  server.tamper = (path, response) => (path === '/v1/evaluate0' ? problem(400, 'malformed', { detail: EXPOSED.value }) : response);
  const error: unknown = await ask(server).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ProtocolError);
  expect(`${(error as Error).stack} ${JSON.stringify(error)}`).not.toContain(EXPOSED.value);
});

describe('looking a tag up again', () => {
  const again = (server: FakeServer, key: string, tags: readonly bigint[]) =>
    lookUpAgain(tags.map((tag) => ({ kind: 'phone', tag })), key, { ...AT, fetch: server.fetch });

  test('says what typing it again says, and asks no evaluator', async () => {
    const server = fakeServer();
    const typed = await ask(server);
    server.requests.length = 0;
    const [answer] = await again(server, typed.keyId, typed.elements.map(({ tag }) => tag));
    expect(shown(answer!)).toEqual(shown(typed));
    expect(server.requests.filter(({ path }) => path.includes('evaluate'))).toEqual([]);
  });

  test('sends a request for each, also where they have one prefix', async () => {
    const server = fakeServer();
    const { keyId, elements } = await ask(server);
    server.requests.length = 0;
    await again(server, keyId, Array.from({ length: 8 }, () => elements[0]!.tag));
    expect(server.requests.filter(({ path }) => path.includes('/ranges/'))).toHaveLength(8);
  });

  test('asks for nothing under another key', async () => {
    const server = fakeServer();
    const error = await again(server, '00'.repeat(16), [1n]).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'rekeyed' });
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/index']);
  });

  test('remembers for the caller which list was the newest', async () => {
    const server = fakeServer();
    const options = { ...AT, base: 'https://remembered.example', fetch: server.fetch };
    expect((await currentList('2026-11-01T00:00:00Z', options)).generation).toBe(server.index.generation);
    expect(await currentList('2026-12-01T00:00:00Z', options).catch((error: unknown) => error)).toMatchObject({ code: 'older' });
  });
});
