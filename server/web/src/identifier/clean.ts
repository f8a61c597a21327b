const MARGIN = /^[\p{White_Space}"'«»]+|[\p{White_Space}"'«»]+$/gu;
/** Zero-width spaces and joiners, marks of direction, the soft hyphen and the byte order mark. */
const ZERO_WIDTH = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** White space and hyphens of any width. */
const SEPARATORS = /[\p{White_Space}\-\u2010-\u2015\u2212]/gu;
/** Cyrillic capitals and the Latin ones of the same shape, as on plates and passports. */
const CYRILLIC = 'АВЕКМНОРСТУХ';
const LATIN = 'ABEKMHOPCTYX';

/**
 * The text without what only its setting added: drops №, applies NFKC, drops zero-width characters, trims white space and
 * the quotes `" ' « »`.
 */
export function clean(text: string): string {
  return text.replaceAll('№', '').normalize('NFKC').replace(ZERO_WIDTH, '').replace(MARGIN, '');
}

/** `text` without white space and hyphens. */
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
