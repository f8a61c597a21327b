/** The published cases of `server/conformance`, each with what comes of it, for other implementations. Identifiers' own cases are in `identifier`. */
import { readFileSync } from 'node:fs';

import { hexToBytes, bytesToHex } from '@noble/hashes/utils.js';
import { ristretto255, ristretto255_oprf } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';

import { catalogue, type ErrorCode, ProtocolError, WITHOUT_TRUST } from '../../src/protocol';
import { answer } from '../../src/protocol/answer';
import { fromBase64Url } from '../../src/protocol/base64';
import { readCatalogue, readEvaluation, readIndex } from '../../src/protocol/messages';
import { blind, type Blinded, finalize } from '../../src/protocol/oprf';
import { publishedRange } from '../../src/protocol/published';
import { exposuresOf } from '../../src/protocol/range';
import { combined, queries } from '../../src/protocol/retrieval';
import { believed } from '../../src/protocol/statement';
import { prefixOf, spelled, tagOf } from '../../src/protocol/tag';

type Json = Record<string, unknown>;

interface Case {
  readonly name: string;
  readonly expect: 'accept' | 'refuse';
  readonly reason?: string;
}

/** What this client calls the reasons of the set; what is no public key it only sees when it adds them up. */
const CODES: Record<string, readonly ErrorCode[]> = {
  malformed: ['malformed'],
  version: ['version'],
  shape: ['version'],
  signature: ['signature'],
  statement: ['signature'],
  service: ['signature', 'key'],
  // That it is of another generation is said before the statement is looked at.
  catalogue: ['signature', 'malformed'],
  expired: ['expired'],
  key: ['key'],
  older: ['older'],
  proof: ['proof'],
  path: ['path'],
  range: ['range'],
};

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../conformance/${name}`, import.meta.url), 'utf8')) as T;
}

const bytesOf = (document: unknown) => new TextEncoder().encode(JSON.stringify(document));

/** The document with some of its members set, or taken away where they are null. */
function changed(document: Json, set: Json = {}): Json {
  return Object.fromEntries(Object.entries({ ...document, ...set }).filter(([, value]) => value !== null));
}

/** Nothing, or the code that a case ends with; other errors are none that a client may end with. */
async function outcome(run: () => unknown): Promise<ErrorCode | undefined> {
  try {
    await run();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return undefined;
}

/** The codes that a case may end with: none at all if it is accepted. */
const codesOf = ({ reason }: Case): readonly (ErrorCode | undefined)[] => (reason === undefined ? [undefined] : (CODES[reason] ?? []));

describe('evaluations', () => {
  interface OprfCase extends Case {
    readonly inputs: readonly string[];
    readonly blinds: readonly string[];
    readonly blinded: readonly string[];
    readonly evaluators: readonly { readonly public_key: string; readonly answer: Json }[];
    readonly outputs?: readonly string[];
    readonly tags?: readonly string[];
  }

  const { Point } = ristretto255;

  /** `Blind` with the blind of a case. */
  function blindWith(input: string, blind: string): Blinded {
    const bytes = new TextEncoder().encode(input);
    const scalar = Point.Fn.fromBytes(hexToBytes(blind));
    const element = hashToGroup(bytes).multiply(scalar).toBytes();
    return { input: bytes, blind: hexToBytes(blind), element };
  }

  /** The element of an input, for which the library has no name: it is blinded by chance, and that undone. */
  function hashToGroup(input: Uint8Array) {
    const { blind, blinded } = ristretto255_oprf.voprf.blind(input);
    return Point.fromBytes(blinded).multiply(Point.Fn.inv(Point.Fn.fromBytes(blind)));
  }

  const { cases } = read<{ cases: OprfCase[] }>('oprf.json');

  test.each(cases)('$name: $expect', async (one) => {
    const blinded = one.inputs.map((input, place) => blindWith(input, one.blinds[place] ?? ''));
    expect(blinded.map(({ element }) => Buffer.from(element).toString('base64url'))).toEqual(one.blinded);
    let outputs: Uint8Array[] = [];
    const code = await outcome(() => {
      const answers = one.evaluators.map(({ answer, public_key }) => ({
        evaluation: readEvaluation(bytesOf(answer), blinded.length),
        publicKey: fromBase64Url(public_key) ?? new Uint8Array(),
      }));
      outputs = finalize(blinded, answers);
    });
    expect(codesOf(one)).toContain(code);
    if (one.expect === 'accept') {
      expect(outputs.map((output) => bytesToHex(output))).toEqual(one.outputs);
      expect(outputs.map((output) => tagOf(output).toString(16).padStart(16, '0'))).toEqual(one.tags);
    }
  });
});

describe('index documents and catalogues', () => {
  interface IndexCase extends Case {
    readonly set: Json;
    readonly before?: Json;
  }

  interface VersionCase extends IndexCase {
    /** Where the document of the version that is spoken is fetched. */
    readonly next?: string;
  }

  const file = read<{ url: string; trust: string[]; index: Json; cases: IndexCase[]; version_cases: VersionCase[]; catalogue: Json; catalogue_cases: IndexCase[] }>('index.json');

  /** Asks a server of its own for each of the documents in turn, and for the catalogue. */
  async function ask(host: string, documents: Json[], names: Json): Promise<ErrorCode | undefined> {
    const last = documents.at(-1);
    const answers = { fetch: async (input: string | URL | Request) => respond(String(input)), base: `https://${host}.example.kz`, trust: file.trust };
    const respond = (url: string) => Response.json(url.endsWith('/v1/index') ? (documents.shift() ?? last) : names);
    while (documents.length > 1) await catalogue(answers);
    return outcome(() => catalogue(answers));
  }

  test.each(file.cases.map((one, place) => ({ ...one, place })))('$name: $expect', async (one) => {
    const before = one.before === undefined ? [] : [changed(file.index, one.before)];
    const document = changed(file.index, one.set);
    expect(codesOf(one)).toContain(await ask(`index-${one.place}`, [...before, document], file.catalogue));
  });

  test.each(file.catalogue_cases.map((one, place) => ({ ...one, place })))('the catalogue, $name: $expect', async (one) => {
    const code = await ask(`catalogue-${one.place}`, [file.index], changed(file.catalogue, one.set));
    expect(codesOf(one)).toContain(code);
  });

  test.each(file.version_cases.map((one, place) => ({ ...one, place })))('another version, $name: $expect', async (one) => {
    const asked: string[] = [];
    const fetch = async (input: string | URL | Request) => {
      const { pathname } = new URL(String(input));
      if (asked.push(pathname) === 1) return Response.json(changed(file.index, one.set));
      return Response.json(asked.length === 2 ? file.index : file.catalogue);
    };
    const code = await outcome(() => catalogue({ fetch, base: `https://version-${one.place}.example.kz`, trust: file.trust }));
    expect(codesOf(one)).toContain(code);
    const documents = [file.url, ...(one.next === undefined ? [] : [one.next])].map((url) => new URL(url).pathname);
    expect(asked.slice(0, code === undefined ? -1 : undefined)).toEqual(documents);
  });
});

