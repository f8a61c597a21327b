/** What was signed of an index, held against what the server tells of it (`server/PROTOCOL.md` §1). */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

import { canonical } from './canonical';
import { ProtocolError } from './error';
import { parseJson, type Json } from './fields';
import { FORMAT, NORMALISATION, SUITE, type Breach, type Catalogue, type IndexDocument } from './messages';
import { isSigned } from './signature';

const VERSION = 1;

/** Checks that the holder of a trusted key signed this index. Throws `signature`; trusts everybody if there is no key. */
export function checkIndex(index: IndexDocument, trust: readonly string[]): void {
  if (trust.length === 0) return;
  const { statement = '', signature = '' } = index;
  if (!isSigned(statement, signature, trust)) throw new ProtocolError('signature');
  const { sealed_root, ...stated } = parse(statement);
  const told: Json = {
    statement: VERSION,
    generation: index.generation,
    built_at: index.builtAt,
    format: FORMAT,
    normalisation: NORMALISATION,
    suite: SUITE,
    key_id: bytesToHex(index.keyId),
    prefix_bits: index.prefixBits,
    bucket_bits: index.bucketBits,
    range_bytes: index.rangeBytes,
    rows: index.rows,
    root: bytesToHex(index.root),
  };
  const agrees = Object.entries(told).every(([member, value]) => stated[member] === value);
  if (!agrees || (sealed_root !== undefined) !== index.sealed) throw new ProtocolError('signature');
}

/** Checks that the catalogue is the one that was signed with the index, which {@link checkIndex} has checked. */
export function checkCatalogue(catalogue: Catalogue, index: IndexDocument, trust: readonly string[]): void {
  if (trust.length === 0) return;
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
  return parseJson(new TextEncoder().encode(statement));
}
