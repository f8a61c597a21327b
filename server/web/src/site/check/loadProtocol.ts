type Protocol = typeof import('../../protocol');

let protocol: Promise<Protocol> | undefined;

/**
 * Loads what is needed for asking. It is begun when the page has settled, whatever is typed, so that neither the moment
 * nor the fact of loading reveals anything about what is typed.
 */
export function loadProtocol(): Promise<Protocol> {
  protocol ??= import('../../protocol').catch((error: unknown) => {
    protocol = undefined;
    return offline(error);
  });
  return protocol;
}

/** Fails as a look-up does that has no connection. */
export function offline(cause: unknown): never {
  throw Object.assign(new Error('the page could not be loaded in full', { cause }), { code: 'offline' });
}
