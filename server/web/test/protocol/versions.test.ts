/** While a service changes from one version to another, a client finds the index of its own, and only where that was signed. */
import { describe, expect, test } from 'vitest';

import { lookUp, prepareWork, type Answer, type Trust } from '../../src/protocol';
import { type FakeServer, problem } from './fake-server';
import { type Members, MINISTRY, signedIndex, STRANGER } from './release';
import { BASE, EXPOSED, fakeServer } from './sample';

const TRUST = [MINISTRY.publicKey];
const BEFORE = { format: 1, normalisation: 1, sunset: '2999-06-30T00:00:00Z', url: 'before/v1/index' };
/** Each test has an address of its own: what a page has seen of one counts for that one. */
let addresses = 0;

/** The statement with these members of `service`, as far as they are there. */
const serving = (members: Members) => (statement: Members): Members => {
  const there = Object.entries(members).filter(([, value]) => value !== undefined);
  return { ...statement, service: { ...(statement.service as Members), ...Object.fromEntries(there) } };
};

interface Gateway {
  /** The base of its URLs, and what was asked below it. */
  readonly base: string;
  readonly asked: string[];
  readonly fetch: typeof fetch;
}

/** A gateway that has `document` at the address and `server`, of version 1, below `/v1/before`. */
function gateway(document: object | (() => object), server = fakeServer({ isSigned: true }), change: (path: string) => Response | undefined = () => undefined): Gateway {
  const asked: string[] = [];
  const fetch = async (input: URL | RequestInfo, init?: RequestInit) => {
    const { pathname } = new URL(String(input));
    asked.push(pathname);
    if (pathname === '/v1/index') return Response.json(typeof document === 'function' ? document() : document);
    const inner = pathname.replace('/v1/before/v1/', '/v1/');
    return change(inner) ?? server.fetch(`${BASE}${inner}`, init);
  };
  return { base: `https://${addresses++}.example.kz`, asked, fetch };
}

/** The document of a version 2 whose statement says this of other versions. */
function second(also: unknown, more: Members = {}, sign = MINISTRY.sign): object {
  const change = (statement: Members) => ({ ...serving({ also })(statement), normalisation: 2, ...more });
  return { ...signedIndex(fakeServer(), change, sign), normalisation: 2, root: 'of another file' };
}

const outcome = (gateway: Gateway, trust: Trust = TRUST): Promise<Answer | string> =>
  lookUp(EXPOSED, { ...gateway, trust }).catch((error: { code: string }) => error.code);

describe('a service that speaks another version', () => {
  test('is asked where it signed that this one is', async () => {
    const served = gateway(second([{ ...BEFORE, normalisation: 3, url: 'third' }, BEFORE]));
    expect(await outcome(served)).toMatchObject({ found: true, isOutdated: false });
    const [first, ...rest] = served.asked;
    expect(first).toBe('/v1/index');
    expect(rest.filter((path) => !path.startsWith('/v1/before/v1/'))).toEqual(['/v1/evaluate0']);
    expect(rest.some((path) => path.startsWith('/v1/before/v1/ranges/'))).toBe(true);
  });

  test('is asked for work there as well', async () => {
    const served = gateway(second([BEFORE]), fakeServer({ isSigned: true, work: '00' }));
    expect((await prepareWork({ ...served, trust: TRUST })).takeExchanges()).not.toEqual([]);
  });

  test.each<[string, object, string]>([
    ['none other', second(undefined), 'version'],
    ['an empty list', second([]), 'version'],
    ['only later ones', second([{ ...BEFORE, normalisation: 3 }]), 'version'],
    ['this one with ranges of another layout', second([{ ...BEFORE, format: 2 }]), 'version'],
    ['this one without having signed it', { ...second(undefined), also: [BEFORE] }, 'version'],
    ['this one in the word of a stranger', second([BEFORE], {}, STRANGER.sign), 'signature'],
    ['this one in a statement that has expired', second([BEFORE], { expires: '2026-01-02T03:04:05Z' }), 'expired'],
    ['this one in the statement of another version', second([BEFORE], { normalisation: 1 }), 'signature'],
    ['this one in a statement of another form', second([BEFORE], { statement: 2 }), 'signature'],
    ['this one at another origin', second([{ ...BEFORE, url: 'https://elsewhere.example.org/v1/index' }]), 'malformed'],
    ['this one behind what is no URL', second([{ ...BEFORE, url: 'https://' }]), 'malformed'],
    ['more than can be meant', second(Array(5).fill(BEFORE)), 'malformed'],
  ])('and offers %s is asked for nothing', async (_, document, code) => {
    const served = gateway(document);
    expect(await outcome(served)).toBe(code);
    expect(served.asked).toEqual(['/v1/index']);
  });

  test('is believed without a signature by who believes everybody', async () => {
    const served = gateway({ ...fakeServer().index, normalisation: 2, also: [BEFORE] }, fakeServer());
    expect(await outcome(served, 'without-trust')).toMatchObject({ found: true });
  });

  test('does not send a client from one place to the next', async () => {
    const there = second([{ ...BEFORE, url: '/v1/index' }]);
    const served = gateway(second([BEFORE]), undefined, (path) => (path === '/v1/index' ? Response.json(there) : undefined));
    expect(await outcome(served)).toBe('version');
    expect(served.asked).toEqual(['/v1/index', '/v1/before/v1/index']);
  });
});

