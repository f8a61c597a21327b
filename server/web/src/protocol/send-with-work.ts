/** Sends a call, with the work that its server may ask for (`server/PROTOCOL.md` §3). */
import { ProtocolError } from './error';
import { send, type Call, type Connection } from './http';
import type { Stage } from './stage';
import { altchaHeader, readChallenge, type Solver } from './work';

/** A challenge may expire while it is solved; then there is a new one. */
const MAX_CHALLENGES = 3;

/**
 * The body of the answer with status 200. The call is sent with the ticket if there is one; while it is answered with a
 * challenge, it is sent again with the solution and the same body.
 */
export async function sendWithWork(connection: Connection, call: Call, solver: Solver, ticket?: string): Promise<Uint8Array> {
  let answer = await send(connection, ticket === undefined ? call : solvedCall(call, ticket));
  for (let challenges = 0; answer.status === 428; challenges++) {
    if (challenges === MAX_CHALLENGES) throw new ProtocolError('work');
    const altcha = await solved(connection, answer.responseBody, solver);
    connection.report(stageOf(call));
    answer = await send(connection, solvedCall(call, altcha));
  }
  return answer.responseBody;
}

/** The stage that the look-up is back at when the work is done. */
function stageOf({ name }: Call): Stage {
  return { stage: name === 'retrieve' ? 'retrieve' : 'evaluate' };
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
