import { ParseError, parsePhoneNumberWithError, PhoneNumber } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/metadata.min.json';

import { cover, groupsOf, hasPlus, isInAddress, isNote, isWithinWord, joined, opensParenthesis, segmentsOf, touchesMask, withoutDates, type Group } from './digits';
import { asNumber, percentDecoded } from './spreadsheet';
import { accept, refuse, type Verdict } from './verdict';

const REGION = 'KZ';
/** Digits of a number of Kazakhstan or Russia without a prefix, with 8 or 7 before it, and with both. */
const BARE = 10;
const PREFIXED = 11;
const TWICE_PREFIXED = 12;
/** Digits of the longest number with a country code before it (E.164), and a prefix for calls abroad (8-10). */
const LONGEST = 15 + 3;
/** Fewest digits of a number with a country code that other digits are after. */
const SHORTEST_PART = 8;

/**
 * E.164 of the one number in a text that libphonenumber holds possible (not merely local) when it is dialled in Kazakhstan.
 *
 * Validity is not asked for: prefixes change faster than the library's tables. Letters and signs end a number, and never
 * become digits; what is left beside it is a note, or else the text is refused.
 */
export function phone(cleaned: string): Verdict {
  const text = asNumber(cleaned, 1);
  if (!text.ok) return text;
  const [number, ...others] = numbersIn(percentDecoded(text.value)) ?? [];
  if (number !== undefined && others.length === 0) return accept(number);
  return refuse(isLocal(text.value) ? 'local-only' : 'not-possible');
}

/** The numbers in a text, each once where it is there twice in a row; undefined if other digits are left that may be one. */
function numbersIn(text: string): readonly string[] | undefined {
  const groups = groupsOf(text);
  const undated = withoutDates(groups);
  if (!undated) return new Phones(true).read(groups);
  const numbers = new Phones(true).read(undated);
  // What looks like a date is the end of a number that begins with a prefix: +7 (7172) 12.10.20.
  return numbers && numbers.length > 0 ? numbers : new Phones(false).read(groups);
}

/** The reading of a text's numbers, segment by segment. */
class Phones {
  readonly #takesBare: boolean;
  readonly #numbers: string[] = [];
  #isClean = true;
  /** Whether the last digits so far are in no number. */
  #isBehindRest = false;

  /** `takesBare`: ten digits without any prefix are taken. */
  constructor(takesBare: boolean) {
    this.#takesBare = takesBare;
  }

  read(groups: readonly Group[]): readonly string[] | undefined {
    for (const segment of segmentsOf(groups)) this.#segment(segment);
    return this.#isClean ? this.#numbers : undefined;
  }

  #segment(segment: readonly Group[]): void {
    const first = segment[0];
    const last = segment.at(-1);
    if (!first || !last) return;
    // As in KZ86125KZT5004100100, or in an e-mail address.
    if ((this.#isBehindRest && isWithinWord(first)) || isInAddress(last)) this.#leave(segment);
    else this.#domestic(isInternational(first, segment) ? this.#international(segment) : segment);
  }

  /**
   * Takes the number after a plus or another prefix for calls abroad, and gives what is after it. Lengths differ from
   * country to country: a shorter number than the whole is taken only if no other is possible.
   */
  #international(segment: readonly Group[]): readonly Group[] {
    const own = segment.slice(0, endOfNumber(segment, (span) => abroad(span) !== undefined));
    const whole = abroad(own);
    const lengths = whole === undefined ? own.map((_, place) => place).filter((length) => isPartLongEnough(own.slice(0, length))) : [own.length];
    const possible = lengths.flatMap((length) => {
      const number = whole ?? abroad(own.slice(0, length));
      return number === undefined ? [] : [{ length, number }];
    });
    const [found, ...others] = possible;
    if (found && others.length === 0) {
      this.#take(found.number);
      return segment.slice(found.length);
    }
    this.#leave(segment);
    return [];
  }

  /** Takes the numbers of a segment that has no prefix for calls abroad: all of it consists of them, in one way, or some stand out. */
  #domestic(segment: readonly Group[]): void {
    const numbers = cover(segment, (span) => this.#national(span));
    if (numbers === undefined) this.#someOf(segment);
    else if (numbers === 'several') this.#leave(segment);
    else for (const number of numbers) this.#take(number);
  }

