/**
 * Is it in a leak, without revealing whose it is? The client of `server/PROTOCOL.md`.
 *
 * The value is blinded here, evaluated by the holder of the key, unblinded here; what is learnt of it outside is the
 * prefix of its tag. Nothing that a server says is believed before it is proven.
 */
export type { Answer, Element, Exposure, Warning } from './answer';
export { ProtocolError, type ErrorCode, type PlainOffer } from './error';
export { catalogue, currentList, lookUp, lookUpAgain, lookUpAll, MAX_AT_ONCE, prepareWork, type Options, type PrepareOptions } from './lookup';
export type { Breach, Catalogue, Localised, Status, WarningList } from './messages';
export type { CallName, Exchange, Stage } from './stage';
export { WITHOUT_TRUST, type Trust } from './statement';
export { Tickets } from './tickets';
export { altchaHeader, readChallenge, solve, type Challenge, type Solution, type Solver } from './work';
export { prepare } from './prepare';
