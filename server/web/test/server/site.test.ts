import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { isKnownClass } from '../../src/site/classes';
import { LANGUAGES } from '../../src/site/languages';
import { answered, awake, TEXTS } from '../browser/support/visit';
import { queries, type Query } from './support/tekser';
import { another, useTown } from './support/visitors';

/** How many queries of each kind are asked in the browser; the client for Node asks all of them. */
const SAMPLE = 3;

const town = useTown('--pow', 'auto');
const { tekser } = town;
const ASKED = queries();
const KINDS_ASKED = [...new Set(ASKED.map(({ kind }) => kind))];

/** Per leak its source, which ends in its id, and the names of the classes. */
async function shown(page: Page): Promise<string[]> {
  const leaks = await page.locator('.answer .leak').evaluateAll((cards) =>
    cards.map((card) => {
      const id = card.querySelector('.leak-meta a')?.getAttribute('href')?.split('/').pop();
      return `${id}: ${[...card.querySelectorAll('.classes li')].map((item) => item.textContent).sort().join(', ')}`;
    }),
  );
  return leaks.sort();
}

function expected({ exposures }: Query): string[] {
  const named = (name: string): string => (isKnownClass(name) ? TEXTS.ru.names.classes[name] : name);
  return exposures.map(({ breach, classes }) => `${breach}: ${classes.map(named).sort().join(', ')}`).sort();
}

test.each(KINDS_ASKED)('every %s of a sample shows the right leaks and classes, after the work that the server asks for', async (kind) => {
  const page = await town.home();
  for (const query of ASKED.filter((one) => one.kind === kind).slice(0, SAMPLE)) {
    await answered(page, query.value);
    expect(await shown(page)).toEqual(expected(query));
    await another(page);
  }
  await page.context().close();
});

test('the front page goes to the language that the browser prefers', async () => {
  const preferred = async (languages: string) => {
    const answer = await fetch(tekser.base, { redirect: 'manual', headers: { 'accept-language': languages } });
    return answer.headers.get('location');
  };
  expect(await preferred('ru-KZ,ru;q=0.9,kk;q=0.8')).toBe('/ru');
  expect(await preferred('de,en-GB;q=0.7')).toBe('/en');
  expect(await preferred('fr')).toBe('/kk');
});

test.each(LANGUAGES)('a person who prefers %s is led to it', async (language) => {
  const page = await town.page({ locale: language });
  await page.goto(`${tekser.base}/`);
  expect(new URL(page.url()).pathname).toBe(`/${language}`);
  await page.context().close();
});

test('the policy lets nothing in from elsewhere, and the site needs no more', async () => {
  const page = await town.page();
  const troubles: string[] = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  const response = await page.goto(`${tekser.base}/kk`);
  const policy = response?.headers()['content-security-policy'];
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain('unsafe');
  await awake(page);
  expect(troubles).toEqual([]);
  await page.context().close();
});

test('a missing page is reported in three languages', async () => {
  const page = await town.page();
  const response = await page.goto(`${tekser.base}/kk/nothing`);
  expect(response?.status()).toBe(404);
  expect(await page.locator('.not-found').count()).toBe(3);
  await page.context().close();
});
