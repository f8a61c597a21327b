import { iban } from './bank';
import { latinCapitals } from './clean';
import { passport, plate } from './document';
import { accept, refuse, type Fault, type Verdict } from './verdict';

/** Letters and digits of an account number of Kazakhstan. */
const IBAN_LENGTH = 20;
/** Words of a plate that is written with blanks: `123 ABC 02`. */
const PLATE_WORDS = 3;

type WordKind = 'passport' | 'plate' | 'iban';

/** Letters and digits in a row, as Latin capitals, and whether only blanks and hyphens part them from those before. */
interface Word {
  readonly letters: string;
  readonly goesOn: boolean;
}

interface Found {
  readonly length: number;
  readonly value: string;
}

const FINDERS: Readonly<Record<WordKind, (words: readonly Word[]) => Found | undefined>> = { passport: passportOf, plate: plateOf, iban: ibanOf };

/** The one passport, plate or account in a text that is not one as a whole by its `fault`. */
export function wordIn(kind: WordKind, text: string, fault: Fault): Verdict {
  const words = wordsOf(text);
  const values: string[] = [];
  for (let place = 0; place < words.length; ) {
    const found = FINDERS[kind](words.slice(place));
    if (!found && isNearly(kind, words[place]?.letters ?? '')) return refuse(fault);
    if (found && values.at(-1) !== found.value) values.push(found.value);
    place += found?.length ?? 1;
  }
  const [value, ...others] = values;
  return value !== undefined && others.length === 0 ? accept(value) : refuse(fault);
}

function wordsOf(text: string): readonly Word[] {
  let end = 0;
  return Array.from(text.matchAll(/[\p{Alphabetic}\p{N}]+/gu), ({ 0: word, index }) => {
    const goesOn = end > 0 && /^[ \-\u2010-\u2015\u2212]*$/.test(text.slice(end, index));
    end = index + word.length;
    return { letters: latinCapitals(word), goesOn };
  });
}

const found = (length: number, verdict: Verdict): Found | undefined => (verdict.ok ? { length, value: verdict.value } : undefined);

/** `N12345678`, or `N 12345678` with the letter that Kazakhstan's passports have. */
function passportOf([first, second]: readonly Word[]): Found | undefined {
  if (first?.letters === 'N' && second?.goesOn) return found(2, passport(`N${second.letters}`));
  return found(1, passport(first?.letters ?? ''));
}

/** A plate in one word, or one of today's form in two or three. */
function plateOf(words: readonly Word[]): Found | undefined {
  let letters = '';
  for (const [place, word] of words.slice(0, PLATE_WORDS).entries()) {
    if (place > 0 && !(word.goesOn && isBetweenDigitsAndLetters(letters, word.letters))) return undefined;
    letters += word.letters;
    const verdict = plate(letters);
    if (verdict.ok && (place === 0 || /^[0-9]/.test(letters))) return found(place + 1, verdict);
  }
  return undefined;
}

const isBetweenDigitsAndLetters = (before: string, after: string) => /[0-9]$/.test(before) !== /^[0-9]/.test(after);

/** An account in as many words as its twenty characters take, perhaps with `IBAN` right before it. */
function ibanOf(words: readonly Word[]): Found | undefined {
  let number = (words[0]?.letters ?? '').replace(/^IBAN/, '');
  let length = 1;
  while (number.length < IBAN_LENGTH && number.startsWith('KZ')) {
    const next = words[length];
    if (!next?.goesOn) return undefined;
    number += next.letters;
    length += 1;
  }
  return found(length, iban(number));
}

/** Whether a word that is in no value looks as if it should be. */
function isNearly(kind: WordKind, word: string): boolean {
  const digits = word.replace(/[^0-9]/g, '').length;
  if (kind === 'passport') return digits > 4;
  if (kind === 'plate') return digits >= 3 && digits <= 5 && digits < Array.from(word).length;
  return (word.startsWith('KZ') && digits > 1) || digits > 9;
}
