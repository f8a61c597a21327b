/** Which host does a link name, and what follows it? */
import { domainToAscii, isDomainName } from './email';
import type { Fault } from './verdict';

/** A link to a page, or a bare host. */
export interface Link {
  /** In ASCII by UTS 46, in lower case, without a final dot and a port. */
  readonly host: string;
  /** What follows host and port, beginning with a slash, `?` or `#`; may be empty. */
  readonly rest: string;
}

/** Schemes of pages, and how lists write them so that nobody follows a link by accident. */
const SCHEME = /^h(?:tt|xx)ps?:\/\//i;
/** Dots of the same lists. */
const DOT = /\[\.\]|\(\.\)/g;
/** What ends a host, and its port, in a link (the URL standard reads `\` as `/`). */
const END = /[/\\?#]/;

/** The link that a cleaned text is. A name before an @ is a user's after a scheme, and an e-mail address without one. */
export function readLink(cleaned: string): Link | Fault {
  if (/\p{White_Space}/u.test(cleaned)) return 'characters';
  const text = cleaned.replace(DOT, '.');
  const link = text.replace(SCHEME, '');
  const end = link.search(END);
  const authority = end < 0 ? link : link.slice(0, end);
  const at = authority.lastIndexOf('@');
  if (at >= 0 && link === text) return 'form';
  const [, written, port = ''] = /^(.*?)(?::([^:]*))?$/su.exec(authority.slice(at + 1)) ?? [];
  if (!/^[0-9]*$/.test(port)) return 'form';
  const host = domainToAscii((written ?? '').toLowerCase())?.replace(/\.$/, '');
  return host !== undefined && isDomainName(host) ? { host, rest: link.slice(authority.length) } : 'domain';
}

/** Whether a cleaned text says that it is a link: it has a scheme, begins with `www.`, or has a bracketed dot. */
export function isMarked(cleaned: string): boolean {
  return /^(?:h(?:tt|xx)ps?:\/\/|www\.)./i.test(cleaned) || cleaned.search(DOT) >= 0;
}
