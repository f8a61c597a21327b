import { describe, expect, test } from 'vitest';
import { LEAK_KINDS } from '../../src/identifier';
import { plural } from '../../src/site/format/plural';
import { LANGUAGES } from '../../src/site/languages';
import { DESKTOP, PHONE } from './support/chromium';
import { type FakeServer } from '../protocol/fake-server';
import { ABSENT_IIN, ABSENT_PHONE, leaksOf, MISTYPED_IIN, PEOPLE } from './support/town';
import { answered, ask, TEXTS, titles, useStage } from './support/visit';

const stage = useStage();

/** What was asked besides the work that may be done beforehand. */
function asked({ requests }: FakeServer): string[] {
  return requests.map(({ path }) => path).filter((path) => path !== '/v1/index' && path !== '/v1/challenge');
}

const VISITS = LANGUAGES.flatMap((language) => [
  { language, size: 'a phone', viewport: PHONE },
  { language, size: 'a desktop', viewport: DESKTOP },
]);

describe.each(VISITS)('in $language on $size', ({ language, viewport }) => {
  const texts = TEXTS[language];

  test('a person in two leaks sees both, the newest first, with what leaked and what to do', async () => {
    const page = await stage.home(language, { viewport });
    await answered(page, PEOPLE.iin);
    expect(await page.locator('#answer-heading').innerText()).toBe(plural(language, texts.answer.found.heading, 2));
    expect(await titles(page)).toEqual(leaksOf('iin').map(({ title }) => title[language]));
    const classes = await page.locator('.leak').first().locator('.classes li').allInnerTexts();
    expect(classes).toEqual(leaksOf('iin')[0]!.classes.map((name) => texts.names.classes[name as keyof typeof texts.names.classes]));
    expect(await page.locator('.step-title').allInnerTexts()).toContain(texts.steps.texts['stop-credit'].title);
    expect(await page.locator('.answer').innerText()).toContain(texts.answer.sealed.heading);
    expect(await page.locator('.answer').innerText()).toContain(texts.answer.notCustomer.text);
  });

  test('a person in no leak sees what that means and what it does not', async () => {
    const page = await stage.home(language, { viewport });
    await answered(page, ABSENT_IIN);
    expect(await page.locator('#answer-heading').innerText()).toBe(texts.answer.notFound.heading);
    const shown = await page.locator('.answer').innerText();
    for (const line of texts.answer.notFound.means) expect(shown).toContain(line);
    expect(shown).toContain(texts.answer.sealed.text);
    expect(await page.locator('.step').count()).toBe(0);
  });

  test('a slip in the check digit is explained and nothing of it is sent', async () => {
    const page = await stage.home(language, { viewport });
    await ask(page, MISTYPED_IIN);
    const fault = await page.locator('#fault').innerText();
    expect(fault).toContain(texts.check.faults['check-digit']);
    expect(fault).toContain(texts.check.forms.iin);
    expect(await page.getAttribute('#identifier', 'aria-invalid')).toBe('true');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('identifier');
    expect(asked(stage.server)).toEqual([]);
  });

  test('nothing is wider than the page', async () => {
    const page = await stage.home(language, { viewport });
    await answered(page, PEOPLE.iin);
    await page.click('.exchanges > summary');
    await page.waitForSelector('.lay');
    for (const summary of await page.locator('.expert > summary').all()) await summary.click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
  });
});

test.each(LEAK_KINDS)('a %s is recognised and found in its leaks', async (kind) => {
  const page = await stage.home();
  await page.fill('#identifier', PEOPLE[kind]);
  const { names } = TEXTS.ru;
  await page.waitForFunction((name) => document.querySelector('.form')?.textContent?.includes(name), names.kinds[kind]);
  await answered(page, PEOPLE[kind]);
  if ((await page.locator('.verdict-kind').innerText()).includes(names.kinds[kind])) {
    expect(await titles(page)).toEqual(leaksOf(kind).map(({ title }) => title.ru));
    return;
  }
  throw new Error(`a ${kind} was taken for something else`);
});

test('nothing of it is sent while a person types, nor for an ambiguous value before the choice is shown', async () => {
  const page = await stage.home();
  await page.locator('#identifier').pressSequentially('N12345678', { delay: 5 });
  await page.keyboard.press('Enter');
  await page.waitForSelector('.choice');
  expect(await page.locator('.choice legend').innerText()).toBe(TEXTS.ru.check.ambiguous);
  expect(asked(stage.server)).toEqual([]);
  await page.locator('.choice input[value=login]').check();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.answer[data-found=false]');
});

test('the kind can be named by hand where the page guesses otherwise', async () => {
  const page = await stage.home();
  await page.fill('#identifier', PEOPLE.login);
  await page.getByText(TEXTS.ru.check.chooseOpen).click();
  await page.locator('.choice input[value=phone]').check();
  await page.keyboard.press('Enter');
  await page.click('.form [type=submit]');
  expect(await page.locator('#fault').innerText()).toContain(TEXTS.ru.check.forms.phone);
  await page.locator('.choice input[value=login]').check();
  await page.click('.form [type=submit]');
  await page.waitForSelector('.answer[data-found=true]');
});

test('an invented leak is explained and calls for no steps', async () => {
  const page = await stage.home();
  await page.fill('#identifier', PEOPLE.plate);
  await answered(page, PEOPLE.plate);
  await page.locator('.status summary').click();
  const shown = await page.locator('.answer').innerText();
  expect(shown).toContain(TEXTS.ru.names.statuses.fabricated.meaning);
  expect(shown).toContain(TEXTS.ru.steps.none);
});

test('several checks are listed by kind and mask, can be shown again, and say what asking twice reveals', async () => {
  const page = await stage.home();
  await answered(page, PEOPLE.iin);
  await page.getByRole('button', { name: TEXTS.ru.answer.next.another }).click();
  expect(await page.locator('.form').innerText()).toContain(TEXTS.ru.answer.next.twice.text);
  expect(await page.inputValue('#identifier')).toBe('');
  await answered(page, ABSENT_PHONE);
  expect(await page.locator('.history-what').allInnerTexts()).toEqual([`${TEXTS.ru.names.kinds.iin} ···16`, `${TEXTS.ru.names.kinds.phone} ···21`]);
  await page.locator('.history').getByRole('button', { name: TEXTS.ru.answer.next.show }).first().click();
  await page.waitForSelector('.answer[data-found=true]');
  expect(await titles(page)).toEqual(leaksOf('iin').map(({ title }) => title.ru));
});
