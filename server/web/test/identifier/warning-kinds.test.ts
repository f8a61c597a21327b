/** Sites, companies, wallets and profiles: how they are written, and what a look-up of one asks for. */
import { createBase58check } from '@scure/base';
import { sha256 } from '@noble/hashes/sha2.js';
import { beforeAll, describe, expect, test } from 'vitest';

import { elementsOf, loadLateRules, normalise, recognise, type Kind } from '../../src/identifier';
import { hasKnownSuffix, registrable } from '../../src/identifier/late';

function outcome(kind: Kind, typed: string): string {
  const normalised = normalise(kind, typed);
  return normalised.ok ? normalised.identifier.value : `refused: ${normalised.fault}`;
}

const refused = expect.stringMatching(/^refused/);

test('the rules of sites and wallets are loaded only when something looks like one', async () => {
  expect(recognise('example.kz')).toEqual({ candidates: [], isLate: true });
  expect(() => normalise('site', 'example.kz')).toThrow('loadLateRules');
  for (const typed of ['000140100019', '@name', 't.me/name', 'name@example.kz', '8 709 123 45 67', 'someone']) expect(recognise(typed).isLate).toBeUndefined();
  await loadLateRules();
  expect(recognise('example.kz').candidates[0]).toMatchObject({ kind: 'site', value: 'example.kz', shown: 'example.kz', doubts: [] });
});

