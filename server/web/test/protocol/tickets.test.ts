import { afterEach, expect, test, vi } from 'vitest';

import { lookUp, lookUpAll, prepareWork, solve, type Answer, type Stage } from '../../src/protocol';
import { ENDLESS_WORK, EXPIRES_AT, problem } from './fake-server';
import { AT, BASE, EXPOSED, fakeServer, identifier } from './sample';

afterEach(() => void vi.useRealTimers());

const calls = ({ exchanges }: Answer) => exchanges.map(({ name }) => name).sort();

test.each([1, 2, 3])('with %i evaluators, a look-up with tickets solves nothing and is answered at once', async (evaluators) => {
  const server = fakeServer({ work: '3f', evaluators });
  const at = { ...AT, fetch: server.fetch };
  const tickets = await prepareWork(at);
  const answer = await lookUp(EXPOSED, { ...at, tickets, solve: () => Promise.reject(new Error('solved again')) });
  expect(answer.found).toBe(true);
  const each = (name: string) => Array.from({ length: evaluators }, () => name);
  expect(calls(answer)).toEqual([...each('ahead'), 'breaches', ...each('evaluate'), 'index', 'index', 'range']);
});

test('what asks for work beforehand holds nothing but the number of elements', async () => {
  const server = fakeServer({ work: '3f' });
  const urls: string[] = [];
  await prepareWork({ ...AT, fetch: (url, init) => (urls.push(String(url)), server.fetch(url as URL, init)) });
  expect(urls).toEqual([`${BASE}/v1/index`, `${BASE}/v1/challenge?elements=1`]);
  for (const { init } of server.requests) {
    expect(init).toMatchObject({ method: 'GET', headers: {}, cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' });
    expect(init.body).toBeUndefined();
  }
});

test('a look-up that is begun meanwhile waits for the work that is under way', async () => {
  const server = fakeServer({ work: '3f' });
  const at = { ...AT, fetch: server.fetch };
  const solver = vi.fn(solve);
  const answer = await lookUp(EXPOSED, { ...at, tickets: prepareWork({ ...at, solve: solver }), solve: solver });
  expect(answer.found).toBe(true);
  expect(solver).toHaveBeenCalledTimes(1);
});

test('a ticket is used once', async () => {
  const at = { ...AT, fetch: fakeServer({ work: '3f' }).fetch };
  const tickets = await prepareWork(at);
  const [first, second] = [await lookUp(EXPOSED, { ...at, tickets }), await lookUp(EXPOSED, { ...at, tickets })];
  expect([first.found, second.found]).toEqual([true, true]);
  expect(calls(second)).toEqual(['breaches', 'challenge', 'evaluate', 'index', 'range']);
});

test('a ticket for one identifier is not used for two', async () => {
  const at = { ...AT, fetch: fakeServer({ work: '3f' }).fetch };
  const [answer] = await lookUpAll([EXPOSED, identifier('email', 'someone1@example.kz')], { ...at, tickets: await prepareWork(at) });
  expect(calls(answer!)).toContain('challenge');
});

test('a ticket that has expired is not sent', async () => {
  const at = { ...AT, fetch: fakeServer({ work: '3f' }).fetch };
  const tickets = await prepareWork(at);
  vi.useFakeTimers({ toFake: ['Date'], now: EXPIRES_AT * 1000 });
  const answer = await lookUp(EXPOSED, { ...at, tickets });
  expect(answer.found).toBe(true);
  expect(answer.exchanges.find(({ name }) => name === 'challenge')?.requestHeaders).not.toHaveProperty('altcha');
});

test('a ticket that the server does not take leads to another challenge', async () => {
  const [server, other] = [fakeServer({ work: '3f' }), fakeServer({ work: '4f' })];
  const tickets = await prepareWork({ ...AT, fetch: other.fetch });
  const answer = await lookUp(EXPOSED, { ...AT, fetch: server.fetch, tickets });
  expect(answer.found).toBe(true);
  expect(calls(answer)).toContain('challenge');
});

test('where no work is wanted there is none, and the look-up goes on as ever', async () => {
  const at = { ...AT, fetch: fakeServer().fetch };
  const stages: Stage[] = [];
  const tickets = await prepareWork({ ...at, onStage: (stage) => stages.push(stage) });
  expect(stages).toEqual([]);
  expect((await lookUp(EXPOSED, { ...at, tickets })).found).toBe(true);
});

test.each([404, 429, 503])('a server that answers %i instead is not waited for', async (status) => {
  const server = fakeServer({ work: '3f' });
  server.tamper = (path, response) => (path === '/v1/challenge' ? problem(status, 'refused', {}, { 'retry-after': '20' }) : response);
  const at = { ...AT, fetch: server.fetch };
  const answer = await lookUp(EXPOSED, { ...at, tickets: await prepareWork(at) });
  expect(calls(answer)).toContain('challenge');
});

test('preparing that failed does not make the look-up fail', async () => {
  const offline = prepareWork({ ...AT, fetch: () => Promise.reject(new TypeError('fetch failed')) });
  await expect(offline).rejects.toMatchObject({ code: 'offline' });
  expect((await lookUp(EXPOSED, { ...AT, fetch: fakeServer().fetch, tickets: offline })).found).toBe(true);
});

test('preparing ends when the person leaves, and so does waiting for it', async () => {
  const leaving = new AbortController();
  const at = { ...AT, fetch: fakeServer({ work: ENDLESS_WORK }).fetch };
  const tickets = prepareWork({ ...at, signal: leaving.signal });
  const asked = lookUp(EXPOSED, { ...at, tickets: new Promise(() => undefined), signal: leaving.signal });
  setTimeout(() => leaving.abort(new Error('left')), 50);
  await Promise.all([expect(tickets).rejects.toThrow('left'), expect(asked).rejects.toThrow('left')]);
});
