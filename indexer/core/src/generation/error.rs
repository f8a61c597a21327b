use std::io;
use std::path::{Path, PathBuf};

use super::LockHolder;
use crate::index::{FormatError, GenerationId};
use crate::pairs::PairsError;

/// Why an index directory could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerationError {
    /// The operating system reported an error.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// The directory has no index yet.
    #[error("{path} holds no index: it has no file CURRENT. Make one with: tekser-indexer build")]
    Empty {
        /// The index directory.
        path: PathBuf,
    },
    /// `CURRENT` does not name a generation.
    #[error(
        "{path} does not name a generation; write the name of one into it: tekser-indexer generations lists them"
    )]
    BadCurrent {
        /// The file.
        path: PathBuf,
    },
    /// The requested generation does not exist.
    #[error(
        "there is no generation {generation} in {path}: tekser-indexer generations lists the existing ones"
    )]
    Missing {
        /// The index directory.
        path: PathBuf,
        /// The generation.
        generation: GenerationId,
    },
    /// The current generation cannot be removed.
    #[error(
        "generation {generation} of {path} is the current one and cannot be removed: make another one current \
         first, with tekser-indexer rollback"
    )]
    IsCurrent {
        /// The index directory.
        path: PathBuf,
        /// The generation.
        generation: GenerationId,
    },
    /// An index file breaks a rule of its format.
    #[error("{path}: {source}")]
    Format {
        /// The file.
        path: PathBuf,
        /// The broken rule and its place.
        source: FormatError,
    },
    /// The file of pairs of the generation breaks a rule of its format, or belongs to another one.
    #[error(
        "{path}: {source}. Remove it to continue without pairs, or build again from the dumps with --pairs"
    )]
    Pairs {
        /// The file.
        path: PathBuf,
        /// The broken rule and its place.
        source: PairsError,
    },
    /// An index file belongs to another generation or is of the other kind.
    #[error("{path} is not the file that its name says: {what}")]
    WrongFile {
        /// The file.
        path: PathBuf,
        /// The fault.
        what: &'static str,
    },
    /// The sealed file that its public file mentions is missing.
    #[error(
        "generation {generation} has lost its file sealed.idx: answers would leave out the sensitive breaches. \
         Restore the file, build again, or ask for the public file alone with --public"
    )]
    SealedLost {
        /// The generation.
        generation: GenerationId,
    },
    /// An interrupted build can be resumed.
    #[error(
        "{path} holds an interrupted build: resume it with tekser-indexer build --resume, or discard it with \
         tekser-indexer build --discard"
    )]
    Unfinished {
        /// The index directory.
        path: PathBuf,
        /// The interrupted generation.
        generation: GenerationId,
    },
    /// Another process is writing.
    #[error("{} is writing to {path}; wait until it is done", other(.holder))]
    Locked {
        /// The index directory.
        path: PathBuf,
        /// Holder of the lock, if known.
        holder: Option<LockHolder>,
    },
    /// The OS random number generator failed, or its clock is outside the years 0 to 9999.
    #[error(
        "no name could be made for a new generation: the OS clock or random number generator failed"
    )]
    Name,
}

fn other(holder: &Option<LockHolder>) -> String {
    holder.map_or_else(
        || "another process".to_owned(),
        |holder| format!("another process ({holder})"),
    )
}

/// The OS error at a path.
pub(super) fn io_error(path: &Path) -> impl FnOnce(io::Error) -> GenerationError {
    move |source| GenerationError::Io {
        path: path.to_owned(),
        source,
    }
}
