/**
 * How often does a slip reach a verdict without a word of warning? A false all-clear is as bad as a lost record, so the figure
 * is counted, held, and is in `tools/figures/README.md`.
 */
import { afterAll, describe, expect, test } from 'vitest';

import { LEAK_KINDS, normalise, recognise, type Kind, type LeakKind } from '../../src/identifier';
import { CHECKED_KINDS } from '../../src/site/answer/verdict';

const RUNS = 2000;

/** A small generator with a fixed seed (mulberry32), so that every run counts the same. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 up to, not including, `sides`. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }

  of<Thing>(things: ArrayLike<Thing>): Thing {
    return things[this.roll(things.length)]!;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.roll(10)).join('');
  }

  text(alphabet: string, count: number): string {
    return Array.from({ length: count }, () => this.of(alphabet)).join('');
  }
}

/** A text that the rules take as this kind: the last digit is tried until they do. */
function valid(kind: Kind, candidate: () => string): string {
  for (;;) {
    const typed = candidate();
    if (normalise(kind, typed).ok) return typed;
  }
}

const two = (number: number): string => String(number).padStart(2, '0');
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** A person born in the 1800s, a number of the block 709 as people write it, an address at a reserved domain; nobody real. */
const PEOPLE: Record<LeakKind, (dice: Dice) => string> = {
  iin: (dice) => valid('iin', () => two(dice.roll(100)) + two(1 + dice.roll(12)) + two(1 + dice.roll(28)) + (1 + dice.roll(2)) + dice.digits(5)),
  phone: (dice) => {
    const [a, b, c] = [dice.digits(3), dice.digits(2), dice.digits(2)];
    return dice.of([`8 (709) ${a}-${b}-${c}`, `+7 709 ${a} ${b} ${c}`, `8709${a}${b}${c}`, `7709${a}${b}${c}`, `709${a}${b}${c}`, `+7709${a}${b}${c}`]);
  },
  email: (dice) => `${dice.text(LETTERS, 4 + dice.roll(8))}${dice.digits(dice.roll(4))}@${dice.of(['example.kz', 'example.com', 'mail.example.org'])}`,
  id_card: (dice) => `0${dice.digits(8)}`,
  passport: (dice) => `N${dice.digits(8)}`,
  iban: (dice) => valid('iban', () => `KZ${dice.digits(5)}${dice.text('0123456789ABCDEFGHKM', 13)}`),
  card: (dice) => valid('card', () => `4000${dice.digits(12)}`),
  plate: (dice) => `${dice.digits(3)}${dice.text('ABCEHKMOPTXY', 3)}${two(1 + dice.roll(20))}`,
  login: (dice) => dice.text(LETTERS, 3 + dice.roll(8)) + dice.digits(dice.roll(4)),
};

const LETTER_FOR: Record<string, string> = { 0: 'OoОо', 1: 'lIІ', 3: 'Зз', 5: 'Ss', 6: 'бb', 8: 'BВ', 9: 'g' };

function places(typed: string): number[] {
  return Array.from(typed.matchAll(/[\p{L}\p{N}]/gu), ({ index }) => index);
}

function replaced(typed: string, place: number, length: number, by: string): string {
  return typed.slice(0, place) + by + typed.slice(place + length);
}

/** The slips that fingers make, each of a value as it was meant. */
const SLIPS: Record<string, (typed: string, dice: Dice, kind: Kind) => string> = {
  missing: (typed, dice) => replaced(typed, dice.of(places(typed)), 1, ''),
  doubled: (typed, dice) => {
    const place = dice.of(places(typed));
    return replaced(typed, place, 1, typed[place]!.repeat(2));
  },
  swapped: (typed, dice) => {
    const at = places(typed);
    const first = dice.roll(at.length - 1);
    const [left, right] = [at[first]!, at[first + 1]!];
    return replaced(replaced(typed, left, 1, typed[right]!), right, 1, typed[left]!);
  },
  letter: (typed, dice) => {
    const place = dice.of(places(typed));
    return replaced(typed, place, 1, dice.of(LETTER_FOR[typed[place]!] ?? LETTERS));
  },
  prefix: (typed, dice, kind) => {
    if (kind === 'phone') return typed.replace(/^(?:\+7|8|7(?=7))?/, dice.of(['9', '+8', '+77', '07', '+9', '87', '0', '+']));
    if (kind === 'email') return `${typed.slice(0, typed.indexOf('@') + 1)}${dice.of(['gmail.con', 'gmial.com', 'mail.ry', 'yandx.ru', 'mail.r', 'gmai.com'])}`;
    return replaced(typed, 0, 1, dice.of('0123456789'));
  },
};

interface Count {
  /** Slips whose value differs from what was meant and is looked up without a question. */
  unasked: number;
  /** Those of them whose "not found" carries no warning to compare the value either. */
  unwarned: number;
  tried: number;
}

function count(kind: LeakKind, slip: string, runs: number, dice: Dice): Count {
  const counted: Count = { unasked: 0, unwarned: 0, tried: 0 };
  while (counted.tried < runs) {
    const meant = PEOPLE[kind](dice);
    const typed = SLIPS[slip]!(meant, dice, kind);
    if (typed === meant) continue;
    counted.tried++;
    const asked = askedAtOnce(typed);
    if (asked === undefined || (asked.kind === kind && asked.value === value(kind, meant))) continue;
    counted.unasked++;
    if (CHECKED_KINDS.has(asked.kind)) counted.unwarned++;
  }
  return counted;
}

/** What the form looks up at the first press of the button, with nothing asked before. */
function askedAtOnce(typed: string) {
  const { candidates } = recognise(typed);
  return candidates.length === 1 && candidates[0]!.doubts.length === 0 ? candidates[0] : undefined;
}

function value(kind: Kind, typed: string): string {
  const normalised = normalise(kind, typed);
  return normalised.ok ? normalised.identifier.value : '';
}

const NAMES = Object.keys(SLIPS);
const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)} %`;
const lines: string[] = [];
afterAll(() => console.info(['Slips that are looked up unasked; in brackets without any warning:', ...lines].join('\n')));

describe.each(LEAK_KINDS)('of 2,000 %s with one slip each', (kind) => {
  const dice = new Dice(LEAK_KINDS.indexOf(kind) + 20);
  const counts = NAMES.map((slip) => count(kind, slip, RUNS / NAMES.length, dice));
  const sum = (key: keyof Count): number => counts.reduce((total, one) => total + one[key], 0);

  test('less than one in a hundred reaches a verdict without a warning', () => {
    const each = NAMES.map((slip, place) => `${slip} ${percent(counts[place]!.unasked, counts[place]!.tried)}`).join(', ');
    lines.push(`${kind}: ${percent(sum('unasked'), RUNS)} (${percent(sum('unwarned'), RUNS)}); ${each}`);
    expect(sum('tried')).toBe(RUNS);
    expect(sum('unwarned') / RUNS).toBeLessThan(0.01);
  });
});
