/** A change of the language keeps the answer and what was typed, in this page's memory only. */
import { expect, test } from 'vitest';
import { plural } from '../../src/site/format/plural';
import { ABSENT_IIN, PEOPLE } from './support/town';
import { answered, TEXTS, titles, useStage } from './support/visit';

const stage = useStage();

test('the answer stays, in the other language, with the page around it', async () => {
  const page = await stage.home('ru');
  await answered(page, PEOPLE.iin);
  await page.click('.languages a[hreflang=kk]');
  await page.waitForSelector('html[lang=kk]');
  expect(new URL(page.url()).pathname).toBe('/kk');
  expect(await page.locator('#answer-heading').innerText()).toBe(plural('kk', TEXTS.kk.answer.found.heading, 2));
  expect(await titles(page)).toHaveLength(2);
  expect(await page.locator('.footer').innerText()).toContain(TEXTS.kk.shell.themes.dark);
  expect(await page.getAttribute('.languages a[hreflang=kk]', 'aria-current')).toBe('true');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('hreflang'))).toBe('kk');
  expect(await page.evaluate(() => JSON.stringify([history.state, { ...localStorage }, { ...sessionStorage }]))).toBe('[{"tekser":0},{},{}]');
  await page.goBack();
  await page.waitForSelector('html[lang=ru] #identifier');
  await page.goForward();
  await page.waitForSelector('html[lang=kk] .answer');
});

test('what was typed stays, and the choice of colours still works', async () => {
  const page = await stage.home('kk');
  await page.fill('#identifier', ABSENT_IIN);
  await page.click('.languages a[hreflang=en]');
  await page.waitForSelector('html[lang=en]');
  await expect.poll(() => page.inputValue('#identifier')).toBe(ABSENT_IIN);
  expect(await page.title()).not.toContain(ABSENT_IIN);
  await page.locator('.themes input[value=dark]').check({ force: true });
  expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
  await page.keyboard.press('Tab');
  await page.focus('#identifier');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.answer');
  expect(await page.locator('#answer-heading').innerText()).toBe(TEXTS.en.answer.notFound.heading);
});

test('without a connection nothing is lost', async () => {
  const page = await stage.home('ru');
  await answered(page, PEOPLE.iin);
  await page.context().setOffline(true);
  await page.click('.languages a[hreflang=en]');
  await page.waitForTimeout(500);
  expect(await page.locator('.answer').count()).toBe(1);
  expect(await page.getAttribute('html', 'lang')).toBe('ru');
});
