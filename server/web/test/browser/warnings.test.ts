/** A call, a site, a company, a wallet: on a list or on none, apart from leaks, and never an accusation or an all-clear. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { fill, plural } from '../../src/site/format/plural';
import { LANGUAGES } from '../../src/site/languages';
import { violations } from './support/axe';
import { DESKTOP } from './support/chromium';
import { ABSENT_PHONE, PEOPLE } from './support/town';
import { answered, awake, TEXTS, titles, useStage } from './support/visit';
import { CALLS, LISTED, PYRAMIDS, SITES, UNLISTED, WITH_LISTS } from './support/warnings';

const stage = useStage();
/** WCAG 2.2 asks for reflow at this width. */
const NARROW = { width: 320, height: 640 };

async function another(page: Page): Promise<void> {
  await page.locator('.next .button-main').click();
  await page.waitForSelector('#identifier');
}

/** Asks and gives the words of the part about warnings. */
async function warned(page: Page, typed: string): Promise<string> {
  await answered(page, typed);
  return page.locator('.warnings').innerText();
}

describe.each(LANGUAGES)('in %s', (language) => {
  const { answer, warnings, warned: names } = TEXTS[language];
  const check = async (page: Page): Promise<void> => expect(await violations(page)).toEqual([]);

  test('what is on a list is answered with why, since when, by whom, what to do and how to contest it; what is on none with the signs of fraud', async () => {
    stage.serve(WITH_LISTS);
    const page = await stage.home(language, { viewport: NARROW });

    const call = await warned(page, LISTED.phone);
    expect(await page.locator('.verdict-about').innerText()).toBe(names.yours);
    expect(await page.locator('#answer-heading').innerText()).toBe(plural(language, answer.found.heading, 1));
    expect(await titles(page)).toHaveLength(1);
    for (const part of [
      fill(warnings.listed.heading, warnings.things.phone), warnings.listed.lead, warnings.listed.caution.phone!, CALLS.title[language], warnings.reasons['fraud-call'], warnings.reasons['spoofed-number'],
      CALLS.publisher[language], CALLS.legal_basis[language], plural(language, warnings.entry.until, CALLS.valid_for), 'example.org', '2026', warnings.actions.first.phone, ...warnings.actions.always.slice(0, 2), ...warnings.signs.of.phone,
    ]) expect(call).toContain(part);
    expect(await page.locator('.warnings a[href="tel:102"]').count()).toBe(1);
    expect(await page.locator('.warnings a[href="https://example.org/appeal"]').count()).toBe(1);
    await check(page);

    await another(page);
    const site = await warned(page, LISTED.site);
    for (const part of [fill(warnings.listed.heading, warnings.things.site), SITES.title[language], warnings.reasons['phishing-site'], warnings.site, 'pay.example.kz', warnings.actions.first.site]) expect(site).toContain(part);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('answer-heading');
    expect(await page.locator('.verdict, .meaning').count()).toBe(0);
    await check(page);

    await another(page);
    const likeness = await warned(page, UNLISTED.lookAlike);
    for (const part of [fill(warnings.unlisted.heading, warnings.things.site), warnings.unlisted.lead, fill(warnings.lookalike.heading, { site: 'kaspi.kz' }), warnings.lookalike.how.part, ...warnings.signs.of.site]) expect(likeness).toContain(part);
    await check(page);

    await another(page);
    const company = await warned(page, LISTED.company);
    for (const part of [fill(warnings.listed.heading, warnings.things.company), PYRAMIDS.title[language], warnings.reasons['financial-pyramid']]) expect(company).toContain(part);
    expect(company).not.toContain(warnings.reasons['fraud-wallet']);

    await another(page);
    const wallet = await warned(page, UNLISTED.wallet);
    for (const part of [fill(warnings.unlisted.heading, warnings.things.wallet), ...warnings.signs.of.wallet]) expect(wallet).toContain(part);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(NARROW.width);
    expect(await page.locator('.history-result').allInnerTexts()).toEqual([`${plural(language, answer.next.found, 1)}, ${names.listed}`, names.listed, answer.next.notFound, names.listed, answer.next.notFound]);
    await check(page);
  });
});

