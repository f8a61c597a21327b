import { accept, refuse, type Verdict } from './verdict';

/** Lower case, 3 to 64 characters, no white space. */
export function login(cleaned: string): Verdict {
  // Lower-casing can take a text out of NFKC: İ becomes i and a combining dot.
  const name = cleaned.toLowerCase().normalize('NFKC');
  if (/\p{White_Space}/u.test(name)) return refuse('characters');
  const characters = Array.from(name).length;
  return characters >= 3 && characters <= 64 ? accept(name) : refuse('length');
}
