import { toBase64Url } from './base64';
import type { Connection } from './http';
import { readEvaluation, type Evaluator } from './messages';
import type { Blinded, Evaluated } from './oprf';
import { sendWithWork } from './send-with-work';
import type { Solver } from './work';

const MAX_ANSWER = 1 << 16;

/**
 * Has one evaluator evaluate blinded elements, with work if it asks for that (`server/PROTOCOL.md` §3); `ticket` is such
 * work done before. Checks no proof.
 */
export async function evaluate(
  connection: Connection,
  { url, publicKey }: Evaluator,
  blinded: readonly Blinded[],
  solver: Solver,
  ticket: string | undefined,
): Promise<Evaluated> {
  const body = JSON.stringify({ blinded: blinded.map(({ element }) => toBase64Url(element)) });
  const headers = { 'content-type': 'application/json' };
  const answer = await sendWithWork(connection, { name: 'evaluate', url, limit: MAX_ANSWER, headers, body }, solver, ticket);
  return { evaluation: readEvaluation(answer, blinded.length), publicKey };
}
