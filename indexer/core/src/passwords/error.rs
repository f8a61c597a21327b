use std::fmt;
use std::io;

/// Why a password list could not be read or written. No variant holds a password, a hash or a prefix.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordsError {
    /// Writing failed.
    #[error("writing passwords: {0}")]
    Io(#[from] io::Error),
    /// The file does not begin as a password list does.
    #[error("not a password list: name the one that tekser-indexer passwords build wrote")]
    Magic,
    /// A version that this program does not know.
    #[error(
        "version {got} of the password list is not known to this program (it knows {known}); use a newer one"
    )]
    Version {
        /// The version this program knows.
        known: u32,
        /// The version in the file.
        got: u32,
    },
    /// The bytes break a rule of the format.
    #[error(
        "broken password list: {part}, offset {offset}: {what}. Make it again with tekser-indexer passwords build"
    )]
    Broken {
        /// The part of the file.
        part: Part,
        /// Bytes from the beginning of the file.
        offset: u64,
        /// The fault.
        what: &'static str,
    },
    /// More different passwords than a file can number.
    #[error("more than 4,294,967,295 passwords are frequent enough: raise --min-count")]
    TooMany,
    /// Passwords to be written do not ascend, or one is not frequent enough.
    #[error("the passwords to be written are out of order")]
    Order,
}

/// A part of a password list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The fixed fields at the beginning.
    Header,
    /// Offsets of the ranges.
    Directory,
    /// Hashes and counts.
    Passwords,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Header => "header",
            Self::Directory => "directory",
            Self::Passwords => "passwords",
        })
    }
}

impl PasswordsError {
    pub(super) const fn broken(part: Part, offset: usize, what: &'static str) -> Self {
        Self::Broken {
            part,
            offset: offset as u64,
            what,
        }
    }
}
