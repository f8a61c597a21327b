/** The report that the indexer writes, as a person opens it who got it by mail. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/site/languages';
import { violations } from '../browser/support/axe';
import { DESKTOP, launch, PHONE } from '../browser/support/chromium';
import { Tekser } from './support/tekser';

const tekser = new Tekser();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await tekser.close();
});

async function opened(file: string, viewport: typeof PHONE): Promise<Page> {
  const page = await browser.newPage({ viewport });
  await page.goto(pathToFileURL(file).href);
  return page;
}

describe.each(LANGUAGES)('the report in %s', (language) => {
  const file = tekser.report(language);

  test.each([PHONE, DESKTOP])('has nothing that axe finds wrong, tables folded up or not, at $width pixels', async (viewport) => {
    const page = await opened(file, viewport);
    expect(await violations(page)).toEqual([]);
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test('is never wider than a phone', async () => {
    const page = await opened(file, PHONE);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
    await page.close();
  });

  test('asks nobody for anything, and its policy refuses nothing that it needs', async () => {
    const page = await browser.newPage({ viewport: DESKTOP });
    const [asked, said]: [string[], string[]] = [[], []];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    expect(asked).toEqual([pathToFileURL(file).href]);
    expect(said).toEqual([]);
    await page.close();
  });

  test('shows each picture once, within its frame', async () => {
    for (const viewport of [PHONE, DESKTOP]) {
      const page = await opened(file, viewport);
      const cutOff = await page.evaluate(() => {
        const shown = [...document.querySelectorAll('figure > svg')].filter((picture) => picture.getClientRects().length > 0);
        const titles = shown.map((picture) => picture.querySelector('title')?.textContent ?? '');
        const outside = shown.flatMap((picture) => {
          const frame = picture.getBoundingClientRect();
          const texts = [...picture.querySelectorAll('text')].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect() }));
          return texts.filter(({ box }) => box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
        });
        return { pictures: titles.length, different: new Set(titles).size, outside: outside.map(({ text }) => text) };
      });
      expect(cutOff).toEqual({ pictures: 9, different: 9, outside: [] });
      await page.close();
    }
  });

  test('prints its tables, though they are folded up on the screen', async () => {
    const page = await opened(file, DESKTOP);
    expect(await page.locator('table').first().isVisible()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    const heights = await page.locator('table').evaluateAll((tables) => tables.map((table) => table.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeGreaterThan(20);
    await page.close();
  });

  test('offers each table as CSV', async () => {
    const page = await opened(file, DESKTOP);
    await page.locator('summary').first().click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[download]').first().click()]);
    const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n');
    expect(lines[0]).toBe('breach,date,identifiers');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toContain('voters-2019');
    await page.close();
  });
});

test('a report for publication has no sensitive leak and says what its asterisks are', () => {
  const report = readFileSync(tekser.report('en', '--public'), 'utf8');
  expect(report).toContain('For publication');
  expect(report).not.toContain('clinic-2023');
});
