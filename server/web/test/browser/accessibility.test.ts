import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fill, plural } from '../../src/site/format/plural';
import { LANGUAGES } from '../../src/site/languages';
import { PAGES, pathOf } from '../../src/site/paths';
import { ENDLESS_WORK, problem } from '../protocol/fake-server';
import { violations } from './support/axe';
import { DESKTOP, PHONE } from './support/chromium';
import { ABSENT_IIN, MISTYPED_IIN, PEOPLE } from './support/town';
import { answered, ask, TEXTS, useStage } from './support/visit';

const stage = useStage();
const THEMES = [
  { theme: 'light', language: 'kk', viewport: PHONE },
  { theme: 'dark', language: 'ru', viewport: PHONE },
  { theme: 'light', language: 'en', viewport: DESKTOP },
  { theme: 'dark', language: 'kk', viewport: DESKTOP },
] as const;

describe.each(THEMES)('in $theme colours, in $language', ({ theme, language, viewport }) => {
  const options = { colorScheme: theme, viewport };

  test.each(PAGES)('axe finds nothing wrong on the page %s', async (name) => {
    const page = await stage.page(options);
    await page.goto(`${stage.base}${pathOf(language, name)}`, { waitUntil: 'networkidle' });
    expect(await violations(page)).toEqual([]);
  });

  test('axe finds nothing wrong in any state of the check', async () => {
    const page = await stage.home(language, options);
    await ask(page, MISTYPED_IIN);
    expect(await violations(page)).toEqual([]);
    await page.fill('#identifier', 'N12345678');
    await page.waitForSelector('.choice');
    expect(await violations(page)).toEqual([]);
    await answered(page, PEOPLE.iin);
    await page.locator('.step input').first().check();
    await page.locator('.status summary').first().click();
    await page.click('.exchanges > summary');
    await page.waitForSelector('.lay');
    await page.locator('.expert > summary').first().click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: TEXTS[language].answer.next.another }).click();
    expect(await violations(page)).toEqual([]);
    await answered(page, ABSENT_IIN);
    expect(await violations(page)).toEqual([]);
  });

  test('axe finds nothing wrong while waiting, working and failing', async () => {
    stage.serve({ work: ENDLESS_WORK });
    const page = await stage.home(language, options);
    await ask(page, PEOPLE.iin);
    await page.waitForSelector('progress');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: TEXTS[language].progress.cancel }).click();
    stage.api = async () => problem(429, 'too-many', {}, { 'retry-after': '20' });
    await ask(page, PEOPLE.iin);
    await page.waitForSelector('.countdown');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: TEXTS[language].progress.cancel }).click();
    stage.api = async () => problem(500, 'internal');
    await ask(page, PEOPLE.iin);
    await page.waitForSelector('.failure');
    expect(await violations(page)).toEqual([]);
  });
});

/** Presses Tab until the focus is where it should be. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

test('the keyboard alone suffices, from the skip link to clearing everything', async () => {
  const page = await stage.home('ru', { viewport: DESKTOP });
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip');
  await page.keyboard.press('Enter');
  await tabTo(page, '#identifier');
  await page.keyboard.type('N12345678');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.choice');
  await tabTo(page, '.choice input');
  await page.keyboard.press('ArrowDown');
  expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('login');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.answer');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('answer-heading');
  await tabTo(page, '.status summary');
  await page.keyboard.press('Enter');
  expect(await page.locator('.status').first().getAttribute('open')).not.toBeNull();
  await tabTo(page, '.step input');
  await page.keyboard.press('Space');
  expect(await page.locator('.step').first().getAttribute('data-ticked')).toBe('true');
  await tabTo(page, '.button-clear');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#identifier:focus');
});

test('what is focused can be seen', async () => {
  const page = await stage.home('ru', { viewport: DESKTOP });
  for (let presses = 0; presses < 24; presses++) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return true;
      const widths = [focused, focused.nextElementSibling].map((element) => (element ? parseFloat(getComputedStyle(element).outlineWidth) : 0));
      return Math.max(...widths) >= 2;
    });
    expect(seen, `after ${presses + 1} presses of Tab`).toBe(true);
  }
});

test('screen readers hear what was recognised, how far it is, and what the result is', async () => {
  const page = await stage.home('ru');
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const live = element?.closest('[role=status], [role=alert], [aria-live=polite]');
        if (live?.textContent) heard.push(live.textContent);
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  const { check, names, progress, answer } = TEXTS.ru;
  await answered(page, PEOPLE.iin);
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  expect(heard).toContain(fill(check.recognised, { kind: names.kinds.iin, value: '000101 100016' }));
  expect(heard).toContain(progress.stages.evaluate);
  // The answer's heading is read because the focus moves to it.
  const focused = await page.evaluate(() => ({ text: document.activeElement?.textContent, tag: document.activeElement?.tagName }));
  expect(focused).toEqual({ text: plural('ru', answer.found.heading, 2), tag: 'H1' });
});

test('a person who wants no motion sees none', async () => {
  stage.api = () => new Promise(() => undefined);
  const page = await stage.home('en', { reducedMotion: 'reduce' });
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('.course');
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test.each(LANGUAGES)('what is touched is 44 pixels high at least, in %s', async (language) => {
  const page = await stage.home(language);
  await answered(page, PEOPLE.iin);
  const small = await page.evaluate(() => {
    const inText = (element: Element): boolean => element.closest('p:not(.leak-meta, .step-foot), .visually-hidden') !== null;
    return [...document.querySelectorAll('a, button, summary, label, select')]
      .filter((element) => !inText(element) && element.getClientRects().length > 0 && !element.matches('.skip'))
      .filter((element) => element.getBoundingClientRect().height < 43.5)
      .map((element) => `${element.className || element.tagName} ${element.textContent?.slice(0, 30)}`);
  });
  expect(small).toEqual([]);
});

test('colours forced by the device leave every part visible', async () => {
  const page = await stage.home('en', { forcedColors: 'active' });
  await answered(page, PEOPLE.iin);
  expect(await page.locator('.verdict').evaluate((element) => getComputedStyle(element).borderStyle)).toContain('solid');
});

test('leaks are named articles, steps have headings, and numbers to call are links', async () => {
  const page = await stage.home('ru');
  await answered(page, PEOPLE.iin);
  for (const leak of await page.locator('.leak').all()) {
    const title = await leak.locator('.leak-title').innerText();
    expect(await page.getByRole('article', { name: title }).count()).toBe(1);
  }
  const titles = await page.locator('.step-title').allInnerTexts();
  for (const title of titles) expect(await page.getByRole('heading', { level: 3, name: title, exact: true }).count()).toBe(1);
  expect(await page.locator('.footer a[href="tel:102"]').count()).toBe(1);
});
