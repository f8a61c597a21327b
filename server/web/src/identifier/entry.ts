import { clean } from './clean';
import { BEFORE_LABEL } from './label';
import { recognise, type Recognised } from './recognise';

/** One of several values that were typed or pasted together. */
export interface Entry extends Recognised {
  readonly typed: string;
}

/** What separates values beyond doubt: a line's end, a semicolon, a bar, a tab. */
const SEPARATORS = /[\n\r;|\t]+/;

/**
 * The values of a text that holds more than one, or nothing if it holds one.
 *
 * Commas and spaces are within values too: they separate only where the whole is not a value and every part is one that could
 * not be a mere word.
 */
export function recogniseAll(typed: string): readonly Entry[] | undefined {
  const lines = entries(typed.split(SEPARATORS));
  if (lines.length > 1) return lines;
  const whole = recognise(typed);
  if (whole.candidates.length > 0 || whole.isLate) return undefined;
  return [BEFORE_LABEL, /,+/, /[,\p{White_Space}]+/u].map((separator) => entries(typed.split(separator))).find(areAllRead);
}

function entries(parts: readonly string[]): Entry[] {
  return parts.filter((part) => clean(part) !== '').map((part) => ({ typed: part.trim(), ...recognise(part) }));
}

function areAllRead(parts: readonly Entry[]): boolean {
  return parts.length > 1 && parts.every(({ candidates, isLate }) => isLate === true || candidates.some(({ kind }) => kind !== 'login'));
}
