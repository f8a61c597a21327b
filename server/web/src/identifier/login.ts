import { accept, refuse, type Verdict } from './verdict';

/** An @name, or the address of a profile at Telegram or Instagram that has nothing else after it. */
const HANDLE = /^(?:@(?!.*\/)|(?:https?:\/\/)?(?:t\.me|telegram\.me|(?:www\.)?instagram\.com)\/)([a-z0-9_.]+)\/?$/;

/** Lower case, 3 to 64 characters, no white space; `@name` and `https://t.me/name` are the name. */
export function login(cleaned: string): Verdict {
  // Lower-casing can take a text out of NFKC: İ becomes i and a combining dot.
  const lower = cleaned.toLowerCase().normalize('NFKC');
  const name = HANDLE.exec(lower)?.[1] ?? lower;
  if (/\p{White_Space}/u.test(name)) return refuse('characters');
  const characters = Array.from(name).length;
  return characters >= 3 && characters <= 64 ? accept(name) : refuse('length');
}
