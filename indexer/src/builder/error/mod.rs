//! Why did a build publish nothing? One error for each boundary that refuses something, and [`BuildError`] for all.

mod breaches;
mod guard;
mod keys;
mod merge;
mod resume;

use std::io;

use exposure_index::breach::BreachId;
use exposure_index::generation::GenerationError;
use exposure_index::index::{FormatError, WriteError};
use exposure_index::pairs::PairsError;
use exposure_index::progress::Cancelled;

pub use self::breaches::BreachListError;
pub use self::guard::GuardError;
pub use self::keys::KeysError;
pub use self::merge::MergeError;
pub use self::resume::ResumeError;
use crate::erasure::ErasureError;
use crate::ingest::{Breach, IngestError};

/// Why a build published nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The description of a breach is wrong, or its reading was stopped.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// A dump could not be read.
    #[error("{breach}, {source}")]
    Unread {
        /// Id of the breach.
        breach: BreachId,
        /// The cause.
        source: IngestError,
    },
    /// The tombstones of erased identifiers could not be read or written.
    #[error(transparent)]
    Erasure(#[from] ErasureError),
    /// The file of pairs could not be written.
    #[error("writing pairs: {0}")]
    Pairs(#[from] PairsError),
    /// The given keys are not those of the index.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The given breaches do not fit those of the index.
    #[error(transparent)]
    BreachList(#[from] BreachListError),
    /// Indexes cannot be merged.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// The index directory could not be written.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// The base generation breaks a rule of its format, although its checksums match.
    #[error(
        "an index that this build starts from is damaged: {0}. Run tekser-indexer verify, and build again from the dumps"
    )]
    Base(FormatError),
    /// What an earlier attempt left on the disk cannot be used.
    #[error(transparent)]
    Resume(#[from] ResumeError),
    /// A breach looks misread.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The index file could not be written.
    #[error("writing the index: {0}")]
    Write(#[from] WriteError),
    /// A run could not be written or read back.
    #[error("temporary files of the build: {0}")]
    Run(#[from] io::Error),
    /// The build was interrupted.
    #[error("{0}")]
    Cancelled(#[from] Cancelled),
    /// The report could not be written.
    #[error("writing the report: {0}")]
    Report(#[source] io::Error),
    /// The system does not grant that much memory.
    #[error("out of memory: {bytes} bytes are not available; lower --memory")]
    Memory {
        /// Requested memory.
        bytes: u64,
    },
    /// There are more combinations of breach, kind and classes than can be numbered.
    #[error(
        "the columns of the dumps are filled in too many different ways: name fewer columns in [file.columns]"
    )]
    TooManyExposures,
    /// The operating system's random number generator failed.
    #[error("the operating system's random number generator failed")]
    Randomness,
    /// No threads could be started.
    #[error("starting threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl BuildError {
    /// A dump of this breach could not be read.
    pub(crate) fn unread(breach: &Breach, source: IngestError) -> Self {
        let breach = breach.metadata.id.clone();
        Self::Unread { breach, source }
    }
}
