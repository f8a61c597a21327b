/** A server that is made up from `server/PROTOCOL.md`, called without a network. It can be set to cheat. */
import { createHmac, pbkdf2Sync } from 'node:crypto';

import { ristretto255, ristretto255_oprf } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';

import { oprfInput, type Identifier } from '../../src/identifier';
import type { Breach } from '../../src/protocol';
import { signedIndex } from './release';
import { buildRange, buildTree, type Bits, type Exposed, type Row } from './range-builder';

const { oprf, voprf } = ristretto255_oprf;
const { Point } = ristretto255;
/** Tags that were computed before; most servers of the tests know the same people. */
const TAGS = new Map<string, bigint>();
/** Work that nobody finishes while a test runs. */
export const ENDLESS_WORK = '0'.repeat(16);
/** When challenges expire, in Unix seconds: long after any test. */
export const EXPIRES_AT = 4_102_444_800;
export const GENERATION = '20261122-201530-3f9a1c2b';

export interface Known {
  readonly identifier: Identifier;
  readonly exposures: readonly Exposed[];
}

export interface Setup extends Bits {
  readonly known: readonly Known[];
  readonly breaches: readonly Breach[];
  readonly evaluators: number;
  /** Whether the ministry has signed. */
  readonly isSigned?: boolean;
  /** The list that is current, when it was built, and the number that its keys are made of; those of all tests if left out. */
  readonly generation?: string;
  readonly builtAt?: string;
  readonly keys?: number;
  /** Zeros behind the longest range; a few if left out. */
  readonly padding?: number;
  /** Whether there are sealed leaks besides. */
  readonly sealed?: boolean;
  /** From whom ranges can be fetched privately. */
  readonly retrieval?: { readonly urls: readonly string[]; readonly required?: boolean };
  /** What the derived key must begin with, hexadecimal; no work is asked for if left out. */
  readonly work?: string;
  /** The same, asked for by the servers of private retrieval. */
  readonly retrievalWork?: string;
}

/** What is between an honest answer and the client: gets the call's path and the answer, gives what is sent. */
export type Tampering = (path: string, response: Response, times: number) => Response | Promise<Response>;

export class FakeServer {
  readonly #setup: Setup;
  readonly #keys: { secretKey: Uint8Array; publicKey: Uint8Array }[];
  readonly #ranges: readonly Uint8Array[];
  readonly #paths: readonly Uint8Array[];
  readonly #longest: number;
  readonly #root: Uint8Array;
  readonly requests: { path: string; init: RequestInit }[] = [];
  tamper: Tampering = (_, response) => response;