describe('once they are', () => {
  beforeAll(loadLateRules);

  test.each([
    'example.kz', 'Example.KZ.', 'www.example.kz', 'www.www.example.kz', 'https://example.kz', 'HTTP://user:secret@www.example.kz:8080/a?b=1:2#c',
    'hxxps://example[.]kz/path', 'example(.)kz', 'example.kz:443', 'example.kz/?next=https://other.kz', 'http://example.kz\\@other.kz',
  ])('%s is a site by its host', (typed) => {
    expect(outcome('site', typed)).toBe('example.kz');
  });

  test('a site of another script is looked up in ASCII and shown as it is typed', () => {
    expect(recognise('https://a@Пример.қаз/x').candidates).toMatchObject([{ kind: 'site', value: 'xn--e1afmkfd.xn--80ao21a', shown: 'пример.қаз' }]);
    expect(recognise('xn--e1afmkfd.xn--80ao21a').candidates[0]).toMatchObject({ shown: 'xn--e1afmkfd.xn--80ao21a' });
  });

  test.each([
    'kz', 'com.kz', 'github.io', 'localhost', '127.0.0.1', 'http://[::1]/', 'http://2130706433/', 'name@example.kz', 'ftp://example.kz', 'mailto:name@example.kz', 'a b.kz', 'example..kz',
    '-example.kz', 'under_score.example.kz', 'https://', 't.me/name', 'https://www.instagram.com/name',
  ])('%s is no site', (typed) => {
    expect(outcome('site', typed)).toEqual(refused);
  });

  test('a registrable domain is one label and a public suffix', () => {
    const domains: [string, string | undefined][] = [
      ['example.kz', 'example.kz'], ['a.b.example.kz', 'example.kz'], ['shop.example.com.kz', 'example.com.kz'], ['com.kz', undefined], ['kz', undefined],
      ['a.b.c.mm', 'b.c.mm'], ['c.mm', undefined], ['www.ck', 'www.ck'], ['a.test.ck', 'a.test.ck'], ['city.kobe.jp', 'city.kobe.jp'], ['a.b.c.kobe.jp', 'b.c.kobe.jp'],
      ['c.kobe.jp', undefined], ['a.name.github.io', 'name.github.io'], ['github.io', undefined], ['a.xn--e1afmkfd.xn--80ao21a', 'xn--e1afmkfd.xn--80ao21a'], ['a.example.unlisted', 'example.unlisted'],
    ];
    for (const [host, domain] of domains) expect([host, registrable(host)]).toEqual([host, domain]);
    expect([hasKnownSuffix('example.xn--80ao21a'), hasKnownSuffix('example.unlisted')]).toEqual([true, false]);
    expect(outcome('site', 'www.kz')).toBe('www.kz');
  });

  test('of a site its host and its registrable domain are looked up, of a WhatsApp account its number too', () => {
    expect(elementsOf({ kind: 'site', value: 'a.b.example.kz' }).map(({ value }) => value)).toEqual(['a.b.example.kz', 'example.kz']);
    expect(elementsOf({ kind: 'site', value: 'example.kz' })).toHaveLength(1);
    expect(elementsOf({ kind: 'handle', value: 'whatsapp/+77091234567' })).toEqual([{ kind: 'handle', value: 'whatsapp/+77091234567' }, { kind: 'phone', value: '+77091234567' }]);
    expect(elementsOf({ kind: 'phone', value: '+77091234567' })).toHaveLength(1);
  });

  test('a BIN has a month, a type and a sort', () => {
    expect(outcome('company', '940140000385')).toBe('940140000385');
    expect(outcome('company', 'БИН 990140-004654')).toBe('990140004654');
    expect(outcome('company', 'ИИН 940140000385')).toEqual(refused);
    expect(outcome('iin', 'БИН 940140000385')).toEqual(refused);
    expect(outcome('company', 'ИИН/БИН 940140000385')).toBe('940140000385');
    expect(outcome('company', '940140000386')).toBe('refused: check-digit');
    for (const other of ['360323258530', '941340000385', '940144000385']) expect(outcome('company', other)).toBe('refused: form');
    expect(outcome('company', '140000385')).toBe('refused: length');
  });

  describe('a wallet', () => {
    const made = (version: number): string => createBase58check(sha256).encode(Uint8Array.of(version, ...new Uint8Array(20).fill(7)));

    test('in base 58 is kept as it is written', () => {
      for (const version of [0x00, 0x05, 0x41]) {
        expect(outcome('wallet', made(version))).toBe(made(version));
        expect(outcome('wallet', `bitcoin:${made(version)}?amount=1`)).toBe(made(version));
        expect(recognise(made(version)).candidates.map(({ kind }) => kind)).toEqual(['wallet']);
      }
      expect(outcome('wallet', made(0x6f))).toBe('refused: form');
      expect(outcome('wallet', `${made(0).slice(0, -1)}${made(0).endsWith('2') ? '3' : '2'}`)).toBe('refused: check-digit');
    });

    test('of Ethereum is checked where capitals and small letters occur (EIP-55)', () => {
      for (const good of ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359', '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB', '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb']) {
        for (const typed of [good, good.toLowerCase(), `0x${good.slice(2).toUpperCase()}`, `ethereum:${good}?value=1`]) expect(outcome('wallet', typed)).toBe(good.toLowerCase());
      }
      expect(outcome('wallet', '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed')).toBe('refused: check-digit');
      expect(outcome('wallet', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe')).toBe('refused: length');
      expect(outcome('wallet', '0xzz')).toBe('refused: characters');
    });

    // The test vectors of BIP 173 and BIP 350 whose prefix is that of Bitcoin's main network.
    test.each([
      'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', 'bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y', 'BC1SW50QGDZ25J',
      'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
    ])('%s is valid by BIP 350', (typed) => {
      expect(outcome('wallet', typed)).toBe(typed.toLowerCase());
    });

    test.each([
      'tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', 'BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2', 'bc1rw5uspcuh', 'BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P',
      'bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90', 'bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du', 'bc1gmk9yu',
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', 'bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4', 'BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R', 'bc1pw5dgrnzv',
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf', 'bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    ])('%s is not', (typed) => {
      expect(outcome('wallet', typed)).toEqual(refused);
    });
  });

  describe('a profile', () => {
    test.each([
      ['telegram/name_1', ['@Name_1', 't.me/name_1', 'https://t.me/Name_1/', 'http://telegram.me/name_1?start=x', 't.me/s/name_1', 'https://t.me/name_1/25', 'tg://resolve?domain=Name_1&start=x', 'telegram/name_1']],
      ['instagram/na.me_1', ['instagram.com/Na.me_1', 'https://www.instagram.com/na.me_1/?igsh=x', 'instagram/na.me_1']],
      ['whatsapp/+77091234567', ['wa.me/77091234567', 'https://wa.me/+77091234567?text=x', 'https://api.whatsapp.com/send?phone=77091234567&text=x', 'https://api.whatsapp.com/send/?text=x&phone=%2B77091234567', 'whatsapp/+77091234567']],
    ])('%s has one value in all its links', (value, texts) => {
      for (const typed of texts) expect([typed, outcome('handle', typed)]).toEqual([typed, value]);
    });

    test.each([
      'name', '@abc', '@1name', '@имя_1', 't.me/+AbCdEf123', 't.me/joinchat/AbC', 'https://t.me/share/url?url=x', 't.me/c/1234/5', 't.me', 'instagram.com/p/Cabc', 'instagram.com', 'wa.me/message/ABC', 'wa.me/12',
      'https://api.whatsapp.com/send?text=x', 'https://example.kz/name', 'name@example.kz',
    ])('%s names none', (typed) => {
      expect(outcome('handle', typed)).toEqual(refused);
    });
  });
});
