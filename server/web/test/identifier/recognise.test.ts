import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { loadLateRules, recognise, type Fault, type Kind } from '../../src/identifier';
import { clean } from '../../src/identifier/clean';

beforeAll(loadLateRules);

const kindsOf = (typed: string): Kind[] => recognise(typed).candidates.map((candidate) => candidate.kind);

test.each<[string, Kind[]]>([
  ['000101100016', ['iin']],
  ['000101-100016', ['iin']],
  ['8 709 123 45 67', ['phone']],
  ['+7 (709) 123-45-67', ['phone']],
  ['7091234567', ['phone']],
  ['0077091234567', ['phone']],
  ['тел. 8 709 123 45 67', ['phone']],
  ['8(709)1234567 доб. 12', ['phone']],
  ['7.7091234567E10', ['phone']],
  ['User@Example.KZ', ['email']],
  ['012 345 678', ['id_card']],
  ['№ 012345678', ['id_card']],
  ['N012345678', ['id_card', 'login']],
  ['N12345678', ['passport', 'login']],
  ['kz86 125k zt50 0410 0100', ['iban']],
  ['4000 0000 0000 0002', ['card']],
  ['123 авс 02', ['plate']],
  ['a123bc', ['plate', 'login']],
  ['user7091234567', ['login']],
  ['имя_123', ['login']],
  ['000101100016.', ['iin']],
  ['8 709 123 45 67,', ['phone']],
  ['name@example.kz.', ['email']],
  ['ЖСН: 000101-100016', ['iin']],
  ['мой ИИН 000101100016', ['iin']],
  ['WhatsApp: +7 709 123 45 67', ['phone']],
  ['почта: name@example.kz', ['email']],
  ['tel.name@example.kz', ['email']],
  ['удостоверение личности № 012345678', ['id_card']],
  ['паспорт 012345678', ['id_card']],
  ['Паспорт: N 12345678', ['passport']],
  ['IBAN: KZ86 125K ZT50 0410 0100', ['iban']],
  ['@name', ['login', 'handle']],
  ['t.me/name', ['handle', 'login']],
  ['https://www.instagram.com/someone.else/?hl=ru', ['handle']],
  ['wa.me/77091234567', ['handle', 'phone']],
  ['example.kz', ['site', 'login']],
  ['https://example.unlisted/page', ['site']],
  ['hxxps://example[.]kz/', ['site']],
  ['example(.)kz', ['site']],
  ['пример.қаз', ['site', 'login']],
  ['someone.else', ['login']],
  ['000140100019', ['company', 'iin']],
  ['000140800013', ['company']],
  ['БИН 000140100019', ['company']],
  ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', ['wallet']],
  ['bitcoin:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4?amount=1', ['wallet']],
  ['ник @name', ['login']],
  ['логин: name', ['login']],
  ['card777', ['login']],
  ['', []],
])('%s is recognised as %j', (typed, kinds) => {
  expect(kindsOf(typed)).toEqual(kinds);
});

test.each<[string, Kind, Fault]>([
  ['000101100017', 'iin', 'check-digit'],
  ['000101700016', 'iin', 'seventh-digit'],
  ['БИН 000140100018', 'company', 'check-digit'],
  ['000140100018', 'company', 'check-digit'],
  ['ИИН 000140800013', 'iin', 'seventh-digit'],
  ['https://com.kz', 'site', 'domain'],
  ['t.me/+AbCdEf123', 'handle', 'form'],
  ['0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 'wallet', 'check-digit'],
  ['00010110001', 'iin', 'length'],
  ['8 (709) 123-45', 'phone', 'not-possible'],
  ['+7 709 123', 'phone', 'not-possible'],
  ['123-45-67', 'phone', 'local-only'],
  ['user@example', 'email', 'domain'],
  ['KZ86125KZT5004100101', 'iban', 'check-digit'],
  ['DE89370400440532013000', 'iban', 'country'],
  ['4000 0000 0000 0003', 'card', 'check-digit'],
  ['12345678', 'id_card', 'length'],
  ['12 ABC 02', 'plate', 'form'],
  ['ab', 'login', 'length'],
  ['ИИН 000101100017', 'iin', 'check-digit'],
  ['ИИН 87091234567', 'iin', 'length'],
  ['ИИН: 00010110001', 'iin', 'length'],
  ['карта 4000 0000 0000 0003', 'card', 'check-digit'],
  ['паспорт 12345678', 'passport', 'form'],
  ['почта name@example', 'email', 'domain'],
])('%s comes nearest to %s, with the fault %s', (typed, kind, fault) => {
  expect(recognise(typed)).toEqual({ candidates: [], nearest: { kind, fault } });
});

describe('the texts that the indexer recognises as well', () => {
  interface Case {
    readonly input: string;
    readonly candidates: readonly { kind: Kind; value: string; doubts: readonly string[] }[];
    /** Of random texts, without the fault: they often break several rules. */
    readonly nearest: { kind: Kind | null; fault?: Fault } | null;
  }
  const path = new URL('../../../conformance/recognise.json', import.meta.url);
  const { version, cases }: { version: number; cases: Case[] } = JSON.parse(readFileSync(path, 'utf8'));

  test('are of this version and are not few', () => {
    expect(version).toBe(1);
    expect(cases.length).toBeGreaterThan(600);
  });

  test('are recognised in the same way', () => {
    for (const { input, candidates, nearest } of cases) {
      const recognised = recognise(input);
      const readings = recognised.candidates.map(({ kind, value, doubts }) => ({ kind, value, doubts: doubts.map(({ why }) => why) }));
      const { kind = null, fault } = recognised.nearest ?? {};
      const near = recognised.nearest ? { kind, ...(nearest?.fault && { fault }) } : null;
      expect([input, readings, near]).toEqual([input, candidates, nearest]);
    }
  });
});

test('a login is looked up without the sign before it', () => {
  for (const typed of ['@name', 'ник @name', 'логин: Name']) expect(recognise(typed).candidates[0]).toMatchObject({ kind: 'login', value: 'name' });
});

test('an ambiguous number is taken for the kind that it fits by chance least', () => {
  expect(kindsOf('001122149313')[0]).toBe('iin');
});

test('something is always said of what was typed: what it may be, or what it comes nearest to', () => {
  const digitsAndMore = fc.stringMatching(/^[0-9+() .@NKZ-]{1,20}$/);
  fc.assert(
    fc.property(fc.oneof(digitsAndMore, fc.string({ unit: 'binary', maxLength: 40 })), (typed) => {
      const { candidates, nearest } = recognise(typed);
      const isNothing = clean(typed) === '';
      expect([candidates.length > 0, nearest !== undefined].filter(Boolean)).toHaveLength(isNothing ? 0 : 1);
    }),
    { seed: 1, numRuns: 500 },
  );
}, 30_000);
