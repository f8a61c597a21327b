import type { Doubt } from './doubt';

/** Domains that most addresses in Kazakhstan have; a near miss of one of these is most likely a slip. */
const FREQUENT = [
  'gmail.com', 'mail.ru', 'yandex.ru', 'yandex.kz', 'yandex.com', 'inbox.ru', 'list.ru', 'icloud.com', 'outlook.com', 'hotmail.com',
  'yahoo.com', 'rambler.ru', 'mail.kz', 'googlemail.com', 'protonmail.com', 'internet.ru',
];
/** Domains that exist though they are near misses. */
const NEIGHBOURS = ['mail.com', 'email.com', 'ymail.com', 'gmx.com', 'yandex.by', 'yandex.ua', 'yandex.uz', 'mail.kg', 'mail.uz', 'hotmail.ru', 'live.ru', 'live.com', 'bk.ru', 'ya.ru'];
/** The ends of domains that people in Kazakhstan write to; others are asked about. */
const ENDS =
  /^(?:com|net|org|info|biz|edu|gov|pro|name|online|site|xyz|club|app|dev|store|tech|a[emtuz]|b[eryz]|c[achnoz]|d[ek]|e[esu]|f[ir]|g[e]|h[ku]|i[loqnrst]|j[p]|k[grz]|l[tv]|m[dekny]|n[loz]|p[klt]|r[osu]|s[aegiku]|t[hjmrvw]|u[aksz]|v[n]|xn--.+)$/;
/** The ends that a slip most likely missed. */
const FREQUENT_ENDS = ['com', 'ru', 'kz', 'net', 'org'];

/** What speaks against the domain of an address. */
export function domainDoubts(address: string): readonly Doubt[] {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1);
  if (FREQUENT.includes(domain) || NEIGHBOURS.includes(domain)) return [];
  const near = FREQUENT.find((frequent) => isOneSlipAway(domain, frequent));
  if (near !== undefined) return [{ why: 'domain', part: domain, instead: `${address.slice(0, at)}@${near}` }];
  return endDoubts(address, domain);
}

function endDoubts(address: string, domain: string): readonly Doubt[] {
  const end = domain.slice(domain.lastIndexOf('.') + 1);
  if (ENDS.test(end)) return [];
  const near = FREQUENT_ENDS.find((frequent) => isOneSlipAway(end, frequent));
  const doubt: Doubt = { why: 'domain', part: `.${end}` };
  if (near === undefined) return [doubt];
  const instead = address.slice(0, -end.length) + near;
  // `gmial.con` has a second slip before its end.
  return [{ ...doubt, instead: domainDoubts(instead)[0]?.instead ?? instead }];
}

/** What was probably meant by an invalid address: `name(at)mail.ru`, `name@mail,ru`, `name@gmail`, `namegmail.com`. */
export function mended(text: string): string | undefined {
  const joined = text
    .toLowerCase()
    .replace(/\s*(?:[([{]\s*(?:at|@|собака)\s*[)\]}]|\s(?:at|собака)\s)\s*/, '@')
    .replace(/\s*(?:[([{]\s*(?:dot|точка)\s*[)\]}]|\s(?:dot|точка)\s)\s*/g, '.')
    .replace(/,/g, '.')
    .replace(/\s*([@.])[\s.]*/g, '$1')
    .replace(/\.$/, '');
  if (/\s/.test(joined)) return undefined;
  return joined.includes('@') ? withEnd(joined) : withAt(joined);
}

/** `name@gmail` lacks its end, `name@gmailcom` its dot. */
function withEnd(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const meant = FREQUENT.find((frequent) => frequent.split('.')[0] === domain || frequent.replace('.', '') === domain);
  return meant === undefined ? address : `${address.slice(0, -domain.length)}${meant}`;
}

/** `namegmail.com` lacks its @. */
function withAt(text: string): string | undefined {
  const end = FREQUENT.filter((frequent) => text.endsWith(frequent) && text.length > frequent.length).sort((a, b) => b.length - a.length)[0];
  return end === undefined ? undefined : `${text.slice(0, -end.length).replace(/[._-]$/, '')}@${end}`;
}

/** Whether one character was changed, left out, added, or exchanged with its neighbour. */
export function isOneSlipAway(left: string, right: string): boolean {
  let start = 0;
  while (start < left.length && left[start] === right[start]) start++;
  const [a, b] = [left.slice(start), right.slice(start)];
  if (a === b) return false;
  const exchanged = a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
  return exchanged || a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}
