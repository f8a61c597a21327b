/** The site's list of terms: one concept has one word in each language. */
import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../src/site/languages';
import { ALL, leaves } from './support/texts';

interface Term {
  concept: string;
  /** The word, as it must occur somewhere. */
  word: Record<Language, RegExp>;
  /** Other words for the same concept; official names of services are taken out before. */
  not: Partial<Record<Language, RegExp>>;
}

const TERMS: readonly Term[] = [
  {
    concept: 'leak',
    word: { kk: /тараған (деректер|дерекқор)/i, ru: /утечк/i, en: /\bleak/i },
    not: { kk: /ағып кет|сыздыр|жылыста|утечка/i, ru: /слив(ы|ов|а|у)?(?![а-яё])|компрометац/i, en: /\bbreach|compromised/i },
  },
  {
    concept: 'e-mail',
    word: { kk: /электрондық пошта/i, ru: /электронн\S+ почт/i, en: /e-mail/i },
    not: { kk: /(?<!электрондық )пошта/i, ru: /(?<!электронн\S+ )почт(?!и)|e-mail|имейл/i, en: /\bemail|(?<!e-)\bmail address/i },
  },
  { concept: 'password', word: { kk: /құпиясөз/i, ru: /парол/i, en: /password/i }, not: { kk: /пароль|кілтсөз/i, en: /passphrase|passcode/i } },
  { concept: 'privacy', word: { kk: /құпиялылық/i, ru: /конфиденциальность/i, en: /privacy/i }, not: { kk: /құпиялық/i, ru: /приватн/i } },
  { concept: 'list of leaks', word: { kk: /тізім/i, ru: /списо?к/i, en: /\blist/i }, not: { kk: /көрсеткіш|индекс/i, ru: /указател|индекс/i, en: /\b(the|an) index\b/i } },
  { concept: 'edition', word: { kk: /шығарылым/i, ru: /выпуск/i, en: /edition/i }, not: { ru: /поколени|редакци/i, kk: /басылым/i, en: /\bgeneration\b/i } },
  { concept: 'tag', word: { kk: /белгі/i, ru: /метк/i, en: /\btag/i }, not: { ru: /(?<![а-яё])тег/i, kk: /(?<=^|\s)тег(?!ін)/i, en: /\btoken/i } },
  { concept: 'tick', word: { kk: /құсбелгі/i, ru: /отмет/i, en: /\btick/i }, not: { ru: /галочк/i, en: /check ?mark/i } },
  { concept: 'party', word: { kk: /жақ|ұйым/i, ru: /сторон/i, en: /part(y|ies)/i }, not: { kk: /тарап(тар|қа|тың|тан|пен)|(?<!\p{L})әр тарап|беретін тарап/iu } },
  { concept: 'fraudster', word: { kk: /алаяқ/i, ru: /мошенник/i, en: /fraudster/i }, not: { ru: /аферист|жулик/i, en: /scammer|crook/i } },
  { concept: 'loan', word: { kk: /несие/i, ru: /кредит/i, en: /\bloan/i }, not: { kk: /қарыз(?!ы мен дауы)|займ/i, ru: /займ|заём|ссуд/i, en: /\bcredit(?! history| bureau|”)|microloan/i } },
  { concept: 'microfinance company', word: { kk: /микроқаржы ұйымы/i, ru: /МФО/, en: /microfinance compan/i }, not: { kk: /МҚҰ|МФО/, ru: /микрофинанс/i, en: /\bMFO/ } },
  { concept: 'electronic signature', word: { kk: /ЭЦҚ/, ru: /ЭЦП/, en: /\bEDS\b/ }, not: { kk: /ЭЦП|электрондық қолтаңба/i, ru: /электронн\S+ подпис/i, en: /e-signature|\bECP\b/i } },
  { concept: 'ID card', word: { kk: /жеке куәлік/i, ru: /удостоверени/i, en: /ID card/i }, not: { kk: /удостоверение/i, en: /identity card/i } },
  { concept: 'phone', word: { kk: /телефон/i, ru: /телефон/i, en: /phone/i }, not: { ru: /сотовы/i, en: /cell ?phone/i } },
  { concept: 'step', word: { kk: /қадам/i, ru: /шаг/i, en: /\bstep/i }, not: {} },
  { concept: 'complaint', word: { kk: /шағым/i, ru: /жалоб/i, en: /complain/i }, not: { ru: /претензи/i, en: /grievance/i } },
  { concept: 'proof of work', word: { kk: /шағын есептеу/i, ru: /небольшой расчёт/i, en: /small calculation/i }, not: { kk: /шағын есеп(?!теу)/i, ru: /небольш\S+ задач/i, en: /puzzle/i } },
  { concept: 'figures', word: { kk: /сандар/i, ru: /цифр/i, en: /figures/i }, not: { kk: /цифрлармен|цифрлар туралы|жиынтық цифр/i } },
];

/** What the state calls its services, whatever we call the same things. */
const OFFICIAL = [
  '«Банктік қарыздар мен микрокредиттерді алудан ерікті түрде бас тарту»', '«Добровольный отказ от получения банковских займов, микрокредитов»',
  '“Voluntary refusal to receive bank loans, microloans”',
];

/** Without code, names of services and the places of values, whose names are English and nobody reads. */
function read(text: string): string {
  const named = OFFICIAL.reduce((rest, name) => rest.replaceAll(name, ''), text);
  return named.replace(/\{\{?[^}]*\}?\}|`[^`]*`|\]\([^)]*\)/g, '');
}

describe.each(LANGUAGES)('in %s', (language) => {
  const texts = leaves(ALL[language]).filter(([path]) => !path.endsWith('.code')).map(([path, text]) => [path, read(text)] as const);

  test.each(TERMS)('$concept has one word', ({ word, not }) => {
    expect(texts.some(([, text]) => word[language].test(text))).toBe(true);
    const forbidden = not[language];
    const found = forbidden ? texts.filter(([, text]) => forbidden.test(text)) : [];
    expect(found).toEqual([]);
  });
});

test('no text says "you" to the reader as to a child or a friend', () => {
  for (const [path, text] of leaves(ALL.kk)) expect(text, path).not.toMatch(/(?<=\s|^)(сен|сенің|саған)(?=\s|$)|(?<!\p{L})(білесің|бересің|бер)(?=[.!?]|$)/iu);
  for (const [path, text] of leaves(ALL.ru)) expect(text, path).not.toMatch(/(?<=\s|^)(ты|твой|твои|тебе)(?=[\s.,!?]|$)/i);
});
