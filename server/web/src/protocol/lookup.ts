/** A look-up from an identifier to the leaks it is in, as one call. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

import { elementsOf, oprfInput, type Identifier } from '../identifier';
import { answer, joined, type Answer, type Element } from './answer';
import { ProtocolError, type PlainOffer } from './error';
import { evaluate } from './evaluate';
import { abortable, send, sendOnce, type Call, type Connection } from './http';
import { checkAge, remember } from './newest';
import { readCatalogue, readIndex, type Catalogue, type Evaluator, type IndexDocument, type Retrieval } from './messages';
import { blind, finalize, keyId, type Blinded } from './oprf';
import { isSame, publishedRange } from './published';
import { exposuresOf } from './range';
import { retrieve } from './retrieval';
import type { Exchange, Stage } from './stage';
import { believed, checkCatalogue, type Trust } from './statement';
import { prefixOf, spelled, tagOf, type Tag } from './tag';
import { Tickets, workAhead } from './tickets';
import { solve, type Solver } from './work';

const MAX_INDEX = 1 << 16;
const MAX_CATALOGUE = 32 << 20;
const MAX_PROBLEM = 1 << 16;
/** How often a look-up is begun because the index changed under it. */
const MAX_ATTEMPTS = 3;
/** Identifiers that one request to an evaluator may hold. */
export const MAX_AT_ONCE = 16;

/** How a look-up is done; every member but `trust` can be left out. */
export interface Options {
  /** Trusted keys: no index is asked and no catalogue believed unless one of them signed it. */
  readonly trust: Trust;
  /** The URL that `v1/` is below, as where a gateway has mounted it; by default the root of the page's site. */
  readonly base?: string | URL;
  readonly fetch?: typeof fetch;
  /** Ends the look-up with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: Stage) => void;
  readonly solve?: Solver;
  /** Work done before by {@link prepareWork}, or being done: then it is waited for. */
  readonly tickets?: Tickets | Promise<Tickets>;
  /**
   * Whether the person agreed, for this look-up, that the range server learns which of them theirs is: after an error
   * with a {@link PlainOffer}. Without it ranges are fetched privately wherever the index names servers for that.
   */
  readonly plain?: boolean;
}

/** How work is prepared. */
export type PrepareOptions = Omit<Options, 'tickets' | 'plain'>;

/** What stays the same over the attempts of a look-up. */
interface LookUpContext {
  readonly solver: Solver;
  readonly tickets: Promise<Tickets>;
  readonly trust: Trust;
  readonly isPlainAgreed: boolean;
  /** The key of the index that the first attempt met. */
  keyId?: Uint8Array;
  /** Whether an attempt met servers of private retrieval. */
  isPrivate?: boolean;
}

/** What a range says of a tag. */
type Row = ReturnType<typeof exposuresOf>;

/** Which leaks and lists of warnings is this identifier in, with all that one look-up of it asks for? Throws {@link ProtocolError}, or the reason of `signal`. */
export async function lookUp(identifier: Identifier, options: Options): Promise<Answer> {
  const [first, ...others] = await lookUpAll(elementsOf(identifier), options);
  if (first === undefined) throw new ProtocolError('malformed');
  return joined([first, ...others]);
}

/** The same for up to {@link MAX_AT_ONCE} identifiers, with one request to each evaluator; answers come in their order. */
export function lookUpAll(identifiers: readonly Identifier[], options: Options): Promise<Answer[]> {
  return attempts(connect(options), identifiers, contextOf(options));
}

/**
 * What the index says now of elements that were looked up before, under the key of that time (hexadecimal): nothing is
 * evaluated. Each has its own request or vector, even where two have one prefix, so that their number is what is
 * seen of them. Throws `rekeyed` if the index has another key, and else as {@link lookUpAll}.
 */
export function lookUpAgain(elements: readonly Element[], key: string, options: Options): Promise<Answer[]> {
  return attempts(connect(options), elements, { ...contextOf(options), keyId: hexToBytes(key) });
}

/** Which list is current, by the rules of every look-up; none that is older than one built at `since`. Throws {@link ProtocolError}. */
export async function currentList(since: string | undefined, options: Options): Promise<Pick<Answer, 'generation' | 'builtAt' | 'keyId'>> {
  const connection = connect(options);
  if (since !== undefined) remember(since, indexUrl(connection));
  const { generation, builtAt, keyId } = await fetchIndex(connection, options.trust);
  return { generation, builtAt, keyId: bytesToHex(keyId) };
}

function contextOf(options: Options): LookUpContext {
  return { solver: options.solve ?? solve, tickets: ready(options.tickets), trust: options.trust, isPlainAgreed: options.plain ?? false };
}

/** What is looked up: identifiers, whose tags evaluators have to make, or tags that are known. */
type Asked = readonly Identifier[] | readonly Element[];

function areKnown(asked: Asked): asked is readonly Element[] {
  return asked.every((one) => 'tag' in one);
}

