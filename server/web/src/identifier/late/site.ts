/** Whose site is it? The host of a link, and the part of it that its owner has registered. */
import { getDomain, parse } from 'tldts';

import { isMessenger } from '../handle';
import { readLink } from '../link';
import { accept, refuse, type Verdict } from '../verdict';

/** A host is looked up as it is: it is not a URL, and {@link readLink} has checked it. */
const OPTIONS = { allowPrivateDomains: true, extractHostname: false, validateHostname: false, detectIp: false } as const;

/** The host of a link or the bare host. Hosts of messengers are refused: a link to one of their profiles says nothing about all the others. */
export function site(cleaned: string): Verdict {
  const link = readLink(cleaned);
  if (typeof link === 'string') return refuse(link);
  const host = withoutWww(link.host);
  if (registrable(host) === undefined) return refuse('domain');
  return isMessenger(host) ? refuse('profile') : accept(host);
}

/** A leading `www` is dropped as long as the rest has a registrable domain. */
function withoutWww(host: string): string {
  const rest = host.startsWith('www.') ? host.slice('www.'.length) : host;
  return rest !== host && registrable(rest) !== undefined ? withoutWww(rest) : host;
}

/**
 * The part of a host that anyone can register, by the Public Suffix List with its private section: `example.co.uk` of
 * `shop.example.co.uk`. Nothing of a public suffix itself.
 */
export function registrable(host: string): string | undefined {
  return getDomain(host, OPTIONS) ?? undefined;
}

/** Whether the Public Suffix List knows the end of a host. */
export function hasKnownSuffix(host: string): boolean {
  const { isIcann, isPrivate } = parse(host, OPTIONS);
  return isIcann === true || isPrivate === true;
}

/** A host's registrable domain in its two parts. */
export interface DomainParts {
  readonly name: string;
  readonly suffix: string;
  /** Whether the suffix is a company's, below which it hosts sites of others. */
  readonly isPrivate: boolean;
}

/** The parts of the registrable domain of a host; nothing of a public suffix. */
export function domainParts(host: string): DomainParts | undefined {
  const { domainWithoutSuffix, publicSuffix, isPrivate } = parse(host, OPTIONS);
  return domainWithoutSuffix && publicSuffix ? { name: domainWithoutSuffix, suffix: publicSuffix, isPrivate: isPrivate === true } : undefined;
}
