use std::io;
use std::path::PathBuf;

use exposure_index::oprf::OprfError;

/// Why tombstones could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErasureError {
    /// The operating system reported an error.
    #[error("{path}: {source}")]
    Io {
        /// Path of the file.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// The file breaks a rule of its format.
    #[error(
        "{path} is damaged: {what}. Without it erased people would be found again: restore the file from a backup, or, \
         if there is none, move it away and erase them again"
    )]
    Damaged {
        /// Path of the file.
        path: PathBuf,
        /// The broken rule.
        what: &'static str,
    },
    /// There are tombstones, but no key to open them.
    #[error(
        "{path}: erased identifiers are kept under the offline key, and without it they would be found again: name its file \
         with --offline-key"
    )]
    NoOfflineKey {
        /// Path of the file.
        path: PathBuf,
    },
    /// Several keys have tombstones, and no file has those of all others.
    #[error(
        "identifiers were erased under several other keys, and under this one they would be found again: build with one of \
         those keys, or move the files ERASED-… away and erase those identifiers again, at once: tekser-indexer erase"
    )]
    SeveralKeys,
    /// The file is encrypted under another offline key.
    #[error("{path} was written with another offline key: name that one with --offline-key")]
    OtherOfflineKey {
        /// Path of the file.
        path: PathBuf,
    },
    /// The file was changed without the key.
    #[error(
        "{path} does not open with the offline key: it was changed without it. Restore the file from a backup, or, if there is none, \
         move it away and erase again everybody who was erased"
    )]
    Forged {
        /// Path of the file.
        path: PathBuf,
    },
    /// There are more tombstones than are kept.
    #[error("at most {limit} identifiers can be erased from one index")]
    TooMany {
        /// Maximum number of tombstones.
        limit: usize,
    },
    /// The operating system's random number generator failed.
    #[error("the operating system's random number generator failed")]
    Randomness,
    /// An identifier could not be evaluated.
    #[error(transparent)]
    Oprf(#[from] OprfError),
}
