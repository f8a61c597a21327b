import { pwnedPassword, pwnedPasswordRange } from 'hibp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tekser } from './support/tekser';

/** Passwords of a leak, and how often it holds each. */
const LEAKED = { 'a made-up password': 25, 'құпия сөз': 12, 'with: colon, "quotes" ': 10, 'seldom used': 9, '87091234567': 40 };

/** A client of Have I Been Pwned's passwords, set to another base URL and nothing else. */
const tekser = new Tekser();
beforeAll(() => tekser.serve('--passwords', tekser.countPasswords(LEAKED)));
afterAll(() => tekser.close());

const ours = () => ({ baseUrl: tekser.base });

test.each(['a made-up password', 'құпия сөз', 'with: colon, "quotes" '] as const)('it gets how many times %j leaked, with padding and without', async (password) => {
  expect(await pwnedPassword(password, ours())).toBe(LEAKED[password]);
  expect(await pwnedPassword(password, { ...ours(), addPadding: true })).toBe(LEAKED[password]);
});

test.each(['seldom used', '87091234567', 'never met'])('of %j, which is rare or a person’s number, it gets nothing', async (password) => {
  expect(await pwnedPassword(password, ours())).toBe(0);
  expect(await pwnedPassword(password, { ...ours(), addPadding: true })).toBe(0);
});

test('it reads a range, the lines of which that are made up have the count 0', async () => {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode('a made-up password'));
  const hash = Buffer.from(digest).toString('hex').toUpperCase();
  const [prefix, suffix] = [hash.slice(0, 5), hash.slice(5)];
  expect(await pwnedPasswordRange(prefix.toLowerCase(), ours())).toEqual({ [suffix]: 25 });
  const padded = await pwnedPasswordRange(prefix, { ...ours(), addPadding: true });
  expect(Object.entries(padded).filter(([, count]) => count > 0)).toEqual([[suffix, 25]]);
  const lines = Object.keys(padded).length;
  expect(lines).toBeGreaterThanOrEqual(800);
  expect(lines).toBeLessThanOrEqual(1000);
});

test('it learns what is wrong with a prefix, and that other hashes are not offered', async () => {
  await expect(pwnedPasswordRange('zzz', ours())).rejects.toThrow('The hash prefix was not in a valid format');
  await expect(pwnedPasswordRange('21BD1', { ...ours(), mode: 'ntlm' })).rejects.toThrow('Only SHA-1 is offered here');
});
