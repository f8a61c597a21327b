import { type Entry, type Fault, type Kind, type Nearest, type Reading, readingAs, recognise, recogniseAll } from '../../identifier';

/** What the page makes of the text in the field. */
export type Content =
  | { state: 'empty' }
  /** It may be a site or a wallet, whose rules are on their way. */
  | { state: 'late' }
  | { state: 'one'; identifier: Reading }
  | { state: 'several'; identifiers: readonly Reading[] }
  | { state: 'list'; entries: readonly Entry[] }
  | { state: 'fault'; fault: Fault; kind: Kind | undefined; instead?: string | undefined };

/** A site may be a login, a BIN keeps the rules of an IIN, and the number in a profile is looked up with it: nobody is asked which of these is meant. */
const PLAIN: ReadonlySet<Kind> = new Set<Kind>(['site', 'company', 'handle']);

/** The most values that are checked together. */
export const MAX_LIST = 10;

/** Reads a text as a kind the person has named, or as whatever it may be. Nothing leaves the device. */
export function read(typed: string, kind: Kind | undefined): Content {
  if (typed.trim() === '') return { state: 'empty' };
  return kind ? readAs(kind, typed) : readFreely(typed);
}

function readAs(kind: Kind, typed: string): Content {
  const reading = readingAs(kind, typed);
  if (!reading) return { state: 'late' };
  return 'fault' in reading ? faulty(reading) : { state: 'one', identifier: reading };
}

function readFreely(typed: string): Content {
  const entries = recogniseAll(typed);
  if (entries) return entries.some(({ isLate }) => isLate) ? { state: 'late' } : { state: 'list', entries };
  const { candidates, nearest, isLate } = recognise(typed);
  if (isLate) return { state: 'late' };
  const [identifier, ...others] = candidates;
  if (identifier && (others.length === 0 || PLAIN.has(identifier.kind))) return { state: 'one', identifier };
  if (identifier) return { state: 'several', identifiers: candidates };
  return nearest ? faulty(nearest) : { state: 'fault', fault: 'form', kind: undefined };
}

function faulty({ fault, kind, instead }: Nearest): Content {
  return { state: 'fault', fault, kind, ...(instead !== undefined && { instead }) };
}

/** What may be looked up as it stands: one reading that nothing speaks against. */
export function isSettled(content: Content): content is Extract<Content, { state: 'one' }> {
  return content.state === 'one' && content.identifier.doubts.length === 0;
}

/** The reading of each value of a list, as far as it is clear or the person has chosen one; `choices` go by place. */
export function settledEntries(entries: readonly Entry[], choices: Readonly<Record<number, Kind>>): (Reading | undefined)[] {
  return entries.map(({ candidates }, place) => {
    const [only, ...others] = candidates;
    if (only && (others.length === 0 || PLAIN.has(only.kind)) && only.doubts.length === 0) return only;
    return candidates.find(({ kind }) => kind === choices[place]);
  });
}
