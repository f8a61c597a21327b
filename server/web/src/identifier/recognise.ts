import { clean, isDigits, latinCapitals } from './clean';
import type { Kind } from './kind';
import { labelled, loginIn, type Labelled } from './label';
import { isLate, lateRules } from './late-rules';
import { isMarked } from './link';
import { isBrokenAddress, misreading } from './misreading';
import { normalise } from './normalise';
import { readingOf, type Reading } from './reading';
import type { Fault } from './verdict';

/** What a text that is not an identifier most resembles, what is wrong with it, and what may have been meant. */
export interface Nearest {
  readonly kind?: Kind;
  readonly fault: Fault;
  readonly instead?: string;
}

/** The ways to read a text, the likeliest first; if there are none, what it comes nearest to. */
export interface Recognised {
  readonly candidates: readonly Reading[];
  readonly nearest?: Nearest;
  /** It may be a site or a wallet, and their rules are not loaded: `loadLateRules`, then ask again. */
  readonly isLate?: true;
}

const MAX_INPUT = 1024;
/** What ends a sentence or a line that a value was copied from. */
const SENTENCE_END = /[\p{White_Space}.,;:!?]+$/u;

/**
 * The kinds from the one that random text fits least to the one that it fits most: an IBAN has two check digits and a
 * country, an IIN's check digit lets every tenth number pass, nine digits are an identity card's without any check. A BIN is an
 * IIN as well, but no person is born on a day from 40 to 63.
 *
 * The phone is before the card, since a number of thirteen digits and more is a possible phone only if it is written with
 * an international prefix (00, 8-10), with which no card begins. A login may be anything: it is read only where nothing
 * else fits, and always with a doubt, but for passports and plates, which people do take for logins.
 */
const ORDER: readonly Kind[] = ['email', 'wallet', 'iban', 'company', 'iin', 'phone', 'card', 'id_card', 'passport', 'plate'];

/** Which identifier did a person type? Linear in the text's length, which is bounded. */
export function recognise(text: string): Recognised {
  const typed = withoutSentenceEnd(text.slice(0, MAX_INPUT));
  const cleaned = clean(typed);
  if (cleaned === '') return { candidates: [] };
  const named = labelled(cleaned);
  const linked = named ? undefined : recogniseLink(typed, cleaned);
  if (linked) return linked;
  const kinds = named ? namedKinds(named.kind) : ORDER.filter((kind) => mayBe(kind, cleaned));
  if (kinds.some(isLate)) return LATE;
  const candidates = kinds.flatMap((kind) => readings(kind, typed));
  if (named) return candidates.length > 0 ? { candidates } : nearestToNamed(named, cleaned);
  const likeness = resembled(cleaned);
  const mayBeLogin = likeness === 'passport' || likeness === 'plate';
  if (candidates.length > 0) return { candidates: mayBeLogin ? [...candidates, ...readings('login', typed)] : candidates };
  const login = loginIn(cleaned);
  if (login !== undefined) return { candidates: [...readings('login', login), ...readings('handle', typed)] };
  const misread = misreading(cleaned, likeness);
  if (misread) return { candidates: [], nearest: misread };
  const logins = likeness === undefined || mayBeLogin ? readings('login', typed) : [];
  return logins.length > 0 ? { candidates: logins } : nearestTo(likeness ?? 'login', typed);
}

