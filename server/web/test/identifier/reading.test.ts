import { PhoneNumber, parsePhoneNumberWithError } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/metadata.min.json';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';

import { rulesOnly } from '../../scripts/phone-rules-only';
import { loadLateRules, normalise, readingAs, recognise, recogniseAll, type Kind, type Reading } from '../../src/identifier';
import { isOneSlipAway, mended } from '../../src/identifier/mail-domain';

beforeAll(loadLateRules);

/** Text that often is an identifier of some kind, and often nearly one. */
const typedTexts = fc.oneof(
  fc.stringMatching(/^[0-9]{8,13}$/),
  fc.stringMatching(/^(\+?[78]|00|\+)[ (-]{0,2}[0-9]{3}[ )-]{0,2}[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{1,2}$/),
  fc.stringMatching(/^[a-z0-9.]{1,12}@(gmail|mail|example)\.(com|con|ru|kz|қаз)$/),
  fc.stringMatching(/^[nN№ ]{0,2}[0-9]{7,9}$/),
  fc.stringMatching(/^[0-9]{3}[a-zA-ZАВСавс]{2,3}[0-9]{2}$/),
  fc.string({ unit: 'binary', maxLength: 24 }),
);

function readings(typed: string): readonly Reading[] {
  return recognise(typed).candidates;
}

test('what is shown of a reading is the whole value: typed again, it is read the same', () => {
  fc.assert(
    fc.property(typedTexts, (typed) => {
      for (const { kind, value, shown } of readings(typed)) expect([kind, shown, normalise(kind, shown)]).toEqual([kind, shown, { ok: true, identifier: { kind, value } }]);
    }),
    { seed: 1, numRuns: 1000 },
  );
}, 60_000);

test('a login that the person has not named is always doubted, and one that they have named is not', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 3, maxLength: 20 }), (typed) => {
      for (const { kind, doubts } of readings(typed)) if (kind === 'login') expect(doubts.map(({ why }) => why)).toEqual(['login']);
      const named = readingAs('login', typed);
      if (named && 'doubts' in named) expect(named.doubts).toEqual([]);
    }),
    { seed: 1, numRuns: 300 },
  );
}, 30_000);

test('what is offered instead of an address is one that nothing speaks against', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{3,8}[0-9]?@(gmail|gmial|mail|yandex)\.(com|con|ry|ru|kz)$/), (typed) => {
      const offered = readings(typed).flatMap(({ doubts }) => doubts.flatMap(({ instead }) => instead ?? []));
      for (const instead of offered) expect(readings(instead)).toMatchObject([{ kind: 'email', doubts: [] }]);
    }),
    { seed: 1, numRuns: 300 },
  );
});

const doubtsOf = (typed: string): string[] => readings(typed).flatMap(({ kind, doubts }) => doubts.map(({ why }) => `${kind} ${why}`));

test.each<[string, string[]]>([
  ['8 (709) 806-30-0', ['phone prefix']],
  ['+7 495 123 45 67', ['phone prefix']],
  ['+998 70 123 45 67', ['phone prefix']],
  ['8 709 123 45 67', []],
  ['7 7091 23456', ['phone prefix']],
  ['709123456', ['id_card id-card']],
  ['012345678', []],
  ['000140100019', ['iin business']],
  ['009900100014', ['iin birth-date']],
  ['000230100018', ['iin birth-date']],
  ['000101100016', []],
  ['S12345678', ['passport passport', 'login login']],
  ['4000 0000 0000 0002', []],
  ['4000000000006', ['card card']],
  ['123 ABC 77', ['plate region']],
  ['name@gmail.con', ['email domain']],
  ['name@yndex.ru', ['email domain']],
  ['name@mail.ru', []],
  ['name@ymail.com', []],
  ['name@example.kz', []],
  ['nurlan', ['login login']],
])('%s is doubted for %j', (typed, doubts) => {
  expect(doubtsOf(typed)).toEqual(doubts);
});

describe('several values', () => {
  const kinds = (typed: string): (Kind | undefined)[] | undefined => recogniseAll(typed)?.map(({ candidates }) => candidates[0]?.kind);

  test.each<[string, (Kind | undefined)[] | undefined]>([
    ['000101100016\n8 709 123 45 67\nname@example.kz', ['iin', 'phone', 'email']],
    ['000101100016; someone.else', ['iin', 'login']],
    ['000101100016, +7 709 123 45 67', ['iin', 'phone']],
    ['000101100016 87091234567', ['iin', 'phone']],
    ['ИИН: 000101100016, тел. 8 709 123 45 67', ['iin', 'phone']],
    ['000101100016; 000101100017', ['iin', undefined]],
    ['8 709 123 45 67', undefined],
    ['Иванов Иван', undefined],
    ['000101 100016', undefined],
    ['name@mail,ru', undefined],
    ['000101100016;', undefined],
  ])('%j', (typed, expected) => {
    expect(kinds(typed)).toEqual(expected);
  });
});

test('one slip is one change, omission, addition or exchange', () => {
  const near = ['gmal.com', 'gmaill.com', 'gmajl.com', 'gmial.com', 'gmail.con', 'gmail.co'];
  for (const domain of near) expect([domain, isOneSlipAway(domain, 'gmail.com')]).toEqual([domain, true]);
  for (const domain of ['gmail.com', 'example.com', 'gmx.com']) expect([domain, isOneSlipAway(domain, 'gmail.com')]).toEqual([domain, false]);
});

test('an address is corrected only where it is clear what was meant', () => {
  expect(mended('name [at] mail [dot] ru')).toBe('name@mail.ru');
  expect(mended('my address name@mail.ru')).toBeUndefined();
  expect(mended('someone.else')).toBeUndefined();
});

test('the tables that browsers get read every number as the whole ones do', () => {
  const small = rulesOnly(metadata as never) as unknown as typeof metadata;
  const read = (typed: string, tables: typeof metadata) => {
    try {
      const { number } = parsePhoneNumberWithError(typed, 'KZ', tables);
      return [number, new PhoneNumber(number, tables).isPossible()];
    } catch (error) {
      return String(error);
    }
  };
  fc.assert(
    fc.property(fc.stringMatching(/^(\+|00|8|810|)[0-9]{5,14}$/), (typed) => {
      expect(read(typed, small)).toEqual(read(typed, metadata));
    }),
    { seed: 1, numRuns: 2000 },
  );
}, 60_000);
