import { isDigits, latinCapitals, withoutSeparators } from './clean';
import { asNumber } from './spreadsheet';
import { accept, refuse, type Verdict } from './verdict';

/** `KZ`, two check digits, three digits of the bank, thirteen letters or digits of the account. */
const KAZAKHSTAN = /^KZ[0-9]{5}[0-9A-Z]{13}$/;
const IBAN_LENGTH = 20;

/** Kazakhstan's IBAN; its number mod 97 is 1 (ISO 13616). Letters typed on a Cyrillic keyboard are the Latin ones of the same shape. */
export function iban(cleaned: string): Verdict {
  const number = latinCapitals(cleaned);
  if (/[^\0-\x7f]/.test(number)) return refuse('characters');
  if (!number.startsWith('KZ')) return refuse('country');
  if (number.length !== IBAN_LENGTH) return refuse('length');
  if (!KAZAKHSTAN.test(number)) return refuse('form');
  return remainder97(number) === 1 ? accept(number) : refuse('check-digit');
}

/** ISO 7064 MOD 97-10: the first four characters go last, letters count from A = 10. */
function remainder97(number: string): number {
  const digits = (number.slice(4) + number.slice(0, 4)).replace(/[A-Z]/g, (letter) => parseInt(letter, 36).toString());
  return Array.from(digits).reduce((remainder, digit) => (remainder * 10 + Number(digit)) % 97, 0);
}

/** Thirteen to nineteen digits whose Luhn sum is a multiple of ten (ISO/IEC 7812-1). */
export function card(cleaned: string): Verdict {
  // Spreadsheets keep fifteen digits: a missing last one is not a zero.
  const number = asNumber(withoutSeparators(cleaned), 0);
  if (!number.ok) return number;
  const digits = number.value;
  if (!isDigits(digits)) return refuse('characters');
  if (digits.length < 13 || digits.length > 19) return refuse('length');
  return luhnSum(digits) % 10 === 0 ? accept(digits) : refuse('check-digit');
}

function luhnSum(digits: string): number {
  const doubled = (digit: number) => (digit > 4 ? digit * 2 - 9 : digit * 2);
  const fromTheRight = Array.from(digits, Number).reverse();
  return fromTheRight.reduce((sum, digit, place) => sum + (place % 2 === 1 ? doubled(digit) : digit), 0);
}
