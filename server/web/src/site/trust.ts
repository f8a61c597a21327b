import type { Trust } from '../protocol';

/** The public keys that the site was built with (`TEKSER_TRUST`). */
const BUILT_IN = keysIn(String(import.meta.env['TEKSER_TRUST'] ?? ''));

/**
 * Whom the page believes: the holders of the keys that it was built with, or else of those that its server trusts
 * (`--trust`) and has written into the page; everybody only if the server says so (`--without-trust`), otherwise nobody.
 */
export function trusted(): Trust {
  return trustIn(trustWritten());
}

/** What the server has written into the page. */
export function trustWritten(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="tekser-trust"]')?.content ?? '';
}

/** The same for a worker, which has no page: `written` is what the server wrote into the last one. */
export function trustIn(written: string): Trust {
  if (BUILT_IN.length > 0) return BUILT_IN;
  return written === 'without-trust' ? written : keysIn(written);
}

function keysIn(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((key) => key !== '');
}
