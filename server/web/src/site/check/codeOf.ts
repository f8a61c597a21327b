import type { PlainOffer } from '../../protocol';
import type { FailureCode } from './visit';

/** The code of a ProtocolError; it is recognised by its shape, because its class is loaded later than this module. */
export function codeOf(error: unknown): FailureCode {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? (code as FailureCode) : 'unknown';
}

/** What the person may agree to after the error, if there is such an offer. */
export function plainOfferOf(error: unknown): PlainOffer | undefined {
  return error instanceof Error && 'plain' in error ? (error.plain as PlainOffer | undefined) : undefined;
}
