/** The rules that need the Public Suffix List or hash functions: loaded when something looks like a site or a wallet. */
export { domainParts, hasKnownSuffix, registrable, site, type DomainParts } from './site';
export { wallet } from './wallet';
