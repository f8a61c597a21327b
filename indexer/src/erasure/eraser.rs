use std::collections::BTreeMap;
use std::path::Path;

use chacha20poly1305::aead::AeadInPlace;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use exposure_index::oprf::{KeyId, SecretKey, Tag};
use hmac::{Hmac, KeyInit as _, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::file::{MAX_TOMBSTONES, NONCE_LENGTH, SEALED_LENGTH, path};
use super::{ErasureError, Erasures};

/// What the subkey that seals the erasure key is for.
const PURPOSE: &str = "erasure key, version 1";
/// What the MAC is of, besides the input.
const DOMAIN: &[u8] = b"tekser erased, version 1:";

/// The MAC of an OPRF input under the erasure key: the first 16 bytes of HMAC-SHA-256. It has no `Debug`, as what it
/// stands for is a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputMac([u8; InputMac::LENGTH]);

impl InputMac {
    /// Length in bytes.
    pub const LENGTH: usize = 16;

    pub(super) const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

/// The tombstones of an index directory in the hands of who has the key: identifiers can be asked for, erased and taken
/// back.
pub struct Eraser {
    key: Zeroizing<[u8; 32]>,
    tombstones: BTreeMap<InputMac, Option<Tag>>,
}

impl Eraser {
    /// Opens the tombstones for a key; `None` if there are none.
    ///
    /// # Errors
    /// [`ErasureError`] if the file cannot be read, is damaged, or was changed by somebody without the key.
    pub fn open(folder: &Path, key: &SecretKey) -> Result<Option<Self>, ErasureError> {
        let Some(erasures) = Erasures::load(folder, key.public_key().id())? else {
            return Ok(None);
        };
        let tagged = erasures.tagged.iter().map(|(tag, mac)| (*mac, Some(*tag)));
        let untagged = erasures.untagged.iter().map(|mac| (*mac, None));
        Ok(Some(Self {
            tombstones: tagged.chain(untagged).collect(),
            key: unseal(&erasures, key)?,
        }))
    }

    /// No tombstones yet, and a new erasure key.
    ///
    /// # Errors
    /// [`ErasureError::Randomness`] if the system gives none.
    pub fn new() -> Result<Self, ErasureError> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key).map_err(|_| ErasureError::Randomness)?;
        Ok(Self {
            key,
            tombstones: BTreeMap::new(),
        })
    }

    /// The same tombstones for another key, under which their tags are not known.
    #[must_use]
    pub fn untagged(&self) -> Self {
        let macs = self.tombstones.keys();
        Self {
            key: self.key.clone(),
            tombstones: macs.map(|mac| (*mac, None)).collect(),
        }
    }

    /// The MAC of an OPRF input.
    #[must_use]
    pub fn mac(&self, input: &[u8]) -> InputMac {
        // Padded to HMAC's block with zeros, as RFC 2104 has it.
        let mut block = Zeroizing::new([0; 64]);
        block[..self.key.len()].copy_from_slice(&*self.key);
        let mac = Hmac::<Sha256>::new((&*block).into());
        let mac = mac.chain_update(DOMAIN).chain_update(input).finalize();
        let mut first = [0; InputMac::LENGTH];
        first.copy_from_slice(&mac.into_bytes()[..InputMac::LENGTH]);
        InputMac(first)
    }

    /// Whether the input with this MAC is erased.
    #[must_use]
    pub fn holds(&self, mac: InputMac) -> bool {
        self.tombstones.contains_key(&mac)
    }

    /// Erases the input with this MAC and tag, or learns its tag. Told whether it was not erased before.
    ///
    /// # Errors
    /// [`ErasureError::TooMany`] if there is no room for more.
    pub fn erase(&mut self, mac: InputMac, tag: Tag) -> Result<bool, ErasureError> {
        let is_new = self.tombstones.insert(mac, Some(tag)).is_none();
        if self.tombstones.len() > MAX_TOMBSTONES {
            let limit = MAX_TOMBSTONES;
            return Err(ErasureError::TooMany { limit });
        }
        Ok(is_new)
    }

    /// Takes a tombstone back. Told whether there was one.
    pub fn restore(&mut self, mac: InputMac) -> bool {
        self.tombstones.remove(&mac).is_some()
    }

    /// How many identifiers are erased.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tombstones.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tombstones.is_empty()
    }

    /// The tags that are known, ascending.
    #[must_use]
    pub fn tags(&self) -> Vec<Tag> {
        let mut tags: Vec<Tag> = self.tombstones.values().flatten().copied().collect();
        tags.sort_unstable();
        tags
    }

    /// Writes the tombstones for a key into the index directory, in one step and flushed to the disk.
    ///
    /// # Errors
    /// [`ErasureError`] if they cannot be written; what was there before stays then.
    pub fn write(&self, folder: &Path, key: &SecretKey) -> Result<(), ErasureError> {
        let mut nonce = [0; NONCE_LENGTH];
        getrandom::fill(&mut nonce).map_err(|_| ErasureError::Randomness)?;
        let mut erasures = self.erasures(folder, key.public_key().id());
        erasures.nonce = nonce;
        erasures.sealed = self.seal(&erasures, key)?;
        erasures.write()
    }

    /// The tombstones without a seal.
    fn erasures(&self, folder: &Path, key_id: KeyId) -> Erasures {
        let tombstones = || self.tombstones.iter();
        let mut tagged: Vec<(Tag, InputMac)> = tombstones()
            .filter_map(|(mac, tag)| Some(((*tag)?, *mac)))
            .collect();
        tagged.sort_unstable();
        let untagged = tombstones().filter(|(_, tag)| tag.is_none());
        Erasures {
            path: path(folder, key_id),
            key_id,
            nonce: [0; NONCE_LENGTH],
            sealed: [0; SEALED_LENGTH],
            tagged,
            untagged: untagged.map(|(mac, _)| *mac).collect(),
        }
    }

    fn seal(
        &self,
        erasures: &Erasures,
        key: &SecretKey,
    ) -> Result<[u8; SEALED_LENGTH], ErasureError> {
        let mut sealed = [0; SEALED_LENGTH];
        let (body, tag) = sealed.split_at_mut(self.key.len());
        body.copy_from_slice(&*self.key);
        let (nonce, associated) = (&erasures.nonce.into(), erasures.associated());
        // Fails for what is longer than 256 GiB alone.
        let made = cipher(key).encrypt_in_place_detached(nonce, &associated, body);
        tag.copy_from_slice(&made.map_err(|_| too_many())?);
        Ok(sealed)
    }
}

