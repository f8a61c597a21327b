import type { Trust } from '../protocol';

/** The public keys that the site was built with (`TEKSER_TRUST`). */
const BUILT_IN = keysIn(String(import.meta.env['TEKSER_TRUST'] ?? ''));

/**
 * Whom the page believes: the holders of the keys that it was built with, or else of those that its server trusts
 * (`--trust`) and has written into the page; everybody only if the server says so (`--without-trust`), otherwise nobody.
 */
export function trusted(): Trust {
  const written = document.querySelector<HTMLMetaElement>('meta[name="tekser-trust"]')?.content ?? '';
  if (BUILT_IN.length > 0) return BUILT_IN;
  return written === 'without-trust' ? written : keysIn(written);
}

function keysIn(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((key) => key !== '');
}
