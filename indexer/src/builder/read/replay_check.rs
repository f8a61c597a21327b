//! Are the dumps the same when a build is resumed? A digest of what was read.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use exposure_index::breach::BreachId;
use exposure_index::oprf::SecretKey;
use sha2::{Digest, Sha256};

use crate::builder::ResumeError;
use crate::builder::exposures::{BreachNumber, ExposureNumber};
use crate::builder::journal::{Change, FinishedFile, ResumeState};
use crate::ingest::{FileTally, Fingerprint};

/// Purpose of the digest's key.
const PURPOSE: &str = "build journal, version 1";

/// Record of what has been read from the dumps: the number of identifiers, and a digest of them and their exposures in
/// order.
///
/// The digest goes into the journal. It is keyed, since a digest of few identifiers could be undone by trying.
pub(crate) struct ReplayCheck {
    hasher: Sha256,
    identifiers: u64,
    files: Vec<FinishedFile>,
    done: EarlierWork,
}

/// What an earlier process had done.
struct EarlierWork {
    identifiers: u64,
    digest: String,
    files: HashMap<(u16, u32), Fingerprint>,
}

/// Position up to which the dumps have been read.
#[derive(Clone, Default)]
pub(crate) struct ReplayPosition {
    pub(crate) identifiers: u64,
    pub(crate) digest: String,
    /// The files that were read to their end since the previous position.
    pub(crate) files: Vec<FinishedFile>,
}

impl ReplayCheck {
    /// Starts at the beginning of the dumps, the first part of which may have been read before.
    pub(crate) fn new(key: &SecretKey, resumed: ResumeState) -> Self {
        Self {
            hasher: Sha256::new_with_prefix(*key.subkey(PURPOSE)),
            identifiers: 0,
            files: Vec::new(),
            done: EarlierWork {
                identifiers: resumed.checkpoint.identifiers,
                digest: resumed.checkpoint.digest,
                files: resumed.files,
            },
        }
    }

    pub(crate) const fn identifiers(&self) -> u64 {
        self.identifiers
    }

    /// Returns whether the last identifier had been processed before.
    pub(crate) const fn is_done(&self) -> bool {
        self.identifiers <= self.done.identifiers
    }

    pub(crate) fn pass(&mut self, input: &[u8], exposure: ExposureNumber) {
        self.hasher.update((input.len() as u64).to_le_bytes());
        self.hasher.update(input);
        self.hasher.update(exposure.0.to_le_bytes());
        self.identifiers += 1;
    }

    /// Checks the end of a record, which began after `began` identifiers: refuses to continue if what was done before
    /// ends within it, or differs.
    pub(crate) fn check(&self, began: u64) -> Result<(), ResumeError> {
        let done = self.done.identifiers;
        let straddles = began < done && done < self.identifiers;
        let differs = || self.identifiers == done && self.digest() != self.done.digest;
        if straddles || differs() {
            let change = Change::Records;
            return Err(ResumeError::Changed { change });
        }
        Ok(())
    }

    /// Checks the end of the dumps: refuses them if they hold less than was done before.
    pub(crate) fn check_end(&self) -> Result<(), ResumeError> {
        if self.identifiers < self.done.identifiers {
            let change = Change::Records;
            return Err(ResumeError::Changed { change });
        }
        Ok(())
    }

    /// Notes a file that was read to its end; refuses it if it was read before with other content.
    pub(crate) fn end_file(
        &mut self,
        BreachNumber(number): BreachNumber,
        id: &BreachId,
        place: u32,
        file: &FileTally,
    ) -> Result<(), ResumeError> {
        let Some(fingerprint) = file.fingerprints.map(|all| all.xxh3_128) else {
            return Ok(());
        };
        match self.done.files.get(&(number, place)) {
            Some(was) if *was != fingerprint => Err(ResumeError::Changed {
                change: Change::Contents {
                    breach: id.clone(),
                    file: file.name.clone(),
                },
            }),
            Some(_) => Ok(()),
            None => {
                self.files.push(FinishedFile {
                    breach: number,
                    file: place,
                    fingerprint,
                });
                Ok(())
            }
        }
    }

    /// Returns the present position. Files are listed once.
    pub(crate) fn place(&mut self) -> ReplayPosition {
        ReplayPosition {
            identifiers: self.identifiers,
            digest: self.digest(),
            files: std::mem::take(&mut self.files),
        }
    }

    fn digest(&self) -> String {
        HEXLOWER.encode(&self.hasher.clone().finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::journal::Checkpoint;

    fn key() -> SecretKey {
        SecretKey::derive(&[7; 32], b"test").expect("a key")
    }

    fn walked(resumed: ResumeState, inputs: &[&[u8]]) -> Result<ReplayCheck, ResumeError> {
        let mut replay = ReplayCheck::new(&key(), resumed);
        for input in inputs {
            replay.pass(input, ExposureNumber(0));
            replay.check(replay.identifiers() - 1)?;
        }
        replay.check_end()?;
        Ok(replay)
    }

    fn done(inputs: &[&[u8]]) -> ResumeState {
        let ReplayPosition {
            identifiers,
            digest,
            ..
        } = walked(ResumeState::default(), inputs)
            .expect("a trail")
            .place();
        ResumeState {
            checkpoint: Checkpoint {
                identifiers,
                digest,
                ..Checkpoint::default()
            },
            ..ResumeState::default()
        }
    }

    #[test]
    fn a_trail_is_resumed_only_where_it_led_before() {
        let (a, b, c) = (&b"a"[..], &b"b"[..], &b"c"[..]);
        let refused = |inputs: &[&[u8]]| walked(done(&[a, b]), inputs).is_err();
        assert!(!refused(&[a, b]));
        assert!(!refused(&[a, b, c]));
        assert!(refused(&[a, c]));
        assert!(refused(&[b, a, c]));
        assert!(refused(&[a]));
        assert!(refused(&[b"ab", b"", c]));
    }

    #[test]
    fn what_was_done_before_is_distinguished_from_what_is_new() {
        let mut replay = ReplayCheck::new(&key(), done(&[b"a"]));
        replay.pass(b"a", ExposureNumber(0));
        assert!(replay.is_done());
        replay.pass(b"b", ExposureNumber(0));
        assert!(!replay.is_done());
    }
}
