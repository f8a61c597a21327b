/** WCAG 1.4.4 and 1.4.10: nothing is lost at 320 pixels or with text of twice the size. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { LANGUAGES } from '../../src/site/languages';
import { PAGES, pathOf } from '../../src/site/paths';
import { violations } from './support/axe';
import { DESKTOP, PHONE } from './support/chromium';
import { ABSENT_PHONE, MISTYPED_IIN, PEOPLE } from './support/town';
import { answered, ask, useStage } from './support/visit';

const stage = useStage();

const NARROWEST = { name: '320 pixels and text of twice the size', viewport: { width: 320, height: 640 }, text: 32 } as const;
/** What has the least room comes last, so that it stays for what is looked at there alone. */
const SIZES = [
  { name: 'text of twice the size on a desktop', viewport: DESKTOP, text: 32 },
  { name: 'text of twice the size on a phone', viewport: PHONE, text: 32 },
  { name: '320 pixels', viewport: { width: 320, height: 640 }, text: 16 },
  NARROWEST,
] as const;

/** What sticks out of the page to the right, by its first words; what scrolls by itself does not count. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element: Element | null): boolean => element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const wide = [...document.querySelectorAll('body *')]
      .filter((element) => element.getClientRects().length > 0 && !element.closest('.visually-hidden, svg') && !scrolls(element))
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map((element) => `${element.tagName}.${element.className} ${element.textContent?.slice(0, 20)}`);
    return document.documentElement.scrollWidth > width ? ['the page itself', ...wide] : wide;
  });
}

async function enlarge(page: Page, text: number): Promise<void> {
  const client = await page.context().newCDPSession(page);
  await client.send('Page.setFontSizes', { fontSizes: { standard: text } });
  await page.waitForFunction((size) => getComputedStyle(document.documentElement).fontSize === `${size}px`, text);
}

/** Shows a page at each size; what is wider than the screen there, and what axe finds where there is the least room. */
async function look(page: Page, state: string): Promise<void> {
  for (const { name, viewport, text } of SIZES) {
    await page.setViewportSize(viewport);
    await enlarge(page, text);
    expect(await outside(page), `${state}, ${name}`).toEqual([]);
  }
  expect(await violations(page), state).toEqual([]);
}

test.each(LANGUAGES)('no page is wider than the screen, and axe finds nothing, in %s', async (language) => {
  const page = await stage.page();
  for (const name of PAGES) {
    await page.goto(`${stage.base}${pathOf(language, name)}`, { waitUntil: 'networkidle' });
    await look(page, name);
    for (const link of await page.locator('.languages a, .header .menu, .header .sections a').all()) {
      if (!(await link.isVisible())) continue;
      const { x, width } = (await link.boundingBox())!;
      expect(x >= 0 && x + width <= NARROWEST.viewport.width, `${name}: ${await link.innerText()}`).toBe(true);
    }
  }
}, 300_000);

test.each(LANGUAGES)('no state of the check is wider than the screen, and axe finds nothing, in %s', async (language) => {
  const page = await stage.home(language);
  await ask(page, MISTYPED_IIN);
  await page.waitForSelector('.fault');
  await look(page, 'fault');
  await ask(page, '8 (709) 806-30-0');
  await page.waitForSelector('.doubts');
  await look(page, 'doubts');
  await ask(page, 'someone.with.a.long.name(at)mail.ru');
  await page.waitForSelector('.button-instead');
  await look(page, 'instead');
  await ask(page, `002702023; ${PEOPLE.iban}; Айгуль`);
  await page.waitForSelector('.entries .choice');
  await page.click('.others summary');
  await look(page, 'list');
  await answered(page, PEOPLE.iban);
  await look(page, 'found');
  await page.goBack();
  await answered(page, ABSENT_PHONE);
  await look(page, 'not found');
}, 300_000);
