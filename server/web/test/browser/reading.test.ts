/** No verdict on a reading that the person has not seen, and none on one that they would call a slip. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fill } from '../../src/site/format/plural';
import { LANGUAGES } from '../../src/site/languages';
import { ABSENT_IIN, PEOPLE } from './support/town';
import { ask, TEXTS, useStage } from './support/visit';

const stage = useStage();
const { check, names, reading } = TEXTS.ru;

/** What was asked besides the work that may be done beforehand. */
function asked(): string[] {
  return stage.server.requests.map(({ path }) => path).filter((path) => path !== '/v1/index' && path !== '/v1/challenge');
}

function recognised(kind: keyof typeof names.kinds, value: string): string {
  return fill(check.recognised, { kind: names.kinds[kind], value });
}

/** Types, presses Enter twice, and gives what is under the field; nothing may have been sent by it. */
async function refusedTwice(page: Page, typed: string): Promise<string> {
  await ask(page, typed);
  await page.waitForSelector('.doubts, .fault, .choice');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(200);
  expect(await page.locator('.form').count(), typed).toBe(1);
  expect(asked(), typed).toEqual([]);
  return page.locator('.form').innerText();
}

test('the whole reading stands under the field before anything is sent', async () => {
  const page = await stage.home();
  await page.fill('#identifier', '8 (709) 806-30-05');
  expect(await page.locator('#identifier-hint').innerText()).toBe(recognised('phone', '+7 709 806-30-05'));
  await page.fill('#identifier', 'kz86125kzt5004100100');
  expect(await page.locator('#identifier-hint').innerText()).toBe(recognised('iban', 'KZ86 125K ZT50 0410 0100'));
  await page.fill('#identifier', 'N12345678 ');
  await page.fill('#identifier', 'Someone@Example.kz');
  expect(await page.locator('#identifier-hint').innerText()).toBe(recognised('email', 'someone@example.kz'));
  expect(asked()).toEqual([]);
});

describe.each(LANGUAGES)('in %s', (language) => {
  const texts = TEXTS[language];

  test('a telephone number less one digit is asked about, and a green answer does not come by Enter', async () => {
    const page = await stage.home(language);
    const shown = await refusedTwice(page, '8 (709) 806-30-0');
    expect(shown).toContain('+7 870 980-63-00');
    expect(shown).toContain(fill(texts.reading.doubts.prefix, { part: '+7 870' }));
    await page.getByRole('button', { name: texts.reading.confirm }).click();
    await page.waitForSelector('.answer[data-found=false]');
  });

  test('a name is not searched for', async () => {
    const page = await stage.home(language);
    expect(await refusedTwice(page, 'Иванов Иван')).toContain(texts.check.faults.name);
  });
});

test.each([
  ['a ten-digit mobile number less a digit', '709806300', reading.doubts['id-card']],
  ['a number of another country', '+998 70 123 45 67', fill(reading.doubts.prefix, { part: '+998' })],
  ['a number of Russia', '7 495 123 45 67', fill(reading.doubts.prefix, { part: '+7 495' })],
  ['twelve digits that begin with no date', '009900100014', reading.doubts['birth-date']],
  ['a login', 'someone.else', reading.doubts.login],
  ['the number of an organisation with a slip', '000140800012', check.forms.company],
  ['a rare end of an address', 'name@example.con', fill(reading.doubts.domain, { part: '.con' })],
  ['a card of thirteen digits', '4000000000006', reading.doubts.card],
  ['a handle', '@someone.else', reading.doubts.login],
  ['a plate of no region', '123 ABC 77', reading.doubts.region],
])('%s is asked about', async (_, typed, words) => {
  const page = await stage.home();
  expect(await refusedTwice(page, typed)).toContain(words);
});

test.each([
  ['a name in Cyrillic', 'Айгуль', check.faults.name],
  ['an IIN with the letter O', '0001O11OOO16', check.faults.letters],
  ['an address without its @', 'namegmail.com', check.faults['at-sign']],
  ['an address with (at)', 'name(at)mail.ru', check.faults['at-sign']],
  ['a link to no profile', 'https://www.instagram.com/p/someone', check.forms.handle],
  ['two numbers in a row', '000101100016 8 709 123 45 67', check.faults.many],
])('%s is no login and is not looked up', async (_, typed, words) => {
  const page = await stage.home();
  const shown = await refusedTwice(page, typed);
  expect(shown).toContain(words);
  expect(shown).not.toContain(`${names.kinds.login}:`);
});

test.each([
  ['name@gmail.con', 'name@gmail.com'],
  ['name@gmial.com', 'name@gmail.com'],
  ['name(at)mail.ru', 'name@mail.ru'],
  ['name собака mail точка ru', 'name@mail.ru'],
  ['name@mail,ru', 'name@mail.ru'],
  ['name@gmail', 'name@gmail.com'],
  ['0001O11OOO16', '000101100016'],
])('%s can be changed to what was probably meant, %s, and nothing is sent by it', async (typed, meant) => {
  const page = await stage.home();
  await ask(page, typed);
  await page.getByRole('button', { name: fill(reading.instead, { text: meant }) }).click();
  await expect.poll(() => page.inputValue('#identifier')).toBe(meant);
  expect(asked()).toEqual([]);
});

test('what can be an identity card or a telephone number has no default: Enter asks, and sends what was chosen', async () => {
  const page = await stage.home();
  const shown = await refusedTwice(page, '002702023');
  expect(shown).toContain(recognised('id_card', '002 702 023'));
  expect(shown).toContain(reading.choose);
  expect(await page.locator('.choice input:checked').count()).toBe(0);
  await page.locator('.choice input[value=id_card]').check();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.answer');
  expect(await page.locator('.verdict-kind').innerText()).toContain(names.kinds.id_card);
});

test('an address of a frequent domain, an IIN and a usual number are looked up without a question', async () => {
  for (const typed of [PEOPLE.email, PEOPLE.iin, PEOPLE.phone, '+7 709 765 43 21', ABSENT_IIN, PEOPLE.iban, PEOPLE.card]) {
    const page = await stage.home();
    await ask(page, typed);
    await page.waitForSelector('.answer');
    await page.close();
  }
});

describe('with the keyboard open', () => {
  const viewport = { width: 360, height: 410 };

  test.each([
    ['a fault', '000101100017', '.fault'],
    ['a doubt', '8 (709) 806-30-0', '.doubts p >> nth=1'],
    ['a choice', '002702023', '.choice input >> nth=0'],
  ])('%s is in view', async (_, typed, selector) => {
    const page = await stage.home('ru', { viewport });
    await ask(page, typed);
    const question = page.locator(selector);
    await question.waitFor();
    await page.waitForTimeout(100);
    const box = (await question.boundingBox())!;
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThanOrEqual(viewport.height);
  });
});

test('a kind further down the page leads to the field and is read as such', async () => {
  const page = await stage.home();
  await page.getByRole('button', { name: names.kinds.passport }).click();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('identifier');
  await page.keyboard.type('N12345678');
  expect(await page.locator('#identifier-hint').innerText()).toBe(recognised('passport', 'N12345678'));
});
