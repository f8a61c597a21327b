import { describe, expect, test } from 'vitest';
import { csvOf } from '../../src/site/catalogue/csv';
import { LANGUAGES } from '../../src/site/languages';
import { OWNERS_PAGES } from '../../src/site/pages/Owners';
import { FAILURES } from '../../src/site/texts/owners';
import { PAGES, pathOf } from '../../src/site/paths';
import { fillIn } from '../../src/site/prerender/fill';
import type { Assets } from '../../src/site/prerender/Head';
import { OWNERS_TEXTS, ownersTemplate } from '../../src/site/prerender/owners';
import { allPaths, leakTemplate, notFound, pageAt, robots, sitemap, webManifest } from '../../src/site/prerender/site';
import { SOURCES } from '../../src/site/steps/sources';
import { STEPS } from '../../src/site/steps/steps';
import { breach } from '../protocol/fake-server';
import { ALL } from './support/texts';
import templates from './templates.json';

const ASSETS: Assets = { scripts: [], styles: [], readingStyles: ['/reading.css'], beforePaint: '/before-paint.js', preloads: () => [] };
const ORIGIN = 'https://tekser.example';
const OPERATOR = {
  operator: '1', 'operator.name': 'The <ministry>', 'operator.address': ORIGIN, 'operator.contact': 'mailto:tekser@example.kz', 'operator.contact-text': 'tekser@example.kz',
  'operator.log-retention': 'seven days', 'operator.legal-basis': 'law 94-V',
};

const filled = (html: string | undefined, values: Record<string, string> = OPERATOR): string => fillIn(html ?? '', values);
const page = (path: string, values?: Record<string, string>): string => filled(pageAt(path, ASSETS), values);

test.each(templates.cases)('$page is filled in as the server does it', ({ page: written, filled: expected }) => {
  expect(fillIn(written, templates.values)).toBe(expected);
});

