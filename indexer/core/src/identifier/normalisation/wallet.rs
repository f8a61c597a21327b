//! Whose wallet is it? Addresses of Bitcoin, Ethereum and TRON, by their checksums.

use bech32::segwit;
use sha2::{Digest as _, Sha256};
use sha3::Keccak256;
use sha3::digest::Digest as _;

use super::IdentifierError;

/// Schemes before an address in links and codes.
const SCHEMES: [&str; 2] = ["bitcoin:", "ethereum:"];
/// Version bytes of base58check: Bitcoin's hashes of keys and of scripts, and TRON's accounts.
const VERSIONS: [u8; 3] = [0x00, 0x05, 0x41];
/// A version, a hash of 20 bytes, and a checksum of 4.
const BASE58_BYTES: usize = 25;
/// More characters than 25 bytes have in base 58.
const LONGEST_BASE58: usize = 36;
/// Hexadecimal digits of an Ethereum address.
const ETHEREUM_DIGITS: usize = 40;

/// An address without scheme and query; in lower case, except in base58check, which is case-sensitive.
pub(super) fn normalise(cleaned: &str) -> Result<String, IdentifierError> {
    let address = address(cleaned);
    if !address.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(IdentifierError::Characters);
    }
    let lower = address.to_ascii_lowercase();
    match lower.strip_prefix("0x") {
        Some(_) => ethereum(&address[2..]),
        None if lower.starts_with("bc1") => segregated_witness(address, lower),
        None => base58check(address),
    }
}

fn address(cleaned: &str) -> &str {
    let behind = |scheme: &&str| {
        let begin = cleaned.get(..scheme.len())?;
        begin
            .eq_ignore_ascii_case(scheme)
            .then(|| &cleaned[scheme.len()..])
    };
    let address = SCHEMES.iter().find_map(behind).unwrap_or(cleaned);
    address.split('?').next().unwrap_or(address)
}

/// 40 hexadecimal digits, whose case is a checksum if both cases occur (EIP-55).
fn ethereum(digits: &str) -> Result<String, IdentifierError> {
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(IdentifierError::Characters);
    }
    if digits.len() != ETHEREUM_DIGITS {
        return Err(IdentifierError::Length);
    }
    let lower = digits.to_ascii_lowercase();
    let is_mixed = digits != lower && digits != digits.to_ascii_uppercase();
    match is_mixed && digits != checksummed(&lower) {
        true => Err(IdentifierError::CheckDigit),
        false => Ok(format!("0x{lower}")),
    }
}

/// A letter is a capital if the digit at its place in the hash of the lower-case address is 8 or more.
fn checksummed(lower: &str) -> String {
    let hash = Keccak256::digest(lower.as_bytes());
    let half = |place: usize| (hash[place / 2] >> (4 * (1 - place % 2))) & 15;
    let digits = lower.chars().enumerate();
    digits
        .map(|(place, digit)| {
            if half(place) >= 8 {
                digit.to_ascii_uppercase()
            } else {
                digit
            }
        })
        .collect()
}

/// Bitcoin's bech32 (version 0, BIP 173) and bech32m (from version 1, BIP 350), whose checks the decoder makes.
fn segregated_witness(address: &str, lower: String) -> Result<String, IdentifierError> {
    match segwit::decode(address) {
        Ok((prefix, _, _)) if prefix == bech32::hrp::BC => Ok(lower),
        _ => Err(IdentifierError::CheckDigit),
    }
}

fn base58check(address: &str) -> Result<String, IdentifierError> {
    if address.len() > LONGEST_BASE58 {
        return Err(IdentifierError::Length);
    }
    let bytes = bs58::decode(address)
        .into_vec()
        .map_err(|_| IdentifierError::Characters)?;
    let (payload, checksum) = bytes
        .split_last_chunk::<4>()
        .ok_or(IdentifierError::Length)?;
    if bytes.len() != BASE58_BYTES {
        return Err(IdentifierError::Length);
    }
    if Sha256::digest(Sha256::digest(payload))[..4] != *checksum {
        return Err(IdentifierError::CheckDigit);
    }
    match VERSIONS.contains(&payload[0]) {
        true => Ok(address.to_owned()),
        false => Err(IdentifierError::Form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An address of a version and a hash that no key has.
    fn made(version: u8) -> String {
        let mut bytes = vec![version];
        bytes.extend_from_slice(&[7; 20]);
        let checksum = Sha256::digest(Sha256::digest(&bytes));
        bytes.extend_from_slice(&checksum[..4]);
        bs58::encode(bytes).into_string()
    }

    #[test]
    fn an_address_in_base_58_is_kept_as_it_is_written() {
        for version in VERSIONS {
            let address = made(version);
            assert_eq!(normalise(&address), Ok(address.clone()));
            assert_eq!(
                normalise(&format!("bitcoin:{address}?amount=1")),
                Ok(address)
            );
        }
        assert_eq!(normalise(&made(0x6f)), Err(IdentifierError::Form));
        let changed = made(0).replace('a', "b");
        assert!(changed == made(0) || normalise(&changed).is_err());
    }

    #[test]
    fn ethereum_s_capitals_are_checked_where_there_are_any() {
        let good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let lower = good.to_lowercase();
        for text in [
            good,
            &lower,
            &format!("0x{}", good[2..].to_uppercase()),
            &format!("ethereum:{good}?value=1"),
        ] {
            assert_eq!(normalise(text).as_deref(), Ok(lower.as_str()), "{text}");
        }
        let wrong = good.replace("5aA", "5AA");
        assert_eq!(normalise(&wrong), Err(IdentifierError::CheckDigit));
        assert_eq!(normalise(&good[..41]), Err(IdentifierError::Length));
        assert_eq!(normalise("0xzz"), Err(IdentifierError::Characters));
    }
}
