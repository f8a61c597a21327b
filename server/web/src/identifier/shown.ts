import metadata from 'libphonenumber-js/metadata.min.json';

import type { Identifier, Kind } from './kind';

/** The sizes of the groups that a kind's characters are written in; the last size repeats. */
const GROUPS: Partial<Record<Kind, readonly number[]>> = { iin: [6], id_card: [3], iban: [4], card: [4], company: [6] };

/** The whole value as people write it: `+7 709 123-45-67`, `000101 100016`, `KZ86 125K ZT50 0410 0100`. */
export function shown({ kind, value }: Identifier, cleaned: string): string {
  const groups = GROUPS[kind];
  if (groups) return grouped(value, groups);
  if (kind === 'phone') return shownPhone(value);
  if (kind === 'email') return value.includes('xn--') ? addressAsTyped(cleaned) ?? value : value;
  if (kind === 'site') return value.includes('xn--') ? hostAsTyped(cleaned) ?? value : value;
  if (kind === 'handle') return shownHandle(value);
  if (kind === 'plate') return value.replace(/(?<=[0-9])(?=[A-Z])|(?<=[A-Z])(?=[0-9])/g, ' ');
  return value;
}

/** `@name`, `instagram.com/name`, `wa.me/+77091234567`. */
function shownHandle(value: string): string {
  return value.replace(/^telegram\//, '@').replace(/^instagram\//, 'instagram.com/').replace(/^whatsapp\//, 'wa.me/');
}

/** Country code 7 as Kazakhstan and Russia write it; other countries' digits by threes. */
function shownPhone(value: string): string {
  const parts = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(value);
  if (parts) return `+7 ${parts[1]} ${parts[2]}-${parts[3]}-${parts[4]}`;
  const code = callingCode(value);
  return `${code} ${grouped(value.slice(code.length), [3])}`;
}

/** The plus and the calling code of its country, of one to three digits. */
export function callingCode(value: string): string {
  const codes: Readonly<Record<string, unknown>> = metadata.country_calling_codes;
  return [2, 3, 4].map((length) => value.slice(0, length)).find((code) => Object.hasOwn(codes, code.slice(1))) ?? value.slice(0, 4);
}

function grouped(text: string, sizes: readonly number[]): string {
  const [size = text.length, ...later] = sizes;
  if (text.length <= size) return text;
  return `${text.slice(0, size)} ${grouped(text.slice(size), later.length > 0 ? later : [size])}`;
}

/** Nobody reads `xn--80ao21a`; the letters of the domain are in the text. */
function addressAsTyped(cleaned: string): string | undefined {
  return /[^\s<>:;,]+@[^\s<>;,]+(?<!\.)/.exec(cleaned.toLowerCase())?.[0];
}

/** The host as it is in the text, if it has letters beyond ASCII there. */
function hostAsTyped(cleaned: string): string | undefined {
  return /[^\s/?#\\:@]*[^\s\0-\x7f][^\s/?#\\:@]*/.exec(cleaned.toLowerCase().replace(/^.*?:\/\/(?:[^/?#\\]*@)?/, ''))?.[0]?.replace(/\.$/, '');
}
