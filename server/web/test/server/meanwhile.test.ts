/** What a real server does while people ask: it gets a new index, sets limits, asks for work. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { normalise } from '../../src/identifier';
import { lookUpAll, MAX_AT_ONCE } from '../../src/protocol';
import { answered, ask, TEXTS } from '../browser/support/visit';
import { queries } from './support/tekser';
import { another, useTown } from './support/visitors';

// Without grace, a look-up under which the index is replaced has to begin again.
const town = useTown('--grace', '0s');
const { tekser } = town;
const { failure, progress } = TEXTS.ru;
const QUERY = queries().find(({ kind, exposures }) => kind === 'iin' && exposures.length > 1)!;

function leaks(page: Page): Promise<number> {
  return page.locator('.answer .leak').count();
}

/** The status of every answer of the protocol. */
function statuses(page: Page): number[] {
  const seen: number[] = [];
  page.on('response', (response) => void (response.url().includes('/v1/') && seen.push(response.status())));
  return seen;
}

test('an index published between two look-ups is the one that answers the second', async () => {
  const page = await town.home();
  const generations: (string | undefined)[] = [];
  page.on('request', (request) => void (request.url().includes('/v1/ranges/') && generations.push(request.url().split('/').at(-2))));
  const before = await tekser.generation();
  await answered(page, QUERY.value);
  await another(page);
  await tekser.replaceIndex();
  await answered(page, QUERY.value);
  expect(await leaks(page)).toBe(QUERY.exposures.length);
  expect(generations).toEqual([before, await tekser.generation()]);
  await page.context().close();
});

test('an index published during a look-up makes the page start over by itself, and answer', async () => {
  const page = await town.home();
  const seen = statuses(page);
  await page.route('**/v1/evaluate', async (route) => {
    await tekser.replaceIndex();
    await route.continue();
  }, { times: 1 });
  await answered(page, QUERY.value);
  expect(await leaks(page)).toBe(QUERY.exposures.length);
  expect(seen.filter((status) => status === 410)).toHaveLength(1);
  await page.context().close();
});

/** Takes everything that the server allows one address. */
async function useUp(): Promise<void> {
  const normalised = normalise(QUERY.kind, QUERY.value);
  if (!normalised.ok) throw new Error(`a query of the truth is refused: ${normalised.fault}`);
  await lookUpAll(Array.from({ length: MAX_AT_ONCE }, () => normalised.identifier), { base: tekser.base, trust: tekser.trust });
}

test('a limit that is soon over is waited for, and the page says so', async () => {
  await tekser.serve('--rate-per-client', '16/min');
  const page = await town.home();
  await useUp();
  await ask(page, QUERY.value);
  await page.waitForSelector('.countdown');
  expect(await page.locator('.progress-stage').innerText()).toBe(progress.waiting.rate);
  await page.waitForSelector('.answer');
  expect(await leaks(page)).toBe(QUERY.exposures.length);
  await page.context().close();
});

test('a limit that lasts is shown', async () => {
  await tekser.serve('--rate-per-client', '16/h');
  const page = await town.home();
  await useUp();
  await ask(page, QUERY.value);
  await page.waitForSelector('.failure');
  expect(await page.locator('.failure').innerText()).toContain(failure.texts.rate);
  await page.context().close();
});

test('work that is asked for is done, and no request is refused for want of it', async () => {
  await tekser.serve('--pow', 'on');
  const page = await town.home();
  const seen = statuses(page);
  const solutions: (string | undefined)[] = [];
  page.on('request', (request) => void (request.url().endsWith('/v1/evaluate') && solutions.push(request.headers()['altcha'])));
  await answered(page, QUERY.value);
  expect(await leaks(page)).toBe(QUERY.exposures.length);
  expect(solutions).toEqual([expect.any(String)]);
  expect(new Set(seen)).toEqual(new Set([200]));
  await page.context().close();
});
