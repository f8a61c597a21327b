//! How are hashes of passwords hidden while they are counted?

use aes_siv::KeyInit;
use aes_siv::siv::Aes256Siv;
use exposure_index::passwords::PasswordHash;
use zeroize::Zeroizing;

use crate::builder::sort::record::Record;
use crate::builder::{BuildError, ResumeError};

/// Length of the key of AES-SIV-256: one half authenticates, the other enciphers.
const KEY_LENGTH: usize = 64;
const TAG_LENGTH: usize = 16;
const SEALED_LENGTH: usize = TAG_LENGTH + PasswordHash::LENGTH;
const NO_HEADERS: [&[u8]; 0] = [];

/// Seals hashes of passwords by AES-SIV (RFC 5297) under a key that is drawn afresh for each count and is never written
/// anywhere. It is deterministic: equal hashes are sealed alike, which counting needs; it shows nothing else.
pub(super) struct Seal(Aes256Siv);

impl Seal {
    pub(super) fn new() -> Result<Self, BuildError> {
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        getrandom::fill(&mut *key).map_err(|_| BuildError::Randomness)?;
        Ok(Self(Aes256Siv::new((&*key).into())))
    }

    /// Seals a hash that was met once.
    pub(super) fn seal(
        &mut self,
        PasswordHash(hash): PasswordHash,
    ) -> Result<SealedCount, ResumeError> {
        let mut sealed = [0; SEALED_LENGTH];
        let (tag, enciphered) = sealed.split_at_mut(TAG_LENGTH);
        enciphered.copy_from_slice(&hash);
        // Cannot fail: there are no headers, and so not too many.
        let computed = self.0.encrypt_in_place_detached(NO_HEADERS, enciphered);
        tag.copy_from_slice(&computed.map_err(|_| ResumeError::DamagedRun)?);
        Ok(SealedCount { sealed, count: 1 })
    }

    /// Returns the hash that was sealed, and how often it was met.
    pub(super) fn open(
        &mut self,
        SealedCount { mut sealed, count }: SealedCount,
    ) -> Result<Kept, ResumeError> {
        let (tag, enciphered) = sealed.split_at_mut(TAG_LENGTH);
        let tag = aes_siv::Tag::from(bytes_of(tag));
        let opened = self
            .0
            .decrypt_in_place_detached(NO_HEADERS, enciphered, &tag);
        opened.map_err(|_| ResumeError::DamagedRun)?;
        let hash = PasswordHash(bytes_of(enciphered));
        Ok(Kept { hash, count })
    }
}

/// A sealed hash and how often it was met.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SealedCount {
    sealed: [u8; SEALED_LENGTH],
    /// At most what a file can hold.
    pub(super) count: u32,
}

/// The hash of a password that was met often, which is to be listed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kept {
    pub(super) hash: PasswordHash,
    pub(super) count: u32,
}

impl Record for SealedCount {
    type Bytes = [u8; SEALED_LENGTH + 4];

    fn to_bytes(self) -> Self::Bytes {
        counted(&self.sealed, self.count)
    }

    fn from_bytes(bytes: Self::Bytes) -> Self {
        let (sealed, count) = taken_apart(&bytes);
        Self { sealed, count }
    }

    fn absorbs(&mut self, next: &Self) -> bool {
        let is_same = self.sealed == next.sealed;
        if is_same {
            self.count = self.count.saturating_add(next.count);
        }
        is_same
    }
}

impl Record for Kept {
    type Bytes = [u8; PasswordHash::LENGTH + 4];

    fn to_bytes(self) -> Self::Bytes {
        counted(&self.hash.0, self.count)
    }

    fn from_bytes(bytes: Self::Bytes) -> Self {
        let (hash, count) = taken_apart(&bytes);
        let hash = PasswordHash(hash);
        Self { hash, count }
    }

    /// Joins nothing: each was counted before.
    fn absorbs(&mut self, _: &Self) -> bool {
        false
    }
}

fn bytes_of<const N: usize>(slice: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(slice);
    bytes
}

/// Joins bytes and a count.
fn counted<const N: usize>(bytes: &[u8], count: u32) -> [u8; N] {
    let mut record = [0; N];
    let (head, tail) = record.split_at_mut(bytes.len());
    head.copy_from_slice(bytes);
    tail.copy_from_slice(&count.to_le_bytes());
    record
}

/// Splits a record into its first `N` bytes and the count after them.
fn taken_apart<const N: usize>(record: &[u8]) -> ([u8; N], u32) {
    let (head, tail) = record.split_at(N);
    (bytes_of(head), u32::from_le_bytes(bytes_of(tail)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_hashes_are_sealed_alike_under_one_key_and_otherwise_under_another() {
        let hash = PasswordHash::of(b"qwerty");
        let mut seal = Seal::new().expect("a key");
        let sealed = seal.seal(hash).expect("sealed");
        assert!(sealed == seal.seal(hash).expect("sealed"));
        assert!(
            sealed.sealed
                != Seal::new()
                    .expect("a key")
                    .seal(hash)
                    .expect("sealed")
                    .sealed
        );
        assert!(
            !sealed
                .sealed
                .windows(4)
                .any(|window| hash.0.windows(4).any(|part| part == window))
        );
        assert!(seal.open(sealed).expect("opened").hash == hash);
    }

    #[test]
    fn what_was_sealed_otherwise_is_not_opened() {
        let mut seal = Seal::new().expect("a key");
        let mut sealed = seal.seal(PasswordHash::of(b"qwerty")).expect("sealed");
        sealed.sealed[20] ^= 1;
        assert!(matches!(seal.open(sealed), Err(ResumeError::DamagedRun)));
    }

    #[test]
    fn counts_are_added_and_stay_at_the_largest_that_fits_a_file() {
        let mut seal = Seal::new().expect("a key");
        let mut sealed = seal.seal(PasswordHash::of(b"qwerty")).expect("sealed");
        let other = seal.seal(PasswordHash::of(b"Qwerty")).expect("sealed");
        assert!(!sealed.absorbs(&other));
        assert!(sealed.absorbs(&sealed.clone()) && sealed.count == 2);
        let much = SealedCount {
            count: u32::MAX,
            ..sealed
        };
        assert!(sealed.absorbs(&much) && sealed.count == u32::MAX);
        assert!(SealedCount::from_bytes(sealed.to_bytes()) == sealed);
    }
}
