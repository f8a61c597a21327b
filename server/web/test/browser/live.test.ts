/** The site on a real tekser-server over the small leaks of `tests/leaks`; runs where `TEKSER_BASE` names one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, type Kind } from '../../src/identifier';
import { isKnownClass } from '../../src/site/classes';
import { LANGUAGES } from '../../src/site/languages';
import { launch, PHONE } from './support/chromium';
import { answered, awake, TEXTS } from './support/visit';

interface Query {
  kind: Kind;
  value: string;
  exposures: { breach: string; classes: string[] }[];
}

const BASE = process.env['TEKSER_BASE'];
/** How many queries of each kind are asked; all of them are asked by the client for Node. */
const SAMPLE = 4;
/** Never shown to whoever types an identifier. */
const SEALED = 'clinic-2023';

const lines = readFileSync(join(import.meta.dirname, '../../../../tests/leaks/truth/queries.jsonl'), 'utf8').trim().split('\n');
const queries = lines.map((line) => JSON.parse(line) as Query);
const sample = KINDS.flatMap((kind) => queries.filter((query) => query.kind === kind).slice(0, SAMPLE));

describe.skipIf(BASE === undefined)('on a real server', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  async function visit(path: string): Promise<Page> {
    const context = await browser.newContext({ viewport: PHONE });
    const page = await context.newPage();
    await page.goto(`${BASE}${path}`);
    return page;
  }

  test.each(KINDS)('every %s of a sample shows the right leaks and classes', async (kind) => {
    const page = await visit('/ru');
    await awake(page);
    for (const query of sample.filter((one) => one.kind === kind)) {
      await answered(page, query.value);
      expect(await shown(page)).toEqual(expected(query));
      await page.getByRole('button', { name: TEXTS.ru.answer.next.another }).click();
    }
    await page.context().close();
  });

  test('the policy allows nothing but the site itself, and the site needs no more', async () => {
    const page = await visit('/kk');
    const troubles: string[] = [];
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    const response = await page.goto(`${BASE}/kk`);
    expect(response?.headers()['content-security-policy']).toContain("default-src 'self'");
    await awake(page);
    expect(troubles).toEqual([]);
    await page.context().close();
  });

  test.each(LANGUAGES)('whoever prefers %s is led to it', async (language) => {
    const context = await browser.newContext({ locale: language });
    const page = await context.newPage();
    await page.goto(`${BASE}/`);
    expect(new URL(page.url()).pathname).toBe(`/${language}`);
    await context.close();
  });

  test('a page that is not there is told in three languages', async () => {
    const page = await visit('/ru/nowhere');
    expect(await page.locator('.not-found').count()).toBe(3);
    await page.context().close();
  });
});

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
  const open = exposures.filter(({ breach }) => breach !== SEALED);
  const named = (name: string): string => (isKnownClass(name) ? TEXTS.ru.names.classes[name] : name);
  return open.map(({ breach, classes }) => `${breach}: ${classes.map(named).sort().join(', ')}`).sort();
}
