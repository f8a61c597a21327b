/** What goes over the wire as JSON (`server/PROTOCOL.md` §1, §3, §5), checked before anything else sees it. */
import { ProtocolError } from './error';
import { bytes, count, flag, list, matching, object, oneOf, optional, parseJson, record, text, type Json } from './fields';
import { WARNING } from './lists';

export const NORMALISATION = 1;
export const FORMAT = 1;
export const SUITE = 'ristretto255-SHA512';
/** Most other versions that a document or a statement may name. */
export const MAX_VERSIONS = 4;
const MAX_PREFIX_BITS = 20;
/** How many rows must share a prefix on average; one that is empty says nothing and needs none. */
const MIN_HIDING_ROWS = 1024;
const MAX_BUCKET_BITS = 16;
const MAX_RANGE_BYTES = 16 << 20;
const MAX_EVALUATORS = 16;
const MIN_RETRIEVAL_SERVERS = 2;
const MAX_RETRIEVAL_SERVERS = 5;
const MAX_BREACHES = 1 << 16;
const MAX_CLASSES = 64;
const HASH = 32;

/** One holder of the key or of a share of it. */
export interface Evaluator {
  readonly url: URL;
  readonly publicKey: Uint8Array;
}

/** One of the servers that answer together in private retrieval. */
export interface RetrievalServer {
  readonly institution: Localised;
  readonly url: URL;
}

/** From whom ranges are fetched so that no server alone learns which. */
export interface Retrieval {
  readonly servers: readonly RetrievalServer[];
  /** Whether ranges may be fetched in no other way. */
  readonly required: boolean;
}

/** How a tag is cut into prefix, bucket and rest. */
export interface Shape {
  readonly prefixBits: number;
  readonly bucketBits: number;
}

/** What a server says is current. */
export interface ReceivedIndex extends Shape {
  readonly generation: string;
  readonly keyId: Uint8Array;
  /** Evaluators that the server names; not checked here, since a signature may name others. */
  readonly evaluatorsNamed: unknown;
  /** The same for private retrieval. */
  readonly retrievalNamed: unknown;
  readonly rangeBytes: number;
  readonly rows: number;
  readonly sealed: boolean;
  readonly root: Uint8Array;
  readonly builtAt: string;
  /** From when on this version may no longer be served, as the server says. */
  readonly sunsetNamed: unknown;
  /** The signed statement, and the signature; not checked here. */
  readonly statement: string | undefined;
  readonly signature: string | undefined;
}

/** What is current, and whom to ask. */
export interface IndexDocument extends ReceivedIndex {
  /** Its address; the rest is next to that. */
  readonly url: URL;
  readonly evaluators: readonly Evaluator[];
  readonly retrieval: Retrieval | undefined;
  /** Whether the time has come from which on this version was to be served no longer. */
  readonly isOutdated: boolean;
}

/** An evaluator's answer: one element for each that it was sent, and one proof for all. */
export interface Evaluation {
  readonly evaluated: readonly Uint8Array[];
  readonly proof: Uint8Array;
}

/** A text in the three languages of the site. */
export interface Localised {
  readonly kk: string;
  readonly ru: string;
  readonly en: string;
}

const STATUSES = ['confirmed', 'reported', 'unverified', 'fabricated'] as const;

/** How certain it is that a leak happened. */
export type Status = (typeof STATUSES)[number];

/** What is known about one leak, or about a list of another type. */
export interface Breach {
  /** What it is if it is not a leak: `warning`, or a word that this client does not know. */
  readonly type?: string;
  readonly id: string;
  readonly date: string;
  readonly added: string;
  readonly status: Status;
  readonly sensitive: boolean;
  /** As claimed by its publisher. */
  readonly records: number;
  readonly source: string;
  readonly title: Localised;
  readonly summary: Localised;
  /** In the order in which ranges name them. */
  readonly classes: readonly string[];
  /** How many different identifiers of each kind are in it. */
  readonly identifiers: Readonly<Record<string, number>>;
}

/** A list of what a publisher warns of, by the names of the wire. Its classes are reasons, and months since when (`listed-2026-06`). */
export interface WarningList extends Breach {
  readonly type: typeof WARNING;
  readonly publisher: Localised;
  readonly legal_basis: Localised;
  /** Where an entry can be contested. */
  readonly appeal: string;
  /** For how many days an entry holds. */
  readonly valid_for: number;
}

/** The leaks and other lists of a generation, in the order in which its ranges name them. */
export interface Catalogue {
  readonly generation: string;
  readonly identifiers: Readonly<Record<string, number>>;
  readonly breaches: readonly Breach[];
}

/** Whether an index document is of the version that this client speaks. */
export function isSpoken({ normalisation, format, suite }: Json): boolean {
  return normalisation === NORMALISATION && format === FORMAT && suite === SUITE;
}