describe('a server that turns a client to an older index', () => {
  const OLDER = { built_at: '2026-11-21T20:15:30Z' };

  test('is caught, whether it does so at the address or behind it', async () => {
    const older = { ...signedIndex(fakeServer(), (statement) => ({ ...statement, ...OLDER })), ...OLDER };
    const documents = [signedIndex(fakeServer()), second([BEFORE])];
    const served = gateway(() => documents.shift() ?? older, undefined, (path) => (path === '/v1/index' ? Response.json(older) : undefined));
    expect(await outcome(served)).toMatchObject({ found: true });
    expect(await outcome(served)).toBe('older');
    expect(await outcome(served)).toBe('older');
  });

  test('learns no second prefix by changing the key on the way', async () => {
    const other = fakeServer({ evaluators: 2, isSigned: true });
    const documents = [signedIndex(fakeServer()), second([BEFORE])];
    const served = gateway(() => documents.shift() ?? {}, other, (path) => (path.startsWith('/v1/ranges/') ? problem(410, 'retired') : undefined));
    const first = { ...served, fetch: mixed(served.fetch, fakeServer()) };
    expect(await outcome(first)).toBe('rekeyed');
    expect(served.asked.filter((path) => path.includes('/ranges/'))).toHaveLength(1);
  });

  /** What is beside the first document comes from `server`. */
  function mixed(behind: typeof fetch, server: FakeServer): typeof fetch {
    return async (input, init) => {
      const answer = await behind(input, init);
      const { pathname } = new URL(String(input));
      return /evaluate|breaches/.test(pathname) && !pathname.includes('before') ? server.fetch(`${BASE}${pathname}`, init) : answer;
    };
  }
});

describe('a version that was to end', () => {
  const ending = (sunset: unknown, unsigned?: unknown) => gateway({ ...signedIndex(fakeServer(), serving({ sunset })), sunset: unsigned });

  test('still answers, and the answer says so', async () => {
    expect(await outcome(ending('2026-01-02T03:04:05Z'))).toMatchObject({ found: true, isOutdated: true });
    expect(await outcome(ending('2999-01-02T03:04:05Z'))).toMatchObject({ found: true, isOutdated: false });
    expect(await outcome(ending(undefined))).toMatchObject({ found: true, isOutdated: false });
  });

  test('is one only if that was signed', async () => {
    expect(await outcome(ending(undefined, '2026-01-02T03:04:05Z'))).toMatchObject({ isOutdated: false });
    expect(await outcome(ending('2026-01-02T03:04:05Z', '2999-01-02T03:04:05Z'))).toMatchObject({ isOutdated: true });
    const unsigned = gateway({ ...fakeServer().index, sunset: '2026-01-02T03:04:05Z' });
    expect(await outcome(unsigned, 'without-trust')).toMatchObject({ isOutdated: true });
  });

  test('has ended if nobody can read when', async () => {
    for (const sunset of ['some day', null]) expect(await outcome(ending(sunset))).toMatchObject({ isOutdated: true });
  });
});
