import { card, iban } from './bank';
import { clean } from './clean';
import { company } from './company';
import { idCard, passport, plate } from './document';
import { email } from './email';
import { handle } from './handle';
import { iin } from './iin';
import type { Identifier, Kind } from './kind';
import { lateRules } from './late-rules';
import { login } from './login';
import { numberIn } from './numbers';
import { phone } from './phone';
import { refuse, type Fault, type Verdict } from './verdict';
import { wordIn } from './words';

/** The version of these rules, part of every OPRF input. */
export const NORMALISATION_VERSION = 1;

/** Longest text that is read, in bytes of UTF-8; the longest identifier, an e-mail address, has 318. */
const MAX_INPUT = 1024;

type Rule = (cleaned: string) => Verdict;

const RULES: Readonly<Record<Kind, Rule>> = {
  iin: unlessWhole(iin, (text, fault) => numberIn('iin', text, fault)),
  phone: unlessList(phone),
  email,
  id_card: unlessWhole(idCard, (text, fault) => numberIn('id_card', text, fault)),
  passport: unlessWhole(passport, (text, fault) => wordIn('passport', text, fault)),
  iban: unlessWhole(iban, (text, fault) => wordIn('iban', text, fault)),
  card: unlessWhole(card, (text, fault) => numberIn('card', text, fault)),
  plate: unlessWhole(plate, (text, fault) => wordIn('plate', text, fault)),
  login,
  site: (cleaned) => lateRules().site(cleaned),
  company: unlessWhole(company, (text, fault) => numberIn('company', text, fault)),
  wallet: (cleaned) => lateRules().wallet(cleaned),
  handle,
};

/** The rule for a whole text, or else for the one value that is in it. */
function unlessWhole(whole: Rule, within: (text: string, fault: Fault) => Verdict): Rule {
  return unlessList((cleaned) => {
    const verdict = whole(cleaned);
    return verdict.ok ? verdict : within(cleaned, verdict.fault);
  });
}

/** The rule, for a text that is not several cells, or a number and something after it, such as a password. */
function unlessList(rule: Rule): Rule {
  return (cleaned) => (/[|;\t\n\r]|[0-9]:/.test(cleaned) ? refuse('form') : rule(cleaned));
}

/** An identifier in its normal form, or the rule that the text broke. */
export type Normalised =
  | { readonly ok: true; readonly identifier: Identifier }
  | { readonly ok: false; readonly fault: Fault };

/** The normal form of what a person typed as an identifier of this kind. Of a site or a wallet: once `loadLateRules` has ended. */
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
