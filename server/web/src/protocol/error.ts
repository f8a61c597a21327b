import type { MESSAGES } from './error-messages';

/** What went wrong between client and server; the site has texts for it, programs `error-messages`. */
export type ErrorCode = keyof typeof MESSAGES;

/** What the person may agree to after private retrieval failed: that the range server learns which of them theirs is. */
export interface PlainOffer {
  /** How many ranges there are. */
  readonly ranges: number;
}

/** A look-up that ended without an answer. Its message is its code: it can carry no identifier, tag or prefix. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';

  readonly code: ErrorCode;
  /** The pause that the server asked for, with the codes `rate` and `unavailable`. */
  readonly seconds: number | undefined;

  /** There if only private retrieval failed and the plain way is not forbidden. */
  readonly plain: PlainOffer | undefined;

  constructor(code: ErrorCode, seconds?: number, plain?: PlainOffer) {
    super(code);
    this.code = code;
    this.seconds = seconds;
    this.plain = plain;
  }
}