describe.each(LANGUAGES)('for owners of sensitive leaks, in %s,', (language) => {
  const values = { ...OPERATOR, provider: 'login.example', 'wards-known': '1', wards: '1', number: '2', csrf: 'token', onward: '/enter', found: '1', leaks: '1', 'leak.title': 'A leak', 'class.health-data': '1', steps: '1' };

  test.each(OWNERS_PAGES)('the page %s has no place left open, and no program', (name) => {
    for (const given of [values, {}]) {
      const html = fillIn(ownersTemplate(language, name, { ...ASSETS, scripts: ['/main.js'] }), given);
      expect(html).not.toMatch(/\{|\}|<script|javascript:/);
      expect(html).toContain('<meta name="robots" content="noindex"/>');
    }
  });

  test('forms send the token of the visit, and the first says who learns what', () => {
    for (const name of ['alone', 'answer'] as const) {
      const html = fillIn(ownersTemplate(language, name, ASSETS), values);
      expect(html.split('<form').length).toBe(html.split('name="csrf" value="token"').length);
    }
    const start = fillIn(ownersTemplate(language, 'start', ASSETS), values);
    for (const line of OWNERS_TEXTS[language].start.learns.lines) expect(start).toContain(line.replace('{provider}', 'login.example'));
    expect(start).toContain(OWNERS_TEXTS[language].start.without.text);
  });

  test.each(FAILURES)('the failure %s has its words alone', (reason) => {
    const html = fillIn(ownersTemplate(language, 'failed', ASSETS), { [`failure.${reason}`]: '1' });
    const { reasons } = OWNERS_TEXTS[language].failed;
    for (const other of FAILURES) expect(html.includes(reasons[other])).toBe(other === reason);
  });

  test('the page of the check names the service for them where the server does', () => {
    const home = pathOf(language, 'home');
    expect(page(home, { ...OPERATOR, owners: 'https://owners.example' })).toContain('<meta name="tekser-owners" content="https://owners.example"/>');
    expect(page(home)).not.toContain('tekser-owners');
  });
});

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(PAGES)('the page %s has no place left open, with an operator or without', (name) => {
    const path = pathOf(language, name);
    for (const values of [OPERATOR, {}, { ...OPERATOR, 'release-key': 'RW', 'release-keys': 'RW', log: '1', retrieval: '1' }]) expect(page(path, values)).not.toMatch(/\{\{|\}\}/);
  });

  test.each(PAGES)('the page %s has one address, in every language, and a card', (name) => {
    const html = page(pathOf(language, name));
    const address = ORIGIN + pathOf(language, name);
    expect(html).toContain(`<link rel="canonical" href="${address}"/>`);
    for (const other of LANGUAGES) expect(html).toContain(`hreflang="${other}" href="${ORIGIN}${pathOf(other, name)}"`);
    expect(html).toContain(`property="og:url" content="${address}"`);
    expect(html).toContain(`property="og:image" content="${ORIGIN}/card-${language}.png"`);
    expect(html).toMatch(/property="og:title" content="[^"]+"/);
    for (const part of ['theme-color', 'manifest.webmanifest', 'touch-icon.png']) expect(html).toContain(part);
  });

  test.each(PAGES)('the page %s gives no address for others where the site does not know its own', (name) => {
    const html = page(pathOf(language, name), {});
    const head = html.slice(0, html.indexOf('</head>'));
    for (const part of ['rel="canonical"', 'hreflang=', 'og:url', 'og:image']) expect(head).not.toContain(part);
    expect(head).toMatch(/property="og:title" content="[^"]+"/);
  });

  test('every page says who runs the site, or that it does not say so', () => {
    const { operator } = ALL[language].shell;
    for (const name of PAGES) {
      const html = page(pathOf(language, name));
      for (const part of ['The &#60;ministry&#62;', `href="${ORIGIN}"`, 'href="mailto:tekser@example.kz"']) expect(html).toContain(part);
      expect(html).not.toContain(operator.unnamed);
      expect(page(pathOf(language, name), {})).toContain(operator.unnamed);
    }
    for (const part of ['seven days', 'law 94-V']) expect(page(pathOf(language, 'privacy'))).toContain(part);
  });

  test('the page of steps has all of them, and numbers to call, without a program', () => {
    const html = page(pathOf(language, 'steps'));
    for (const step of STEPS) {
      expect(html).toContain(`id="step-${step}"`);
      for (const line of ALL[language].steps.texts[step].how) expect(html).toContain(line);
    }
    for (const number of ['102', '1477', '1459', '1400', '1414']) expect(html).toContain(`href="tel:${number}"`);
  });

  test('experts find the source of each step and the day it was checked', () => {
    const html = page(pathOf(language, 'experts'));
    for (const step of STEPS) expect(html).toContain(ALL[language].steps.texts[step].title);
    expect(html).toContain('39125872');
    expect(html.match(/datetime="2026-11-29"/g)).toHaveLength(STEPS.length + 1);
  });

  test('experts find the release key and the line that verifies a list with it, or that there is none', () => {
    const path = pathOf(language, 'experts');
    const signed = page(path, { ...OPERATOR, 'release-key': 'RWkey', 'release-keys': 'RWkey\nRWold', log: '1' });
    for (const part of ['RWkey\nRWold', 'minisign -V -m statement.json -P RWkey', 'href="/v1/log"', '/.well-known/security.txt']) expect(signed).toContain(part);
    const unsigned = page(path, {});
    for (const part of ['minisign -V', 'href="/v1/log"', 'security.txt']) expect(unsigned).not.toContain(part);
  });

  test('the front page says in one sentence that several institutions answer together, only where they do', () => {
    const { together } = ALL[language].prose.home.why;
    expect(page(`/${language}`, { ...OPERATOR, retrieval: '1' })).toContain(together);
    expect(page(`/${language}`)).not.toContain(together);
  });

  test('templates have fields that no browser can send: without names and outside forms', () => {
    const html = page(pathOf(language, 'letters'));
    expect(html.match(/<(input|textarea)/g)?.length).toBeGreaterThan(12);
    const sheet = html.slice(html.indexOf('<main'), html.indexOf('</main'));
    expect(sheet).not.toMatch(/<form|<(input|textarea)[^>]* name=/);
  });

  test('the page of a leak says what the server knows of it, and only the steps that its classes call for', () => {
    const values = {
      ...OPERATOR, 'leak.id': 'a-2025', 'leak.title': 'A <b>leak', 'leak.summary': 'What happened', 'leak.records': '16 300 000', 'leak.source': 'https://example.org/a',
      'leak.source-host': 'example.org', 'status.confirmed': '1', 'class.phone-numbers': '1', 'leak.other-classes': 'shoe sizes',
      'date.month.06': '1', 'date.year': '2025', 'added.day-of.11': '1', 'added.year': '2026', 'added.day': '23',
    };
    const html = filled(leakTemplate(language, ASSETS), values);
    expect(html).not.toMatch(/\{\{|\}\}|<b>leak/);
    expect(html).toContain(`<link rel="canonical" href="${ORIGIN}/${language}/leaks/a-2025"/>`);
    expect(html).toContain({ kk: '2025 ж. маусым', ru: 'июнь 2025', en: 'June 2025' }[language]);
    expect(html).toContain({ kk: '2026 ж. 23 қараша', ru: '23 ноября 2026', en: 'November 23, 2026' }[language]);
    expect(html).toContain(ALL[language].names.statuses.confirmed.meaning);
    expect(html).not.toContain(ALL[language].names.statuses.reported.meaning);
    for (const part of ['A &#60;b&#62;leak', '16 300 000', 'shoe sizes', ALL[language].names.classes['phone-numbers'], 'id="step-sim"', 'id="step-complaint"']) expect(html).toContain(part);
    for (const step of ['bank', 'password', 'signature']) expect(html).not.toContain(`id="step-${step}"`);
    const invented = filled(leakTemplate(language, ASSETS), { ...values, 'status.fabricated': '1' });
    expect(invented).toContain(ALL[language].steps.none);
    expect(invented).not.toContain('id="step-');
  });
});

