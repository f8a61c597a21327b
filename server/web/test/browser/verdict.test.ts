/** Green only where it is true, and the value in full for the person to compare. */
import { expect, test } from 'vitest';
import { fill } from '../../src/site/format/plural';
import { LANGUAGES } from '../../src/site/languages';
import { identifier, PEOPLE, ABSENT_IIN, ABSENT_PHONE } from './support/town';
import { answered, ask, TEXTS, useStage } from './support/visit';

const stage = useStage();
const KNOWN = [{ identifier: identifier('iin', PEOPLE.iin), exposures: [{ breach: 0, classes: 1n }] }];

test.each(LANGUAGES)('with sealed leaks "not found" is not green and says why, in %s', async (language) => {
  const page = await stage.home(language);
  await answered(page, ABSENT_IIN);
  expect(await page.getAttribute('.verdict', 'data-verdict')).toBe('unsure');
  expect(await page.locator('.verdict').innerText()).toContain(TEXTS[language].reading.verdict.sealed);
});

test('it is green for a kind with a check digit where nothing is sealed', async () => {
  stage.serve({ sealed: false });
  const page = await stage.home();
  await answered(page, ABSENT_IIN);
  expect(await page.getAttribute('.verdict', 'data-verdict')).toBe('clear');
});

test('of a kind whose slips cannot be noticed the answer asks to compare, and leads back to what was typed', async () => {
  stage.serve({ sealed: false });
  const page = await stage.home();
  await answered(page, ABSENT_PHONE);
  expect(await page.getAttribute('.verdict', 'data-verdict')).toBe('unsure');
  const { compare, change } = TEXTS.ru.reading.verdict;
  expect(await page.locator('.verdict').innerText()).toContain(compare);
  await page.getByRole('button', { name: change }).click();
  await expect.poll(() => page.inputValue('#identifier')).toBe(ABSENT_PHONE);
});

test('where the list holds nothing of the kind, the answer says that it proves nothing', async () => {
  stage.serve({ known: KNOWN, sealed: false });
  const page = await stage.home();
  await answered(page, ABSENT_PHONE);
  expect(await page.getAttribute('.verdict', 'data-verdict')).toBe('absent');
  const { absent } = TEXTS.ru.reading.verdict;
  expect(await page.locator('#answer-heading').innerText()).toBe(absent.heading);
  expect(await page.locator('.verdict').innerText()).toContain(fill(absent.lead, { kind: TEXTS.ru.names.kinds.phone }));
});

test('the answer repeats the whole value on the screen, only its mask on paper, and neither in the address, the title or the history', async () => {
  const page = await stage.home();
  await answered(page, PEOPLE.phone);
  expect(await page.locator('.verdict-kind').innerText()).toContain('+7 709 123-45-67');
  expect(await page.locator('.history').innerText()).not.toContain('709');
  const kept = await page.evaluate(() => JSON.stringify([location.href, document.title, history.state, { ...localStorage }, { ...sessionStorage }]));
  expect(kept).not.toContain('709');
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.verdict-kind').innerText()).toContain('···67');
  expect(await page.locator('.answer').innerText()).not.toContain('709');
});

test('nobody calls an answer good news', () => {
  const words = JSON.stringify(LANGUAGES.map((language) => TEXTS[language]));
  expect(words).not.toMatch(/good news|хорошая новость|жақсы хабар/i);
});

test('a server that is down is not blamed on the connection', async () => {
  const { failure, reading } = TEXTS.ru;
  const page = await stage.home();
  await page.route('**/v1/**', (route) => route.abort('connectionrefused'));
  await ask(page, PEOPLE.iin);
  await page.waitForSelector('.failure');
  expect(await page.locator('.failure').innerText()).toContain(reading.failure.down);
  expect(await page.locator('.failure').innerText()).not.toContain(failure.texts.offline);
  await page.context().setOffline(true);
  await page.getByRole('button', { name: failure.again }).click();
  await page.getByText(failure.texts.offline).waitFor();
});