async function attempts(connection: Connection, asked: Asked, context: LookUpContext): Promise<Answer[]> {
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt++) {
    try {
      return await attemptLookUp(connection, asked, context);
    } catch (error) {
      if (!(error instanceof ProtocolError && error.code === 'retired')) throw error;
      connection.report({ stage: 'restart' });
    }
  }
  return attemptLookUp(connection, asked, context);
}

/** Work that could not be prepared is not a reason to fail: the look-up does it then. */
async function ready(tickets: Options['tickets']): Promise<Tickets> {
  try {
    return (await tickets) ?? new Tickets();
  } catch {
    return new Tickets();
  }
}

/**
 * Does the work that evaluators may ask for before anybody waits for it. It learns and reveals nothing about what will
 * be asked; servers see that a look-up may follow. Throws only if there is no index, or the reason of
 * `signal`.
 */
export async function prepareWork(options: PrepareOptions): Promise<Tickets> {
  const connection = connect(options);
  return workAhead(connection, await fetchIndex(connection, options.trust, sendOnce), options.solve ?? solve);
}

/** Every leak that the current index knows of. */
export async function catalogue(options: Options): Promise<Catalogue> {
  const connection = connect(options);
  return fetchCatalogue(connection, await fetchIndex(connection, options.trust), options.trust);
}

function connect({ base = globalThis.location?.origin, fetch = globalThis.fetch, signal, onStage }: Partial<Options>): Connection {
  return { base: folder(new URL(base)), fetch, signal, report: onStage ?? (() => undefined), exchanges: [] };
}

