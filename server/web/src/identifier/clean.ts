/** White space and straight, angle and curly quotes. */
const MARGIN = /^[\p{White_Space}"'«»\u2018-\u201f\u2039\u203a]+|[\p{White_Space}"'«»\u2018-\u201f\u2039\u203a]+$/gu;
/** The formula `="…"`, with which exports keep leading zeros. */
const FORMULA = /^=(?=["'«»\u2018-\u201f\u2039\u203a])/;
/** Zero-width spaces and joiners, marks of direction, the soft hyphen and the byte order mark. */
const ZERO_WIDTH = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** Blanks and hyphens of any width; what is before and after tabs and line breaks is not one value. */
const SEPARATORS = /[\p{Zs}\-\u2010-\u2015\u2212]/gu;
/** Cyrillic capitals and the Latin ones of the same shape, as on plates and passports. */
const CYRILLIC = 'АВЕКМНОРСТУХ';
const LATIN = 'ABEKMHOPCTYX';

/**
 * The text without what only its setting added: drops №, applies NFKC, drops zero-width characters, trims white space and
 * quotes of any form, and takes a text out of a spreadsheet's `="…"`.
 */
export function clean(text: string): string {
  return text.replaceAll('№', '').normalize('NFKC').replace(ZERO_WIDTH, '').replace(MARGIN, '').replace(FORMULA, '').replace(MARGIN, '');
}

/** `text` without blanks and hyphens. */
export function withoutSeparators(text: string): string {
  return text.replace(SEPARATORS, '');
}

/** `text` in capitals, without separators, its Cyrillic look-alikes made Latin. */
export function latinCapitals(text: string): string {
  return withoutSeparators(text.toUpperCase()).replace(/[АВЕКМНОРСТУХ]/g, (letter) => LATIN.charAt(CYRILLIC.indexOf(letter)));
}

/** Whether `text` has ASCII digits only. */
export function isDigits(text: string): boolean {
  return /^[0-9]*$/.test(text);
}
