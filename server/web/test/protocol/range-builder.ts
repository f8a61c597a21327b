/** Makes ranges from the words of `server/PROTOCOL.md` §4, for a server that is made up. */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';

export interface Exposed {
  readonly breach: number;
  readonly classes: bigint;
}

export interface Row {
  readonly tag: bigint;
  readonly exposures: readonly Exposed[];
}

export interface Bits {
  readonly prefixBits: number;
  readonly bucketBits: number;
}

export function varint(value: bigint): number[] {
  return value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
}

/** The range of rows that share a prefix. */
export function buildRange(rows: readonly Row[], { prefixBits, bucketBits }: Bits): Uint8Array {
  const sorted = [...rows].sort((left, right) => (left.tag < right.tag ? -1 : 1));
  const exposures = unique(sorted.flatMap((row) => row.exposures).map((one) => JSON.stringify([one.breach, `${one.classes}`])));
  const placeOf = (one: Exposed) => exposures.indexOf(JSON.stringify([one.breach, `${one.classes}`]));
  const setOf = (row: Row) => JSON.stringify(row.exposures.map(placeOf));
  const sets = unique(sorted.map(setOf));

  const restBits = 64 - prefixBits - bucketBits;
  const rowBits = restBits + (sets.length < 2 ? 0 : Math.ceil(Math.log2(sets.length)));
  const packed = sorted.map((row) => BigInt.asUintN(restBits, row.tag) | (BigInt(sets.indexOf(setOf(row))) << BigInt(restBits)));
  const exposureBytes = exposures.flatMap((json) => (JSON.parse(json) as [number, string]).flatMap((number) => varint(BigInt(number))));
  const setBytes = sets.flatMap((json) => {
    const places = JSON.parse(json) as number[];
    return [places.length, ...places].flatMap((number) => varint(BigInt(number)));
  });

  const ends = new Uint16Array(2 ** bucketBits);
  for (const row of sorted) {
    const bucket = Number(BigInt.asUintN(64 - prefixBits, row.tag) >> BigInt(restBits));
    for (let later = bucket; later < ends.length; later++) ends[later] = (ends[later] ?? 0) + 1;
  }
  const rowBytes = packBits(packed, rowBits);
  const setsStart = 16 + ends.byteLength + rowBytes.length + exposureBytes.length;
  const header = new DataView(new ArrayBuffer(16));
  header.setUint32(0, setsStart + setBytes.length, true);
  header.setUint16(4, sorted.length, true);
  header.setUint16(6, sets.length, true);
  header.setUint16(8, exposures.length, true);
  header.setUint8(10, prefixBits);
  header.setUint8(11, bucketBits);
  header.setUint32(12, setsStart, true);
  const parts = [header.buffer, ends.buffer, rowBytes, Uint8Array.from(exposureBytes), Uint8Array.from(setBytes)];
  return concatBytes(...parts.map((part) => (part instanceof Uint8Array ? part : new Uint8Array(part))));
}

function packBits(values: readonly bigint[], width: number): Uint8Array {
  const all = values.reduceRight((bits, value) => (bits << BigInt(width)) | value, 0n);
  const bytes = new Uint8Array(Math.ceil((values.length * width) / 8));
  const hex = all.toString(16).padStart(bytes.length * 2, '0');
  bytes.forEach((_, place) => (bytes[bytes.length - 1 - place] = parseInt(hex.slice(2 * place, 2 * place + 2), 16)));
  return bytes;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** The root above all leaves, and the path of each. */
export function buildTree(ranges: readonly Uint8Array[]): { root: Uint8Array; paths: Uint8Array[] } {
  let level: Uint8Array[] = ranges.map((range) => sha256(concatBytes(Uint8Array.of(0), range)));
  const paths: Uint8Array[][] = ranges.map(() => []);
  for (let height = 0; level.length > 1; height++) {
    const hashes = level;
    paths.forEach((path, leaf) => path.push(hashes[(leaf >> height) ^ 1] ?? new Uint8Array()));
    level = hashes.filter((_, place) => place % 2 === 0).map((left, pair) => sha256(concatBytes(Uint8Array.of(1), left, hashes[2 * pair + 1] ?? new Uint8Array())));
  }
  return { root: level[0] ?? new Uint8Array(), paths: paths.map((path) => concatBytes(...path)) };
}
