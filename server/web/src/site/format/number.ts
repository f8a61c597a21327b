import type { Language } from '../languages';

/**
 * Browsers often come without Kazakh (Chromium writes 2025-06 as "2025 M06" and groups digits as in English), so what is
 * Kazakh is written here; digits are grouped as in Russian.
 */
const LOCALES: Record<Language, string> = { kk: 'ru', ru: 'ru', en: 'en' };

const KAZAKH_UNITS = [
  { from: 1e9, name: 'млрд' },
  { from: 1e6, name: 'млн' },
  { from: 1e3, name: 'мың' },
];

/** Writes a number with its digits grouped. */
export function number(language: Language, n: number): string {
  return new Intl.NumberFormat(LOCALES[language]).format(n);
}

/** Writes a number in short: 16 million, not 16,300,000. */
export function shortNumber(language: Language, n: number): string {
  if (language !== 'kk') return new Intl.NumberFormat(language, { notation: 'compact' }).format(n);
  const unit = KAZAKH_UNITS.find(({ from }) => n >= from);
  return unit ? `${rounded(n / unit.from)} ${unit.name}` : number(language, n);
}

/** Two digits are enough for a bar. */
function rounded(n: number): string {
  return number('kk', n < 10 ? Math.round(n * 10) / 10 : Math.round(n));
}
