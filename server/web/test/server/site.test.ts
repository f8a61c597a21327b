import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, PHONE } from '../browser/support/chromium';
import { answered, awake } from '../browser/support/visit';
import { queries, Tekser } from './support/tekser';

const SAMPLE = 12;

const tekser = new Tekser();
let browser: Browser;

beforeAll(async () => {
  await tekser.serve('--pow', 'auto');
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  await tekser.close();
});

async function home(language: string): Promise<Page> {
  const context = await browser.newContext({ viewport: PHONE });
  const page = await context.newPage();
  await page.goto(`${tekser.base}/${language}`);
  await awake(page);
  return page;
}

/** A few of each: found in several leaks, in one, in none. Values that could be several kinds ask back, and are left out. */
function sample() {
  const plain = queries().filter(({ kind }) => ['iin', 'email', 'iban'].includes(kind));
  return plain.filter((_, place) => place % Math.floor(plain.length / SAMPLE) === 0).slice(0, SAMPLE);
}

test('the server shows the site what the truth says, after the work that it asks for', async () => {
  const page = await home('ru');
  for (const { value, exposures } of sample()) {
    await answered(page, value);
    const leaks = await page.locator('.answer .leak').count();
    expect(leaks).toBe(exposures.length);
    await page.click('.answer .again, .next .again, [data-again]').catch(() => page.goto(`${tekser.base}/ru`).then(() => awake(page)));
  }
});

test('the front page goes to the language that the browser prefers', async () => {
  const preferred = async (languages: string) => {
    const answer = await fetch(tekser.base, { redirect: 'manual', headers: { 'accept-language': languages } });
    return answer.headers.get('location');
  };
  expect(await preferred('ru-KZ,ru;q=0.9,kk;q=0.8')).toBe('/ru');
  expect(await preferred('de,en-GB;q=0.7')).toBe('/en');
  expect(await preferred('fr')).toBe('/kk');
});

test('pages come with the policy that lets nothing in from elsewhere', async () => {
  const answer = await fetch(`${tekser.base}/kk`);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
  const missing = await fetch(`${tekser.base}/kk/nothing`);
  expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
});
