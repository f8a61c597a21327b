/** The rules that need the Public Suffix List or hash functions: loaded when something looks like a site or a wallet. */
export { hasKnownSuffix, registrable, site } from './site';
export { wallet } from './wallet';
