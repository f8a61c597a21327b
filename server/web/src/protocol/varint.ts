import { ProtocolError } from './error';

const MAX_BITS = 64n;

/** Reads unsigned LEB128 numbers of up to 64 bits in their shortest form, one after the other, and nothing from `end` on. */
export class VarintReader {
  readonly #view: DataView;
  readonly #end: number;
  #offset: number;

  constructor(view: DataView, start: number, end: number) {
    this.#view = view;
    this.#offset = start;
    this.#end = end;
  }

  /** The next number. Throws `range` if there is none. */
  next(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < MAX_BITS; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return this.#shortest(value, byte, shift);
    }
    throw new ProtocolError('range');
  }

  /** The next number, which counts or places something: 32 bits are enough for it. */
  count(): number {
    const value = this.next();
    if (value > 0xffff_ffffn) throw new ProtocolError('range');
    return Number(value);
  }

  /** Skips a number of numbers. It ends with the bytes, however many are asked for. */
  skip(numbers: number): void {
    for (let skipped = 0; skipped < numbers; skipped++) while (this.#byte() >= 0x80);
  }

  #byte(): number {
    if (this.#offset >= this.#end) throw new ProtocolError('range');
    return this.#view.getUint8(this.#offset++);
  }

  #shortest(value: bigint, last: number, shift: bigint): bigint {
    if ((last === 0 && shift > 0n) || value >> MAX_BITS !== 0n) throw new ProtocolError('range');
    return value;
  }
}
