import { accept, refuse, type Verdict } from './verdict';

/** A number as `7.7091234567E10` or `7,7091234567e+10`. */
const SCIENTIFIC = /^([0-9])(?:[.,]([0-9]*))?[eE]\+?([0-9]{1,2})$/;
const THOUSANDS = /^[0-9]{1,3}(?:,[0-9]{3})+$/;

/**
 * The digits of a number as spreadsheets write it: with `.0` or `,0` after it, with a comma before every three digits, as a
 * formula, or in scientific notation, which may have left out so many zeros at its end. Other text stays as it is.
 */
export function asNumber(text: string, zerosLeftOut: number): Verdict {
  const scientific = SCIENTIFIC.exec(text);
  if (scientific) return writtenOut(scientific, zerosLeftOut);
  const number = text.replace(/^=/, '').replace(/(?<=[0-9])[.,]0+$/, '');
  return accept(THOUSANDS.test(number) ? number.replaceAll(',', '') : number);
}

/** The integer meant, with at most so many digits that the notation left out made zeros. */
function writtenOut([, whole = '', fraction = '', power]: RegExpExecArray, zerosLeftOut: number): Verdict {
  const exponent = Number(power);
  if (exponent - fraction.length > zerosLeftOut) return refuse('digits-lost');
  if (/[1-9]/.test(fraction.slice(exponent))) return refuse('form');
  return accept(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
}

/** The text with `%20` to `%7E` made the ASCII characters that they stand for. */
export function percentDecoded(text: string): string {
  return text.replace(/%([2-6][0-9a-f]|7[0-9a-e])/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}
