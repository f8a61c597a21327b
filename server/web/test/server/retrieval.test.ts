/** The website, the server that it is from, and two institutions that answer together: all of them the programs themselves. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Record } from '../browser/support/record';
import { ABSENT_IIN } from '../browser/support/town';
import { answered, awake, TEXTS } from '../browser/support/visit';
import { queries, Tekser } from './support/tekser';
import { Town } from './support/visitors';

/** A port that nothing listens at. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

let ports: readonly number[] = [];
let town: Town;
beforeAll(async () => {
  ports = [await freePort(), await freePort()];
  town = new Town(new Tekser(ports));
  await town.tekser.retrieve();
  await town.tekser.serve();
  await town.open();
}, 120_000);
afterAll(() => town.close());

test('what is found and what is not comes from both institutions together, and no range is asked for by name', async () => {
  const found = queries().find(({ kind, exposures }) => kind === 'iin' && exposures.length > 0);
  for (const [typed, isFound] of [[found?.value ?? '', true], [ABSENT_IIN, false]] as const) {
    const record = new Record();
    const page = await town.page();
    record.listen(page);
    await page.goto(`${town.tekser.base}/en`);
    await awake(page);
    expect(await page.locator('main').innerText()).toContain('Several institutions answer every check together');
    await answered(page, typed);
    expect(await page.locator('.answer').getAttribute('data-found')).toBe(String(isFound));
    expect(await page.locator('.answer').innerText()).toContain('Institution 1, Institution 2');
    await page.getByText(TEXTS.en.exchanges.summary).click();
    await page.waitForSelector('.lay');
    expect(await page.locator('.exchanges h3', { hasText: TEXTS.en.exchanges.lay.retrieve.title }).count()).toBe(2);
    expect(record.text).not.toContain('/v1/ranges/');
    expect([...record.origins].sort()).toEqual([town.tekser.base, ...ports.map((port) => `http://127.0.0.1:${port}`)].sort());
    await page.context().close();
  }
});

test('pages may ask these institutions, and nobody else of another origin', async () => {
  const policy = (await fetch(`${town.tekser.base}/en`)).headers.get('content-security-policy');
  const [, sources = ''] = /connect-src ([^;]*)/.exec(policy ?? '') ?? [];
  expect(sources.split(' ').sort()).toEqual(["'self'", ...ports.map((port) => `http://127.0.0.1:${port}`)].sort());
});
