//! Was this identifier evaluated before? Tags by keyed hashes of their inputs.

use std::hash::{BuildHasherDefault, Hash, Hasher};

use exposure_index::oprf::Tag;
use xxhash_rust::xxh3::xxh3_128_with_secret;

use crate::builder::BuildError;

/// Secret length of XXH3's own default secret.
const SECRET_LENGTH: usize = 192;

/// Hashes OPRF inputs for use in memory, under a secret drawn afresh for each build: the maker of a dump cannot know
/// which values collide. A digest is never written anywhere.
pub(crate) struct InputHasher([u8; SECRET_LENGTH]);

/// A 128-bit hash of an OPRF input.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest(u128);

impl Hash for Digest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0 as u64);
    }
}

/// Hasher of maps whose keys are digests, which need no hashing.
pub(crate) type BuildDigestHasher = BuildHasherDefault<DigestHasher>;

/// Uses a digest as its own hash.
#[derive(Default)]
pub(crate) struct DigestHasher(u64);

impl Hasher for DigestHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, half: u64) {
        self.0 = half;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl InputHasher {
    pub(crate) fn new() -> Result<Self, BuildError> {
        let mut secret = [0; SECRET_LENGTH];
        getrandom::fill(&mut secret).map_err(|_| BuildError::Randomness)?;
        Ok(Self(secret))
    }

    pub(crate) fn digest(&self, input: &[u8]) -> Digest {
        Digest(xxh3_128_with_secret(input, &self.0))
    }
}

/// Slots in a bucket: nine tags of 8 bytes, nine fingerprints of 6, and a count in the last byte.
const SLOTS: usize = 9;
const FINGERPRINT_LENGTH: usize = 6;
const FINGERPRINTS_OFFSET: usize = SLOTS * 8;
const COUNT_OFFSET: usize = 127;

/// 128 bytes, two cache lines. Made of small arrays because the allocator hands those out zeroed and untouched, so
/// that a small build does not pay for a large table.
type Bucket = [[u8; 8]; 16];

/// The tags of identifiers met before, so that each is evaluated once, in a fixed amount of memory.
///
/// A hash table of two-choice buckets (Azar, Broder, Karlin, Upfal: Balanced Allocations, 1999): an entry goes to the
/// emptier of two buckets. Nothing is ever moved; an entry whose two buckets are full is forgotten and its identifier
/// evaluated again when it is met again. 14.2 bytes per slot; nothing is forgotten below three quarters of the slots,
/// less than one in a hundred at nine tenths.
///
/// Entries are distinguished by 48 bits in addition to the bucket. Among 48 million identifiers, one is taken for
/// another with a probability of 3·10⁻⁶, less than that of two equal tags.
pub(crate) struct TagMemo {
    buckets: Vec<Bucket>,
}

impl TagMemo {
    /// Makes a memo of at most `bytes` bytes.
    pub(crate) fn with_memory(bytes: usize) -> Self {
        Self {
            buckets: vec![[[0; 8]; 16]; (bytes / size_of::<Bucket>()).max(1)],
        }
    }

    /// Returns the tag of an identifier met before.
    pub(crate) fn get(&self, digest: Digest) -> Option<Tag> {
        let fingerprint = fingerprint(digest);
        self.choices(digest)
            .into_iter()
            .find_map(|bucket| find(&self.buckets[bucket], fingerprint))
    }

    /// Remembers a tag if one of its buckets has room. Returns whether it had.
    pub(crate) fn insert(&mut self, digest: Digest, tag: Tag) -> bool {
        let [first, second] = self.choices(digest);
        let emptier = if count(&self.buckets[second]) < count(&self.buckets[first]) {
            second
        } else {
            first
        };
        put(&mut self.buckets[emptier], fingerprint(digest), tag)
    }

