import { card } from './bank';
import { company } from './company';
import { cover, groupsOf, hasPlus, isCloseBehind, isInAddress, isNote, joined, segmentsOf, touchesLetterBehind, withoutDates, type Group } from './digits';
import { iin } from './iin';
import { accept, refuse, type Fault, type Verdict } from './verdict';

const IIN_DIGITS = 12;
const ID_CARD_DIGITS = 9;
const SHORTEST_CARD = 13;

type NumberKind = 'iin' | 'company' | 'id_card' | 'card';

/** Words that people write right before a number. */
const LABELS: Readonly<Record<NumberKind, RegExp>> = {
  iin: /^(?:иин|жсн|iin|no|n)$/i,
  company: /^(?:бин|бсн|bin|no|n)$/i,
  id_card: /^(?:n[or]?|н|удл?|удв|жк|id)$/i,
  card: /^(?:карта|card|no?)$/i,
};
const OF_COMPANY = /(?<!\p{Alphabetic})(?:бин|бсн|bin|bsn)[^\p{Alphabetic}]*$/iu;
const OF_PERSON = /иин|жсн|iin/i;

/** The one IIN, BIN, identity card's number or card in a text that is not one as a whole by its `fault`. */
export function numberIn(kind: NumberKind, text: string, fault: Fault): Verdict {
  const groups = groupsOf(text);
  const found: string[] = [];
  for (const segment of segmentsOf(withoutDates(groups) ?? groups)) {
    const numbers = numbersOf(kind, segment);
    if (!numbers) return refuse(fault);
    for (const number of numbers) if (found.at(-1) !== number) found.push(number);
  }
  const [number, ...others] = found;
  return number !== undefined && others.length === 0 ? accept(number) : refuse(fault);
}

/** The numbers of a segment; undefined if other digits are left that may be a number. */
function numbersOf(kind: NumberKind, segment: readonly Group[]): readonly string[] | undefined {
  const first = segment[0];
  const last = segment.at(-1);
  if (!first || !last || touchesOther(kind, first, last)) return isNote(segment) ? [] : undefined;
  const numbers = cover(segment, (span) => numberOf(kind, span, segment.length));
  if (numbers === 'several') return undefined;
  if (numbers) return numbers;
  const own = segment.map((group) => numberOf(kind, [group], segment.length));
  const rest = segment.filter((_, place) => own[place] === undefined);
  return isNote(rest) ? own.filter((number) => number !== undefined) : undefined;
}

/** The number that some groups of a segment are. */
function numberOf(kind: NumberKind, span: readonly Group[], segmentLength: number): string | undefined {
  const digits = joined(span);
  if (!span.slice(1).every(isCloseBehind)) return undefined;
  const valueOf = (verdict: Verdict) => (verdict.ok ? verdict.value : undefined);
  if (kind === 'iin' || kind === 'company') return digits.length === IIN_DIGITS ? valueOf((kind === 'iin' ? iin : company)(digits)) : undefined;
  if (kind === 'card') return digits.length >= SHORTEST_CARD ? valueOf(card(digits)) : undefined;
  return digits.length === ID_CARD_DIGITS && (span.length === 1 || span.length === segmentLength) ? digits : undefined;
}

/** Whether digits are part of a word, a login or an address, or are after the label of another kind. */
function touchesOther(kind: NumberKind, first: Group, last: Group): boolean {
  const [, word = '', sign = ''] = /(\p{Alphabetic}+)([._-]?)$/u.exec(first.before) ?? [];
  const isAbbreviated = sign === '.' && !/[a-z]$/i.test(word);
  const isLabel = word === '' || isAbbreviated || LABELS[kind].test(word);
  return !isLabel || hasPlus(first) || touchesLetterBehind(last) || isInAddress(last) || isOfCompany(first.before) === (kind !== 'company');
}

/** Whether a label says that a number is a company's (БИН), or a person's, whose form it may have. After `ИИН/БИН` there is either. */
function isOfCompany(before: string): boolean | undefined {
  const isCompany = OF_COMPANY.test(before);
  return OF_PERSON.test(before) === isCompany ? undefined : isCompany;
}
