use std::io;
use std::path::PathBuf;

use exposure_index::index::FormatError;
use exposure_index::oprf::KeyId;
use exposure_index::progress::Cancelled;

/// Why an index was not written as files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ExportError {
    /// The evaluators hold another key than the index was made with.
    #[error(
        "the index was made with the key {expected}, the evaluators hold {got}: check that all shares are given, and \
         that they are shares of this key"
    )]
    Key {
        /// The key in its header.
        expected: KeyId,
        /// The evaluators' key.
        got: KeyId,
    },
    /// The index is damaged.
    #[error("the index is damaged: tekser-indexer verify shows where")]
    Format(#[from] FormatError),
    /// The folder holds something else.
    #[error("{} holds something that is not an export, so nothing is written: name a new folder", path.display())]
    OtherFolder {
        /// Path of the folder.
        path: PathBuf,
    },
    /// Another process is writing to it.
    #[error("another process is writing to {}: wait until it has ended", path.display())]
    Locked {
        /// Path of the folder.
        path: PathBuf,
    },
    /// A document could not be made.
    #[error("a document cannot be written")]
    Document(#[from] serde_json::Error),
    /// The export was interrupted.
    #[error("the export is incomplete; run it again to complete it")]
    Cancelled(#[source] Cancelled),
    /// A file could not be written.
    #[error("the export cannot be written")]
    Io(#[from] io::Error),
}
