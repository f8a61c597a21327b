import { clean, isDigits, withoutSeparators } from './clean';
import type { Kind } from './kind';
import { mended } from './mail-domain';
import { normalise } from './normalise';
import type { Fault } from './verdict';

/** Why a text is not an identifier, if it is known what it is or was meant to be. */
export interface Misreading {
  readonly kind?: Kind;
  readonly fault: Fault;
  /** What was probably meant, as a text for the field. */
  readonly instead?: string;
}

/** What a text is that people type here and that is not an identifier; `likeness` is the kind whose look it has. */
export function misreading(cleaned: string, likeness: Kind | undefined): Misreading | undefined {
  const found = brokenAddress(cleaned) ?? tooManyDigits(cleaned);
  if (found || likeness !== undefined) return found;
  return digitsWithLetters(cleaned) ?? personsName(cleaned);
}

/** Whether an address of frequent domains was probably meant. */
export function isBrokenAddress(cleaned: string): boolean {
  return brokenAddress(cleaned) !== undefined;
}

/** An address whose @ is missing or written in words, or one with a comma for a dot. */
function brokenAddress(cleaned: string): Misreading | undefined {
  const address = mended(cleaned);
  if (address === undefined || address === cleaned.toLowerCase() || !normalise('email', address).ok) return undefined;
  return { kind: 'email', fault: cleaned.includes('@') ? 'domain' : 'at-sign', instead: address };
}

/** Letters that are typed for digits, or read as them. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  o: '0', о: '0', q: '0', d: '0', l: '1', i: '1', і: '1', '|': '1', '!': '1', z: '2', з: '3', ч: '4', s: '5', б: '6', b: '8', в: '8', g: '9',
};

/** At least seven digits and hardly any letter: a number with a slip rather than a login. */
function digitsWithLetters(cleaned: string): Misreading | undefined {
  const packed = withoutSeparators(cleaned).replace(/[()+.]/g, '').toLowerCase();
  const digits = packed.replace(/[^0-9]/g, '').length;
  const others = Array.from(packed).length - digits;
  const read = Array.from(packed, (character) => LOOK_ALIKES[character] ?? character).join('');
  const isNumber = others > 0 && digits >= 7 && (others <= 2 || (isDigits(read) && others <= digits));
  if (!isNumber) return undefined;
  return isDigits(read) ? { fault: 'letters', instead: withPlus(cleaned, read) } : { fault: 'letters' };
}

function withPlus(cleaned: string, digits: string): string {
  return cleaned.startsWith('+') ? `+${digits}` : digits;
}

/** The longest number has nineteen digits. */
function tooManyDigits(cleaned: string): Misreading | undefined {
  return /^[0-9+()\s.,/-]+$/.test(cleaned) && cleaned.replace(/[^0-9]/g, '').length > 19 ? { fault: 'many' } : undefined;
}

/** Words of letters only: two or more in any script, or one in Cyrillic. */
function personsName(cleaned: string): Misreading | undefined {
  const words = clean(cleaned).split(/\p{White_Space}+/u);
  const areWords = words.every((word) => /^\p{L}[\p{L}\p{M}'’.-]*$/u.test(word));
  const isName = areWords && (words.length > 1 || /^\p{Script=Cyrillic}[\p{Script=Cyrillic}\p{M}'’-]+$/u.test(cleaned));
  return isName ? { fault: 'name' } : undefined;
}
