//! Is this the same file as before? XXH3-128 and SHA-256 of its bytes.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::Xxh3;

/// Bytes read at a time of the parts that did not pass in order.
const CHUNK: usize = 1 << 20;

/// The XXH3-128 of a file's bytes, written as `xxh128sum` writes it. It shows at little cost whether a file has
/// changed, but not if a supplier makes two files with the same one: see [`ContentDigest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(u128);

/// A text that is not a [`Fingerprint`].
#[derive(Debug, thiserror::Error)]
#[error("a fingerprint is 32 hexadecimal digits")]
pub struct BadFingerprint;

impl Fingerprint {
    /// The fingerprint of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(xxhash_rust::xxh3::xxh3_128(bytes))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:032x}", self.0))
    }
}

impl FromStr for Fingerprint {
    type Err = BadFingerprint;

    fn from_str(text: &str) -> Result<Self, BadFingerprint> {
        let well_formed = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = well_formed.then(|| u128::from_str_radix(text, 16));
        digits.and_then(Result::ok).map(Self).ok_or(BadFingerprint)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = BadFingerprint;

    fn try_from(text: String) -> Result<Self, BadFingerprint> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

/// The SHA-256 of a file's bytes, written as `sha256sum` writes it. It proves what was read, even to the supplier of
/// the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct ContentDigest([u8; 32]);

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&HEXLOWER.encode(&self.0))
    }
}

impl From<ContentDigest> for String {
    fn from(digest: ContentDigest) -> Self {
        digest.to_string()
    }
}

/// The fingerprints that identify a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// Fingerprint that shows whether the file has changed.
    pub xxh3_128: Fingerprint,
    /// Digest that proves which file it is.
    pub sha256: ContentDigest,
}

impl Fingerprints {
    /// The fingerprints of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            xxh3_128: Fingerprint::of(bytes),
            sha256: ContentDigest(Sha256::digest(bytes).into()),
        }
    }
}

/// Takes a file's fingerprints while it is read, wherever its readers jump to.
///
/// Most files are read from beginning to end, so all their bytes pass. Archives are not: the parts
/// that did not pass in order are read at the end, usually from the system's cache.
#[derive(Default)]
pub(super) struct Fingerprinter {
    hasher: Xxh3,
    digest: Sha256,
    /// Bytes taken from the beginning.
    taken: u64,
}

impl Fingerprinter {
    /// Takes the bytes read at offset `at`, as far as they continue those taken.
    pub(super) fn pass(&mut self, at: u64, bytes: &[u8]) {
        let known = self.taken.checked_sub(at);
        let new = known.and_then(|known| bytes.get(usize::try_from(known).ok()?..));
        if let Some(new) = new {
            self.hasher.update(new);
            self.digest.update(new);
            self.taken += new.len() as u64;
        }
    }

    /// Reads the rest of `file`, and returns its fingerprints and its length.
    pub(super) fn finish(mut self, mut file: impl Read + Seek) -> io::Result<(Fingerprints, u64)> {
        file.seek(SeekFrom::Start(self.taken))?;
        let mut chunk = Vec::new();
        loop {
            chunk.clear();
            if (&mut file).take(CHUNK as u64).read_to_end(&mut chunk)? == 0 {
                let fingerprints = Fingerprints {
                    xxh3_128: Fingerprint(self.hasher.digest128()),
                    sha256: ContentDigest(self.digest.finalize().into()),
                };
                return Ok((fingerprints, self.taken));
            }
            self.pass(self.taken, &chunk);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_digest_is_what_sha256sum_prints() {
        let empty = Fingerprints::of(b"").sha256.to_string();
        assert_eq!(
            empty,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn a_fingerprint_is_what_xxh128sum_prints() {
        let empty = Fingerprint::of(b"").to_string();
        assert_eq!(empty, "99aa06d3014798d86001c324468d497f");
        assert_eq!(empty.parse::<Fingerprint>().unwrap(), Fingerprint::of(b""));
        for bad in ["", "99aa", "+9aa06d3014798d86001c324468d497f"] {
            assert!(bad.parse::<Fingerprint>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_fingerprint_is_the_same_however_the_file_was_jumped_about_in(
            bytes: Vec<u8>,
            jumps in prop::collection::vec((0_usize..100, 0_usize..100), 0..8),
        ) {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&bytes).unwrap();
            let mut taking = Fingerprinter::default();
            for (at, length) in jumps {
                let from = at.min(bytes.len());
                let to = (at + length).min(bytes.len());
                taking.pass(from as u64, &bytes[from..to]);
            }
            let found = taking.finish(file.reopen().unwrap()).unwrap();
            prop_assert_eq!(found, (Fingerprints::of(&bytes), bytes.len() as u64));
        }
    }
}
