import { ParseError, parsePhoneNumberWithError, PhoneNumber } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/metadata.min.json';

import { accept, refuse, type Verdict } from './verdict';

const REGION = 'KZ';
/** Google's library refuses a number with a word after it, which this one would drop. */
const ENDS_WITH_WORD = /\p{L}[^\p{L}\p{N}]*$/u;
/** A number as `7.7091234567E10` or `7,7091234567e+10`. */
const SCIENTIFIC = /^([0-9])(?:[.,]([0-9]*))?[eE]\+?([0-9]{1,2})$/;

/**
 * E.164 of a number that libphonenumber holds possible (not merely local) when it is dialled in Kazakhstan.
 *
 * Validity is not asked for: prefixes change faster than the library's tables. Letters that stand for digits (8 800 FLOWERS)
 * are read by the indexer's library and refused here.
 */
export function phone(cleaned: string): Verdict {
  const dialled = asDialled(cleaned);
  if (!dialled.ok) return dialled;
  const number = possible(dialled.value) ?? possible(withPlus(dialled.value));
  if (number !== undefined) return accept(number);
  return refuse(isLocal(dialled.value) ? 'local-only' : 'not-possible');
}

/** Undoes what spreadsheets and habits did to a number. */
function asDialled(cleaned: string): Verdict {
  const scientific = SCIENTIFIC.exec(cleaned);
  if (scientific) return writtenOut(scientific);
  const number = cleaned.replace(/\.0$/, '');
  if (number.startsWith('+8') && countDigits(number.slice(2)) === 10) return accept(number.slice(1));
  return accept(number.replace(/^(?:00|\++)/, '+'));
}

/** The integer meant, with at most one digit that the notation lost made a zero. */
function writtenOut([, whole = '', fraction = '', power]: RegExpExecArray): Verdict {
  const exponent = Number(power);
  const lost = exponent - fraction.length;
  if (lost > 1) return refuse('digits-lost');
  if (/[1-9]/.test(fraction.slice(exponent))) return refuse('form');
  return accept(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
}

/**
 * Country code 7 written without its plus, as in `7 495 123 45 67`. The library sees through that for Kazakhstan's own
 * numbers only and takes others for eleven digits after the country code.
 */
function withPlus(dialled: string): string | undefined {
  return dialled.startsWith('7') && countDigits(dialled) === 11 ? `+${dialled}` : undefined;
}

function possible(dialled: string | undefined): string | undefined {
  const number = dialled === undefined || ENDS_WITH_WORD.test(dialled) ? undefined : parse(dialled);
  return number && hasPossibleLength(number) ? number.number : undefined;
}

function parse(dialled: string): PhoneNumber | undefined {
  try {
    return parsePhoneNumberWithError(dialled, REGION, metadata);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/**
 * Google's `isPossibleNumber`: of the countries that share a calling code, the main one's lengths count (Russia's for +7).
 * The library asks the number's country if it knows it; made from E.164, a number has none.
 */
function hasPossibleLength(number: PhoneNumber): boolean {
  return new PhoneNumber(number.number, metadata).isPossible();
}

/** A subscriber's number within a city has five to seven digits. */
function isLocal(dialled: string): boolean {
  const digits = countDigits(dialled);
  return digits >= 5 && digits <= 7 && !/[^0-9 ()-]/.test(dialled);
}

function countDigits(text: string): number {
  return text.replace(/[^0-9]/g, '').length;
}
