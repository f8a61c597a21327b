/** Letters that a host has in ASCII (RFC 3492), which browsers make but do not give back. */

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const FIRST_BIAS = 72;
const FIRST_CODE = 128;

/** A host with the letters of its `xn--` labels; any other label stays as it is. */
export function inLetters(host: string): string {
  return host
    .split('.')
    .map((label) => (label.startsWith('xn--') ? decoded(label.slice('xn--'.length)) ?? label : label))
    .join('.');
}

function decoded(text: string): string | undefined {
  if (text === '') return undefined;
  const end = text.lastIndexOf('-');
  const output = Array.from(text.slice(0, Math.max(end, 0)), (character) => character.charCodeAt(0));
  const digits = Array.from(text.slice(end + 1), digitOf);
  let code = FIRST_CODE;
  let place = 0;
  let bias = FIRST_BIAS;
  while (digits.length > 0) {
    const before = place;
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = digits.shift();
      if (digit === undefined) return undefined;
      place += digit * weight;
      const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX);
      if (digit < threshold) break;
      weight *= BASE - threshold;
      if (weight > Number.MAX_SAFE_INTEGER / BASE) return undefined;
    }
    const length = output.length + 1;
    bias = adapted(place - before, length, before === 0);
    code += Math.floor(place / length);
    place %= length;
    if (code > 0x10ffff) return undefined;
    output.splice(place++, 0, code);
  }
  return String.fromCodePoint(...output);
}

function digitOf(character: string): number | undefined {
  const digit = 'abcdefghijklmnopqrstuvwxyz0123456789'.indexOf(character);
  return digit < 0 ? undefined : digit;
}

function adapted(delta: number, length: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? DAMP : 2));
  rest += Math.floor(rest / length);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}
