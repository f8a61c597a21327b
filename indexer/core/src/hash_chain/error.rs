use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why a file of chained lines is invalid or cannot be continued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChainError {
    /// The operating system reported an error.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// A line was changed, removed or inserted.
    #[error(
        "{path}, line {line}: {fault}. Nothing is appended to an invalid log: compare it with a copy that others kept"
    )]
    Broken {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// The fault of the line.
        fault: Fault,
    },
    /// The last line was not written to its end.
    #[error(
        "{path}, line {line}, is incomplete: its writer was interrupted, and nobody has seen it whole. \
         Cut it off and append again: truncate --size {length} {path}"
    )]
    Torn {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// Length of the lines before it, in bytes.
        length: u64,
    },
    /// Another process is appending.
    #[error("another process is writing to {path}; wait until it is done")]
    Locked {
        /// The file.
        path: PathBuf,
    },
}

/// A fault of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The line has no line end.
    Torn,
    /// The line is not an entry, or not in canonical form.
    Syntax,
    /// The line's number does not follow.
    Number,
    /// The line does not hold the hash of the line before.
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