/** What a text links to: a site or a profile; a host alone is written as some logins are. Undefined if it is not a link. */
function recogniseLink(typed: string, cleaned: string): Recognised | undefined {
  if (/\p{White_Space}/u.test(cleaned)) return undefined;
  if (isMarked(cleaned) || /^tg:\/\//i.test(cleaned) || hasPath(cleaned)) return recogniseMarked(typed);
  if (!isHost(cleaned) || isBrokenAddress(cleaned)) return undefined;
  if (isLate('site')) return LATE;
  const sites = readings('site', typed).filter(({ value }) => lateRules().hasKnownSuffix(value));
  return sites.length > 0 ? { candidates: [...sites, ...readings('login', typed)] } : undefined;
}

const LATE: Recognised = { candidates: [], isLate: true };

/** A profile may be meant as the login or the number in it; any other link is a site. */
function recogniseMarked(typed: string): Recognised {
  const [profile] = readings('handle', typed);
  if (profile) {
    const others = readings(profile.value.startsWith('whatsapp/') ? 'phone' : 'login', typed);
    return { candidates: [profile, ...others.filter(({ value }) => profile.value.endsWith(value))] };
  }
  if (isLate('site')) return LATE;
  const site = normalise('site', typed);
  if (site.ok) return { candidates: readings('site', typed) };
  return { candidates: [], nearest: site.fault === 'profile' ? { kind: 'handle', fault: 'form' } : { kind: 'site', fault: site.fault } };
}

/** Whether something follows a host: a page, or a port. */
function hasPath(cleaned: string): boolean {
  const [, host] = /^([^/]*)\//.exec(cleaned) ?? /^([^:]*):[0-9]+$/.exec(cleaned) ?? [];
  return host !== undefined && isHost(host);
}

function isHost(text: string): boolean {
  return /^[\p{Alphabetic}\p{N}-]+(?:\.[\p{Alphabetic}\p{N}-]+)*\.\p{Alphabetic}{2,}$/u.test(text);
}

/** What every address of a wallet has: a scheme, or a beginning and as many letters and digits. */
const LIKE_WALLET = /^(?:(?:bitcoin|ethereum):.*|(?:0x|bc1)[0-9a-z]{11,}(?:\?.*)?|[13T][0-9a-z]{24,35}(?:\?.*)?)$/is;

/** A label decides, but many call an identity card a passport. */
function namedKinds(kind: Kind): readonly Kind[] {
  return kind === 'passport' || kind === 'id_card' ? ['id_card', 'passport'] : [kind];
}

/** What is wrong with a text that names its own kind. */
function nearestToNamed({ kind, rest }: Labelled, cleaned: string): Recognised {
  const misread = misreading(cleaned, kind) ?? misreading(rest, undefined);
  if (misread) return { candidates: [], nearest: misread };
  const { nearest = { kind, fault: 'form' as const } } = nearestTo(kind, rest);
  return { candidates: [], nearest };
}

function withoutSentenceEnd(text: string): string {
  const shorter = text.replace(SENTENCE_END, '');
  return shorter === '' ? text : shorter;
}

/** The reading as a kind that the person has named; there is no doubt then that a login is meant. Undefined until the kind's rule is loaded. */
export function readingAs(kind: Kind, text: string): Reading | Nearest | undefined {
  if (isLate(kind)) return undefined;
  const typed = kind === 'login' ? text : withoutSentenceEnd(text);
  const normalised = normalise(kind, typed);
  if (!normalised.ok) return { kind, fault: normalised.fault };
  const reading = readingOf(normalised.identifier, clean(typed));
  return { ...reading, doubts: reading.doubts.filter(({ why }) => why !== 'login') };
}

function readings(kind: Kind, typed: string): Reading[] {
  const normalised = normalise(kind, typed);
  return normalised.ok ? [readingOf(normalised.identifier, clean(typed))] : [];
}

function nearestTo(kind: Kind, typed: string): Recognised {
  const normalised = normalise(kind, typed);
  return normalised.ok ? { candidates: [] } : { candidates: [], nearest: { kind, fault: normalised.fault } };
}

function mayBe(kind: Kind, cleaned: string): boolean {
  return kind === 'phone' ? isWrittenAsPhone(cleaned) : kind !== 'wallet' || LIKE_WALLET.test(cleaned);
}

/** Phones are found in much that is not a phone: digits after a name. A label before the number or a note after it stands apart. */
function isWrittenAsPhone(cleaned: string): boolean {
  if (/^[0-9][.,][0-9]+e\+?[0-9]{2}$/i.test(cleaned)) return true;
  // In lower case the mark of İ is a character of its own, which no word of a label has.
  const unlabelled = cleaned.toLowerCase().replace(/^(?:(?:тел|моб|tel|ph|phone)[.:]*|\p{L}[\p{L}\s.]*[\s.:]+)(?=[\s+(0-9])/iu, '');
  const unnoted = unlabelled.replace(/(?:\s*[,;]?\s*(?:доб|ext|вн|x|#)[.:]?\s*[0-9]+|\s*\(?\s*\p{L}[^0-9@]*)$/iu, '');
  return /^[0-9+()\s./~\-\u2010-\u2015\u2212]+[.,;:!]*$/.test(unnoted);
}

/** The kind whose look the text has, whether or not it keeps that kind's rules. */
function resembled(cleaned: string): Kind | undefined {
  if (cleaned.includes('@')) return 'email';
  if (isLikeWallet(cleaned)) return 'wallet';
  const packed = latinCapitals(cleaned);
  if (isDigits(packed)) return resembledByDigits(packed);
  if (isWrittenAsPhone(cleaned)) return 'phone';
  if (/^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$/.test(packed)) return 'iban';
  if (/^[A-Z][0-9]{6,10}$/.test(packed)) return 'passport';
  if (/^[0-9]{2,3}[A-Z]{2,4}[0-9]{1,3}$|^[A-Z][0-9]{2,4}[A-Z]{2,3}$/.test(packed)) return 'plate';
  return undefined;
}

/** Letters and digits that begin, and are about as long, as an address of a wallet. */
function isLikeWallet(cleaned: string): boolean {
  if (/^(?:0x|bc1)[0-9a-z]*$/i.test(cleaned)) return cleaned.length >= 20 && cleaned.length <= 90;
  return [/^[13T][0-9a-z]{24,35}$/i, /[a-z]/, /[A-Z]/, /[0-9]/].every((part) => part.test(cleaned)) && /^[13T]/.test(cleaned);
}

/** Twelve digits are an IIN or a BIN, eleven a phone if they begin as one, nine an identity card, thirteen and more a card. */
function resembledByDigits(digits: string): Kind {
  if (digits.startsWith('00') && digits.length > 12) return 'phone';
  if (digits.length > 12) return 'card';
  if (digits.length === 12) return /^[0-9]{4}[4-6]/.test(digits) ? 'company' : 'iin';
  if (digits.length === 11) return /^[78]/.test(digits) ? 'phone' : 'iin';
  return digits.length === 9 || digits.length === 8 ? 'id_card' : 'phone';
}
