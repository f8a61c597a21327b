import { isDigits, withoutSeparators } from './clean';
import { asNumber } from './spreadsheet';
import { accept, refuse, type Verdict } from './verdict';

export const DIGITS = 12;
const FIRST_WEIGHTS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND_WEIGHTS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/** Twelve digits with a correct check digit. Birth date and sex are not checked: since 2013 the law no longer ties them to the number. */
export function iin(cleaned: string): Verdict {
  const number = asNumber(withoutSeparators(cleaned), 1);
  if (!number.ok) return number;
  const digits = number.value;
  if (!isDigits(digits)) return refuse('characters');
  if (digits.length !== DIGITS) return refuse('length');
  if (digits.charAt(6) > '6') return refuse('seventh-digit');
  return hasCheckDigit(digits) ? accept(digits) : refuse('check-digit');
}

/** Whether the last of twelve digits follows from the others. */
export function hasCheckDigit(digits: string): boolean {
  return checkDigit(digits) === Number(digits.charAt(11));
}

/** The digit that the first eleven call for; 10, which no digit is, if both rows of weights fail. */
function checkDigit(digits: string): number {
  const first = weightedSum(digits, FIRST_WEIGHTS);
  return first === 10 ? weightedSum(digits, SECOND_WEIGHTS) : first;
}

function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, place) => sum + weight * Number(digits.charAt(place)), 0) % 11;
}
