import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { KINDS, loadLateRules, normalise, NORMALISATION_VERSION, oprfInput, type Fault, type Kind } from '../../src/identifier';

beforeAll(loadLateRules);

interface Case {
  readonly kind: Kind;
  readonly input: string;
  readonly output: string | null;
  /** The case holds for cells of dumps only. */
  readonly ingest?: boolean;
}

const VECTORS = ['normalise.json', 'normalise-more.json'].map(readVectors);

function readVectors(name: string): { version: number; cases: Case[] } {
  return JSON.parse(readFileSync(new URL(`../../../conformance/${name}`, import.meta.url), 'utf8'));
}

function outcome(kind: Kind, typed: string): string | null {
  const normalised = normalise(kind, typed);
  return normalised.ok ? normalised.identifier.value : null;
}

const faultOf = (kind: Kind, typed: string): Fault | undefined => {
  const normalised = normalise(kind, typed);
  return normalised.ok ? undefined : normalised.fault;
};

describe('the vectors that the indexer runs as well', () => {
  const cases = VECTORS.flatMap((file) => file.cases).filter((one) => one.ingest !== true);

  test('are of this version and are not few', () => {
    expect(VECTORS.map((file) => file.version)).toEqual([NORMALISATION_VERSION, NORMALISATION_VERSION]);
    expect(cases.length).toBeGreaterThan(100);
  });

  test.each(cases)('$kind $input', ({ kind, input, output }) => {
    expect(outcome(kind, input)).toBe(output);
  });
});

describe('the texts made by chance that the indexer runs as well', () => {
  interface Typed {
    readonly input: string;
    readonly found: Partial<Record<Kind, string>>;
  }
  const path = new URL('../../../conformance/normalise-typed.json', import.meta.url);
  const { version, cases }: { version: number; cases: Typed[] } = JSON.parse(readFileSync(path, 'utf8'));

  test('are of this version and are not few', () => {
    expect(version).toBe(NORMALISATION_VERSION);
    expect(cases.length).toBeGreaterThanOrEqual(1000);
  });

  test.each(KINDS.filter((kind) => cases.some(({ found }) => found[kind] !== undefined)))('are read in the same way as %s', (kind) => {
    for (const { input, found } of cases) expect([input, outcome(kind, input)]).toEqual([input, found[kind] ?? null]);
  });
});

/** Text that often is an identifier of some kind, and often nearly one. */
const nearIdentifiers = fc.oneof(
  fc.stringMatching(/^[0-9]{6}[0-6][0-9]{5}$/),
  fc.stringMatching(/^(\+?[78]|00|)[ (-]{0,2}709[ )-]{0,2}[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}$/),
  fc.stringMatching(/^[a-zA-Z0-9.+'-]{1,12}@[a-zA-Z0-9.-]{1,12}\.(kz|қаз|com\.)$/),
  fc.stringMatching(/^[nN№ ]{0,2}[0-9]{7,9}$/),
  fc.stringMatching(/^[0-9]{3}[a-zA-ZАВСавс]{2,3}[0-9]{2}$/),
  fc.stringMatching(/^[0-9]\.[0-9]{8,10}[eE]\+?1[01]$/),
  fc.stringMatching(/^(https?:\/\/|hxxp:\/\/|)(www\.|a@|){0,2}[a-zқ-]{1,6}(\[\.\]|\.)(kz|қаз|com\.kz|github\.io|www\.kz)[./:0-9]{0,3}$/),
  fc.stringMatching(/^[0-9]{2}(0[1-9]|1[0-2])[4-6][0-3][0-9]{6}$/),
  fc.stringMatching(/^(bitcoin:|)(0[xX][0-9a-fA-F]{40}|bc1[qp][a-z0-9]{38,60}|[13T][a-zA-Z0-9]{25,34})$/),
  fc.stringMatching(/^(@|t\.me\/|telegram\/|instagram\.com\/|wa\.me\/7709)[a-zA-Z0-9_.]{1,9}[/?]?$/),
  fc.string({ unit: 'binary', maxLength: 24 }),
);

test('normalising twice is normalising once', () => {
  fc.assert(
    fc.property(fc.constantFrom(...KINDS), nearIdentifiers, (kind, text) => {
      const once = outcome(kind, text);
      if (once !== null) expect(outcome(kind, once)).toBe(once);
    }),
    { seed: 1, numRuns: 3000 },
  );
});

test('the fault names the rule that was broken', () => {
  const faults: [Kind, string, Fault][] = [
    ['iin', ' « » ', 'empty'],
    ['email', 'x'.repeat(1025), 'too-long'],
    ['email', 'ә'.repeat(513), 'too-long'],
    ['iin', '00010110001a', 'characters'],
    ['iin', '00010110001', 'length'],
    ['iin', '000101700016', 'seventh-digit'],
    ['iin', '000101100017', 'check-digit'],
    ['phone', '123-45-67', 'local-only'],
    ['phone', '7.70912E+10', 'digits-lost'],
    ['phone', '7.70912345675E10', 'form'],
    ['phone', '+7 709 123 45', 'not-possible'],
    ['email', 'example.kz', 'form'],
    ['email', '.x@example.kz', 'local-part'],
    ['email', 'x@example', 'domain'],
    ['iban', 'DE89370400440532013000', 'country'],
    ['iban', 'KZ86125KZT5004100101', 'check-digit'],
    ['passport', '12345678', 'form'],
    ['plate', '12ABC02', 'form'],
    ['login', 'a b c', 'characters'],
  ];
  for (const [kind, typed, fault] of faults) expect([typed, faultOf(kind, typed)]).toEqual([typed, fault]);
});

test('a domain is given to the URL parser as a domain and nothing else', () => {
  for (const domain of ['қаз:80.kz', 'қаз/.kz', 'қ%41.kz', 'u:p@қаз.kz', 'қаз?.kz', 'қаз#.kz', '[қаз].kz', 'қаз\\.kz', 'қаз．／kz'])
    expect([domain, outcome('email', `x@${domain}`)]).toEqual([domain, null]);
  // The parser would read numbers at the end as an IPv4 address; no domain ends in digits.
  for (const domain of ['қаз.10', '1.2.34']) expect([domain, outcome('email', `x@${domain}`)]).toEqual([domain, null]);
});

test('the input of the OPRF is the one of the protocol', () => {
  const input = oprfInput({ kind: 'phone', value: '+77091234567' });
  expect(new TextDecoder().decode(input)).toBe('tekser:1:phone:+77091234567');
});
