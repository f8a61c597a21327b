/** Whose wallet is it? Addresses of Bitcoin, Ethereum and TRON, by their checksums. */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base58, bech32, bech32m } from '@scure/base';

import { accept, refuse, type Verdict } from '../verdict';

/** Schemes before an address in links and codes, and what follows it there. */
const AROUND = /^(?:bitcoin|ethereum):|\?.*$/gis;
/** Version bytes of base58check: Bitcoin's hashes of keys and of scripts, and TRON's accounts. */
const VERSIONS: readonly (number | undefined)[] = [0x00, 0x05, 0x41];
/** A version, a hash of 20 bytes, and a checksum of 4. */
const BASE58_BYTES = 25;
const CHECKSUM_BYTES = 4;
/** More characters than 25 bytes have in base 58. */
const LONGEST_BASE58 = 36;
/** Hexadecimal digits of an Ethereum address. */
const ETHEREUM_DIGITS = 40;

/** An address without scheme and query; in lower case, except base58check, in which case matters. */
export function wallet(cleaned: string): Verdict {
  const address = cleaned.replace(AROUND, '');
  if (!/^[0-9a-z]*$/i.test(address)) return refuse('characters');
  if (/^0x/i.test(address)) return ethereum(address.slice('0x'.length));
  return /^bc1/i.test(address) ? segregatedWitness(address) : base58check(address);
}

/** 40 hexadecimal digits, whose case is a checksum if both cases occur (EIP-55). */
function ethereum(digits: string): Verdict {
  if (!/^[0-9a-f]*$/i.test(digits)) return refuse('characters');
  if (digits.length !== ETHEREUM_DIGITS) return refuse('length');
  const lower = digits.toLowerCase();
  const isMixed = digits !== lower && digits !== digits.toUpperCase();
  return isMixed && digits !== checksummed(lower) ? refuse('check-digit') : accept(`0x${lower}`);
}

/** A letter is a capital if the digit at its place in the hash of the lower-case address is 8 or more. */
function checksummed(lower: string): string {
  const hash = bytesToHex(keccak_256(utf8ToBytes(lower)));
  return Array.from(lower, (digit, place) => (hash.charAt(place) >= '8' ? digit.toUpperCase() : digit)).join('');
}

/** Bitcoin's bech32 (version 0, BIP 173) and bech32m (from version 1, BIP 350). */
function segregatedWitness(address: string): Verdict {
  const [coder, first] = [bech32, bech32m].map((coder) => [coder, coder.decodeUnsafe(address)] as const).find(([, decoded]) => decoded !== undefined) ?? [];
  const [version = 32, ...words] = first?.words ?? [];
  const length = coder?.fromWordsUnsafe(words)?.length ?? 0;
  const isProgram = coder === bech32 ? version === 0 && (length === 20 || length === 32) : version > 0 && version <= 16 && length >= 2 && length <= 40;
  return isProgram ? accept(address.toLowerCase()) : refuse('check-digit');
}

function base58check(address: string): Verdict {
  if (address.length > LONGEST_BASE58) return refuse('length');
  const bytes = base58Bytes(address);
  if (!bytes) return refuse('characters');
  if (bytes.length !== BASE58_BYTES) return refuse('length');
  const payload = bytes.subarray(0, -CHECKSUM_BYTES);
  const checksum = sha256(sha256(payload)).subarray(0, CHECKSUM_BYTES);
  if (!checksum.every((byte, place) => byte === bytes[payload.length + place])) return refuse('check-digit');
  return VERSIONS.includes(payload[0]) ? accept(address) : refuse('form');
}

function base58Bytes(address: string): Uint8Array | undefined {
  try {
    return base58.decode(address);
  } catch {
    return undefined;
  }
}
