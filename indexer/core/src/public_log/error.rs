use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::index::GenerationId;
use crate::statement::StatementError;

/// Why a log cannot be believed or resumed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublicLogError {
    /// The operating system reported an error.
    #[error("{path}: {source}")]
    Io {
        /// The log.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// A line was changed, taken away or put in.
    #[error(
        "{path}, line {line}: {fault}. Nothing is appended to an invalid log: compare it with a copy that others kept"
    )]
    Broken {
        /// The log.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The last line was not written to its end.
    #[error(
        "{path}, line {line}, is incomplete: its writer was interrupted, and nobody has seen it whole. \
         Cut it off and append again: truncate --size {length} {path}"
    )]
    Torn {
        /// The log.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// Length of what comes before it, in bytes.
        length: u64,
    },
    /// It is longer than its reader accepts.
    #[error(
        "{path} is longer than {most} bytes, too long for a public log: check that this is the right file"
    )]
    TooLong {
        /// The log.
        path: PathBuf,
        /// How long it may be, in bytes.
        most: u64,
    },
    /// A line is not signed by anybody trusted.
    #[error("{path}, line {line}: {source}")]
    Signature {
        /// The log.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with its signature.
        source: StatementError,
    },
    /// Another process is appending.
    #[error("another process is writing to {path}; wait until it is done")]
    Locked {
        /// The log.
        path: PathBuf,
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

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It has no line end.
    Torn,
    /// It is not an entry, or not in canonical form.
    Syntax,
    /// Its number does not follow.
    Number,
    /// It does not hold the hash of the line before.
    Chain,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Torn => "it has no line end",
            Self::Syntax => "it is not an entry of a log, or not in canonical form",
            Self::Number => "its number does not follow that of the line before",
            Self::Chain => "it does not hold the hash of the line before",
        })
    }
}
