import { isDigits, withoutSeparators } from './clean';
import { DIGITS, hasCheckDigit } from './iin';
import { asNumber } from './spreadsheet';
import { accept, refuse, type Verdict } from './verdict';

/** The year and month of registration, the type of the organisation (4 to 6), its sort (0 to 3), and five digits more. */
const FORM = /^[0-9]{2}(?:0[1-9]|1[0-2])[4-6][0-3][0-9]{6}$/;

/** A BIN: twelve digits of this form, the last of which is the check digit of an IIN. */
export function company(cleaned: string): Verdict {
  const number = asNumber(withoutSeparators(cleaned), 1);
  if (!number.ok) return number;
  const digits = number.value;
  if (!isDigits(digits)) return refuse('characters');
  if (digits.length !== DIGITS) return refuse('length');
  if (!FORM.test(digits)) return refuse('form');
  return hasCheckDigit(digits) ? accept(digits) : refuse('check-digit');
}
