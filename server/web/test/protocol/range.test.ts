import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ProtocolError } from '../../src/protocol';
import { rootAbove } from '../../src/protocol/merkle';
import { exposuresOf } from '../../src/protocol/range';
import { prefixOf, spelled } from '../../src/protocol/tag';
import { VarintReader } from '../../src/protocol/varint';
import { buildRange, buildTree, varint, type Bits, type Row } from './range-builder';

const anyShape = fc.record({ prefixBits: fc.integer({ min: 0, max: 24 }), bucketBits: fc.integer({ min: 0, max: 10 }) });
const anyExposure = fc.record({ breach: fc.nat(400), classes: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) });
const anyRow = fc.record({
  tag: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  exposures: fc.uniqueArray(anyExposure, { minLength: 1, maxLength: 4, selector: ({ breach, classes }) => `${breach} ${classes}` }),
});
const anyRows = fc.uniqueArray(anyRow, { maxLength: 40, selector: (row) => row.tag });

/** The rows, moved under one prefix. */
function under(prefix: bigint, rows: readonly Row[], { prefixBits }: Bits): Row[] {
  const top = BigInt.asUintN(prefixBits, prefix) << BigInt(64 - prefixBits);
  const moved = rows.map((row) => ({ ...row, tag: top | BigInt.asUintN(64 - prefixBits, row.tag) }));
  return moved.filter((row, place) => moved.findIndex((other) => other.tag === row.tag) === place);
}

test('every row of a range is found with its exposures, and no other tag', () => {
  fc.assert(
    fc.property(anyShape, anyRows, fc.bigInt({ min: 0n, max: 1n << 24n }), (shape, loose, prefix) => {
      const rows = under(prefix, loose, shape);
      const range = buildRange(rows, shape);
      for (const row of rows) expect(exposuresOf(range, shape, row.tag)).toEqual(row.exposures);
      for (const { tag } of rows.filter((row) => !rows.some((other) => other.tag === (row.tag ^ 1n)))) {
        expect(exposuresOf(range, shape, tag ^ 1n)).toBeUndefined();
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

/** What reading hostile bytes ends in: no other error than `range`, and soon. */
function readHostile(range: Uint8Array, shape: Bits, tag: bigint): void {
  try {
    exposuresOf(range, shape, tag);
  } catch (error) {
    if (!(error instanceof ProtocolError && error.code === 'range')) throw error;
  }
}

test('hostile bytes are refused in no other way than as a broken range', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), anyShape, fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (bytes, shape, tag) => {
      if (bytes.length >= 12) {
        new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, bytes.length, true);
        bytes.set([shape.prefixBits, shape.bucketBits % 5], 10);
      }
      readHostile(bytes, { ...shape, bucketBits: shape.bucketBits % 5 }, tag);
    }),
    { seed: 1, numRuns: 5000 },
  );
});

test('a range with any byte changed is read or refused', () => {
  const shape = { prefixBits: 3, bucketBits: 2 };
  const change = fc.record({ place: fc.nat(), byte: fc.nat(255), cut: fc.nat(20) });
  fc.assert(
    fc.property(anyRows, change, (loose, { place, byte, cut }) => {
      const rows = under(5n, loose, shape);
      const range = buildRange(rows, shape);
      range[place % range.length] = byte;
      for (const row of rows) readHostile(range.slice(0, range.length - cut), shape, row.tag);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('sizes that lie do not make the reader loop', () => {
  const shape = { prefixBits: 0, bucketBits: 0 };
  const rows: Row[] = Array.from({ length: 3 }, (_, tag) => ({ tag: BigInt(tag), exposures: [{ breach: tag, classes: 1n }] }));
  const range = buildRange(rows, shape);
  const setsStart = new DataView(range.buffer).getUint32(12, true);
  const lying = Uint8Array.from([...range.slice(0, setsStart), 0xff, 0xff, 0xff, 0xff, 0x0f]);
  new DataView(lying.buffer).setUint32(0, lying.length, true);
  const start = performance.now();
  expect(() => exposuresOf(lying, shape, 2n)).toThrow(expect.objectContaining({ code: 'range' }));
  expect(performance.now() - start).toBeLessThan(100);
});

test('numbers of all sizes are read; longer spellings and more than 64 bits are not', () => {
  const read = (bytes: number[]) => new VarintReader(new DataView(Uint8Array.from(bytes).buffer), 0, bytes.length).next();
  for (const value of [0n, 127n, 128n, 300n, (1n << 63n) - 1n, (1n << 64n) - 1n]) expect(read(varint(value))).toBe(value);
  for (const bytes of [[], [0x80], [0x80, 0x00], [...Array<number>(9).fill(0xff), 0x02], Array<number>(10).fill(0xff)]) {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'range' }));
  }
});

test('a prefix is spelled with as many digits as its bits need, and with one if there are none', () => {
  expect(prefixOf(0xffee_0000_0000_0000n, { prefixBits: 13, bucketBits: 9 })).toBe(0x1ffd);
  expect(spelled(0x1ffd, { prefixBits: 13, bucketBits: 9 })).toBe('1ffd');
  expect(spelled(0xd, { prefixBits: 13, bucketBits: 9 })).toBe('000d');
  expect(spelled(prefixOf(1n << 63n, { prefixBits: 0, bucketBits: 9 }), { prefixBits: 0, bucketBits: 9 })).toBe('0');
});

test('every leaf of a tree leads to its root, at its own place only', () => {
  const leaves = Array.from({ length: 8 }, (_, place) => Uint8Array.of(place));
  const { root, paths } = buildTree(leaves);
  leaves.forEach((leaf, place) => {
    expect(rootAbove(leaf, place, paths[place]!)).toEqual(root);
    expect(rootAbove(leaf, place ^ 1, paths[place]!)).not.toEqual(root);
  });
});
