/** Sends requests so that nothing is kept, sent along or redirected, and waits when a server asks for it. */
import { ProtocolError } from './error';
import type { Localised } from './messages';
import type { CallName, Exchange, Stage } from './stage';

const TIMEOUT_SECONDS = 30;
const MAX_TRIES = 6;
/** The longest pause that is waited for; if a server asks for a longer one, the look-up ends and can be repeated. */
const MAX_PAUSE_SECONDS = 30;
const DEFAULT_PAUSE_SECONDS = 1;

/** To whom the requests of one look-up go, and who is informed of them. */
export interface Connection {
  readonly base: URL;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal | undefined;
  readonly report: (stage: Stage) => void;
  /** Every exchange so far, also those that failed. */
  readonly exchanges: Exchange[];
}

/** A request; `limit` is the most bytes that are read of its answer. */
export interface Call {
  readonly name: CallName;
  readonly url: URL;
  readonly limit: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** The institution that is asked, where several are asked the same. */
  readonly institution?: Localised;
}

/** The answer to a call, which has status 200 or 428. */
export async function send(connection: Connection, call: Call): Promise<Exchange> {
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const exchange = await sendOnce(connection, call);
    if (exchange.status === 200 || exchange.status === 428) return exchange;
    await beforeNextTry(connection, exchange);
  }
  throw new ProtocolError('unavailable');
}

/** The answer to a call, whatever its status, without retries. */
export async function sendOnce(connection: Connection, call: Call): Promise<Exchange> {
  const exchange = await exchangeOnce(connection, call);
  connection.exchanges.push(exchange);
  return exchange;
}

/** Rejects with the signal's reason when it is aborted, otherwise ends as `awaited` does. */
export function abortable<T>(awaited: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return awaited;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void awaited.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Waits as long as the answer asks for. Throws if the same request must not be sent again. */
async function beforeNextTry(connection: Connection, { status, responseHeaders }: Exchange): Promise<void> {
  if (status === 410) throw new ProtocolError('retired');
  if (status !== 408 && status !== 429 && status !== 503) throw new ProtocolError('server');
  const why = status === 429 ? 'rate' : 'unavailable';
  const seconds = pauseAskedFor(responseHeaders['retry-after']);
  if (seconds > MAX_PAUSE_SECONDS) throw new ProtocolError(why, seconds);
  connection.report({ stage: 'waiting', seconds, why });
  await pause(seconds, connection.signal);
}

function pauseAskedFor(retryAfter: string | undefined): number {
  return /^[0-9]{1,9}$/.test(retryAfter ?? '') ? Math.max(1, Number(retryAfter)) : DEFAULT_PAUSE_SECONDS;
}

function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, seconds * 1000);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });
}

async function exchangeOnce(connection: Connection, call: Call): Promise<Exchange> {
  connection.signal?.throwIfAborted();
  const deadline = new Deadline(connection.signal);
  try {
    return await exchanged(connection, call, deadline.signal);
  } catch (error) {
    connection.signal?.throwIfAborted();
    if (error instanceof ProtocolError) throw error;
    throw new ProtocolError(deadline.signal.aborted ? 'timeout' : 'offline');
  } finally {
    deadline.clear();
  }
}

async function exchanged(connection: Connection, call: Call, signal: AbortSignal): Promise<Exchange> {
  const { name, url, headers = {}, body, institution } = call;
  const method = body === undefined ? 'GET' : 'POST';
  // Called through a variable: `fetch` of a browser must not be called as a method of another object.
  const fetchIt = connection.fetch;
  const response = await fetchIt(url, { ...privately, method, headers, signal, ...(body === undefined ? {} : { body }) });
  return {
    method,
    url: url.href,
    requestHeaders: headers,
    ...(body === undefined ? {} : { requestBody: body }),
    status: response.status,
    responseHeaders: Object.fromEntries(response.headers),
    responseBody: await readAtMost(response, call.limit),
    name: response.status === 428 ? CHALLENGED[name] ?? 'challenge' : name,
    ...(institution && { institution }),
  };
}

/** What a call is called that was answered with a request for work. */
const CHALLENGED: Partial<Record<CallName, CallName>> = { retrieve: 'retrieve-challenge' };

/** No cookie, no referrer, nothing on the disk of a shared computer, and no other server than the one asked. */
const privately = {
  cache: 'no-store',
  credentials: 'omit',
  redirect: 'error',
  referrerPolicy: 'no-referrer',
} as const satisfies RequestInit;

/** Stops reading where the answer gets longer than it may be. */
async function readAtMost(response: Response, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    chunks.push(part.value);
    length += part.value.length;
    if (length > limit) {
      void reader?.cancel();
      throw new ProtocolError('malformed');
    }
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Aborts one request when the caller does, or when it takes too long. (`AbortSignal.any` is missing on older phones.) */
class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #timer = setTimeout(() => this.#abort(), TIMEOUT_SECONDS * 1000);
  readonly #abort = () => this.#controller.abort();

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer;
    outer?.addEventListener('abort', this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#abort);
  }
}
