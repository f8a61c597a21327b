import { accept, refuse, type Verdict } from './verdict';

/** Longest local part and domain, RFC 5321 §4.5.3.1.1 and RFC 1035 §2.3.4. */
const MAX_LOCAL = 64;
const MAX_DOMAIN = 253;
/** RFC 5322 §3.2.3 `dot-atom-text`, without the quoted form. */
const DOT_ATOM = /^[a-z0-9!#$%&'*+\-/=?^_`{|}~]+(?:\.[a-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
/** A domain that UTS 46 leaves as it is, once it is in lower case. */
const PLAIN_DOMAIN = /^(?!.*xn--)[a-z0-9.-]*$/;

/** The address in lower case, its domain as ASCII by UTS 46. Dots and `+tags` of the local part are kept. */
export function email(cleaned: string): Verdict {
  const address = bareAddress(cleaned.toLowerCase());
  const at = address.lastIndexOf('@');
  if (at < 0) return refuse('form');
  const local = address.slice(0, at);
  if (local.length > MAX_LOCAL || !DOT_ATOM.test(local)) return refuse('local-part');
  const domain = domainToAscii(address.slice(at + 1));
  return domain !== undefined && isMailDomain(domain) ? accept(`${local}@${domain}`) : refuse('domain');
}

/** The address without `mailto:`, angle brackets and a dot at its end. */
function bareAddress(text: string): string {
  const shorter = text
    .replace(/^mailto:/, '')
    .replace(/^<+|[>.]+$/g, '')
    .replace(/^\p{White_Space}+|\p{White_Space}+$/gu, '');
  return shorter.length === text.length ? text : bareAddress(shorter);
}

/**
 * `ToASCII` of UTS 46 as the URL standard calls it, by the URL parser that every browser has.
 *
 * What a URL may have besides a domain is kept away from the parser, and the suffix keeps it from reading numbers at the
 * end as an IPv4 address.
 */
function domainToAscii(domain: string): string | undefined {
  if (PLAIN_DOMAIN.test(domain)) return domain;
  if (/[\0-,/:-@[-`{-\x7f]/.test(domain.normalize('NFKC'))) return undefined;
  try {
    return new URL(`http://${domain}.kz`).hostname.slice(0, -'.kz'.length);
  } catch {
    return undefined;
  }
}

function isMailDomain(domain: string): boolean {
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  return domain.length <= MAX_DOMAIN && labels.length > 1 && last.length > 1 && labels.every((label) => LABEL.test(label));
}
