/** What only a running server can fill into the pages: its leaks, and who runs it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/site/languages';
import { PAGES, pathOf } from '../../src/site/paths';
import { violations } from '../browser/support/axe';
import { DESKTOP, PHONE } from '../browser/support/chromium';
import { TEXTS } from '../browser/support/visit';
import { useTown } from './support/visitors';

const folder = mkdtempSync(join(tmpdir(), 'tekser-settings-'));
const settings = join(folder, 'server.toml');
writeFileSync(
  settings,
  `[operator]
name = { kk = "Сынақ & <министрлік>", ru = "Тестовое & <министерство>", en = "The test & <ministry>" }
address = "https://tekser.example"
contact = "mailto:tekser@example.kz"
log-retention = { kk = "7 күн", ru = "7 дней", en = "7 days" }
legal-basis = "94-V"
`,
);
afterAll(() => rmSync(folder, { recursive: true }));

const town = useTown('--config', settings);
const get = (path: string): Promise<Response> => fetch(town.tekser.base + path, { redirect: 'manual' });

describe.each(LANGUAGES)('in %s', (language) => {
  test('every page has all its places filled, and names the operator as text', async () => {
    for (const page of PAGES) {
      const html = await (await get(pathOf(language, page))).text();
      expect(html).not.toMatch(/\{\{|\}\}/);
      expect(html).toContain({ kk: 'Сынақ &#38; &#60;министрлік&#62;', ru: 'Тестовое &#38; &#60;министерство&#62;', en: 'The test &#38; &#60;ministry&#62;' }[language]);
    }
  });

  test('each leak that the feed lists has a page, with its steps, its source and a card', async () => {
    const feed = await (await get(`/feed/${language}.xml`)).text();
    const paths = [...feed.matchAll(/<link rel="alternate" type="text\/html" href="https:\/\/tekser\.example(\/[^"]*\/leaks\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) {
      const answer = await get(path);
      expect(answer.status, path).toBe(200);
      const html = await answer.text();
      expect(html).not.toMatch(/\{\{|\}\}/);
      expect(html).toContain(`<link rel="canonical" href="https://tekser.example${path}"`);
      expect(html).toContain('https://example.org/');
      expect(html).toContain(TEXTS[language].steps.texts.complaint.title);
    }
  });

  test.each([PHONE, DESKTOP])('axe finds nothing wrong on the page of a leak, without a program, at $width pixels', async (viewport) => {
    const page = await town.page({ viewport });
    await page.goto(`${town.tekser.base}/${language}/leaks/residents-2025`);
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    await page.context().close();
  });
});

describe('each page has one spelling', () => {
  test.each(['/ru/', '/ru/index.html', '/ru/leaks/', '/ru/leaks/residents-2025/'])('%s leads to the page', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(308);
    expect((await get(answer.headers.get('location') ?? '')).status).toBe(200);
  });

  test.each(['/ru%2Fleaks', '/r%75', '/ru/nothing', '/ru/leak', '/404', '/ru/leaks/clinic-2023', '/ru/leaks/no-such-leak'])('%s is not there, and nobody keeps that', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

test('robots, search engines and finders of vulnerabilities learn where to look', async () => {
  expect(await (await get('/robots.txt')).text()).toContain('Sitemap: https://tekser.example/sitemap.xml');
  expect(await (await get('/sitemap.xml')).text()).toContain('<loc>https://tekser.example/kk/steps</loc>');
  const security = await (await get('/.well-known/security.txt')).text();
  expect(security).toMatch(/^Contact: mailto:tekser@example\.kz\nExpires: 20\d\d-\d\d-\d\dT00:00:00Z\n/);
  expect((await get('/manifest.webmanifest')).headers.get('content-type')).toBe('application/manifest+json');
});

describe('without an operator', () => {
  beforeAll(() => town.tekser.serve());

  test('pages say that they do not say who runs them, and there is no sitemap and nobody to write to', async () => {
    expect(await (await get('/kk')).text()).toContain(TEXTS.kk.shell.operator.unnamed);
    for (const path of ['/sitemap.xml', '/.well-known/security.txt']) expect((await get(path)).status).toBe(404);
  });
});