describe('ranges', () => {
  interface RangeCase extends Case {
    readonly input: string;
    readonly tag: string;
    readonly prefix: string;
    readonly body: string;
    readonly set?: Json;
    readonly exposures?: readonly { readonly breach: string; readonly classes: readonly string[] }[];
  }

  const file = read<{ key: string; index: Json; catalogue: Json; cases: RangeCase[] }>('ranges.json');
  const url = new URL('https://tekser.example.kz/v1/index');
  const secretKey = hexToBytes(file.key);
  const publicKey = ristretto255.Point.BASE.multiply(ristretto255.Point.Fn.fromBytes(secretKey)).toBytes();

  /** The output for an input, as client and evaluator together get it. */
  function evaluated(input: string): Uint8Array {
    const blinded = blind(new TextEncoder().encode(input));
    const evaluation = ristretto255_oprf.voprf.blindEvaluateBatch(secretKey, publicKey, [blinded.element]);
    return finalize([blinded], [{ evaluation, publicKey }])[0] ?? new Uint8Array();
  }

  test.each(file.cases)('$name: $expect', async (one) => {
    const tag = tagOf(evaluated(one.input));
    expect(tag.toString(16).padStart(16, '0')).toBe(one.tag);
    const index = believed(readIndex(bytesOf(changed(file.index, one.set))), url, WITHOUT_TRUST);
    expect(spelled(prefixOf(tag, index), index)).toBe(one.prefix);
    let exposures: unknown;
    const code = await outcome(() => {
      const range = publishedRange(fromBase64Url(one.body) ?? new Uint8Array(), prefixOf(tag, index), index);
      const found = answer({ kind: 'phone', tag }, exposuresOf(range, index, tag), index, readCatalogue(bytesOf(file.catalogue)), [], []);
      exposures = found.exposures.map(({ breach, classes }) => ({ breach: breach.id, classes }));
    });
    expect(codesOf(one)).toContain(code);
    expect(exposures).toEqual(one.exposures);
  });
});

