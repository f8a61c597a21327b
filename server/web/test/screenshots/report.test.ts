/** Pictures of the report for `indexer/INVESTIGATING.md`. Run by `npm run screenshots`, after `cargo build --workspace --bins`. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { DESKTOP, launch } from '../browser/support/chromium';
import { Tekser } from '../server/support/tekser';

const FOLDER = join(import.meta.dirname, '../../screenshots');

const tekser = new Tekser();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await tekser.close();
});

test.each([
  ['newness', 'ru'],
  ['overlaps', 'kk'],
] as const)('the part %s of the report, in %s', async (part, language) => {
  const page = await browser.newPage({ viewport: DESKTOP });
  await page.goto(pathToFileURL(tekser.report(language)).href);
  await page.locator(`#${part} .together`).screenshot({ path: join(FOLDER, `report-${part}-${language}.png`) });
  await page.close();
});
