import { isDigits, latinCapitals, withoutSeparators } from './clean';
import { asNumber } from './spreadsheet';
import { accept, refuse, type Verdict } from './verdict';

/** `999AA99` or `999AAA99` as issued since 2012, `A999AA` or `A999AAA` as issued before. */
const PLATE = /^(?:[0-9]{3}[A-Z]{2,3}[0-9]{2}|[A-Z][0-9]{3}[A-Z]{2,3})$/;

/** Nine digits, a leading N dropped, Latin or Cyrillic. An identity card's number has no check digit. */
export function idCard(cleaned: string): Verdict {
  const number = asNumber(withoutSeparators(cleaned).replace(/^[NnНн]/, ''), 1);
  if (!number.ok) return number;
  const digits = number.value;
  if (!isDigits(digits)) return refuse('characters');
  return digits.length === 9 ? accept(digits) : refuse('length');
}

/** A Latin letter and seven or eight digits. */
export function passport(cleaned: string): Verdict {
  const number = latinCapitals(cleaned);
  if (!/^[A-Z][0-9]*$/.test(number)) return refuse('form');
  return number.length === 8 || number.length === 9 ? accept(number) : refuse('length');
}

/** The registration plate of a vehicle. */
export function plate(cleaned: string): Verdict {
  const number = latinCapitals(cleaned);
  return PLATE.test(number) ? accept(number) : refuse('form');
}
