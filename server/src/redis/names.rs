use data_encoding::HEXLOWER;
use hmac::Mac;
use zeroize::Zeroizing;

use crate::keyed_hash::keyed_hash;

/// Prefix of every key in Redis, so that an access list can be confined to `~tekser:*`. Of a key with braces, a
/// cluster hashes only what is between them: all keys are in one slot, since a script may ask for several at once.
const PREFIX: &str = "tekser:{tekser}:";

/// Names for what is in Redis: HMAC-SHA-256 under a secret of the evaluators, cut to 128 bits.
///
/// An address has 32 bits, so a hash without a secret could be undone by trying them all. Evaluators with
/// another key, or another share, have other names, so they can use the same Redis without clashing.
pub(super) struct Names(Zeroizing<[u8; 32]>);

impl Names {
    pub(super) const fn new(secret: Zeroizing<[u8; 32]>) -> Self {
        Self(secret)
    }

    /// Returns the name of what these parts describe, among the names of this purpose.
    pub(super) fn of(&self, purpose: &str, parts: &[&[u8]]) -> String {
        let hash = self.hash(b"name", purpose, parts);
        format!("{PREFIX}{}", HEXLOWER.encode(&hash[..16]))
    }

    /// Returns a secret for this purpose, which follows from no name.
    pub(super) fn secret(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.hash(b"secret", purpose, &[])
    }

    /// Hashes the parts, each after its length, so that different parts never make the same text.
    fn hash(&self, use_of: &[u8], purpose: &str, parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
        let mut hash = keyed_hash(&self.0);
        for part in [use_of, purpose.as_bytes()].iter().chain(parts) {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Zeroizing::new(hash.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn names(secret: u8) -> Names {
        Names::new(Zeroizing::new([secret; 32]))
    }

    #[test]
    fn evaluators_with_the_same_secret_name_alike_and_others_do_not() {
        let name = |secret| names(secret).of("quota", &[b"part"]);
        assert_eq!(name(1), name(1));
        assert_ne!(name(1), name(2));
    }

    #[test]
    fn a_name_is_the_prefix_and_128_bits() {
        let name = names(1).of("quota", &[]);
        let digits = name.strip_prefix("tekser:{tekser}:").unwrap();
        assert_eq!(digits.len(), 32);
        assert!(digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    }

    #[test]
    fn different_things_have_different_names() {
        let names = names(1);
        let all: [(&str, &[&[u8]]); 6] = [
            ("a", &[]),
            ("ab", &[]),
            ("a", &[b"b"]),
            ("a", &[b"b", b""]),
            ("a", &[b"", b"b"]),
            ("a", &[b"bb"]),
        ];
        let named: HashSet<_> = all.map(|(purpose, parts)| names.of(purpose, parts)).into();
        assert_eq!(named.len(), all.len());
    }

    #[test]
    fn no_secret_shows_in_a_name() {
        let names = names(1);
        let secret = HEXLOWER.encode(&*names.secret("a"));
        let name = names.of("a", &[]);
        assert!(!secret.starts_with(name.strip_prefix(PREFIX).unwrap()));
        assert_ne!(names.secret("a"), names.secret("b"));
    }
}
