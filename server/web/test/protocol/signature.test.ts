/** A client that knows whom to trust asks no index and believes no catalogue that they did not sign. */
import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { catalogue, lookUp, prepareWork, type Trust } from '../../src/protocol';
import { type FakeServer, problem } from './fake-server';
import { type Members, MINISTRY, signedIndex, STRANGER } from './release';
import { BASE, BREACHES, EXPOSED, fakeServer } from './sample';

/** A server whose index document is signed. */
function signed(change?: (statement: Members) => Members, sign = MINISTRY.sign): FakeServer {
  const server = fakeServer();
  const document = signedIndex(server, change, sign);
  server.tamper = (path, response) => (path === '/v1/index' ? Response.json(document) : response);
  return server;
}

/** The result of a look-up by a client that trusts the ministry. */
async function outcome(server: FakeServer, trust: Trust = [MINISTRY.publicKey]): Promise<string> {
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

  test('that nobody signed is asked for nothing more, unless everybody is believed on purpose', async () => {
    const server = fakeServer();
    expect(await outcome(server)).toBe('signature');
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/index']);
    expect(await outcome(fakeServer(), 'without-trust')).toBe('believed');
  });

  test('is asked by nobody who trusts no key', async () => {
    expect(await outcome(signed(), [])).toBe('signature');
    expect(await outcome(signed(), [''])).toBe('signature');
  });

  test('whose signature has expired or never does is not asked', async () => {
    for (const expires of [undefined, '2026-01-02T03:04:05Z', 'some day', 1]) {
      const server = signed((statement) => ({ ...statement, expires }));
      expect([expires, await outcome(server)]).toEqual([expires, 'expired']);
      expect(server.requests.map(({ path }) => path)).toEqual(['/v1/index']);
    }
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

describe('evaluators', () => {
  /** A signed server that names others in its index document. */
  function naming(evaluators: unknown, change?: (statement: Members) => Members): FakeServer {
    const server = fakeServer();
    const document = { ...signedIndex(server, change), evaluators };
    server.tamper = (path, response) => (path === '/v1/index' ? Response.json(document) : response);
    return server;
  }

  test('are those that were signed, whatever the index document says', async () => {
    const elsewhere = [{ url: 'https://elsewhere.example.org/v1/evaluate', public_key: 'AAAA' }];
    for (const evaluators of [elsewhere, [], undefined]) {
      const server = naming(evaluators);
      expect(await outcome(server)).toBe('believed');
      expect(server.requests.filter(({ path }) => path === '/v1/evaluate0')).toHaveLength(1);
    }
  });

  test.each<[string, (service: Members) => unknown]>([
    ['not named', () => undefined],
    ['nobody', (service) => ({ ...service, evaluators: [] })],
    ['no list', (service) => ({ ...service, evaluators: {} })],
    ['heard by others', ({ evaluators }) => ({ evaluators: (evaluators as Members[]).map((one) => ({ ...one, url: 'http://example.kz/v1/evaluate' })) })],
    ['without a key', ({ evaluators }) => ({ evaluators: (evaluators as Members[]).map((one) => ({ ...one, public_key: '00' })) })],
  ])('who are %s are not asked', async (_, change) => {
    const server = naming(fakeServer().index.evaluators, ({ service, ...statement }) => ({ ...statement, service: change(service as Members) }));
    expect(await outcome(server)).toBe('signature');
  });

  test('may be said more of in later versions', async () => {
    const later = ({ service, ...statement }: Members) => ({ ...statement, service: { ...(service as Members), later: { servers: [] } } });
    expect(await outcome(signed(later))).toBe('believed');
  });
});

describe('a server that makes up an index to find out what is looked up', () => {
  /** It has a key for each attempt, is its own evaluator, and says that every range is gone. */
  function attacker(prefixBits: number, rows: number): FakeServer {
    const servers = [fakeServer(), fakeServer({ evaluators: 2 }), fakeServer({ evaluators: 3 })];
    const attempt = () => (server.requests.filter(({ path }) => path === '/v1/index').length - 1) % servers.length;
    const server = fakeServer();
    server.tamper = async (path) => {
      const own = servers[attempt()] ?? server;
      if (path === '/v1/index') return Response.json({ ...own.index, prefix_bits: prefixBits, rows });
      return path.startsWith('/v1/ranges/') ? problem(410, 'retired') : own.fetch(`${BASE}${path}`, server.requests.at(-1)?.init);
    };
    return server;
  }

  const learnt = (server: FakeServer) => server.requests.filter(({ path }) => /evaluate|ranges/.test(path)).map(({ path }) => path.split('/')[2]);

  test('learns nothing of who trusts a key', async () => {
    for (const [server, code] of [[attacker(24, 2 ** 40), 'version'], [attacker(2, 2 ** 20), 'signature']] as const) {
      expect(await outcome(server)).toBe(code);
      expect(learnt(server)).toEqual([]);
    }
  });

  test('learns a prefix that a thousand share, once, of who trusts everybody', async () => {
    const greedy = attacker(24, 2 ** 40);
    expect(await outcome(greedy, 'without-trust')).toBe('version');
    expect(learnt(greedy)).toEqual([]);
    const modest = attacker(20, 2 ** 30);
    expect(await outcome(modest, 'without-trust')).toBe('rekeyed');
    expect(learnt(modest)).toEqual(['evaluate0', 'ranges']);
  });
});

describe('what a real server says about a signed generation', () => {
  const URL_OF_VECTOR = new URL('../../../../indexer/core/tests/vectors/statement.json', import.meta.url);
  const { public_key, index, breaches } = JSON.parse(readFileSync(URL_OF_VECTOR, 'utf8')) as { public_key: string; index: { generation: string }; breaches: Members };

  /** The leaks that a server with these documents shows. */
  const shown = (stated: object, trust: string) => {
    const answers: Record<string, object> = { '/v1/index': index, [`/v1/generations/${index.generation}/breaches`]: stated };
    const fetch = async (url: URL | RequestInfo) => Response.json(answers[new URL(String(url)).pathname]);
    return catalogue({ base: 'https://real.example.kz', fetch, trust: [trust] });
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
    server.tamper = (path, response, times) => (path === BREACHES ? Response.json(lie) : honest(path, response, times));
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
