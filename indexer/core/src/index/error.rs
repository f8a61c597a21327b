use super::Section;

/// A place in an index file that breaks a rule of FORMAT.md.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("broken index file: {section}, offset {offset}: {fault}")]
pub struct FormatError {
    /// The section the place is in.
    pub section: Section,
    /// Bytes from the beginning of the section; for header and section table, of the file.
    pub offset: u64,
    /// The broken rule.
    pub fault: Fault,
}

impl FormatError {
    pub(super) fn new(section: Section, offset: impl TryInto<u64>, fault: Fault) -> Self {
        Self {
            section,
            offset: offset.try_into().unwrap_or(u64::MAX),
            fault,
        }
    }
}

/// A rule of FORMAT.md that a file breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The file does not begin as an index file does.
    #[error("not an index file")]
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
    /// The bytes end too early.
    #[error("cut short: {expected} bytes expected, {got} found")]
    Truncated {
        /// Number of bytes needed.
        expected: u64,
        /// Number of bytes present.
        got: u64,
    },
    /// A checksum does not fit its bytes.
    #[error("wrong checksum: the file was damaged or changed")]
    Checksum,
    /// A number that differs from the value that the rest of the file requires.
    #[error("{what} is {got}, must be {expected}")]
    Mismatch {
        /// The number's name.
        what: &'static str,
        /// The required value.
        expected: u64,
        /// The actual value.
        got: u64,
    },
    /// A number out of its bounds.
    #[error("{what} is {got}, must be at most {limit}")]
    TooLarge {
        /// The number's name.
        what: &'static str,
        /// The maximum.
        limit: u64,
        /// The actual value.
        got: u64,
    },
    /// A number below its bounds.
    #[error("{what} is {got}, must be at least {limit}")]
    TooSmall {
        /// The number's name.
        what: &'static str,
        /// The minimum.
        limit: u64,
        /// The actual value.
        got: u64,
    },
    /// Things that must ascend do not.
    #[error("{what} out of order")]
    Order {
        /// The things' name.
        what: &'static str,
    },
    /// Bytes that must be zero are not.
    #[error("{what} must be zero")]
    NotZero {
        /// The bytes' name.
        what: &'static str,
    },
    /// Bytes that do not decode.
    #[error("{what} cannot be decoded")]
    Encoding {
        /// The thing's name.
        what: &'static str,
    },
    /// A hash that does not follow from its data.
    #[error("{what} does not follow from the ranges")]
    Hash {
        /// The hash's name.
        what: &'static str,
    },
}