/** The URL with a slash at the end of its path, so that what is below it can be resolved against it. */
function folder(url: URL): URL {
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

async function attemptLookUp(connection: Connection, asked: Asked, context: LookUpContext): Promise<Answer[]> {
  connection.report({ stage: 'index' });
  const index = await fetchIndex(connection, context.trust);
  // Under two keys an identifier has two prefixes, which together reveal much more of it than one.
  if (!isSame((context.keyId ??= index.keyId), index.keyId)) throw new ProtocolError('rekeyed');
  const retrieval = retrievalFor(index, context);
  // The names are asked for in any case: if only to name what was found, the server would learn that something was.
  const naming = fetchCatalogue(connection, index, context.trust);
  // Waited for below; until then a failure must not count as one that nobody handles.
  naming.catch(() => undefined);
  const tags = areKnown(asked) ? asked.map(({ tag }) => tag) : await evaluateTags(connection, index, asked, context);
  const names = await naming;
  const rows = await rowsOf(connection, index, retrieval, tags, context, areKnown(asked));
  const institutions = retrieval?.servers.map(({ institution }) => institution) ?? [];
  return asked.map(({ kind }, place) => answer({ kind, tag: tags[place] ?? 0n }, rows[place], index, names, institutions, connection.exchanges));
}

/**
 * The servers of private retrieval to ask; nothing where ranges are fetched plainly. An index that has lost them since an
 * earlier attempt is asked for nothing: a server that makes a look-up begin again must not turn it into a plain one.
 */
function retrievalFor({ retrieval }: IndexDocument, context: LookUpContext): Retrieval | undefined {
  const isRefused = context.isPlainAgreed ? retrieval?.required === true : context.isPrivate === true && retrieval === undefined;
  if (isRefused) throw new ProtocolError('private');
  context.isPrivate = retrieval !== undefined;
  return context.isPlainAgreed ? undefined : retrieval;
}

/** How a call is sent: until it is answered, or once. */
type Sending = (connection: Connection, call: Call) => Promise<Exchange>;

function indexUrl({ base }: Connection): URL {
  return new URL('v1/index', base);
}

/** An index document that fits itself, bears a trusted signature, and is not older than one that this server had before. */
async function fetchIndex(connection: Connection, trust: Trust, sending: Sending = send): Promise<IndexDocument> {
  const base = indexUrl(connection);
  const index = await fetchSpoken(connection, base, trust, sending);
  if (!isSame(keyId(index.evaluators.map((evaluator) => evaluator.publicKey)), index.keyId)) throw new ProtocolError('key');
  checkAge(index, base);
  return index;
}

/** The index document of the version that is spoken here, at `url` or where the document there says. */
async function fetchSpoken(connection: Connection, url: URL, trust: Trust, sending: Sending): Promise<IndexDocument> {
  const fetchAt = (url: URL) => get(connection, { name: 'index', url, limit: MAX_INDEX }, sending);
  const body = await fetchAt(url);
  try {
    return believed(readIndex(body), url, trust);
  } catch (error) {
    if (!(error instanceof ProtocolError && error.code === 'version')) throw error;
  }
  // A page that is older than the files of the site finds its own no more: then it has to be loaded again.
  const { elsewhere } = await import('./versions').catch(() => Promise.reject(new ProtocolError('version')));
  const other = elsewhere(body, url, trust);
  return believed(readIndex(await fetchAt(other)), other, trust);
}

/** What the leaks of an index are called. */
async function fetchCatalogue(connection: Connection, index: IndexDocument, trust: Trust): Promise<Catalogue> {
  const url = new URL(`generations/${index.generation}/breaches`, index.url);
  const names = readCatalogue(await get(connection, { name: 'breaches', url, limit: MAX_CATALOGUE }));
  if (names.generation !== index.generation) throw new ProtocolError('malformed');
  checkCatalogue(names, index, trust);
  return names;
}

async function get(connection: Connection, call: Call, sending: Sending = send): Promise<Uint8Array> {
  const { status, responseBody } = await sending(connection, call);
  if (status !== 200) throw new ProtocolError('server');
  return responseBody;
}

async function evaluateTags(
  connection: Connection,
  index: IndexDocument,
  identifiers: readonly Identifier[],
  { solver, tickets, trust }: LookUpContext,
): Promise<Tag[]> {
  connection.report({ stage: 'evaluate' });
  const prepared = await abortable(tickets, connection.signal);
  connection.exchanges.unshift(...prepared.takeExchanges());
  connection.report({ stage: 'evaluate' });
  const blinded = identifiers.map((identifier) => blind(oprfInput(identifier)));
  const ask = (evaluator: Evaluator) => evaluate(connection, evaluator, blinded, solver, prepared.take(evaluator, blinded.length));
  const answers = await Promise.all(index.evaluators.map(ask));
  return (await finalizeUnlessKeyChanged(connection, index, blinded, answers, trust)).map(tagOf);
}

/** A proof fails also if the key was changed after the index document was fetched; then the person must begin again. */
async function finalizeUnlessKeyChanged(
  connection: Connection,
  index: IndexDocument,
  blinded: readonly Blinded[],
  answers: Parameters<typeof finalize>[1],
  trust: Trust,
): Promise<Uint8Array[]> {
  try {
    return finalize(blinded, answers);
  } catch (error) {
    const inForce = await fetchIndex(connection, trust);
    throw isSame(inForce.keyId, index.keyId) ? error : new ProtocolError('rekeyed');
  }
}

/** What each tag's range says of it; `isApart` says whether tags of one prefix are fetched apart. */
async function rowsOf(connection: Connection, index: IndexDocument, retrieval: Retrieval | undefined, tags: readonly Tag[], context: LookUpContext, isApart: boolean): Promise<Row[]> {
  if (retrieval) return retrieveRows(connection, index, retrieval, tags, context);
  if (!isApart) return fetchRows(connection, index, tags);
  return (await Promise.all(tags.map((tag) => fetchRows(connection, index, [tag])))).flat();
}

/** What each tag's range says of it, fetched so that no server alone learns the prefixes. Tags of one prefix have a vector each. */
async function retrieveRows(connection: Connection, index: IndexDocument, retrieval: Retrieval, tags: readonly Tag[], { solver }: LookUpContext): Promise<Row[]> {
  connection.report({ stage: 'retrieve' });
  const prefixes = tags.map((tag) => prefixOf(tag, index));
  try {
    const records = await retrieve(connection, index, retrieval, prefixes, solver);
    connection.report({ stage: 'verify' });
    const ranges = records.map((record, place) => publishedRange(record, prefixes[place] ?? 0, index));
    return tags.map((tag, place) => exposuresOf(ranges[place] ?? new Uint8Array(), index, tag));
  } catch (error) {
    throw retrieval.required ? error : withOffer(error, { ranges: 2 ** index.prefixBits });
  }
}

/** The error with what the person may agree to after it. */
function withOffer(error: unknown, offer: PlainOffer): unknown {
  return error instanceof ProtocolError ? new ProtocolError(error.code, error.seconds, offer) : error;
}

/** What each tag's range says of it. Tags of one prefix share a request. */
async function fetchRows(connection: Connection, index: IndexDocument, tags: readonly Tag[]): Promise<Row[]> {
  connection.report({ stage: 'range' });
  const prefixes = [...new Set(tags.map((tag) => prefixOf(tag, index)))];
  const bodies = await Promise.all(prefixes.map((prefix) => fetchRange(connection, index, prefix)));
  connection.report({ stage: 'verify' });
  const ranges = new Map(prefixes.map((prefix, place) => [prefix, publishedRange(bodies[place] ?? new Uint8Array(), prefix, index)]));
  return tags.map((tag) => exposuresOf(ranges.get(prefixOf(tag, index)) ?? new Uint8Array(), index, tag));
}

async function fetchRange(connection: Connection, index: IndexDocument, prefix: number): Promise<Uint8Array> {
  const url = new URL(`ranges/${index.generation}/${spelled(prefix, index)}`, index.url);
  return get(connection, { name: 'range', url, limit: Math.max(index.rangeBytes, MAX_PROBLEM) });
}

