import { expect, test } from 'vitest';
import { ABSENT_IIN, PEOPLE } from './support/town';
import { answered, awake, TEXTS, titles, useStage } from './support/visit';

const stage = useStage();
const { next } = TEXTS.ru.answer;

test('ticks outlive a reload, and only names of steps are kept', async () => {
  const page = await stage.home();
  await answered(page, PEOPLE.iin);
  await page.locator('.step').first().locator('input').check();
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).toBe('{"tekser.steps":"[\\"bank\\"]"}');
  await page.reload();
  await awake(page);
  await answered(page, PEOPLE.iin);
  expect(await page.locator('.step').first().locator('input').isChecked()).toBe(true);
  expect(await page.locator('.step').nth(1).locator('input').isChecked()).toBe(false);
});

test('back leads from the answer to the form and forward to the answer; the address never changes', async () => {
  const page = await stage.home();
  const address = page.url();
  await answered(page, PEOPLE.iin);
  expect(page.url()).toBe(address);
  await page.goBack();
  await page.waitForSelector('#identifier');
  await page.goForward();
  await page.waitForSelector('.answer');
  expect(await titles(page)).toHaveLength(2);
  expect(page.url()).toBe(address);
  expect(await page.evaluate(() => JSON.stringify(history.state))).toBe('{"tekser":0}');
  expect(await page.title()).not.toMatch(/[0-9]/);
});

test('a reload forgets what was asked', async () => {
  const page = await stage.home();
  await answered(page, PEOPLE.iin);
  await page.reload();
  await awake(page);
  expect(await page.inputValue('#identifier')).toBe('');
  expect(await page.locator('.history').count()).toBe(0);
});

test('clearing everything leaves nothing in the page, the storage and the history', async () => {
  const page = await stage.home();
  await answered(page, PEOPLE.iin);
  await page.locator('.step').first().locator('input').check();
  await page.getByRole('button', { name: next.clear }).click();
  expect(await page.locator('.form-note').innerText()).toBe(next.cleared);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  expect(await page.evaluate(() => history.state as unknown)).toBeNull();
  await page.goBack();
  expect(await page.locator('.answer').count()).toBe(0);
  await page.goForward().catch(() => undefined);
  expect(await page.locator('.answer').count()).toBe(0);
  expect(await page.locator('.history').count()).toBe(0);
});

test('another page and back after clearing shows an empty form', async () => {
  const page = await stage.home();
  await answered(page, ABSENT_IIN);
  await page.getByRole('button', { name: next.clear }).click();
  await page.fill('#identifier', PEOPLE.iin);
  await page.goto(`${stage.base}/ru/how`);
  await page.goBack();
  await awake(page);
  expect(await page.inputValue('#identifier')).toBe('');
});

test('on paper there are the leaks, every step in full with its portal, and no buttons', async () => {
  const page = await stage.home();
  await answered(page, PEOPLE.iin);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.leak-title').first().isVisible()).toBe(true);
  expect(await page.locator('.step-course').last().isVisible()).toBe(true);
  expect(await page.locator('.printed').isVisible()).toBe(true);
  for (const hidden of ['.next', '.exchanges', '.sections', '.languages', '.themes', '.step-how >> nth=0']) {
    expect(await page.locator(hidden).isVisible(), hidden).toBe(false);
  }
  expect(await page.locator('.answer').innerText()).not.toContain(PEOPLE.iin);
});

test('the chosen colours outlive a reload', async () => {
  const page = await stage.home('kk', { colorScheme: 'light' });
  await page.locator('.themes input[value=dark]').check({ force: true });
  const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.reload();
  await awake(page);
  expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(dark);
  expect(await page.locator('.themes input[value=dark]').isChecked()).toBe(true);
});
