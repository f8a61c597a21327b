import { describe, expect, test } from 'vitest';
import { bytesOf, hexDump } from '../../src/site/answer/hex';
import { byDate } from '../../src/site/answer/order';
import { byYear, EVERYTHING, filtered } from '../../src/site/catalogue/filter';
import { mask } from '../../src/site/check/mask';
import { read } from '../../src/site/check/reading';
import { moment, partialDate } from '../../src/site/format/date';
import { number, shortNumber } from '../../src/site/format/number';
import { fill, plural } from '../../src/site/format/plural';
import { texts as ru } from '../../src/site/texts/ru';
import { breach } from '../protocol/fake-server';

const SPACE = '\u00a0';

describe('dates are written as precisely as they are known', () => {
  test.each([
    ['kk', '2021', '2021 ж.'],
    ['kk', '2025-06', '2025 ж. маусым'],
    ['kk', '2024-03-05', '2024 ж. 5 наурыз'],
    ['ru', '2021', '2021'],
    ['ru', '2025-06', 'июнь 2025 г.'],
    ['ru', '2024-03-05', '5 марта 2024 г.'],
    ['en', '2025-06', 'June 2025'],
    ['en', '2024-03-05', 'March 5, 2024'],
    ['ru', 'soon', 'soon'],
    ['kk', '2024-99', '2024-99'],
  ] as const)('%s %s', (language, date, written) => {
    expect(partialDate(language, date)).toBe(written);
  });

  test('a moment has its hour, in Kazakh too', () => {
    expect(moment('kk', '2026-11-22T20:15:30Z')).toMatch(/^2026 ж\. 2[23] қараша, \d\d:\d\d$/);
    expect(moment('ru', 'unknown')).toBe('unknown');
  });
});

test('numbers are grouped as the language groups them', () => {
  expect(number('kk', 16_300_000)).toBe(`16${SPACE}300${SPACE}000`);
  expect(number('en', 16_300_000)).toBe('16,300,000');
  expect(shortNumber('kk', 16_300_000)).toBe('16 млн');
  expect(shortNumber('kk', 2_090_000)).toBe('2,1 млн');
  expect(shortNumber('kk', 50_000)).toBe('50 мың');
  expect(shortNumber('en', 16_300_000)).toBe('16M');
});

test('Russian plurals follow the number', () => {
  const shown = [1, 2, 5, 11, 21].map((n) => plural('ru', ru.answer.found.heading, n));
  expect(shown).toEqual(['Найдено в 1 утечке', 'Найдено в 2 утечках', 'Найдено в 5 утечках', 'Найдено в 11 утечках', 'Найдено в 21 утечке']);
});

test('a text without a value keeps its place', () => {
  expect(fill('{a} of {b}', { a: '1' })).toBe('1 of {b}');
});

test('the newest leak is first, and a year alone counts as its end', () => {
  const dated = (id: string, date: string) => ({ breach: { ...breach(id, []), date }, classes: [] });
  const sorted = byDate([dated('a', '2021'), dated('b', '2024-03-05'), dated('c', '2021-06'), dated('d', '2024-03')]);
  expect(sorted.map(({ breach: { id } }) => id)).toEqual(['d', 'b', 'a', 'c']);
});

test('a mask shows the last two characters of a number, the first of an address, and no more', () => {
  expect(mask({ kind: 'iin', value: '000101100016' })).toBe('···16');
  expect(mask({ kind: 'email', value: 'someone@example.kz' })).toBe('s···');
});

test('bytes are written in lines of sixteen', () => {
  expect(hexDump(bytesOf('{"blinded": [1]}!'))).toBe(
    '000000  7b 22 62 6c 69 6e 64 65 64 22 3a 20 5b 31 5d 7d  {"blinded": [1]}\n000010  21                                               !',
  );
  expect(hexDump(new Uint8Array(40), 16).split('\n')).toHaveLength(1);
});

test('years without a leak stand in the chart too', () => {
  const years = byYear([{ ...breach('a', []), date: '2021' }, { ...breach('b', []), date: '2023-05' }]);
  expect(years.map(({ year, leaks }) => [year, leaks])).toEqual([['2021', 1], ['2022', 0], ['2023', 1]]);
});

test('filters are joined by and', () => {
  const breaches = [breach('a', ['names']), { ...breach('b', ['names']), status: 'reported' as const }];
  expect(filtered(breaches, EVERYTHING)).toHaveLength(2);
  expect(filtered(breaches, { ...EVERYTHING, class: 'names', status: 'reported' }).map(({ id }) => id)).toEqual(['b']);
});

test('what was typed is read as one thing, several, or with its fault', () => {
  expect(read('  ', undefined)).toEqual({ state: 'empty' });
  expect(read('000101100016', undefined)).toMatchObject({ state: 'one', identifier: { kind: 'iin' } });
  expect(read('N12345678', undefined)).toMatchObject({ state: 'several' });
  expect(read('000101100017', undefined)).toEqual({ state: 'fault', fault: 'check-digit', kind: 'iin' });
  expect(read('abc', 'iin')).toEqual({ state: 'fault', fault: 'characters', kind: 'iin' });
});
