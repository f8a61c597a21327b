//! What follows from the offline key? Tags of the sealed file and subkeys.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac};
use sha2::{Digest, Sha256, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{KeyId, OprfError, Tag};

/// The purposes of subkeys.
const SEALED_TAGS: &str = "tags of sealed files, version 1";
const ID: &str = "id, version 1";
/// Rounds of the Feistel network, as many as NIST's FF1 has. Six withstand an attacker
/// who knows fewer than 2³² pairs of tags (Patarin, 2010); a thief of a sealed file knows none.
const ROUNDS: u8 = 10;

/// The key of the sealed file and the tombstones. No evaluator and no other public server holds it.
///
/// Evaluators give anyone the tag of a guess. A sealed file under the evaluators' key would confirm that guess to its
/// thief, so that the sealed file has [other tags](Self::sealed_tag), which only this key maps to the evaluators'.
///
/// Zeroed when dropped; it has no `Debug`, `Display` or `Serialize`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct OfflineKey {
    secret: [u8; Self::LENGTH],
    /// Kept, because every row of a sealed file needs it.
    sealed_tags: [u8; 64],
    #[zeroize(skip)]
    id: KeyId,
}

impl OfflineKey {
    /// Length of the secret, in bytes.
    pub const LENGTH: usize = 32;

    /// A uniformly random key from the operating system's generator.
    ///
    /// # Errors
    /// [`OprfError::Randomness`] if the generator fails.
    pub fn generate() -> Result<Self, OprfError> {
        let mut secret = Zeroizing::new([0; Self::LENGTH]);
        getrandom::fill(&mut *secret).map_err(|_| OprfError::Randomness)?;
        Ok(Self::from_bytes(&secret))
    }

    /// The key with this secret.
    #[must_use]
    pub fn from_bytes(secret: &[u8; Self::LENGTH]) -> Self {
        let mut id = [0; KeyId::LENGTH];
        let digest = Sha256::digest(*subkey(secret, ID));
        id.copy_from_slice(&digest[..KeyId::LENGTH]);
        Self {
            secret: *secret,
            sealed_tags: *subkey(secret, SEALED_TAGS),
            id: KeyId(id),
        }
    }

    /// The short name of the key, which the header of a sealed file has.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// A key for one purpose, from which neither this key nor another subkey can be derived.
    #[must_use]
    pub fn subkey(&self, purpose: &str) -> Zeroizing<[u8; 64]> {
        subkey(&self.secret, purpose)
    }

    /// The tag in the sealed file of the identifier that has this tag in a public file.
    ///
    /// A permutation of all tags: a Feistel network of HMAC-SHA-256 (Luby and Rackoff, 1988). About 3 µs.
    #[must_use]
    pub fn sealed_tag(&self, Tag(tag): Tag) -> Tag {
        let (mut left, mut right) = halves(tag);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(round, right));
        }
        whole(left, right)
    }

    /// The tag in a public file of the identifier that has this tag in the sealed file. About 3 µs.
    #[must_use]
    pub fn public_tag(&self, Tag(tag): Tag) -> Tag {
        let (mut left, mut right) = halves(tag);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.round(round, left), left);
        }
        whole(left, right)
    }

    /// The secret, as a key file holds it.
    pub(super) fn secret(&self) -> Zeroizing<String> {
        Zeroizing::new(HEXLOWER.encode(&self.secret))
    }

    fn round(&self, round: u8, half: u32) -> u32 {
        let mac = Hmac::<Sha256>::new((&self.sealed_tags).into());
        let mac = mac.chain_update([round]).chain_update(half.to_be_bytes());
        let [a, b, c, d, ..] = <[u8; 32]>::from(mac.finalize().into_bytes());
        u32::from_be_bytes([a, b, c, d])
    }
}

/// HMAC-SHA-512 of the purpose, which fills HMAC-SHA-256's block.
fn subkey(secret: &[u8; OfflineKey::LENGTH], purpose: &str) -> Zeroizing<[u8; 64]> {
    // Padded to HMAC's block with zeros, as in RFC 2104.
    let mut block = Zeroizing::new([0; 128]);
    block[..secret.len()].copy_from_slice(secret);
    let mac = Hmac::<Sha512>::new((&*block).into());
    let mac = mac
        .chain_update("tekser offline key:")
        .chain_update(purpose);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

const fn halves(tag: u64) -> (u32, u32) {
    ((tag >> 32) as u32, (tag & 0xffff_ffff) as u32)
}

const fn whole(left: u32, right: u32) -> Tag {
    Tag((left as u64) << 32 | right as u64)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> OfflineKey {
        OfflineKey::from_bytes(&[byte; OfflineKey::LENGTH])
    }

    proptest! {
        #[test]
        fn a_sealed_tag_leads_back_to_the_public_one_under_its_own_key_alone(tag: u64) {
            let sealed = key(7).sealed_tag(Tag(tag));
            prop_assert!(key(7).public_tag(sealed) == Tag(tag));
            prop_assert!(key(8).public_tag(sealed) != Tag(tag));
        }
    }

    /// Computed independently, in Python, from FORMAT.md.
    #[test]
    fn sealed_tags_and_ids_are_those_that_the_format_describes() {
        let key = key(7);
        assert_eq!(key.id().to_string(), "ede3c144d6ed55207a2ce4da407c0a82");
        let sealed = [0, 1, 0x0123_4567_89ab_cdef, u64::MAX].map(|tag| key.sealed_tag(Tag(tag)).0);
        assert_eq!(
            sealed,
            [
                0x6e5c_4077_8a0b_89c7,
                0x7cf6_1ff9_add8_ef88,
                0x653c_d1fe_5cd3_ea07,
                0xc131_2d1a_91c6_3003
            ]
        );
    }

    #[test]
    fn different_tags_stay_different() {
        let sealed: BTreeSet<u64> = (0..10_000)
            .map(|tag| key(7).sealed_tag(Tag(tag)).0)
            .collect();
        assert_eq!(sealed.len(), 10_000);
    }

    #[test]
    fn the_id_and_every_subkey_depend_on_the_secret_and_on_their_purpose() {
        assert_ne!(key(7).id(), key(8).id());
        assert!(*key(7).subkey("a") != *key(8).subkey("a"));
        assert!(*key(7).subkey("a") != *key(7).subkey("b"));
    }
}
