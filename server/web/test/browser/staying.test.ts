import { expect, test } from 'vitest';
import { LANGUAGES } from '../../src/site/languages';
import { ABSENT_IIN, PEOPLE } from './support/town';
import { answered, ask, awake, TEXTS, titles, useStage } from './support/visit';

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

test('the menu, "skip to content" and a fragment in the address keep the answer', async () => {
  const page = await stage.home();
  await answered(page, PEOPLE.iin);
  await page.locator('.menu').click();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('sections');
  await page.locator('.skip').focus();
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  await page.evaluate(() => (location.hash = '#sections'));
  await page.waitForTimeout(200);
  expect(await titles(page)).toHaveLength(2);
  await page.goBack();
  expect(await titles(page)).toHaveLength(2);
  await page.goBack();
  await page.waitForSelector('#identifier');
});

test('the menu and a fragment do not end a look-up', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  stage.server.tamper = async (path, response) => (path.startsWith('/v1/evaluate') ? (await held, response) : response);
  const page = await stage.home();
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('.progress');
  await page.locator('.menu').click();
  await page.evaluate(() => (location.hash = '#content'));
  await page.waitForTimeout(200);
  expect(await page.locator('.progress').count()).toBe(1);
  release();
  await page.waitForSelector('.answer');
});

test('leaving the page empties the field and forgets whole values, whatever the browser keeps of it', async () => {
  const page = await stage.home();
  await answered(page, PEOPLE.phone);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await page.waitForTimeout(50);
  expect(await page.locator('.verdict-kind').innerText()).toContain('···67');
  expect(await page.content()).not.toContain('709');
  await page.getByRole('button', { name: next.another }).click();
  await page.fill('#identifier', PEOPLE.iin);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  expect(await page.inputValue('#identifier')).toBe('');
});

test('clearing everything reaches other tabs', async () => {
  const page = await stage.home();
  const other = await page.context().newPage();
  await other.goto(`${stage.base}/kk`);
  await awake(other);
  await answered(other, PEOPLE.phone);
  await answered(page, PEOPLE.iin);
  await page.getByRole('button', { name: next.clear }).click();
  await other.waitForSelector('#identifier');
  expect(await other.locator('.history').count()).toBe(0);
  expect(await other.locator('.form-note').innerText()).toBe(TEXTS.kk.answer.next.cleared);
});

test('a reload keeps the place on a long page', async () => {
  stage.server.tamper = async (_, response) => new Promise((resolve) => setTimeout(() => resolve(response), 600));
  const page = await stage.page();
  await page.goto(`${stage.base}/ru/leaks`);
  await page.waitForSelector('.leak');
  await page.evaluate(() => scrollTo(0, 1800));
  await page.waitForTimeout(300);
  const before = await page.evaluate(() => scrollY);
  await page.reload();
  await page.waitForFunction((place) => Math.abs(scrollY - place) < 100, before);
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

test('on paper an answer takes one page, with the meaning of each status, the address and the edition of the list', async () => {
  for (const language of LANGUAGES) {
    const page = await stage.home(language);
    await answered(page, PEOPLE.iin);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g)).toHaveLength(1);
    await page.emulateMedia({ media: 'print' });
    const shown = await page.locator('.answer').innerText();
    expect(shown).toContain(TEXTS[language].names.statuses.confirmed.meaning);
    expect(shown).toContain(new URL(page.url()).host);
    expect(shown).toContain(stage.server.index.generation);
  }
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
