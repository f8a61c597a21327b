import { clean, isDigits, latinCapitals } from './clean';
import type { Identifier, Kind } from './kind';
import { normalise } from './normalise';
import type { Fault } from './verdict';

/** What a text that is no identifier most looks like, and what is wrong with it. */
export interface Nearest {
  readonly kind: Kind;
  readonly fault: Fault;
}

/** The identifiers that a text may be, the likeliest first; if it is none, what it comes nearest to. */
export interface Recognised {
  readonly candidates: readonly Identifier[];
  readonly nearest?: Nearest;
}

/**
 * The kinds from the one that random text fits least to the one that it fits most: an IBAN has two check digits and a
 * country, an IIN's check digit lets every tenth number pass, nine digits are an identity card's without any check.
 *
 * The phone is before the card, since a number of thirteen digits and more is a possible phone only if it is written with
 * an international prefix (00, 8-10), with which no card begins. A login may be anything and is asked for last.
 */
const ORDER: readonly Kind[] = ['email', 'iban', 'iin', 'phone', 'card', 'id_card', 'passport', 'plate', 'login'];

/** Which identifier is it that somebody typed? Linear in the text's length, which is bounded. */
export function recognise(typed: string): Recognised {
  const cleaned = clean(typed.slice(0, 1024));
  const likeness = resembled(cleaned);
  const kinds = ORDER.filter((kind) => isWorthAsking(kind, cleaned, likeness));
  const candidates = kinds.flatMap((kind) => identifiers(kind, typed));
  if (candidates.length > 0 || cleaned === '') return { candidates };
  return withNearest(likeness ?? 'login', typed);
}

function identifiers(kind: Kind, typed: string): Identifier[] {
  const normalised = normalise(kind, typed);
  return normalised.ok ? [normalised.identifier] : [];
}

function withNearest(kind: Kind, typed: string): Recognised {
  const normalised = normalise(kind, typed);
  return normalised.ok ? { candidates: [] } : { candidates: [], nearest: { kind, fault: normalised.fault } };
}

/** Phones and logins are found in much that is neither: a misspelt address, digits after a name. */
function isWorthAsking(kind: Kind, cleaned: string, likeness: Kind | undefined): boolean {
  if (kind === 'login') return likeness === undefined || likeness === 'passport' || likeness === 'plate';
  if (kind === 'phone') return isWrittenAsPhone(cleaned);
  return true;
}

/** Digits and what stands between them, perhaps after `тел.` or before an extension, each apart from the number. */
function isWrittenAsPhone(cleaned: string): boolean {
  const unlabelled = cleaned.replace(/^(?:тел|моб|tel|ph|phone)[.:]*\s*/i, '').replace(/(?:доб|ext|вн|x)[.:]?\s*[0-9]+$/i, '');
  return /^[0-9+()\s./~\-\u2010-\u2015\u2212]+$/.test(unlabelled) || /^[0-9][.,][0-9]+e\+?[0-9]{2}$/i.test(cleaned);
}

/** The kind whose look the text has, whether or not it keeps that kind's rules. */
function resembled(cleaned: string): Kind | undefined {
  if (cleaned.includes('@')) return 'email';
  const packed = latinCapitals(cleaned);
  if (isDigits(packed)) return resembledByDigits(packed);
  if (isWrittenAsPhone(cleaned)) return 'phone';
  if (/^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$/.test(packed)) return 'iban';
  if (/^[A-Z][0-9]{6,10}$/.test(packed)) return 'passport';
  if (/^[0-9]{2,3}[A-Z]{2,4}[0-9]{1,3}$|^[A-Z][0-9]{2,4}[A-Z]{2,3}$/.test(packed)) return 'plate';
  return undefined;
}

/** Twelve digits are an IIN, eleven a phone if they begin as one, nine an identity card, thirteen and more a card. */
function resembledByDigits(digits: string): Kind {
  if (digits.startsWith('00') && digits.length > 12) return 'phone';
  if (digits.length > 12) return 'card';
  if (digits.length === 12) return 'iin';
  if (digits.length === 11) return /^[78]/.test(digits) ? 'phone' : 'iin';
  return digits.length === 9 || digits.length === 8 ? 'id_card' : 'phone';
}
