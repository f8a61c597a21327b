use std::fmt;
use std::io;

/// Why a file of pairs could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PairsError {
    /// Writing failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file does not begin as a file of pairs does.
    #[error("not a file of pairs")]
    Magic,
    /// A version that this program does not know.
    #[error("{what} {got} is not known to this program (it knows {known}); use a newer one")]
    Version {
        /// The name of what has the version.
        what: &'static str,
        /// The version this program knows.
        known: u32,
        /// The version in the file.
        got: u32,
    },
    /// The bytes break a rule of the format.
    #[error("broken file of pairs: {part}, offset {offset}: {what}")]
    Damaged {
        /// The part of the file.
        part: Part,
        /// Bytes from the beginning of the file.
        offset: u64,
        /// The fault.
        what: &'static str,
    },
    /// The file was made for another generation or with another key.
    #[error("it belongs to another generation")]
    Elsewhere,
    /// The fingerprints to be written do not ascend, or are more or fewer than announced.
    #[error("the fingerprints to be written are out of order")]
    Order,
}

/// A part of a file of pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The fixed fields at the beginning.
    Head,
    /// The names of the breaches.
    Names,
    /// The lengths of the lists, and their checksums.
    Table,
    /// The fingerprints.
    Lists,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Head => "head",
            Self::Names => "names",
            Self::Table => "table",
            Self::Lists => "lists",
        })
    }
}

impl PairsError {
    pub(super) const fn damaged(part: Part, offset: usize, what: &'static str) -> Self {
        Self::Damaged {
            part,
            offset: offset as u64,
            what,
        }
    }
}