  constructor(setup: Setup) {
    this.#setup = setup;
    this.#keys = Array.from({ length: setup.evaluators }, (_, place) => voprf.deriveKeyPair(new Uint8Array(32).fill((setup.keys ?? 0) + place + 1), new Uint8Array()));
    this.#ranges = this.#buildRanges();
    const { root, paths } = buildTree(this.#ranges);
    this.#root = root;
    this.#paths = paths;
    // Longer by a little than the longest range, so that every answer has padding.
    this.#longest = Math.max(...this.#ranges.map((range) => range.length)) + (setup.padding ?? 5);
  }

  /** Given to the client in the place of the browser's `fetch`. */
  readonly fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    this.requests.push({ path, init });
    const times = this.requests.filter((request) => request.path === path).length;
    return this.tamper(path, this.#answer(path, init), times);
  };

  /** The range of a prefix with its path, as it goes over the wire; nothing if there is no such prefix. */
  record(prefix: number): Uint8Array<ArrayBuffer> | undefined {
    const range = this.#ranges[prefix];
    return range && concatBytes(range, new Uint8Array(this.#longest - range.length), this.#paths[prefix] ?? new Uint8Array());
  }

  /** The servers of private retrieval, as documents name them. */
  get retrieval() {
    const { urls, required } = this.#setup.retrieval ?? {};
    const servers = urls?.map((url, place) => ({ institution: { kk: `${place + 1}-мекеме`, ru: `Учреждение ${place + 1}`, en: `Institution ${place + 1}` }, url }));
    return servers && { servers, required: required ?? false };
  }

  get index() {
    const { prefixBits, bucketBits, known } = this.#setup;
    return {
      generation: this.#generation,
      normalisation: 1,
      format: 1,
      suite: 'ristretto255-SHA512',
      key_id: base64url(sha256(this.#sum().toBytes()).slice(0, 16)),
      evaluators: this.#keys.map(({ publicKey }, place) => ({ url: `/v1/evaluate${place}`, public_key: base64url(publicKey) })),
      prefix_bits: prefixBits,
      bucket_bits: bucketBits,
      range_bytes: this.#longest + 32 * prefixBits,
      // As many as clients want to be among before they name a prefix; nobody who makes tests wants to make them all.
      rows: Math.max(known.length, 1024 * 2 ** prefixBits),
      sealed: this.#setup.sealed ?? true,
      root: base64url(this.#root),
      built_at: this.#setup.builtAt ?? '2026-11-22T20:15:30Z',
      ...(this.retrieval && { retrieval: { servers: this.retrieval.servers } }),
      unknown_member: null,
    };
  }

  get catalogue() {
    const identifiers: Record<string, number> = {};
    for (const { identifier } of this.#setup.known) identifiers[identifier.kind] = (identifiers[identifier.kind] ?? 0) + 1;
    return { generation: this.#generation, identifiers, breaches: this.#setup.breaches };
  }

  get #generation() {
    return this.#setup.generation ?? GENERATION;
  }

  #sum() {
    return this.#keys.map(({ publicKey }) => Point.fromBytes(publicKey)).reduce((left, right) => left.add(right));
  }

  #answer(path: string, init: RequestInit): Response {
    if (path === '/v1/index') return Response.json(this.#setup.isSigned ? signedIndex(this) : this.index);
    if (path === `/v1/generations/${this.#generation}/breaches`) return Response.json(this.catalogue);
    if (path === '/v1/challenge') return this.#challenge();
    if (/^\/v1\/retrieve[0-9]+\//.test(path) && init.method === 'POST') return this.#retrieve(path, init);
    const evaluator = this.#keys[Number(/^\/v1\/evaluate([0-9]+)$/.exec(path)?.[1])];
    if (evaluator && init.method === 'POST') return this.#evaluate(evaluator, init);
    const prefix = this.#ranges.findIndex((_, one) => path === `/v1/ranges/${this.#generation}/${this.#spelled(one)}`);
    const record = this.record(prefix);
    return record ? new Response(record) : problem(404, 'not-found');
  }

  #spelled(prefix: number): string {
    const digits = Math.max(1, Math.ceil(this.#setup.prefixBits / 4));
    return prefix.toString(16).padStart(digits, '0');
  }

  #evaluate(keys: { secretKey: Uint8Array; publicKey: Uint8Array }, init: RequestInit): Response {
    const { blinded } = JSON.parse(String(init.body)) as { blinded: string[] };
    if (this.#setup.work !== undefined && !this.#isSolved(new Headers(init.headers).get('altcha'))) {
      return problem(428, 'work-required', { challenge: challenge(this.#setup.work) });
    }
    const elements = blinded.map((element) => new Uint8Array(Buffer.from(element, 'base64url')));
    const { evaluated, proof } = voprf.blindEvaluateBatch(keys.secretKey, keys.publicKey, elements);
    return Response.json({ evaluated: evaluated.map(base64url), proof: base64url(proof) });
  }

  /** The XOR of the records that each vector chooses. */
  #retrieve(path: string, init: RequestInit): Response {
    if (path.split('/').at(-1) !== this.#generation) return problem(410, 'retired');
    if (this.#setup.retrievalWork !== undefined && !this.#isSolved(new Headers(init.headers).get('altcha'), this.#setup.retrievalWork)) {
      return problem(428, 'work-required', { challenge: challenge(this.#setup.retrievalWork) });
    }
    const query = new Uint8Array(init.body as Uint8Array<ArrayBuffer>);
    const width = Math.ceil(this.#ranges.length / 8);
    if (query.length === 0 || query.length % width !== 0 || query.length > 16 * width) return problem(400, 'malformed');
    const records = this.#ranges.map((_, prefix) => this.record(prefix) ?? new Uint8Array());
    return new Response(chosen(records, query, width));
  }

  #challenge(): Response {
    const { work } = this.#setup;
    return work === undefined ? new Response(null, { status: 204 }) : Response.json(challenge(work));
  }

  #isSolved(header: string | null, work = this.#setup.work ?? ''): boolean {
    if (header === null) return false;
    const sent = JSON.parse(Buffer.from(header, 'base64').toString()) as { challenge: unknown; solution: { counter: number; derivedKey: string } };
    const issued = challenge(work);
    const key = derivedKey(sent.solution.counter);
    return key === sent.solution.derivedKey && key.startsWith(issued.parameters.keyPrefix) && JSON.stringify(sent.challenge) === JSON.stringify(issued);
  }

  #buildRanges(): Uint8Array[] {
    const { prefixBits, known } = this.#setup;
    const rows: Row[] = known.map(({ identifier, exposures }) => ({ tag: this.tag(identifier), exposures }));
    const ofPrefix = (prefix: number) => rows.filter((row) => Number(row.tag >> BigInt(64 - prefixBits)) === prefix);
    return Array.from({ length: 2 ** prefixBits }, (_, prefix) => buildRange(ofPrefix(prefix), this.#setup));
  }

  /** The tag under the sum of all keys. */
  tag({ kind, value }: Identifier): bigint {
    const known = `${this.#setup.keys ?? 0}:${this.#keys.length}:${kind}:${value}`;
    const tag = TAGS.get(known) ?? this.#evaluateTag({ kind, value });
    TAGS.set(known, tag);
    return tag;
  }

  #evaluateTag(identifier: Identifier): bigint {
    const { Fn } = Point;
    const secret = this.#keys.map(({ secretKey }) => Fn.fromBytes(secretKey)).reduce((left, right) => Fn.add(left, right));
    const { blind, blinded } = voprf.blind(oprfInput(identifier));
    const evaluated = oprf.blindEvaluate(Fn.toBytes(secret), blinded);
    return BigInt(`0x${bytesToHex(oprf.finalize(oprfInput(identifier), blind, evaluated).slice(0, 8))}`);
  }
}

/** For each vector the XOR of the records whose bits are set, bit by bit as the protocol describes it. */
function chosen(records: readonly Uint8Array[], query: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const size = records[0]?.length ?? 0;
  const answer = new Uint8Array((query.length / width) * size);
  for (let vector = 0; vector < query.length / width; vector++) {
    records.forEach((record, prefix) => {
      const byte = query[vector * width + Math.floor(prefix / 8)] ?? 0;
      if ((byte >> (prefix % 8)) % 2 === 1) record.forEach((value, place) => (answer[vector * size + place] = (answer[vector * size + place] ?? 0) ^ value));
    });
  }
  return answer;
}

/** The key of a counter, hexadecimal. */
export function derivedKey(counter: number): string {
  const { nonce, salt, cost, keyLength } = challenge('').parameters;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(counter);
  const password = Buffer.concat([Buffer.from(nonce, 'hex'), bytes]);
  return pbkdf2Sync(password, Buffer.from(salt, 'hex'), cost, keyLength, 'sha256').toString('hex');
}

function challenge(keyPrefix: string) {
  const parameters = {
    algorithm: 'PBKDF2/SHA-256',
    cost: 2,
    data: { elements: 16 },
    expiresAt: EXPIRES_AT,
    keyLength: 32,
    keyPrefix,
    keySignature: '00ff',
    nonce: '00112233445566778899aabbccddeeff',
    salt: 'ffeeddccbbaa99887766554433221100',
  };
  return { parameters, signature: createHmac('sha256', 'fake').update(JSON.stringify(parameters)).digest('hex') };
}

export function problem(status: number, type: string, more: object = {}, headers: Record<string, string> = {}): Response {
  const body = JSON.stringify({ type: `tag:tekser.kz,2026:${type}`, title: type, status, ...more });
  return new Response(body, { status, headers: { 'content-type': 'application/problem+json', ...headers } });
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** A leak of this name with these classes. */
export function breach(id: string, classes: readonly string[]): Breach {
  const title = { kk: id, ru: id, en: id };
  const known = { date: '2025-06', added: '2025-07-01', status: 'confirmed', sensitive: false, records: 1, source: 'https://example.org' } as const;
  return { id, ...known, title, summary: title, classes, identifiers: { iin: 1 } };
}
