import { bytesToHex } from '@noble/hashes/utils.js';

import type { Kind } from '../identifier';
import { ProtocolError } from './error';
import { isLeak, isWarningList } from './lists';
import type { Breach, Catalogue, IndexDocument, Localised, WarningList } from './messages';
import type { RawExposure } from './range';
import type { Exchange } from './stage';
import type { Tag } from './tag';

/** What one row of the index was asked for. Without the key a tag does not say whose it is. */
export interface Element {
  readonly kind: Kind;
  readonly tag: Tag;
}

/** A leak, and the classes of data that it shows together with the identifier. */
export interface Exposure {
  readonly breach: Breach;
  /** In alphabetical order. */
  readonly classes: readonly string[];
}

/** An entry of a list of warnings. */
export interface Warning {
  readonly list: WarningList;
  /** In alphabetical order. */
  readonly reasons: readonly string[];
  /** The month since when, `2026-06`; nothing where the list does not say. */
  readonly since: string | undefined;
}

/** What a look-up found. */
export interface Answer {
  /** What was looked up, and under which key (hexadecimal): enough to look it up again without an evaluator. */
  readonly elements: readonly Element[];
  readonly keyId: string;
  /** Whether it is in a leak. */
  readonly found: boolean;
  /** In the order of the breaches' ids. */
  readonly exposures: readonly Exposure[];
  /** In the order of the lists' ids. */
  readonly warnings: readonly Warning[];
  /** Whether the index has lists of warnings at all. */
  readonly warns: boolean;
  /** How many entries of the kind that was asked for the lists of warnings have. */
  readonly warningRows: number;
  /** There are also leaks that are never shown to a person who types an identifier. */
  readonly sealed: boolean;
  readonly generation: string;
  readonly builtAt: string;
  /** Whether the version of the index that this client speaks was to be served no longer by now: the person needs a newer page. */
  readonly isOutdated: boolean;
  /** How many identifiers the index has. */
  readonly rows: number;
  /** How many of them are of the kind that was asked for; of a kind that the list has none of, nothing can be found. */
  readonly kindRows: number;
  /** The institutions that answered together, so that none of them alone learnt the prefix; none where it was asked for plainly. */
  readonly institutions: readonly Localised[];
  /** What the servers saw and said. */
  readonly exchanges: readonly Exchange[];
}

/** The answer that a row of the index gives, or its absence. Throws `range` if it names what the catalogue lacks. */
export function answer(
  element: Element,
  row: readonly RawExposure[] | undefined,
  index: IndexDocument,
  catalogue: Catalogue,
  institutions: readonly Localised[],
  exchanges: readonly Exchange[],
): Answer {
  const named = (row ?? []).map((raw) => nameOf(raw, catalogue)).sort((left, right) => order(left.breach.id, right.breach.id));
  const exposures = named.filter(({ breach }) => isLeak(breach));
  const warnings = named.flatMap(warningOf);
  const lists = catalogue.breaches.filter(isWarningList);
  const warningRows = lists.reduce((sum, { identifiers }) => sum + (identifiers[element.kind] ?? 0), 0);
  const { sealed, generation, builtAt, isOutdated, rows } = index;
  const kindRows = catalogue.identifiers[element.kind] ?? 0;
  return { elements: [element], keyId: bytesToHex(index.keyId), found: exposures.length > 0, exposures, warnings, warns: lists.length > 0, warningRows, sealed, generation, builtAt, isOutdated, rows, kindRows, institutions, exchanges };
}

function nameOf(raw: RawExposure, catalogue: Catalogue): Exposure {
  const breach = catalogue.breaches[raw.breach];
  if (breach === undefined || raw.classes >> BigInt(breach.classes.length) !== 0n) throw new ProtocolError('range');
  const classes = breach.classes.filter((_, place) => (raw.classes >> BigInt(place)) % 2n === 1n);
  return { breach, classes: classes.sort(order) };
}

const LISTED = 'listed-';

function warningOf({ breach, classes }: Exposure): Warning[] {
  if (!isWarningList(breach)) return [];
  const since = classes.find((name) => name.startsWith(LISTED))?.slice(LISTED.length);
  return [{ list: breach, reasons: classes.filter((name) => !name.startsWith(LISTED)), since }];
}

/** One answer to the elements that one look-up consists of, such as a host and its registrable domain. */
export function joined([first, ...others]: readonly [Answer, ...Answer[]]): Answer {
  return others.reduce(
    (answer, other) => ({
      ...answer,
      elements: [...answer.elements, ...other.elements],
      found: answer.found || other.found,
      exposures: united([...answer.exposures, ...other.exposures], ({ breach }) => breach.id, (one, same) => ({ ...one, classes: distinct([...one.classes, ...same.classes]) })),
      warnings: united([...answer.warnings, ...other.warnings], ({ list }) => list.id, withBoth),
      warningRows: answer.warningRows + other.warningRows,
      kindRows: answer.kindRows + other.kindRows,
    }),
    first,
  );
}

function withBoth(one: Warning, same: Warning): Warning {
  const since = [one.since, same.since].filter((month) => month !== undefined).sort(order)[0];
  return { ...one, reasons: distinct([...one.reasons, ...same.reasons]), since };
}

/** The things in the order of their ids, those of one id joined. */
function united<Thing>(things: readonly Thing[], idOf: (thing: Thing) => string, unite: (one: Thing, same: Thing) => Thing): Thing[] {
  const byId = new Map<string, Thing>();
  for (const thing of things) {
    const known = byId.get(idOf(thing));
    byId.set(idOf(thing), known === undefined ? thing : unite(known, thing));
  }
  return [...byId.entries()].sort(([left], [right]) => order(left, right)).map(([, thing]) => thing);
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort(order);
}

/** By code points, whatever the language of the browser. */
function order(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
