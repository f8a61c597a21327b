/** What a person can do, besides checking: steps, letters, and paper. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/site/languages';
import { PAGES, pathOf } from '../../src/site/paths';
import { STEPS } from '../../src/site/steps/steps';
import { Record } from './support/record';
import { ABSENT_IIN, PEOPLE } from './support/town';
import { answered, TEXTS, useStage } from './support/visit';

const stage = useStage();

describe.each(LANGUAGES)('in %s', (language) => {
  const { steps, names } = TEXTS[language];

  test('the first step stands right under the verdict, and leads to itself without touching the address', async () => {
    const page = await stage.home(language);
    await answered(page, PEOPLE.iin);
    const summary = page.locator('.verdict + .summary');
    expect(await summary.innerText()).toContain(names.classes['government-issued-ids']);
    const before = page.url();
    await summary.getByRole('link', { name: steps.texts.bank.title }).click();
    expect(await page.evaluate(() => document.activeElement?.closest('.step')?.id)).toBe('step-bank');
    expect(page.url()).toBe(before);
    await page.locator('.step input').first().check();
    expect(await page.locator('.answer').count()).toBe(1);
  });

  test('a person who was found nowhere is led to the steps, without losing the answer', async () => {
    const page = await stage.home(language);
    await answered(page, ABSENT_IIN);
    const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: steps.all }).click()]);
    await opened.waitForLoadState();
    expect(new URL(opened.url()).pathname).toBe(pathOf(language, 'steps'));
    expect(await page.locator('.answer').count()).toBe(1);
  });

  test('steps and letters can be read and filled in without a program', async () => {
    const page = await stage.page({ javaScriptEnabled: false });
    await page.goto(`${stage.base}${pathOf(language, 'steps')}`);
    for (const step of STEPS) expect(await page.getByText(steps.texts[step].how[0]!, { exact: true }).first().isVisible()).toBe(true);
    await page.goto(`${stage.base}${pathOf(language, 'letters')}`);
    await page.locator('.letter textarea').first().fill('somebody');
    await page.locator('.letter input').first().press('Enter');
    expect(new URL(page.url()).pathname).toBe(pathOf(language, 'letters'));
    expect(await page.locator('.letter-print').first().isVisible()).toBe(false);
  });

  test('no page is wider than a small phone', async () => {
    for (const name of PAGES) {
      const page = await stage.page({ viewport: { width: 320, height: 568 } });
      await page.goto(`${stage.base}${pathOf(language, name)}`, { waitUntil: 'networkidle' });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBe(320);
    }
  });
});

test('paper has one letter, whole, and nothing of the site', async () => {
  const page = await stage.page();
  await page.addInitScript(() => (window.print = () => undefined));
  await page.goto(`${stage.base}/ru/letters`);
  const text = page.locator('#complaint textarea').nth(1);
  await text.fill(Array.from({ length: 12 }, (_, line) => `line ${line}`).join('\n'));
  expect(await text.evaluate((field) => field.scrollHeight <= field.clientHeight + 2)).toBe(true);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => (document.body.dataset['print'] = 'complaint'));
  expect(await page.locator('#complaint .letter-sheet').isVisible()).toBe(true);
  for (const hidden of ['#letter', '.header', '.footer', '.page-head', '.letter-help', '.letter-print']) expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false);
});

/** How many sheets of A4 a page takes. */
async function sheets(page: Page): Promise<number> {
  const document = await page.pdf({ format: 'A4' });
  return document.toString('latin1').match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
}

test('a letter takes one sheet, an answer one if nothing was found and two at most if something was', async () => {
  const letters = await stage.page();
  await letters.goto(`${stage.base}/kk/letters`, { waitUntil: 'networkidle' });
  expect(await sheets(letters)).toBe(2);
  const page = await stage.home('kk');
  await answered(page, ABSENT_IIN);
  expect(await sheets(page)).toBe(1);
  await page.reload();
  await answered(page, PEOPLE.iin);
  expect(await sheets(page)).toBeLessThanOrEqual(2);
});

test('what is written in a letter goes nowhere and is gone with the page', async () => {
  const record = new Record();
  const page = await stage.page();
  record.listen(page);
  await page.goto(`${stage.base}/kk/letters`, { waitUntil: 'networkidle' });
  await page.locator('#letter input').first().fill('Somebody Secret');
  await page.locator('#letter textarea').nth(1).fill('A secret story');
  await record.look(page);
  await page.goto(`${stage.base}/kk/steps`);
  await page.goBack({ waitUntil: 'networkidle' });
  await record.look(page);
  expect(record.text).not.toContain('secret');
  expect(await page.locator('#letter input').first().inputValue()).toBe('');
});

test('a printed answer says what each status means, where it comes from, and which edition of the list', async () => {
  const page = await stage.home('ru');
  await answered(page, PEOPLE.iin);
  await page.emulateMedia({ media: 'print' });
  const printed = await page.locator('.printed').innerText();
  expect(printed).toContain(TEXTS.ru.names.statuses.confirmed.meaning);
  expect(printed).toContain(new URL(stage.base).host);
  expect(printed).toContain(stage.server.catalogue.generation);
});

test('the press has the chart, a table to calculate with, and the day of the edition in words', async () => {
  const page = await stage.page();
  await page.goto(`${stage.base}/ru/press`);
  await page.waitForSelector('.bars');
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.edition a').click()]);
  expect(download.suggestedFilename()).toMatch(/^tekser-.*\.csv$/);
  expect(await page.locator('.edition').innerText()).toMatch(/\d{4} г\., /);
});

test('each leak of the list leads to its own page', async () => {
  const page = await stage.page();
  await page.goto(`${stage.base}/kk/leaks`);
  const links = page.locator('.leak-title a');
  await links.first().waitFor();
  expect(await links.first().getAttribute('href')).toMatch(/^\/kk\/leaks\/[a-z0-9-]+$/);
});