describe('private retrieval', () => {
  interface QueryCase {
    readonly name: string;
    readonly prefix_bits: number;
    readonly prefixes: readonly number[];
    readonly drawn: readonly string[];
    readonly queries: readonly string[];
  }

  interface AnswerCase extends Case {
    readonly input: string;
    readonly tag: string;
    readonly prefix: number;
    readonly queries: readonly string[];
    readonly answers: readonly string[];
    readonly exposures?: readonly { readonly breach: string; readonly classes: readonly string[] }[];
  }

  const file = read<{ index: Json; catalogue: Json; records: string[]; queries: QueryCase[]; cases: AnswerCase[] }>('retrieval.json');
  const index = believed(readIndex(bytesOf(file.index)), new URL('https://tekser.example.kz/v1/index'), WITHOUT_TRUST);
  const bytes = (base64url: string) => fromBase64Url(base64url) ?? expect.unreachable('the set is broken');

  test.each(file.queries)('the queries for $name follow from what was drawn', ({ prefix_bits, prefixes, drawn, queries: expected }) => {
    const width = Math.ceil(2 ** prefix_bits / 8);
    // This client draws the vectors of an element one after the other, the set has those of a server together.
    const inOrder = prefixes.flatMap((_, place) => drawn.map((server) => bytes(server).subarray(place * width, (place + 1) * width)));
    const sent = queries(prefixes, { prefixBits: prefix_bits }, drawn.length + 1, (vector) => vector.set(inOrder.shift() ?? []));
    expect(sent.map((query) => Buffer.from(query).toString('base64url'))).toEqual(expected);
    expect(inOrder).toEqual([]);
  });

  test.each(file.cases)('$name: $expect', async (one) => {
    const tag = BigInt(`0x${one.tag}`);
    expect(prefixOf(tag, index)).toBe(one.prefix);
    const unit = combined(one.queries.map(bytes));
    expect([...unit].flatMap((byte, place) => (byte === 0 ? [] : [8 * place + Math.log2(byte)]))).toEqual([one.prefix]);
    let exposures: unknown;
    const code = await outcome(() => {
      const answers = one.answers.map(bytes);
      if (one.expect === 'accept') expect(combined(answers)).toEqual(bytes(file.records[one.prefix] ?? ''));
      const range = publishedRange(combined(answers, index.rangeBytes), one.prefix, index);
      const found = answer({ kind: 'phone', tag }, exposuresOf(range, index, tag), index, readCatalogue(bytesOf(file.catalogue)), [], []);
      exposures = found.exposures.map(({ breach, classes }) => ({ breach: breach.id, classes }));
    });
    expect(codesOf(one)).toContain(code);
    expect(exposures).toEqual(one.exposures);
  });
});
