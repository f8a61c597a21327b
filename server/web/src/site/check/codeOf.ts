import type { FailureCode } from './visit';

/** The code of a ProtocolError; it is recognised by its shape, because its class is loaded later than this module. */
export function codeOf(error: unknown): FailureCode {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? (code as FailureCode) : 'unknown';
}
