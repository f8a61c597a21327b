/** Pictures of the main states for the README. Run by `npm run screenshots`, after `npm run build`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { LANGUAGES } from '../../src/site/languages';
import { DESKTOP, launch, PHONE } from '../browser/support/chromium';
import { serveSite, type SiteServer } from '../browser/support/site-server';
import { ABSENT_IIN, PEOPLE, townServer } from '../browser/support/town';

const FOLDER = process.env['TEKSER_SCREENSHOTS'] ?? join(import.meta.dirname, '../../screenshots');
const WHOLE = process.env['TEKSER_SCREENSHOTS_WHOLE'] !== undefined;

let browser: Browser;
let site: SiteServer;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  site = await serveSite(townServer().fetch);
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await site.close();
});

const SIZES = { phone: PHONE, desktop: DESKTOP };
const CASES = LANGUAGES.flatMap((language) =>
  (['phone', 'desktop'] as const).flatMap((size) =>
    (language === 'kk' ? (['light', 'dark'] as const) : (['light'] as const)).map((theme) => ({ language, size, theme })),
  ),
);

test.each(CASES)('pictures in $language on a $size, $theme', async ({ language, size, theme }) => {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: theme, timezoneId: 'Asia/Almaty', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const picture = (state: string): Promise<unknown> => take(page, `${state}-${language}-${size}${theme === 'dark' ? '-dark' : ''}`);
  await page.goto(`${site.base}/${language}`);
  await page.waitForSelector('[data-awake]');
  await picture('home');
  await ask(page, PEOPLE.iin);
  await picture('found');
  await page.goto(`${site.base}/${language}`);
  await page.waitForSelector('[data-awake]');
  await ask(page, ABSENT_IIN);
  await picture('not-found');
  if (WHOLE) await others(page, language, picture);
  await context.close();
});

async function ask(page: Page, typed: string): Promise<void> {
  await page.fill('#identifier', typed);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.answer .next');
}

/** For looking at while designing. */
async function others(page: Page, language: string, picture: (state: string) => Promise<unknown>): Promise<void> {
  for (const name of ['leaks', 'how', 'experts', 'press']) {
    await page.goto(`${site.base}/${language}/${name}`);
    await page.waitForTimeout(400);
    await picture(name);
  }
}

function take(page: Page, name: string): Promise<unknown> {
  return page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: WHOLE, animations: 'disabled' });
}
