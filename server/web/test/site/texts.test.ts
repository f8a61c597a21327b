import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../src/site/languages';
import { ALL, leaves } from './support/texts';

const { kk, ru, en } = ALL;

/** The phrases that have plural forms, by path. */
function plurals(value: unknown, path = ''): [string, object][] {
  if (typeof value !== 'object' || value === null) return [];
  const own: [string, object][] = 'other' in value && typeof value.other === 'string' && value.other.includes('{n}') ? [[path, value]] : [];
  return [...own, ...Object.entries(value).flatMap(([key, member]) => plurals(member, `${path}.${key}`))];
}

function placeholders(text: string): string[] {
  return (text.match(/\{\w+\}/g) ?? []).sort();
}

/** Plural forms differ in number from language to language. */
function withoutForms(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => path.replace(/\.(one|few|many|other)$/, '')))].sort();
}

describe.each(LANGUAGES)('in %s', (language) => {
  const texts = leaves(ALL[language]);

  test('nothing is left empty, but for the headings the home page does not use', () => {
    const empty = texts.filter(([, text]) => text.trim() === '').map(([path]) => path);
    expect(empty).toEqual(['.prose.pages.home.heading', '.prose.pages.home.lead']);
  });

  test('every phrase with a number has all plural forms of the language', () => {
    const wanted = [...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort();
    const found = plurals(ALL[language]);
    expect(found.length).toBeGreaterThan(5);
    for (const [path, forms] of found) expect(Object.keys(forms).sort(), path).toEqual(wanted);
  });

  test('the same things are said as in Russian, with the same values put in', () => {
    expect(withoutForms(texts.map(([path]) => path))).toEqual(withoutForms(leaves(ALL.ru).map(([path]) => path)));
    const russian = new Map(leaves(ALL.ru));
    for (const [path, text] of texts) if (russian.has(path)) expect(placeholders(text), path).toEqual(placeholders(russian.get(path) ?? ''));
  });

  test('nothing that could not be confirmed is said', () => {
    for (const [path, text] of texts) expect(text, path).not.toMatch(/\[\?\]|TODO|Telegram|WhatsApp/);
  });

  test('links lead to this site only; portals are in the table of steps', () => {
    for (const [path, text] of texts) expect(text, path).not.toMatch(/https?:\/\//);
  });

  test('numbers in the examples belong to nobody', () => {
    const phones = texts.flatMap(([, text]) => text.match(/\+7[ \d]{10,}/g) ?? []);
    for (const phone of phones) expect(phone).toContain('+7 709 000 00 00');
  });
});

test('the voluntary refusal of loans is named as the state names it', () => {
  expect(ru.steps.texts['stop-credit'].how.join()).toContain('«Добровольный отказ от получения банковских займов, микрокредитов»');
  expect(kk.steps.texts['stop-credit'].how.join()).toContain('«Банктік қарыздар мен микрокредиттерді алудан ерікті түрде бас тарту»');
  expect(en.steps.texts['stop-credit'].how.join()).toContain('“Voluntary refusal to receive bank loans, microloans”');
});

test('Kazakh texts use Kazakh letters and no Russian leftovers', () => {
  for (const [path, text] of leaves(ALL.kk)) {
    const words = text.replace(/\{\{[^}]*\}\}/g, '');
    if (words.length > 50 && !path.includes('code')) expect(text, path).toMatch(/[әғқңөұүіһ]/i);
    expect(text, path).not.toMatch(/ё|утеч|ИИН|ЭЦП/);
  }
});
