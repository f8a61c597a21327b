import { percentDecoded } from './spreadsheet';
import { accept, refuse, type Verdict } from './verdict';

/** Longest local part and domain, RFC 5321 §4.5.3.1.1 and RFC 1035 §2.3.4. */
const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
/** RFC 5322 §3.2.3 `dot-atom-text`, without the quoted form. */
const DOT_ATOM = /^[a-z0-9!#$%&'*+\-/=?^_`{|}~]+(?:\.[a-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
const DOMAIN_LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/** A domain that UTS 46 leaves as it is, once it is in lower case. */
const PLAIN_DOMAIN = /^(?!.*xn--)[a-z0-9.-]*$/;

/** A label that can be a top-level domain: letters only, or letters of another script in ASCII (RFC 3696 §2). */
const TOP_LEVEL = /^(?:(?!(?:png|jpe?g|gif|svg|webp)$)[a-z]{2,}|xn--.{4,})$/;
/** A character of a local part or domain; one beyond ASCII shows that the whole is not a local part. */
const OF_LOCAL_PART = /[a-z0-9.!#$%&'*+\-/=?^_`{|}~\u00c0-\u167f\u1681-\u1fff\u2070-\u2fff\u3002-\u3007\u3012-\u{10ffff}]*$/u;
const OF_DOMAIN = /^[a-z0-9.\-\u00c0-\u167f\u1681-\u1fff\u2070-\u2fff\u3002-\u3007\u3012-\u{10ffff}]*/u;
/** What may be right before an address, and in none: signs of formulas, lists, paths and templates. */
const DECORATION = /^[=/'{}*`~#?!&^|]+/;
/** What in the middle of a local part shows that it is not one: a path, a template, a mask, a lost character. */
const FOREIGN = /[=/{}*`?%|]/;
/** What forwarded addresses begin with, whose local part is a key, an equals sign and the original local part. */
const FORWARDED = /^(?:prvs|msprvs|srs0|srs1|btv1)=/;
const LABEL = /mail|почта|пошта|^(?:login|user|username|usr|to|and|or|from|cc|bcc|addr|address|contact|логин|адрес|контакт)$/;
const LABEL_OF_PERSON = /mail|почта|пошта|<$/;
/** Top-level domains in Cyrillic letters. */
const CYRILLIC = /^(?:қаз|рф|бел|укр|мкд|срб|мон|бг|ею|рус|дети|онлайн|сайт|орг|ком|москва|католик)$/;
const WORD = /[\p{Alphabetic}\p{N}]/u;

/**
 * The one address in a text, in lower case, its domain as ASCII by UTS 46. Dots and `+tags` of the local part are kept.
 * Decoration around it, a label and a name before it are dropped; where an address could be made of two things the text is
 * refused.
 */
export function email(cleaned: string): Verdict {
  const text = decoded(cleaned);
  const at = text.indexOf('@');
  if (at < 0) return refuse('form');
  const local = localPart(text.slice(0, at));
  if (local === undefined || local.length > MAX_LOCAL || !DOT_ATOM.test(local)) return refuse('local-part');
  const domain = domainOf(text.slice(at + 1));
  const ascii = domain === undefined ? undefined : domainToAscii(domain);
  if (domain === undefined || ascii === undefined || !isDomainName(ascii)) return refuse('domain');
  const before = text.slice(0, at - local.length);
  const hasWords = (!LABEL_OF_PERSON.test(before) && WORD.test(before)) || WORD.test(text.slice(at + 1 + domain.length));
  return hasWords ? refuse('form') : accept(`${local}@${ascii}`);
}

/** A text in lower case; if there is no @ in it, with those that were encoded. */
function decoded(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('@') ? lower : percentDecoded(lower).replaceAll('\\u0040', '@').replaceAll('&#64;', '@');
}

/** The local part that a text ends with. */
function localPart(text: string): string | undefined {
  const written = OF_LOCAL_PART.exec(text)?.[0] ?? '';
  const before = text.slice(0, text.length - written.length);
  const local = withoutLabel(written.replace(/^.*---/, ''))?.replace(DECORATION, '').replace(/^[ub]'/, '');
  if (local === undefined || local.endsWith("'") || (FOREIGN.test(local) && !FORWARDED.test(local))) return undefined;
  if (/(?<!mailto):$/.test(before) && written === `//${local}`) return undefined;
  return local.length < written.length ? local : behindText(before, local);
}

/** The text after `key=`, if the key is a label, or nothing at all. */
function withoutLabel(text: string): string | undefined {
  const sign = text.lastIndexOf('=');
  if (sign < 0 || FORWARDED.test(text)) return text;
  const key = text.slice(0, sign);
  const word = key.split(/[&?/{]/).at(-1) ?? '';
  return key.replace(DECORATION, '') === '' || LABEL.test(word) ? text.slice(sign + 1) : undefined;
}

/** The local part, if what is before it is something else. */
function behindText(before: string, local: string): string | undefined {
  if (before.endsWith('\\')) return /^(?:\\+[nrt])*\\+$/.test(before.trimStart()) && /^[nrt]/.test(local) ? local.slice(1) : undefined;
  if (before.endsWith(':')) return isBehindHost(before) ? undefined : local;
  const [, word = ''] = /([a-z0-9_-]*[a-z0-9]) +$/.exec(before) ?? [];
  return word === '' || /^[0-9]+$/.test(word) || LABEL.test(word) ? local : undefined;
}

/** Whether the last word has a page's host in it, as in `https://login:password@host`. */
function isBehindHost(before: string): boolean {
  const word = before.split(/[\p{White_Space},;|<>]/u).at(-1) ?? '';
  const host = word.indexOf('://');
  return host >= 0 && !/[/?#=]/.test(word.slice(host + '://'.length));
}

/** The domain that a text begins with. */
function domainOf(text: string): string | undefined {
  const written = OF_DOMAIN.exec(text)?.[0] ?? '';
  const rest = text.slice(written.length);
  const dashes = written.indexOf('---');
  if (dashes >= 0) return written.slice(0, dashes);
  // A blank in the middle: `mail.example. kz`, `mail.example .kz`.
  const goesOn = /^ \.[a-z0-9]/.test(rest) || (written.endsWith('.') && /^ [a-z0-9]{2,3}(?![a-z0-9])/.test(rest));
  if (goesOn || /^[@_+$%^]/.test(rest)) return undefined;
  const domain = beforeTwoDashes(written.replace(/[.-]+$/, ''));
  return domain === undefined || endsInNote(domain) ? undefined : domain;
}

/** Whether a word of another script may follow a domain without a blank: `example.kz.Тел`, `example.kzТел`. */
function endsInNote(domain: string): boolean {
  const [, rest = '', last = ''] = /^(?:(.*)\.)?([^.]*)$/.exec(domain) ?? [];
  const isAscii = (text: string) => !/[^\0-\x7f]/.test(text);
  return !isAscii(last) && (/[a-z0-9]/.test(last) || (isAscii(rest) && isDomain(rest) && !CYRILLIC.test(last)));
}

/** The domain without two hyphens and a password after it. A label may have two hyphens in it, too: refused if both may be. */
function beforeTwoDashes(written: string): string | undefined {
  const dashes = written.indexOf('--');
  if (dashes < 0) return written;
  const domain = written.slice(0, dashes);
  const isWhole = isDomain(written);
  if (domain.endsWith('xn') || !isDomain(domain)) return written;
  return isWhole ? undefined : domain;
}

function isDomain(text: string): boolean {
  const ascii = domainToAscii(text);
  return ascii !== undefined && isDomainName(ascii);
}

/**
 * `ToASCII` of UTS 46 as the URL standard calls it, by the URL parser that every browser has.
 *
 * What a URL may have in addition to a domain is kept away from the parser, and the suffix keeps it from reading numbers at the
 * end as an IPv4 address.
 */
export function domainToAscii(domain: string): string | undefined {
  if (PLAIN_DOMAIN.test(domain)) return domain;
  if (/[\0-,/:-@[-`{-\x7f]/.test(domain.normalize('NFKC'))) return undefined;
  try {
    return new URL(`http://${domain}.kz`).hostname.slice(0, -'.kz'.length);
  } catch {
    return undefined;
  }
}

/** Whether an ASCII domain has labels as those of addresses have, and an end that can be a top-level domain. */
export function isDomainName(domain: string): boolean {
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  return domain.length <= MAX_DOMAIN && labels.length > 1 && TOP_LEVEL.test(last) && labels.every((label) => DOMAIN_LABEL.test(label));
}