    /// Returns the two buckets of a digest, from the high halves of two products (Lemire, 2019).
    fn choices(&self, Digest(digest): Digest) -> [usize; 2] {
        let buckets = self.buckets.len() as u128;
        let place = |half: u64| ((u128::from(half) * buckets) >> 64) as usize;
        [place(digest as u64), place((digest >> 64) as u64)]
    }
}

/// Returns three bytes of each half of the digest: those that do not choose its two buckets.
fn fingerprint(Digest(digest): Digest) -> [u8; FINGERPRINT_LENGTH] {
    let [a, b, c, ..] = (digest as u64).to_le_bytes();
    let [d, e, f, ..] = ((digest >> 64) as u64).to_le_bytes();
    [a, b, c, d, e, f]
}

fn count(bucket: &Bucket) -> usize {
    usize::from(bucket.as_flattened()[COUNT_OFFSET])
}

fn find(bucket: &Bucket, fingerprint: [u8; FINGERPRINT_LENGTH]) -> Option<Tag> {
    let fingerprints =
        bucket.as_flattened()[FINGERPRINTS_OFFSET..].chunks_exact(FINGERPRINT_LENGTH);
    let slot = fingerprints
        .take(count(bucket))
        .position(|slot| slot == fingerprint)?;
    Some(Tag(u64::from_le_bytes(bucket[slot])))
}

fn put(bucket: &mut Bucket, fingerprint: [u8; FINGERPRINT_LENGTH], tag: Tag) -> bool {
    let slot = count(bucket);
    if slot == SLOTS {
        return false;
    }
    bucket[slot] = tag.0.to_le_bytes();
    let bytes = bucket.as_flattened_mut();
    let offset = FINGERPRINTS_OFFSET + slot * FINGERPRINT_LENGTH;
    bytes[offset..offset + FINGERPRINT_LENGTH].copy_from_slice(&fingerprint);
    bytes[COUNT_OFFSET] += 1;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a memo of 1,000 buckets, and digests for `load` percent of its slots.
    fn memo_and_digests(load: u32) -> (TagMemo, Vec<Digest>) {
        let hasher = InputHasher([7; SECRET_LENGTH]);
        let digests = (0..9_000 * load / 100)
            .map(|number| hasher.digest(&number.to_le_bytes()))
            .collect();
        (TagMemo::with_memory(128_000), digests)
    }

    /// Fills the memo and returns the share of tags it forgot.
    fn forgotten_at(load: u32) -> f64 {
        let (mut memo, digests) = memo_and_digests(load);
        let kept = (0..)
            .map(Tag)
            .zip(&digests)
            .filter(|(tag, digest)| memo.insert(**digest, *tag))
            .count();
        1.0 - kept as f64 / digests.len() as f64
    }

    #[test]
    fn every_tag_is_remembered_below_three_quarters_load() {
        let (mut memo, digests) = memo_and_digests(75);
        for (tag, digest) in (0..).map(Tag).zip(&digests) {
            assert!(memo.get(*digest).is_none());
            assert!(
                memo.insert(*digest, tag),
                "forgotten at {} of {}",
                tag.0,
                digests.len()
            );
        }
        for (tag, digest) in (0..).map(Tag).zip(&digests) {
            assert!(memo.get(*digest) == Some(tag));
        }
    }

    #[test]
    fn nearly_every_tag_is_remembered_at_nine_tenths_load() {
        let forgotten = forgotten_at(90);
        assert!(forgotten < 0.01, "{forgotten} forgotten");
    }

    #[test]
    fn a_full_memo_forgets_and_never_confuses() {
        let (mut memo, digests) = memo_and_digests(200);
        let kept: Vec<bool> = (0..)
            .map(Tag)
            .zip(&digests)
            .map(|(tag, digest)| memo.insert(*digest, tag))
            .collect();
        for ((tag, digest), kept) in (0..).map(Tag).zip(&digests).zip(kept) {
            assert!(memo.get(*digest) == kept.then_some(tag));
        }
    }
}
