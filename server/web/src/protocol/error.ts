const MESSAGES = {
  offline: 'the server cannot be reached',
  timeout: 'the server did not answer in time',
  proof: 'an evaluator did not prove that it used its key',
  path: 'the range is not the one that was published',
  range: 'the range is published but cannot be read',
  signature: 'nobody who is trusted signed what the server says',
  key: 'the public keys do not belong to the index',
  rekeyed: 'the key of the index changed during the look-up',
  expired: 'what was signed of the index does not hold any more',
  older: 'the index is older than one seen before',
  version: 'the server speaks another version of the protocol',
  server: 'the server refused the request or failed',
  malformed: 'the answer of the server is malformed',
  rate: 'the server asks for a longer pause than can be waited for',
  unavailable: 'the server is not available',
  work: 'the work that the server asks for cannot be done',
  retired: 'the index changed again and again during the look-up',
  private: 'ranges may only be fetched from several servers together',
} as const;

/** What went wrong between client and server; each has one fixed English message and is translated where it is shown. */
export type ErrorCode = keyof typeof MESSAGES;

/** What the person may agree to after private retrieval failed: that the range server learns which of them theirs is. */
export interface PlainOffer {
  /** How many ranges there are. */
  readonly ranges: number;
}

/** A look-up that ended without an answer. Its message is fixed: it can carry no identifier, tag or prefix. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';

  readonly code: ErrorCode;
  /** The pause that the server asked for, with the codes `rate` and `unavailable`. */
  readonly seconds: number | undefined;

  /** There if only private retrieval failed and the plain way is not forbidden. */
  readonly plain: PlainOffer | undefined;

  constructor(code: ErrorCode, seconds?: number, plain?: PlainOffer) {
    super(MESSAGES[code]);
    this.code = code;
    this.seconds = seconds;
    this.plain = plain;
  }
}
