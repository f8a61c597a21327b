/** What was signed of an index, compared with what the server says about it (`server/PROTOCOL.md` §1). */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

import { canonical } from './canonical';
import { ProtocolError } from './error';
import { bytes, flag, matching, object, parseJson, type Json } from './fields';
import { FORMAT, NORMALISATION, readEvaluators, readRetrieval, SUITE, type Breach, type Catalogue, type IndexDocument, type ReceivedIndex } from './messages';
import { isSigned } from './signature';

const VERSION = 1;
const KEY_BYTES = 32;

/**
 * Whose signatures are believed: those of the holders of these public keys, `RW…`; nobody's if there are none.
 * `without-trust` believes whatever a server says of itself. Such a server can make up an index with a key of its own
 * and learns up to 20 bits of the tag in each look-up: for tests, and for people who ask a server of their own.
 */
export type Trust = readonly string[] | typeof WITHOUT_TRUST;
export const WITHOUT_TRUST = 'without-trust';

/**
 * The index document of `url` with the servers to ask. Throws `signature` if the holder of no trusted key signed it,
 * `expired` if that was too long ago. Whom the document itself names counts only for who trusts everybody.
 */
export function believed(received: ReceivedIndex, url: URL, trust: Trust): IndexDocument {
  if (trust === WITHOUT_TRUST) return { ...received, url, ...serviceNamed(received, url) };
  const signed = stated(received, trust);
  checkAgreement(received, signed);
  return { ...received, url, ...serviceSigned(signed, url) };
}

/** What the holder of a trusted key signed, of whatever version of the index. Throws `signature`, or `expired`. */
export function stated({ statement, signature }: { readonly statement?: unknown; readonly signature?: unknown }, trust: readonly string[]): Json {
  const signed = String(statement);
  if (!isSigned(signed, String(signature), trust)) throw new ProtocolError('signature');
  const members = parse(signed);
  // One text for one content, so that no two readers see different things in it.
  if (canonical(members) !== signed || members.statement !== VERSION) throw new ProtocolError('signature');
  if (!isToCome(members.expires)) throw new ProtocolError('expired');
  return members;
}

/** Whether a time has not come yet. One that is not a time is NaN, and nothing is earlier than that. */
function isToCome(time: unknown): boolean {
  return Date.now() < Date.parse(String(time));
}

/** Members that are not known count as a disagreement: only within `service` are there such. */
function checkAgreement(received: ReceivedIndex, { sealed_root, catalogue: _c, expires: _e, identifiers: _i, service: _s, ...stated }: Json): void {
  const members: Json = {
    statement: VERSION,
    generation: received.generation,
    built_at: received.builtAt,
    format: FORMAT,
    normalisation: NORMALISATION,
    suite: SUITE,
    key_id: bytesToHex(received.keyId),
    prefix_bits: received.prefixBits,
    bucket_bits: received.bucketBits,
    range_bytes: received.rangeBytes,
    rows: received.rows,
    root: bytesToHex(received.root),
  };
  const names = Object.keys(members);
  const agrees = Object.keys(stated).length === names.length && names.every((member) => stated[member] === members[member]);
  if (!agrees || (sealed_root !== undefined) !== received.sealed) throw new ProtocolError('signature');
}

/** The evaluators, the servers of private retrieval, and whether the service was to end. */
type Service = Pick<IndexDocument, 'evaluators' | 'retrieval' | 'isOutdated'>;

/** What the index document says of the service. */
function serviceNamed({ evaluatorsNamed, retrievalNamed, sunsetNamed }: ReceivedIndex, url: URL): Service {
  const evaluators = readEvaluators(evaluatorsNamed, url, (key) => bytes(key, KEY_BYTES));
  return { evaluators, retrieval: readRetrieval(retrievalNamed, url, () => false), isOutdated: isOver(sunsetNamed) };
}

/** What the holder of the release key says of the service. */
function serviceSigned({ service }: Json, url: URL): Service {
  try {
    const { evaluators, retrieval, sunset } = object(service);
    const evaluatorsSigned = readEvaluators(evaluators, url, (key) => hexToBytes(matching(key, /^[0-9a-f]{64}$/)));
    return { evaluators: evaluatorsSigned, retrieval: readRetrieval(retrieval, url, flag), isOutdated: isOver(sunset) };
  } catch {
    throw new ProtocolError('signature');
  }
}

/** Whether there is a sunset, and it has come. */
function isOver(sunset: unknown): boolean {
  return sunset !== undefined && !isToCome(sunset);
}

/** Checks that the catalogue is the one that was signed with the index, which {@link believed} has checked. */
export function checkCatalogue(catalogue: Catalogue, index: IndexDocument, trust: Trust): void {
  if (trust === WITHOUT_TRUST) return;
  const { generation, identifiers, catalogue: digest } = parse(index.statement ?? '');
  const breaches = catalogue.breaches.map(described);
  const found = bytesToHex(sha256(new TextEncoder().encode(canonical({ breaches }))));
  const agrees = generation === catalogue.generation && canonical(identifiers) === canonical(catalogue.identifiers) && digest === found;
  if (!agrees) throw new ProtocolError('signature');
}

/** What the index file itself says of a leak; how many identifiers are in it is counted elsewhere. */
function described({ identifiers: _, ...breach }: Breach): Omit<Breach, 'identifiers'> {
  return breach;
}

function parse(statement: string): Json {
  try {
    return parseJson(new TextEncoder().encode(statement));
  } catch {
    throw new ProtocolError('signature');
  }
}