test.each(LANGUAGES)('a wallet and a profile are found, a site, a company and a call are not, in %s', async (language) => {
  stage.serve(WITH_LISTS);
  const page = await stage.home(language, { viewport: DESKTOP });
  const { listed, unlisted, things } = TEXTS[language].warnings;
  for (const [typed, kind, isListed] of [
    [LISTED.wallet, 'wallet', true], [LISTED.handle, 'handle', true], [UNLISTED.site, 'site', false], [UNLISTED.company, 'company', false], [UNLISTED.phone, 'phone', false],
  ] as const) {
    const said = await warned(page, typed);
    expect(said).toContain(fill((isListed ? listed : unlisted).heading, things[kind]));
    expect([typed, await page.locator('.warning').getAttribute('data-listed')]).toEqual([typed, String(isListed)]);
    expect(await page.locator('.lookalike').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await another(page);
  }
});

test('the keyboard alone leads from a site that is typed to the way to contest its entry', async () => {
  stage.serve(WITH_LISTS);
  const page = await stage.home('ru', { viewport: DESKTOP });
  await page.focus('#identifier');
  await page.keyboard.type('pay.example.kz');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#answer-heading:focus');
  for (let presses = 0; presses < 8 && !(await page.evaluate(() => document.activeElement?.matches('.warning-card a'))); presses++) await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe('https://example.org/appeal');
});

test('whether something is found changes nothing of what is asked for, neither of the server nor of the website', async () => {
  stage.serve(WITH_LISTS);
  const asked: string[][] = [];
  for (const typed of [LISTED.phone, UNLISTED.phone, PEOPLE.iin]) {
    const page = await stage.page();
    const paths: string[] = [];
    page.on('request', (request) => void paths.push(new URL(request.url()).pathname.replace(/(ranges\/[^/]+\/).*/, '$1')));
    await page.goto(`${stage.base}/kk`);
    await awake(page);
    await answered(page, typed);
    asked.push(paths.sort());
  }
  expect(asked[1]).toEqual(asked[0]);
  expect(asked[2]).toEqual(asked[0]);
});

test('while a site is typed only the rules of sites are loaded, and without lists nobody reads of warnings', async () => {
  const page = await stage.home('en');
  await page.waitForLoadState('networkidle');
  const paths: string[] = [];
  page.on('request', (request) => void paths.push(new URL(request.url()).pathname));
  await page.locator('#identifier').pressSequentially('pay.example.kz', { delay: 5 });
  await page.getByText('pay.example.kz').waitFor();
  expect(paths.filter((path) => !/^\/assets\/late-[\w-]+\.js$/.test(path) && !path.startsWith('/v1/index') && !path.startsWith('/v1/challenge'))).toEqual([]);
  await answered(page, ABSENT_PHONE);
  expect(await page.locator('.warnings, .verdict-about').count()).toBe(0);
});

test('a list of an unknown type is shown neither as a leak nor as a warning, and the catalogue has lists of warnings apart', async () => {
  stage.serve(WITH_LISTS);
  const page = await stage.home('ru');
  await answered(page, 'noticed@example.kz');
  expect(await page.locator('.answer').getAttribute('data-found')).toBe('false');
  expect(await page.locator('.warning').getAttribute('data-listed')).toBe('false');
  await page.goto(`${stage.base}/ru/leaks`);
  await page.waitForSelector('.warning-lists');
  expect(await page.locator('.warning-lists article h3').allInnerTexts()).toEqual([CALLS, SITES, PYRAMIDS].map(({ title }) => title.ru));
  const leaks = await page.locator('.catalogue .leak-title').allInnerTexts();
  for (const { title } of [CALLS, SITES, PYRAMIDS]) expect(leaks).not.toContain(title.ru);
  expect(await page.locator('main').innerText()).not.toContain('NOTICE');
  expect(await violations(page)).toEqual([]);
});

test('several values are answered one by one, and a change of the language takes the answer along', async () => {
  stage.serve(WITH_LISTS);
  const page = await stage.home('ru');
  await answered(page, `${LISTED.company}; ${UNLISTED.site}`);
  expect(await page.locator('#answer-heading').innerText()).toBe(TEXTS.ru.warnings.heading);
  expect(await page.locator('.warning').evaluateAll((parts) => parts.map((part) => part.getAttribute('data-listed')))).toEqual(['true', 'false']);
  await page.click('.languages a[hreflang=kk]');
  await page.getByText(TEXTS.kk.warnings.listed.lead).waitFor();
});
