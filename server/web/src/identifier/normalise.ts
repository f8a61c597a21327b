import { card, iban } from './bank';
import { clean } from './clean';
import { idCard, passport, plate } from './document';
import { email } from './email';
import { iin } from './iin';
import type { Identifier, Kind } from './kind';
import { login } from './login';
import { phone } from './phone';
import type { Fault, Verdict } from './verdict';

/** The version of these rules, part of every OPRF input. */
export const NORMALISATION_VERSION = 1;

/** Longest text that is looked at, in bytes of UTF-8; the longest identifier, an e-mail address, has 318. */
const MAX_INPUT = 1024;

const RULES: Readonly<Record<Kind, (cleaned: string) => Verdict>> = {
  iin,
  phone,
  email,
  id_card: idCard,
  passport,
  iban,
  card,
  plate,
  login,
};

/** An identifier in its normal form, or the rule that the text broke. */
export type Normalised =
  | { readonly ok: true; readonly identifier: Identifier }
  | { readonly ok: false; readonly fault: Fault };

/** The normal form of what a person typed as an identifier of this kind. */
export function normalise(kind: Kind, typed: string): Normalised {
  if (new TextEncoder().encode(typed).length > MAX_INPUT) return { ok: false, fault: 'too-long' };
  const cleaned = clean(typed);
  if (cleaned === '') return { ok: false, fault: 'empty' };
  const verdict = RULES[kind](cleaned);
  return verdict.ok ? { ok: true, identifier: { kind, value: verdict.value } } : verdict;
}

/** The input of the OPRF: the UTF-8 of `tekser:1:KIND:VALUE` (`server/PROTOCOL.md` §2). */
export function oprfInput({ kind, value }: Identifier): Uint8Array {
  return new TextEncoder().encode(`tekser:${NORMALISATION_VERSION}:${kind}:${value}`);
}
