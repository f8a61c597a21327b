import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/site/languages';
import { OWNERS_TEXTS } from '../../src/site/prerender/owners';
import { violations } from '../browser/support/axe';
import { launch, PHONE } from '../browser/support/chromium';
import { answered, awake, TEXTS } from '../browser/support/visit';
import { freePort, type IdentityProvider, mockProvider, nodeProvider, type People } from './support/providers';
import { Tekser } from './support/tekser';

/** People who never were; the first is in the sealed leak, the second in others alone. */
const IN_CLINIC = '470316119230';
const PEOPLE: People = {
  aisha: { iin: IN_CLINIC, email: 'ofvsrl8449@example.kz', email_verified: false },
  bolat: { iin: '360112150006' },
  mother: { iin: '360112150006', children: [IN_CLINIC] },
  nobody: { name: IN_CLINIC },
};
const SETTINGS = 'wards = "children"\n[owners.claims]\niin = "iin"\nemail = "email"\n';
const SEALED = 'clinic-2023';
const { start, alone, answer, leave, out, failed } = OWNERS_TEXTS.en;

const tekser = new Tekser();
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
let browser: Browser;
let provider: IdentityProvider;

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await tekser.close();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** A page without programs: the service needs none. */
async function page(): Promise<Page> {
  const context = await browser.newContext({ viewport: PHONE, javaScriptEnabled: false, locale: 'en' });
  return context.newPage();
}

/** Up to the page before the answer. */
async function signedIn(name: string): Promise<Page> {
  const visitor = await page();
  await visitor.goto(`${base}/en`);
  await visitor.getByRole('button', { name: /^Sign in at localhost/ }).click();
  await visitor.waitForURL(`${provider.issuer}/**`);
  await provider.signIn(visitor, name);
  await visitor.waitForURL(`${base}/en/alone`);
  return visitor;
}

async function shown(name: string): Promise<Page> {
  const visitor = await signedIn(name);
  await visitor.getByRole('button', { name: alone.show }).click();
  await visitor.waitForURL(`${base}/en/answer`);
  return visitor;
}

