/** Work that is done before anybody waits for it (`server/PROTOCOL.md` §3). */
import { ProtocolError } from './error';
import { sendOnce, type Connection } from './http';
import type { Evaluator, IndexDocument } from './messages';
import type { Exchange } from './stage';
import { altchaHeader, challengeIn, type Challenge, type Solution, type Solver } from './work';

const MAX_CHALLENGE = 1 << 16;
/** A ticket is for one look-up of one identifier. */
const ELEMENTS = 1;

/** A solved challenge of one evaluator. */
interface Ticket {
  readonly challenge: Challenge;
  readonly solution: Solution;
}

/** Solved challenges, at most one for each evaluator, and how to get them. */
export class Tickets {
  readonly #tickets: Map<string, Ticket>;
  #exchanges: readonly Exchange[];
  /** Whether the index that was asked about names servers of private retrieval. */
  readonly isPrivate: boolean;

  constructor(tickets: Iterable<readonly [url: string, ticket: Ticket]> = [], exchanges: readonly Exchange[] = [], isPrivate = false) {
    this.#tickets = new Map(tickets);
    this.#exchanges = exchanges;
    this.isPrivate = isPrivate;
  }

  /** The value of the header `Altcha` for an evaluator, once; nothing if there is none that is good for so many elements and still valid. */
  take({ url }: Evaluator, elements: number): string | undefined {
    const ticket = this.#tickets.get(url.href);
    if (ticket === undefined || elements > ELEMENTS) return undefined;
    this.#tickets.delete(url.href);
    return ticket.challenge.expiresAt * 1000 > Date.now() ? altchaHeader(ticket.challenge, ticket.solution) : undefined;
  }

  /** What was asked of servers for the tickets; given to the first look-up that uses them, so that its answer shows all of it. */
  takeExchanges(): readonly Exchange[] {
    const exchanges = this.#exchanges;
    this.#exchanges = [];
    return exchanges;
  }
}

/**
 * Asks every evaluator for a challenge and solves it. An evaluator that wants no work, refuses or fails gets no ticket: the
 * look-up meets it as if nothing had been prepared.
 */
export async function workAhead(connection: Connection, { evaluators, retrieval }: IndexDocument, solver: Solver): Promise<Tickets> {
  const tickets = await Promise.all(evaluators.map((evaluator) => ticketOf(connection, evaluator, solver)));
  const byUrl = tickets.flatMap((ticket, place) => (ticket ? [[evaluators[place]?.url.href ?? '', ticket] as const] : []));
  return new Tickets(byUrl, connection.exchanges, retrieval !== undefined);
}

async function ticketOf(connection: Connection, { url }: Evaluator, solver: Solver): Promise<Ticket | undefined> {
  try {
    const call = { name: 'ahead', url: new URL(`challenge?elements=${ELEMENTS}`, url), limit: MAX_CHALLENGE } as const;
    const { status, responseBody } = await sendOnce(connection, call);
    if (status !== 200) return undefined;
    const challenge = challengeIn(responseBody);
    connection.report({ stage: 'work', done: 0 });
    return { challenge, solution: await solver(challenge, (done) => connection.report({ stage: 'work', done }), connection.signal) };
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
