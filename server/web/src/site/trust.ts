/** Whom the page believes: the public keys it was built with (`TEKSER_TRUST`), or everybody if there are none. */
export const trust: readonly string[] = String(import.meta.env['TEKSER_TRUST'] ?? '')
  .split(',')
  .filter((key) => key !== '');