const fn too_many() -> ErasureError {
    ErasureError::TooMany {
        limit: MAX_TOMBSTONES,
    }
}

fn unseal(erasures: &Erasures, key: &SecretKey) -> Result<Zeroizing<[u8; 32]>, ErasureError> {
    let mut opened = Zeroizing::new([0; 32]);
    let (body, tag) = erasures.sealed.split_at(opened.len());
    opened.copy_from_slice(body);
    let (nonce, associated) = (&erasures.nonce.into(), erasures.associated());
    cipher(key)
        .decrypt_in_place_detached(nonce, &associated, &mut *opened, tag.into())
        .map_err(|_| ErasureError::Forged {
            path: erasures.path.clone(),
        })?;
    Ok(opened)
}

fn cipher(key: &SecretKey) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new((&*key.subkey(PURPOSE)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SecretKey {
        SecretKey::derive(&[seed; 32], b"erasure").expect("a key")
    }

    fn eraser(inputs: &[&[u8]]) -> Eraser {
        let mut eraser = Eraser::new().expect("randomness");
        for (place, input) in (0..).zip(inputs) {
            assert!(eraser.erase(eraser.mac(input), Tag(place)).expect("room"));
        }
        eraser
    }

    #[test]
    fn tombstones_are_found_by_tag_and_by_identifier_and_can_be_taken_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let (folder, key) = (folder.path(), key(1));
        assert!(Eraser::open(folder, &key).expect("no file").is_none());
        eraser(&[b"a", b"b"]).write(folder, &key).expect("written");
        let mut opened = Eraser::open(folder, &key).expect("opened").expect("a file");
        assert!(opened.tags() == [Tag(0), Tag(1)]);
        assert!(opened.holds(opened.mac(b"b")) && !opened.holds(opened.mac(b"c")));
        assert!(opened.restore(opened.mac(b"a")) && !opened.restore(opened.mac(b"a")));
        opened.write(folder, &key).expect("written");
        let read = Erasures::load(folder, key.public_key().id()).expect("read");
        assert!(read.expect("a file").tags() == [Tag(1)]);
    }

    #[test]
    fn tombstones_outlive_the_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let (folder, new) = (folder.path(), key(2));
        let mut carried = eraser(&[b"a", b"b"]).untagged();
        assert!(carried.tags().is_empty());
        assert!(!carried.erase(carried.mac(b"a"), Tag(9)).expect("room"));
        carried.write(folder, &new).expect("written");
        let read = Erasures::load(folder, new.public_key().id()).expect("read");
        let read = read.expect("a file");
        assert_eq!((read.len(), read.untagged()), (2, 1));
        assert!(read.tags() == [Tag(9)]);
        let opened = Eraser::open(folder, &new).expect("opened").expect("a file");
        assert!(opened.holds(opened.mac(b"b")));
    }

    #[test]
    fn what_was_erased_under_one_key_and_is_not_known_under_another_is_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let (folder, old, new) = (folder.path(), key(1), key(2));
        let before = eraser(&[b"a", b"b"]);
        before.write(folder, &old).expect("written");
        let mut carried = before.untagged();
        carried.erase(carried.mac(b"c"), Tag(2)).expect("room");
        carried.write(folder, &new).expect("written");
        let all = Erasures::load_all(folder).expect("read");
        assert_eq!(all.len(), 2);
        let of = |key: &SecretKey| {
            let id = key.public_key().id();
            all.iter().find(|one| one.key_id() == id).expect("a file")
        };
        assert_eq!(of(&old).lacks_of(of(&new)), 1);
        assert_eq!(of(&new).lacks_of(of(&old)), 0);
    }

    #[test]
    fn whoever_changes_a_byte_is_noticed_and_whoever_mends_the_checksum_needs_the_key() {
        use xxhash_rust::xxh3::xxh3_64;

        let folder = tempfile::tempdir().expect("a folder");
        let (folder, key) = (folder.path(), key(1));
        eraser(&[b"a", b"b"]).write(folder, &key).expect("written");
        let path = path(folder, key.public_key().id());
        let good = std::fs::read(&path).expect("a file");
        let outcome = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("written");
            Eraser::open(folder, &key).map(drop)
        };
        for place in 0..good.len() {
            let mut bytes = good.clone();
            bytes[place] ^= 1;
            let damaged = outcome(&bytes);
            assert!(
                matches!(damaged, Err(ErasureError::Damaged { .. })),
                "{place}"
            );
            let body = good.len() - 8;
            let checksum = xxh3_64(&bytes[..body]).to_le_bytes();
            bytes[body..].copy_from_slice(&checksum);
            assert!(place >= body || outcome(&bytes).is_err(), "{place}");
        }
        for length in 0..good.len() {
            assert!(outcome(&good[..length]).is_err(), "{length}");
        }
        assert!(outcome(&good).is_ok());
    }
}
