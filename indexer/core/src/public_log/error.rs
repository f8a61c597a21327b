use std::path::PathBuf;

use crate::hash_chain::ChainError;
use crate::index::GenerationId;
use crate::statement::StatementError;

/// Why a log is invalid or cannot be continued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublicLogError {
    /// The file cannot be read or written, or its chain is invalid.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The log is longer than its reader accepts.
    #[error(
        "{path} is longer than {most} bytes, too long for a public log: check that this is the right file"
    )]
    TooLong {
        /// The log.
        path: PathBuf,
        /// Maximum length, in bytes.
        most: u64,
    },
    /// A line is not signed with a trusted key.
    #[error("{path}, line {line}: {source}")]
    Signature {
        /// The log.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// Fault of the signature.
        source: StatementError,
    },
    /// The generation is in the log with another statement.
    #[error(
        "{path}, line {line}: generation {generation} is in the log with a different statement, so this index is \
         not the one that was logged: restore the logged one; changed content needs a new generation"
    )]
    Contradiction {
        /// The log.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The generation.
        generation: GenerationId,
    },
    /// The generation is not in the log.
    #[error(
        "generation {generation} is not in {path}: append it with tekser-indexer log, or ask its publisher why it is \
         current"
    )]
    Missing {
        /// The log.
        path: PathBuf,
        /// The generation.
        generation: GenerationId,
    },
    /// The generation cannot be stated.
    #[error(transparent)]
    Statement(#[from] StatementError),
}