const text = (visitor: Page): Promise<string> => visitor.locator('main').innerText();
const sources = (visitor: Page): Promise<(string | null)[]> => visitor.locator('.leak-meta a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));

const makers: [string, () => Promise<IdentityProvider>][] = [
  ['oidc-provider', () => nodeProvider(`${base}/callback`, PEOPLE)],
  ['oauth2-mock-server', () => mockProvider(PEOPLE)],
];

describe.each(makers)('with %s', (_name, make) => {
  beforeAll(async () => {
    provider = await make();
    await tekser.serveOwners(port, provider.issuer, SETTINGS);
  });
  afterAll(() => provider.close());

  test('a person signs in, says that they are alone, and sees the sealed leaks of their own identifiers', async () => {
    const visitor = await signedIn('aisha');
    const before = tekser.ownersAudit();
    expect(await text(visitor)).toContain(alone.lead);
    await visitor.getByRole('button', { name: alone.show }).click();
    await visitor.waitForURL(`${base}/en/answer`);
    const said = await text(visitor);
    for (const part of ['IIN', 'passport number', 'name', answer.ends]) expect(said).toContain(part);
    for (const part of ['E-mail', answer.none.heading, IN_CLINIC]) expect(said).not.toContain(part);
    const found = await sources(visitor);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(SEALED);
    expect(tekser.ownersAudit().slice(before.length).trim().split('\n')).toHaveLength(1);
    expect(tekser.ownersAudit()).not.toMatch(new RegExp(`${IN_CLINIC}|aisha`));
    await visitor.getByRole('button', { name: leave }).click();
    expect(await text(visitor)).toContain(out.heading);
    await visitor.goto(`${base}/en/answer`);
    expect(await text(visitor)).toContain(failed.reasons.expired);
  });

  test('a person who is in none is shown nothing of others, and two at a time see each their own', async () => {
    const [aisha, bolat] = [await shown('aisha'), await shown('bolat')];
    expect(await text(bolat)).toContain(answer.none.heading);
    expect(await sources(bolat)).toEqual([]);
    await aisha.reload();
    expect(await sources(aisha)).toHaveLength(1);
    await tekser.serveOwners(port, provider.issuer, SETTINGS);
    for (const visitor of [aisha, bolat]) {
      await visitor.goto(`${base}/en/answer`);
      expect(await text(visitor)).toContain(failed.reasons.expired);
    }
  });

  test('what the provider does not vouch for is not looked up', async () => {
    const visitor = await page();
    await visitor.goto(`${base}/en`);
    await visitor.getByRole('button', { name: /^Sign in at localhost/ }).click();
    await visitor.waitForURL(`${provider.issuer}/**`);
    await provider.signIn(visitor, 'nobody');
    await visitor.waitForURL(`${base}/enter?**`);
    expect(await text(visitor)).toContain(failed.reasons.nothing);
  });

  test('a guardian sees the leaks of those in their care, apart', async () => {
    const visitor = await shown('mother');
    expect(await sources(visitor)).toEqual([]);
    await visitor.getByRole('link', { name: answer.wards.one.replace('{n}', '1') }).click();
    expect(await sources(visitor)).toHaveLength(1);
    expect(await text(visitor)).toContain(answer.wards.about.replace('{n}', '1'));
  });

  test('the way back from the provider leads to nothing in another browser, or twice', async () => {
    const visitor = await page();
    const entered: string[] = [];
    visitor.on('request', (request) => new URL(request.url()).pathname === '/enter' && entered.push(request.url()));
    await visitor.goto(`${base}/en`);
    await visitor.getByRole('button', { name: /^Sign in at localhost/ }).click();
    await visitor.waitForURL(`${provider.issuer}/**`);
    await provider.signIn(visitor, 'aisha');
    await visitor.waitForURL(`${base}/en/alone`);
    const other = await page();
    for (const one of [other, visitor]) {
      await one.goto(entered[0]!);
      expect(await text(one)).toContain(failed.reasons.expired);
    }
  });
});

describe('the pages', () => {
  beforeAll(async () => {
    provider = await nodeProvider(`${base}/callback`, PEOPLE);
    await tekser.serveOwners(port, provider.issuer, SETTINGS);
  });
  afterAll(() => provider.close());

  test.each(LANGUAGES)('have nothing that axe objects to in %s, and say who learns what', async (language) => {
    const visitor = await shown('aisha');
    const scripted = await browser.newContext({ viewport: PHONE, storageState: await visitor.context().storageState() });
    const read = await scripted.newPage();
    for (const path of ['', '/alone', '/answer', '/out']) {
      await read.goto(`${base}/${language}${path}`);
      expect(await read.locator('html').getAttribute('lang')).toBe(language);
      expect(await read.locator('main').innerText()).not.toMatch(/\{|\}/);
      expect(await violations(read)).toEqual([]);
    }
    await read.goto(`${base}/${language}`);
    expect(await text(read)).toContain(OWNERS_TEXTS[language].start.learns.lines[0]);
    await scripted.clearCookies();
    await read.goto(`${base}/${language}/alone`);
    expect(await text(read)).toContain(OWNERS_TEXTS[language].failed.reasons.expired);
    expect(await violations(read)).toEqual([]);
  });

  test('are printed without their buttons and header', async () => {
    const visitor = await shown('aisha');
    await visitor.emulateMedia({ media: 'print' });
    expect(await visitor.getByRole('button', { name: leave }).isVisible()).toBe(false);
    expect(await visitor.locator('.languages').isVisible()).toBe(false);
    expect(await visitor.locator('.step-course').first().isVisible()).toBe(true);
  });

  test('the start can be read while nobody is signed in, and the public site is not beside it', async () => {
    const visitor = await page();
    await visitor.goto(`${base}/en`);
    expect(await text(visitor)).toContain(start.heading);
    for (const path of ['/en/leaks', '/v1/index', '/v1/evaluate', '/v1/breaches', '/metrics', '/feed/en']) {
      const response = await visitor.request.get(base + path);
      expect([path, response.status()]).toEqual([path, 404]);
    }
  });
});

test.each([['https://owners.example'], [undefined]])('the public site leads to the service at %s, or to an office', async (address) => {
  await tekser.serve(...(address === undefined ? [] : ['--owners-address', address]));
  const visitor = await (await browser.newContext({ viewport: PHONE })).newPage();
  await visitor.goto(`${tekser.base}/ru`);
  await awake(visitor);
  await answered(visitor, IN_CLINIC);
  const { heading, own, ask } = TEXTS.ru.answer.sealed;
  const note = visitor.getByRole('complementary', { name: heading });
  const said = await note.innerText();
  expect([said.includes(own), said.includes(ask)]).toEqual([address !== undefined, address === undefined]);
  const links = await note.getByRole('link').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  expect(links).toEqual(address === undefined ? [] : [`${address}/ru`]);
});
