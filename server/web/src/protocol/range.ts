/** What is inside a range (`server/PROTOCOL.md` §4). Every offset is checked before it is followed: hostile bytes end in `range`. */
import { ProtocolError } from './error';
import type { Shape } from './messages';
import { bucketOf, restBits, restOf, type Tag } from './tag';
import { VarintReader } from './varint';

const ROWS_OFFSET = 4;
const SETS_OFFSET = 6;
const EXPOSURES_OFFSET = 8;
const PREFIX_BITS_OFFSET = 10;
const BUCKET_BITS_OFFSET = 11;
const SETS_START_OFFSET = 12;
const BUCKETS_OFFSET = 16;

/** A breach by its place in the catalogue, and the bits of its classes: bit *i* is the *i*-th class of that breach. */
export interface RawExposure {
  readonly breach: number;
  readonly classes: bigint;
}

/** The exposures of a tag, or nothing if the range does not have it. Linear in the range's length. */
export function exposuresOf(range: Uint8Array, shape: Shape, tag: Tag): RawExposure[] | undefined {
  const layout = readLayout(range, shape);
  const row = findRow(layout, tag, shape);
  return row === undefined ? undefined : readSet(layout, setOf(layout, row));
}

/** The header of a range and the parts that follow from it. */
interface Layout {
  readonly view: DataView;
  readonly rows: number;
  readonly sets: number;
  readonly exposures: number;
  /** Bits of a row that are the rest of its tag, and bits of the whole row. */
  readonly restBits: number;
  readonly rowBits: number;
  readonly rowsStart: number;
  readonly exposuresStart: number;
  readonly setsStart: number;
}

function readLayout(range: Uint8Array, shape: Shape): Layout {
  const view = new DataView(range.buffer, range.byteOffset, range.byteLength);
  require(view.byteLength >= BUCKETS_OFFSET && view.getUint32(0, true) === view.byteLength);
  require(view.getUint8(PREFIX_BITS_OFFSET) === shape.prefixBits && view.getUint8(BUCKET_BITS_OFFSET) === shape.bucketBits);
  const rows = view.getUint16(ROWS_OFFSET, true);
  const sets = view.getUint16(SETS_OFFSET, true);
  const rowBits = restBits(shape) + bitsToTell(sets);
  const rowsStart = BUCKETS_OFFSET + 2 * 2 ** shape.bucketBits;
  const exposuresStart = rowsStart + Math.ceil((rows * rowBits) / 8);
  const setsStart = view.getUint32(SETS_START_OFFSET, true);
  require(exposuresStart <= setsStart && setsStart <= view.byteLength);
  const exposures = view.getUint16(EXPOSURES_OFFSET, true);
  return { view, rows, sets, exposures, restBits: restBits(shape), rowBits, rowsStart, exposuresStart, setsStart };
}

/** ⌈log₂ n⌉, and 0 for 0. */
function bitsToTell(n: number): number {
  return n < 2 ? 0 : 32 - Math.clz32(n - 1);
}

/** The number of the row that has the tag's rest among those of its bucket. */
function findRow(layout: Layout, tag: Tag, shape: Shape): number | undefined {
  const bucket = bucketOf(tag, shape);
  const start = bucket === 0 ? 0 : bucketEnd(layout, bucket - 1);
  const end = bucketEnd(layout, bucket);
  require(start <= end && end <= layout.rows);
  const rest = restOf(tag, shape);
  for (let row = start; row < end; row++) {
    if (readBits(layout, row * layout.rowBits, layout.restBits) === rest) return row;
  }
  return undefined;
}

function bucketEnd({ view }: Layout, bucket: number): number {
  return view.getUint16(BUCKETS_OFFSET + 2 * bucket, true);
}

function setOf(layout: Layout, row: number): number {
  const place = readBits(layout, row * layout.rowBits + layout.restBits, layout.rowBits - layout.restBits);
  require(place < layout.sets);
  return Number(place);
}

/** `length` bits of the rows from bit `start` on, the least significant first. */
function readBits({ view, rowsStart }: Layout, start: number, length: number): bigint {
  const end = start + length;
  let bits = 0n;
  for (let byte = Math.ceil(end / 8) - 1; byte >= start >>> 3; byte--) bits = (bits << 8n) | BigInt(view.getUint8(rowsStart + byte));
  return BigInt.asUintN(length, bits >> BigInt(start & 7));
}

function readSet(layout: Layout, set: number): RawExposure[] {
  const exposures = readExposures(layout);
  const reader = new VarintReader(layout.view, layout.setsStart, layout.view.byteLength);
  for (let skipped = 0; skipped < set; skipped++) reader.skip(reader.count());
  const size = reader.count();
  require(size > 0 && size <= exposures.length);
  return Array.from({ length: size }, () => exposures[reader.count()] ?? fail());
}

function readExposures(layout: Layout): RawExposure[] {
  const reader = new VarintReader(layout.view, layout.exposuresStart, layout.setsStart);
  return Array.from({ length: layout.exposures }, () => ({ breach: reader.count(), classes: reader.next() }));
}

function require(holds: boolean): asserts holds {
  if (!holds) fail();
}

function fail(): never {
  throw new ProtocolError('range');
}
