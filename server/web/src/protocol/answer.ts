import type { Kind } from '../identifier';
import { ProtocolError } from './error';
import type { Breach, Catalogue, IndexDocument, Localised } from './messages';
import type { RawExposure } from './range';
import type { Exchange } from './stage';

/** A leak, and the classes of data that it shows together with the identifier. */
export interface Exposure {
  readonly breach: Breach;
  /** In alphabetical order. */
  readonly classes: readonly string[];
}

/** What a look-up found. */
export interface Answer {
  readonly found: boolean;
  /** In the order of the breaches' ids. */
  readonly exposures: readonly Exposure[];
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
  kind: Kind,
  row: readonly RawExposure[] | undefined,
  index: IndexDocument,
  catalogue: Catalogue,
  institutions: readonly Localised[],
  exchanges: readonly Exchange[],
): Answer {
  const exposures = (row ?? []).map((raw) => named(raw, catalogue)).sort((left, right) => order(left.breach.id, right.breach.id));
  const { sealed, generation, builtAt, isOutdated, rows } = index;
  const kindRows = catalogue.identifiers[kind] ?? 0;
  return { found: row !== undefined, exposures, sealed, generation, builtAt, isOutdated, rows, kindRows, institutions, exchanges };
}

function named(raw: RawExposure, catalogue: Catalogue): Exposure {
  const breach = catalogue.breaches[raw.breach];
  if (breach === undefined || raw.classes >> BigInt(breach.classes.length) !== 0n) throw new ProtocolError('range');
  const classes = breach.classes.filter((_, place) => (raw.classes >> BigInt(place)) % 2n === 1n);
  return { breach, classes: classes.sort(order) };
}

/** By code points, whatever the language of the browser. */
function order(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
