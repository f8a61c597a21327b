//! Was this identifier erased? Tombstones in memory, by tag and by MAC.

use std::collections::BTreeMap;
use std::path::Path;

use exposure_index::oprf::{KeyId, OfflineKey, Tag};
use hmac::{Hmac, KeyInit as _, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::file::{ERASURE_KEY_LENGTH, MAX_TOMBSTONES, path};
use super::{ErasureError, Erasures};

/// Prefix of the MAC's input.
const DOMAIN: &[u8] = b"tekser erased, version 1:";

/// The MAC of an OPRF input under the erasure key: the first 16 bytes of HMAC-SHA-256. It has no `Debug`, since it
/// identifies a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct InputMac([u8; InputMac::LENGTH]);

impl InputMac {
    /// Length in bytes.
    pub(crate) const LENGTH: usize = 16;

    pub(super) const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

/// The tombstones of an index directory for a holder of the key: identifiers can be looked up, erased and
/// restored.
pub(crate) struct Eraser {
    key: Zeroizing<[u8; ERASURE_KEY_LENGTH]>,
    tombstones: BTreeMap<InputMac, Option<Tag>>,
}

impl Eraser {
    /// Opens the tombstones for a key of tags; `None` if there are none.
    ///
    /// # Errors
    /// Those of [`Erasures::load`].
    pub(crate) fn open(
        folder: &Path,
        key_id: KeyId,
        offline: Option<&OfflineKey>,
    ) -> Result<Option<Self>, ErasureError> {
        let erasures = Erasures::load(folder, key_id, offline)?;
        Ok(erasures.as_ref().map(Self::of))
    }

    /// Opens a directory's tombstones of all keys, for a key of tags that has none yet; `None` if there are none.
    ///
    /// # Errors
    /// Those of [`Erasures::load_all`], and [`ErasureError::SeveralKeys`] if no file has what all others have.
    pub(crate) fn inherit(
        folder: &Path,
        offline: Option<&OfflineKey>,
    ) -> Result<Option<Self>, ErasureError> {
        let all = Erasures::load_all(folder, offline)?;
        let has_all = |one: &&Erasures| all.iter().all(|other| one.lacks_of(other) == 0);
        match all.iter().find(has_all) {
            Some(erasures) => Ok(Some(Self::of(erasures).untagged())),
            None if all.is_empty() => Ok(None),
            None => Err(ErasureError::SeveralKeys),
        }
    }

    fn of(erasures: &Erasures) -> Self {
        let tagged = erasures.tagged.iter().map(|(tag, mac)| (*mac, Some(*tag)));
        let untagged = erasures.untagged.iter().map(|mac| (*mac, None));
        Self {
            tombstones: tagged.chain(untagged).collect(),
            key: erasures.erasure_key.clone(),
        }
    }

    /// Starts without tombstones, with a new erasure key.
    ///
    /// # Errors
    /// [`ErasureError::Randomness`] if the random number generator failed.
    pub(crate) fn new() -> Result<Self, ErasureError> {
        let mut key = Zeroizing::new([0; ERASURE_KEY_LENGTH]);
        getrandom::fill(&mut *key).map_err(|_| ErasureError::Randomness)?;
        Ok(Self {
            key,
            tombstones: BTreeMap::new(),
        })
    }

    /// Returns the same tombstones for another key, under which their tags are not known.
    #[must_use]
    pub(crate) fn untagged(&self) -> Self {
        let macs = self.tombstones.keys();
        Self {
            key: self.key.clone(),
            tombstones: macs.map(|mac| (*mac, None)).collect(),
        }
    }

    /// Returns the MAC of an OPRF input.
    #[must_use]
    pub(crate) fn mac(&self, input: &[u8]) -> InputMac {
        // Padded to HMAC's block with zeros, as in RFC 2104.
        let mut block = Zeroizing::new([0; 64]);
        block[..self.key.len()].copy_from_slice(&*self.key);
        let mac = Hmac::<Sha256>::new((&*block).into());
        let mac = mac.chain_update(DOMAIN).chain_update(input).finalize();
        let mut first = [0; InputMac::LENGTH];
        first.copy_from_slice(&mac.into_bytes()[..InputMac::LENGTH]);
        InputMac(first)
    }

    /// Returns whether the input with this MAC is erased.
    #[must_use]
    pub(crate) fn holds(&self, mac: InputMac) -> bool {
        self.tombstones.contains_key(&mac)
    }

    /// Erases the input with this MAC and tag, or learns its tag. Returns whether it was not erased before.
    ///
    /// # Errors
    /// [`ErasureError::TooMany`] if there is no room for more.
    pub(crate) fn erase(&mut self, mac: InputMac, tag: Tag) -> Result<bool, ErasureError> {
        let is_new = self.tombstones.insert(mac, Some(tag)).is_none();
        if self.tombstones.len() > MAX_TOMBSTONES {
            let limit = MAX_TOMBSTONES;
            return Err(ErasureError::TooMany { limit });
        }
        Ok(is_new)
    }

    /// Removes a tombstone. Returns whether there was one.
    pub(crate) fn restore(&mut self, mac: InputMac) -> bool {
        self.tombstones.remove(&mac).is_some()
    }

    /// Returns the number of erased identifiers.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.tombstones.len()
    }

    /// Returns the known tags, ascending.
    #[must_use]
    pub(crate) fn tags(&self) -> Vec<Tag> {
        let mut tags: Vec<Tag> = self.tombstones.values().flatten().copied().collect();
        tags.sort_unstable();
        tags
    }

    /// Writes the tombstones for a key of tags into the index directory, in one step and flushed to the disk.
    ///
    /// # Errors
    /// [`ErasureError`] if they cannot be written; the previous file then stays.
    pub(crate) fn write(
        &self,
        folder: &Path,
        key_id: KeyId,
        offline: &OfflineKey,
    ) -> Result<(), ErasureError> {
        let tombstones = || self.tombstones.iter();
        let mut tagged: Vec<(Tag, InputMac)> = tombstones()
            .filter_map(|(mac, tag)| Some(((*tag)?, *mac)))
            .collect();
        tagged.sort_unstable();
        let untagged = tombstones().filter(|(_, tag)| tag.is_none());
        Erasures {
            path: path(folder, key_id),
            key_id,
            erasure_key: self.key.clone(),
            tagged,
            untagged: untagged.map(|(mac, _)| *mac).collect(),
        }
        .write(offline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(of: u8) -> KeyId {
        KeyId([of; KeyId::LENGTH])
    }

    fn offline() -> OfflineKey {
        OfflineKey::from_bytes(&[7; OfflineKey::LENGTH])
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
        let (folder, key, offline) = (folder.path(), id(1), offline());
        let open = || Eraser::open(folder, key, Some(&offline)).expect("opened");
        assert!(open().is_none());
        let two = eraser(&[b"a", b"b"]);
        two.write(folder, key, &offline).expect("written");
        let mut opened = open().expect("a file");
        assert!(opened.tags() == [Tag(0), Tag(1)]);
        assert!(opened.holds(opened.mac(b"b")) && !opened.holds(opened.mac(b"c")));
        assert!(opened.restore(opened.mac(b"a")) && !opened.restore(opened.mac(b"a")));
        opened.write(folder, key, &offline).expect("written");
        let read = Erasures::load(folder, key, Some(&offline)).expect("read");
        assert!(read.expect("a file").tags() == [Tag(1)]);
    }

    #[test]
    fn tombstones_outlive_the_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let (folder, new, offline) = (folder.path(), id(2), offline());
        let mut carried = eraser(&[b"a", b"b"]).untagged();
        assert!(carried.tags().is_empty());
        assert!(!carried.erase(carried.mac(b"a"), Tag(9)).expect("room"));
        carried.write(folder, new, &offline).expect("written");
        let read = Erasures::load(folder, new, Some(&offline)).expect("read");
        let read = read.expect("a file");
        assert_eq!((read.len(), read.untagged()), (2, 1));
        assert!(read.tags() == [Tag(9)]);
        let opened = Eraser::open(folder, new, Some(&offline)).expect("opened");
        let opened = opened.expect("a file");
        assert!(opened.holds(opened.mac(b"b")));
    }

    #[test]
    fn what_was_erased_under_one_key_and_is_not_known_under_another_is_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let (folder, old, new, offline) = (folder.path(), id(1), id(2), offline());
        let before = eraser(&[b"a", b"b"]);
        before.write(folder, old, &offline).expect("written");
        let mut carried = before.untagged();
        carried.erase(carried.mac(b"c"), Tag(2)).expect("room");
        carried.write(folder, new, &offline).expect("written");
        let all = Erasures::load_all(folder, Some(&offline)).expect("read");
        assert_eq!(all.len(), 2);
        let of = |id| all.iter().find(|one| one.key_id() == id).expect("a file");
        assert_eq!(of(old).lacks_of(of(new)), 1);
        assert_eq!(of(new).lacks_of(of(old)), 0);
    }

    #[test]
    fn a_changed_byte_is_noticed_and_a_new_checksum_needs_the_key() {
        use xxhash_rust::xxh3::xxh3_64;

        let folder = tempfile::tempdir().expect("a folder");
        let (folder, key, offline) = (folder.path(), id(1), offline());
        let two = eraser(&[b"a", b"b"]);
        two.write(folder, key, &offline).expect("written");
        let path = path(folder, key);
        let good = std::fs::read(&path).expect("a file");
        let outcome = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("written");
            Eraser::open(folder, key, Some(&offline)).map(drop)
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

    #[test]
    fn tombstones_on_the_disk_hold_neither_a_tag_nor_a_mac_and_open_with_their_offline_key_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let (folder, key, offline) = (folder.path(), id(1), offline());
        let mut eraser = Eraser::new().expect("randomness");
        let tags = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210].map(Tag);
        let macs = [b"a", b"b"].map(|input| eraser.mac(input));
        for (mac, tag) in macs.into_iter().zip(tags) {
            assert!(eraser.erase(mac, tag).expect("room"));
        }
        eraser.write(folder, key, &offline).expect("written");
        let bytes = std::fs::read(path(folder, key)).expect("a file");
        let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        for (mac, tag) in macs.into_iter().zip(tags) {
            // Not even half of them.
            assert!(!has(&tag.0.to_le_bytes()[..4]) && !has(&tag.0.to_be_bytes()[..4]));
            let sealed = offline.sealed_tag(tag);
            assert!(!has(&sealed.0.to_le_bytes()[..4]) && !has(&sealed.0.to_be_bytes()[..4]));
            assert!(!has(&mac.as_bytes()[..4]));
        }
        assert_eq!(Erasures::count(folder, key).expect("a file"), 2);
        let none = Eraser::open(folder, key, None).map(drop);
        assert!(matches!(none, Err(ErasureError::NoOfflineKey { .. })));
        let other = OfflineKey::from_bytes(&[8; OfflineKey::LENGTH]);
        let other = Eraser::open(folder, key, Some(&other)).map(drop);
        assert!(matches!(other, Err(ErasureError::OtherOfflineKey { .. })));
    }
}
