/** Which numbers are in a text? Digits in groups, the segments that groups form, and how numbers cover a segment. */

/** Digits of the longest number of any kind: a card's. */
const MOST_DIGITS = 19;
/** Most digits of a note after a number, such as an extension or a year, and of a note after a word. */
const NOTE = 4;
const NAMED_NOTE = 6;

/** Digits in a row, and what surrounds them. */
export interface Group {
  readonly digits: string;
  /** What is between the digits before these and these, or at the beginning of the text. */
  readonly before: string;
  /** What is after these. */
  readonly after: string;
  /** Whether these begin a segment, whatever is before them: the text begins here, or a date was left out. */
  readonly standsApart: boolean;
}

/** What may be between the digits of one number. */
const WITHIN_NUMBER = /^[ .()\-\u2010-\u2015\u2212]*$/;
const PLUS = /\+[ .()\-\u2010-\u2015\u2212]*$/;

/** The groups of ASCII digits in a text. */
export function groupsOf(text: string): readonly Group[] {
  let end = 0;
  return Array.from(text.matchAll(/[0-9]+/g), ({ 0: digits, index }) => {
    const group = { digits, before: text.slice(end, index), after: text.slice(index + digits.length), standsApart: end === 0 };
    end = index + digits.length;
    return group;
  });
}

/** Blanks, hyphens, dots and parentheses may be within a number; everything else separates numbers. */
const beginsSegment = (group: Group) => group.standsApart || !WITHIN_NUMBER.test(group.before);

export const hasPlus = (group: Group) => PLUS.test(group.before);
/** Whether only blanks and hyphens are between the digits before and these. */
export const isCloseBehind = (group: Group) => /^[ \-\u2010-\u2015\u2212]*$/.test(group.before);
export const opensParenthesis = (group: Group) => group.before.includes('(');
/** Whether letters, and nothing else, are between the digits before and these. */
export const isWithinWord = (group: Group) => /^\p{Alphabetic}+$/u.test(group.before);
export const touchesLetterBehind = (group: Group) => /^\p{Alphabetic}/u.test(group.after);
/** Whether a mark that may replace digits is right before or after these: `8 (709) 123-45-6_`. */
export const touchesMask = (group: Group) => /[*_]$/.test(group.before) || /^[*_]/.test(group.after);
/** Whether the digits are in the local part of an e-mail address. WhatsApp's addresses are phone numbers. */
export const isInAddress = (group: Group) => /^[a-z0-9._+-]{0,64}@(?!c\.us|s\.whatsapp\.net)/i.test(group.after);

/** The groups without those that are a date; undefined if none is. */
export function withoutDates(groups: readonly Group[]): readonly Group[] | undefined {
  const rest: Group[] = [];
  let afterDate = false;
  for (let place = 0; place < groups.length; ) {
    const [group, ...others] = groups.slice(place, place + 4) as [Group, ...Group[]];
    const date = dateLength(group, others);
    if (date === 0) rest.push({ ...group, standsApart: group.standsApart || afterDate });
    afterDate = date > 0;
    place += Math.max(date, 1);
  }
  return rest.length < groups.length ? rest : undefined;
}

/** How many groups the date has that these begin with: `01.02.2020`, `1/2/20`, `2020-02-01`, or a card's `12/25`. */
function dateLength(first: Group, [second, third, fourth]: readonly Group[]): number {
  if (!second || /[./+-]$/.test(first.before)) return 0;
  const goesOn = (next: Group | undefined) => next !== undefined && /^[./-]$/.test(next.before);
  if (third && isDate(first, second, third)) return goesOn(fourth) ? 0 : 3;
  const isMonthOfYear = second.before === '/' && first.digits.length === 2 && isMonth(first) && /^(?:..|....)$/.test(second.digits);
  return isMonthOfYear && !goesOn(third) ? 2 : 0;
}

function isDate(a: Group, b: Group, c: Group): boolean {
  if (b.before !== c.before || !/^[./-]$/.test(b.before) || !isMonth(b)) return false;
  // Two digits and hyphens are the end of a phone number as well.
  const isYear = c.digits.length === 4 || (c.digits.length === 2 && b.before !== '-');
  return (isDay(a) && isYear) || (a.digits.length === 4 && isDay(c));
}

const isBetween = ({ digits }: Group, last: number) => digits.length <= 2 && Number(digits) >= 1 && Number(digits) <= last;
const isDay = (group: Group) => isBetween(group, 31);
const isMonth = (group: Group) => isBetween(group, 12);

/** The groups from one segment's beginning to the next one's. */
export function segmentsOf(groups: readonly Group[]): readonly (readonly Group[])[] {
  const segments: Group[][] = [];
  for (const group of groups) {
    const last = segments.at(-1);
    if (last && !beginsSegment(group)) last.push(group);
    else segments.push([group]);
  }
  return segments;
}

/** All digits of some groups. */
export const joined = (groups: readonly Group[]) => groups.map(({ digits }) => digits).join('');

/** Whether digits outside all numbers are too few to be a number: an extension, a year, a house number. */
export function isNote(groups: readonly Group[]): boolean {
  const isNamed = /\p{Alphabetic}/u.test(groups[0]?.before ?? '');
  return joined(groups).length <= (isNamed ? NAMED_NOTE : NOTE);
}

/** The numbers that the groups consist of: none, or `several` if there is more than one way to see them so. */
export function cover(groups: readonly Group[], accept: (span: readonly Group[]) => string | undefined): readonly string[] | 'several' | undefined {
  // How many ways lead to each place, and the numbers of one of them.
  const ways: { count: number; numbers: readonly string[] }[] = groups.map(() => ({ count: 0, numbers: [] }));
  ways.unshift({ count: 1, numbers: [] });
  for (const [start, { count, numbers }] of ways.entries()) {
    if (count === 0) continue;
    for (let end = start + 1; end <= groups.length; end++) {
      const span = groups.slice(start, end);
      if (joined(span).length > MOST_DIGITS) break;
      const number = accept(span);
      if (number !== undefined) ways[end] = { count: count + (ways[end]?.count ?? 0), numbers: [...numbers, number] };
    }
  }
  const all = ways.at(-1);
  if (!all || all.count === 0) return undefined;
  return all.count > 1 ? 'several' : all.numbers;
}
