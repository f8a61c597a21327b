import { toBase64Url } from './base64';
import { ProtocolError } from './error';
import { send, type Call, type Connection } from './http';
import { readEvaluation, type Evaluator } from './messages';
import type { Blinded, Evaluated } from './oprf';
import { altchaHeader, readChallenge, type Solver } from './work';

const MAX_ANSWER = 1 << 16;
/** A challenge may expire while it is solved; then there is a new one. */
const MAX_CHALLENGES = 3;

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
  const answer = await withWork(connection, { note: 'evaluate', url, limit: MAX_ANSWER, headers, body }, solver, ticket);
  return { evaluation: readEvaluation(answer, blinded.length), publicKey };
}

/** Sends the call, with the ticket if there is one; if it is answered with a challenge, once more with the solution. */
async function withWork(connection: Connection, call: Call, solver: Solver, ticket: string | undefined): Promise<Uint8Array> {
  let answer = await send(connection, ticket === undefined ? call : solvedCall(call, ticket));
  for (let challenges = 0; answer.status === 428; challenges++) {
    if (challenges === MAX_CHALLENGES) throw new ProtocolError('work');
    const altcha = await solved(connection, answer.responseBody, solver);
    connection.report({ stage: 'evaluate' });
    answer = await send(connection, solvedCall(call, altcha));
  }
  return answer.responseBody;
}

function solvedCall(call: Call, altcha: string): Call {
  return { ...call, headers: { ...call.headers, altcha } };
}

async function solved(connection: Connection, problem: Uint8Array, solver: Solver): Promise<string> {
  const challenge = readChallenge(problem);
  connection.report({ stage: 'work', done: 0 });
  const solution = await solver(challenge, (done) => connection.report({ stage: 'work', done }), connection.signal);
  return altchaHeader(challenge, solution);
}
