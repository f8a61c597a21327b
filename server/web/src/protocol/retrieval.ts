/**
 * Private retrieval: how is a range fetched so that no server alone learns which one it was? (`server/PROTOCOL.md` §10; Chor,
 * Goldreich, Kushilevitz and Sudan, 1995.)
 *
 * Each server gets a vector with a bit for every record, and answers with the XOR of the records whose bits are set. Every
 * vector by itself is uniformly random; the XOR of all of them is the unit vector of the record that is wanted, and so the
 * XOR of all answers is that record.
 */
import { ProtocolError } from './error';
import type { Connection } from './http';
import type { IndexDocument, Retrieval, RetrievalServer, Shape } from './messages';
import { sendWithWork } from './send-with-work';
import type { Solver } from './work';

/** The most bytes that browsers give of their randomness in one call. */
const MAX_RANDOM = 1 << 16;
const MAX_PROBLEM = 1 << 16;

/** Fills an array with uniformly random bytes. */
export type Random = (bytes: Uint8Array<ArrayBuffer>) => void;

/** Randomness of the system, however many bytes. */
export const systemRandom: Random = (bytes) => {
  for (let start = 0; start < bytes.length; start += MAX_RANDOM) crypto.getRandomValues(bytes.subarray(start, start + MAX_RANDOM));
};

/** The length of a vector: a bit for each record. */
export function vectorBytes({ prefixBits }: Pick<Shape, 'prefixBits'>): number {
  return Math.ceil(2 ** prefixBits / 8);
}

/** A vector for each of `servers` servers; their XOR is the unit vector of `prefix`, and any fewer of them are uniform. */
export function shares(prefix: number, shape: Pick<Shape, 'prefixBits'>, servers: number, random: Random = systemRandom): Uint8Array<ArrayBuffer>[] {
  const vectors = Array.from({ length: servers - 1 }, () => randomVector(shape, random));
  const last = new Uint8Array(vectorBytes(shape));
  last[prefix >>> 3] = 1 << (prefix & 7);
  for (const vector of vectors) addInto(last, vector);
  return [...vectors, last];
}

/** A uniformly random vector; the bits that no record has are 0. */
function randomVector(shape: Pick<Shape, 'prefixBits'>, random: Random): Uint8Array<ArrayBuffer> {
  const vector = new Uint8Array(vectorBytes(shape));
  random(vector);
  if (shape.prefixBits < 3) vector[0] = (vector[0] ?? 0) & ((1 << (2 ** shape.prefixBits)) - 1);
  return vector;
}

/** What each server is sent: its vectors for all prefixes, in their order. Equal prefixes are never merged. */
export function queries(prefixes: readonly number[], shape: Pick<Shape, 'prefixBits'>, servers: number, random: Random = systemRandom): Uint8Array<ArrayBuffer>[] {
  const width = vectorBytes(shape);
  const bodies = Array.from({ length: servers }, () => new Uint8Array(width * prefixes.length));
  prefixes.forEach((prefix, place) => shares(prefix, shape, servers, random).forEach((vector, server) => bodies[server]?.set(vector, place * width)));
  return bodies;
}

/** The XOR of answers. Throws `path` unless all of them have this length. */
export function combined(answers: readonly Uint8Array[], length = answers[0]?.length ?? 0): Uint8Array<ArrayBuffer> {
  if (answers.some((answer) => answer.length !== length)) throw new ProtocolError('path');
  const sum = new Uint8Array(length);
  for (const answer of answers) addInto(sum, answer);
  return sum;
}

function addInto(sum: Uint8Array, addend: Uint8Array): void {
  for (let place = 0; place < sum.length; place++) sum[place] = (sum[place] ?? 0) ^ (addend[place] ?? 0);
}

/**
 * The records of the prefixes, in their order, as `GET` would answer: nothing of them is proven yet.
 *
 * Waits for every server, whatever another one answers, so that no server learns from the client what another one did.
 * Throws `retired` if any server no longer has the generation, or else the first server's error.
 */
export async function retrieve(connection: Connection, index: IndexDocument, { servers }: Retrieval, prefixes: readonly number[], solver: Solver): Promise<Uint8Array[]> {
  const bodies = queries(prefixes, index, servers.length);
  const length = prefixes.length * index.rangeBytes;
  const asked = await Promise.allSettled(servers.map((server, place) => ask(connection, index, server, bodies[place] ?? new Uint8Array(), length, solver)));
  const failures = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (failures.length > 0) throw failures.find((error) => error instanceof ProtocolError && error.code === 'retired') ?? failures[0];
  const records = combined(asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), length);
  return prefixes.map((_, place) => records.subarray(place * index.rangeBytes, (place + 1) * index.rangeBytes));
}

/** The answer of one server, which should have `length` bytes. A request that is repeated has the same bytes. */
async function ask(connection: Connection, { generation }: IndexDocument, server: RetrievalServer, body: Uint8Array<ArrayBuffer>, length: number, solver: Solver): Promise<Uint8Array> {
  const url = new URL(`${server.url.href.replace(/\/$/, '')}/${generation}`);
  const headers = { 'content-type': 'application/octet-stream' };
  const call = { name: 'retrieve', url, limit: Math.max(length, MAX_PROBLEM), headers, body, institution: server.institution } as const;
  return sendWithWork(connection, call, solver);
}
