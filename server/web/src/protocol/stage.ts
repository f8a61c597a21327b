import type { Localised } from './messages';

/** What a look-up is doing, for the person who waits for it. */
export type Stage =
  | { readonly stage: 'index' | 'evaluate' | 'range' | 'retrieve' | 'verify' | 'restart' }
  /** `done` goes from 0 to 1: how probable it was that the work is done by now. */
  | { readonly stage: 'work'; readonly done: number }
  | { readonly stage: 'waiting'; readonly seconds: number; readonly why: 'rate' | 'unavailable' };

/** One request and its answer, byte by byte: all that a server saw and said. */
export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody?: string | Uint8Array;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: Uint8Array;
  readonly name: CallName;
  /** The institution that was asked, where several are asked the same. */
  readonly institution?: Localised;
}

/**
 * Which call of the protocol it was; `challenge` is an evaluation that was answered with a request for work, `ahead` a
 * question for work before there was anything to evaluate; `retrieve` is a vector of private retrieval and its answer,
 * `retrieve-challenge` one that was answered with a request for work.
 */
export type CallName = 'index' | 'ahead' | 'challenge' | 'evaluate' | 'range' | 'retrieve' | 'retrieve-challenge' | 'breaches';