/** An index document. Throws `version` for what this client does not know or does not want. */
export function readIndex(body: Uint8Array): ReceivedIndex {
  const json = parseJson(body);
  if (!isSpoken(json)) throw new ProtocolError('version');
  return withinBounds({
    generation: generation(json),
    keyId: bytes(json.key_id, 16),
    evaluatorsNamed: json.evaluators,
    retrievalNamed: json.retrieval,
    prefixBits: count(json.prefix_bits),
    bucketBits: count(json.bucket_bits),
    rangeBytes: count(json.range_bytes),
    rows: count(json.rows),
    sealed: flag(json.sealed),
    root: bytes(json.root, HASH),
    builtAt: text(json.built_at),
    sunsetNamed: json.sunset,
    statement: optional(json.statement, text),
    signature: optional(json.signature, text),
  });
}

function withinBounds(index: ReceivedIndex): ReceivedIndex {
  const { prefixBits, bucketBits, rangeBytes, rows } = index;
  const known = prefixBits <= MAX_PREFIX_BITS && bucketBits <= MAX_BUCKET_BITS && rangeBytes <= MAX_RANGE_BYTES;
  const hides = prefixBits === 0 || rows / 2 ** prefixBits >= MIN_HIDING_ROWS;
  if (!known || !hides) throw new ProtocolError('version');
  return index;
}

/** Part of a URL, so that it must not hold what leads elsewhere. */
function generation(json: Json): string {
  return matching(json.generation, /^[0-9a-zA-Z-]{1,64}$/);
}

/** A list of evaluators; their URLs are resolved against `base`, their keys read by `key`. */
export function readEvaluators(value: unknown, base: URL, key: (value: unknown) => Uint8Array): Evaluator[] {
  const evaluators = list(value, MAX_EVALUATORS, (item) => evaluator(object(item), base, key));
  if (evaluators.length === 0) throw new ProtocolError('malformed');
  return evaluators;
}

function evaluator(json: Json, base: URL, key: (value: unknown) => Uint8Array): Evaluator {
  return { url: privateUrl(json, base), publicKey: key(json.public_key) };
}

/** The servers of private retrieval, if there are any; their URLs are resolved against `base`, `required` is read by that function. Each is named once: a server named twice would get two vectors. */
export function readRetrieval(value: unknown, base: URL, required: (value: unknown) => boolean): Retrieval | undefined {
  if (value === undefined) return undefined;
  const json = object(value);
  const servers = list(json.servers, MAX_RETRIEVAL_SERVERS, (item) => retrievalServer(object(item), base));
  const isDistinct = new Set(servers.map(({ url }) => url.href)).size === servers.length;
  if (servers.length < MIN_RETRIEVAL_SERVERS || !isDistinct) throw new ProtocolError('malformed');
  return { servers, required: required(json.required) };
}

function retrievalServer(json: Json, base: URL): RetrievalServer {
  const url = privateUrl(json, base);
  // The generation is added at its end.
  if (url.search !== '' || url.hash !== '') throw new ProtocolError('malformed');
  return { institution: localised(object(json.institution)), url };
}

/** The member `url`, if the connection to it is private. */
function privateUrl(json: Json, base: URL): URL {
  const url = resolved(text(json.url), base);
  if (!isPrivate(url)) throw new ProtocolError('malformed');
  return url;
}

/** Whether the connection is private: HTTPS, or this very machine. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && /^(?:(?:.+\.)?localhost|127(?:\.[0-9]+){3}|\[::1\])$/.test(hostname));
}

function resolved(relative: string, base: URL): URL {
  try {
    return new URL(relative, base);
  } catch {
    throw new ProtocolError('malformed');
  }
}

/** The answer to a request of `elements` elements. */
export function readEvaluation(body: Uint8Array, elements: number): Evaluation {
  const json = parseJson(body);
  const evaluated = list(json.evaluated, elements, (item) => bytes(item, HASH));
  if (evaluated.length !== elements) throw new ProtocolError('malformed');
  return { evaluated, proof: bytes(json.proof, 2 * HASH) };
}

export function readCatalogue(body: Uint8Array): Catalogue {
  const json = parseJson(body);
  return {
    generation: generation(json),
    identifiers: record(json.identifiers, count),
    breaches: list(json.breaches, MAX_BREACHES, (item) => breach(object(item))),
  };
}

function breach(json: Json): Breach {
  const type = optional(json.type, text);
  return {
    ...(type !== undefined && { type }),
    ...(type === WARNING && warningMembers(json)),
    id: text(json.id),
    date: text(json.date),
    added: text(json.added),
    status: oneOf(json.status, STATUSES),
    sensitive: flag(json.sensitive),
    records: count(json.records),
    source: text(json.source),
    title: localised(object(json.title)),
    summary: localised(object(json.summary)),
    classes: list(json.classes, MAX_CLASSES, text),
    identifiers: record(json.identifiers, count),
  };
}

function warningMembers(json: Json): Omit<WarningList, keyof Breach> {
  return {
    publisher: localised(object(json.publisher)),
    legal_basis: localised(object(json.legal_basis)),
    appeal: matching(json.appeal, /^https:\/\/[^\s]+$/),
    valid_for: count(json.valid_for),
  };
}

function localised(json: Json): Localised {
  return { kk: text(json.kk), ru: text(json.ru), en: text(json.en) };
}