test('the page that is not there is for no search engine', () => {
  expect(filled(notFound(ASSETS))).toContain('<meta name="robots" content="noindex"/>');
});

test('search engines find each page once in each language, where the address is known', () => {
  const map = filled(sitemap());
  for (const path of allPaths()) expect(map).toContain(`<loc>${ORIGIN}${path}</loc>`);
  expect(filled(sitemap(), {})).toBe('');
  for (const path of allPaths()) {
    const entry = map.slice(map.indexOf(`<loc>${ORIGIN}${path}</loc>`));
    const links = (text: string): string[] => [...text.matchAll(/hreflang="([^"]+)" href="([^"]+)"/g)].map(([, language, href]) => `${language} ${href}`);
    const html = page(path);
    expect(links(entry.slice(0, entry.indexOf('</url>'))), path).toEqual(links(html.slice(0, html.indexOf('</head>'))));
  }
  expect(filled(robots())).toContain(`Sitemap: ${ORIGIN}/sitemap.xml`);
  expect(filled(robots(), {})).not.toContain('Sitemap');
});

test('the manifest lets the site be installed, with its address still to be seen where the browser can do that', () => {
  const manifest = JSON.parse(webManifest('/icon.svg')) as { display: string; display_override: string[]; scope: string; icons: object[] };
  expect([manifest.display, manifest.display_override, manifest.scope]).toEqual(['standalone', ['minimal-ui'], '/']);
  expect(manifest.icons).toHaveLength(3);
});

test('every step says where its text comes from and when that was checked', () => {
  for (const step of STEPS) expect(SOURCES[step].checked).toMatch(/^20\d\d-\d\d-\d\d$/);
  expect(STEPS.filter((step) => SOURCES[step].sources.length === 0)).toEqual(['password', 'second-factor']);
});

test('the table for calculating has a row for each leak, and no formula from a title', () => {
  const leak = { ...breach('a-2025', ['names', 'phone-numbers']), date: '2025-06', title: { kk: '=1+1', ru: 'Два "слова", и ещё', en: 'en' } };
  const catalogue = { generation: '20261123-113000-3f9a1c2b', identifiers: {}, breaches: [leak] };
  const rows = csvOf(catalogue, 'ru').split('\r\n');
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatch(/^\ufeffid,date,/);
  expect(rows[1]).toContain('"names phone-numbers","Два ""слова"", и ещё"');
  expect(csvOf(catalogue, 'kk')).toContain(`"'=1+1"`);
});