  #someOf(segment: readonly Group[]): void {
    let rest = segment;
    let left = 0;
    let begins = true;
    while (left < rest.length) {
      const found = this.#standingOut(rest.slice(left), begins);
      if (found) {
        this.#leave(rest.slice(0, left));
        this.#take(found.number);
        rest = rest.slice(left + found.length);
        left = 0;
        begins = true;
      } else {
        left += 1;
        // After `1) ` and `1. `.
        begins = /^(?:\)|\. )/.test(rest[left]?.before ?? '');
      }
    }
    this.#leave(rest);
  }

  #national(span: readonly Group[]): string | undefined {
    const digits = joined(span);
    const { length } = digits;
    const mayBe = length === PREFIXED || (length === BARE && this.#takesBare && !span.some(touchesMask)) || (length === TWICE_PREFIXED && digits.startsWith('78'));
    const isWhole = (part: readonly Group[]) => joined(part).length >= BARE && dialled(joined(part), false) !== undefined;
    return mayBe && endOfNumber(span, isWhole) === span.length ? dialled(digits, false) : undefined;
  }

  /**
   * The number that some groups begin with, if it is set off from the digits after it, and from those before it unless it
   * `begins` a segment: by being written in one, by its prefix, or by the parentheses around those.
   */
  #standingOut(groups: readonly Group[], begins: boolean): { length: number; number: string } | undefined {
    for (let length = Math.min(groups.length, TWICE_PREFIXED); length > 0; length--) {
      const span = groups.slice(0, length);
      const next = groups[length];
      const ends = next === undefined || opensParenthesis(next);
      const hasPrefix = joined(span).length > BARE;
      const standsOut = (begins && (ends || hasPrefix)) || (length === 1 && (hasPrefix || /^[79]/.test(joined(span))));
      const number = standsOut ? this.#national(span) : undefined;
      if (number !== undefined) return { length, number };
    }
    return undefined;
  }

  #take(number: string): void {
    if (this.#numbers.at(-1) !== number) this.#numbers.push(number);
    this.#isBehindRest = false;
  }

  /** Leaves out digits that are in no number. */
  #leave(groups: readonly Group[]): void {
    if (groups.length === 0) return;
    this.#isBehindRest = true;
    this.#isClean &&= isNote(groups);
  }
}

/** A plus, `00` or `8-10`. */
function isInternational(first: Group, segment: readonly Group[]): boolean {
  return hasPlus(first) || /^(?:00|810)/.test(first.digits) || (first.digits === '8' && segment[1]?.digits === '10');
}

/** How many groups a number has that begins with these, at most: a parenthesis after a whole number opens a note. */
function endOfNumber(groups: readonly Group[], isWhole: (part: readonly Group[]) => boolean): number {
  const end = groups.findIndex((group, place) => place > 0 && opensParenthesis(group) && isWhole(groups.slice(0, place)));
  return end < 0 ? groups.length : end;
}

const isPartLongEnough = (span: readonly Group[]) => joined(span).length >= SHORTEST_PART;

function abroad(span: readonly Group[]): string | undefined {
  const digits = joined(span);
  if (digits.length > LONGEST) return undefined;
  const isPlus = span[0] !== undefined && hasPlus(span[0]);
  return !isPlus && digits.startsWith('00') ? dialled(digits.slice(2), true) : dialled(digits, isPlus);
}

/**
 * E.164 of digits that are possible, after a plus if they are `international`; +8 and ten digits are dialled without.
 *
 * Country code 7 may have lost its plus, as in `7 495 123 45 67`: the library sees through that for Kazakhstan's own numbers
 * only and takes others for eleven digits after the country code.
 */
export function dialled(digits: string, international: boolean): string | undefined {
  if (international) return possible(/^8[0-9]{10}$/.test(digits) ? digits : `+${digits}`);
  return possible(digits) ?? (/^7[0-9]{10}$/.test(digits) ? possible(`+${digits}`) : undefined);
}

/** Country code 7 has ten digits after it: the fourteen that the library holds possible as well are ten and an extension. */
function possible(digits: string): string | undefined {
  const number = parse(digits);
  if (!number || !hasPossibleLength(number)) return undefined;
  return number.number.startsWith('+7') && number.number.length !== '+77091234567'.length ? undefined : number.number;
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
function isLocal(text: string): boolean {
  const digits = text.replace(/[^0-9]/g, '').length;
  return digits >= 5 && digits <= 7 && !/[^0-9 ()-]/.test(text);
}
