/** Several values at once: one answer, asked one by one. */
import { expect, test } from 'vitest';
import { fill } from '../../src/site/format/plural';
import { ABSENT_PHONE, MISTYPED_IIN, PEOPLE } from './support/town';
import { ask, TEXTS, titles, useStage } from './support/visit';

const stage = useStage();
const { answer, check, names, reading } = TEXTS.ru;

const SEVEN = [PEOPLE.iin, PEOPLE.phone, PEOPLE.email, PEOPLE.id_card, PEOPLE.iban, PEOPLE.card, ABSENT_PHONE];

test('seven values pasted as a list are checked one by one and get one answer', async () => {
  const page = await stage.home('ru');
  await page.focus('#identifier');
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData('text/plain', text);
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, SEVEN.join('\n'));
  await expect.poll(() => page.inputValue('#identifier')).toBe(SEVEN.join('; '));
  await page.waitForSelector('.entries');
  const shown = await page.locator('.entries').innerText();
  expect(shown).toContain(fill(reading.list.lead, { n: '7' }));
  expect(shown).toContain(reading.list.linked);
  expect(shown).toContain('+7 709 765-43-21');
  await page.click('.form [type=submit]');
  await page.getByText(fill(reading.list.progress, { n: '2', all: '7' })).waitFor();
  await page.waitForSelector('.answer .next');
  expect(await page.locator('#answer-heading').innerText()).toBe(fill(reading.list.heading, { n: '7', found: '6' }));
  expect(await page.locator('.verdict-values li').count()).toBe(7);
  expect(await titles(page)).toHaveLength(4);
  expect(await page.locator('.leak-of').first().innerText()).toContain(`${names.kinds.iin} ···16`);
  expect(await page.locator('.history-what').innerText()).toContain(`${names.kinds.phone} ···67`);
  const evaluations = stage.server.requests.filter(({ path }) => path.startsWith('/v1/evaluate'));
  expect(evaluations.map(({ init }) => (JSON.parse(String(init.body)) as { blinded: string[] }).blinded.length)).toEqual(Array(7).fill(1));
});

test('a list is not sent before each of its values is clear', async () => {
  const page = await stage.home();
  await ask(page, `${PEOPLE.iin}; 002702023; ${MISTYPED_IIN}`);
  await page.waitForSelector('.fault');
  expect(await page.locator('.fault').innerText()).toContain(reading.list.unclear);
  expect(await page.locator('.entries').innerText()).toContain(check.faults['check-digit']);
  expect(stage.server.requests.filter(({ path }) => path.startsWith('/v1/evaluate'))).toEqual([]);
  await page.fill('#identifier', `${PEOPLE.iin}; 002702023`);
  await page.locator('.entries .choice input[value=id_card]').check();
  await page.click('.form [type=submit]');
  await page.waitForSelector('.answer .next');
  expect(await page.locator('.answer').innerText()).toContain(answer.leaksHeading);
});

test('after a failure only what has no answer is asked once more', async () => {
  const { fetch } = stage.server;
  let evaluations = 0;
  stage.api = async (url, init) => (url.includes('/v1/evaluate') && ++evaluations === 2 ? new Response('', { status: 500 }) : fetch(url, init));
  const page = await stage.home();
  await ask(page, `${PEOPLE.iin}, ${PEOPLE.phone}`);
  await page.waitForSelector('.failure');
  await page.getByRole('button', { name: TEXTS.ru.failure.again }).click();
  await page.waitForSelector('.answer .next');
  expect(evaluations).toBe(3);
});

test('a word for parents stands at the form', async () => {
  const page = await stage.home();
  await page.getByText(reading.others.summary).click();
  expect(await page.locator('.others').filter({ hasText: reading.others.summary }).innerText()).toContain(reading.others.child);
});
