use std::io;

/// Why a file of pairs could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PairsError {
    /// Reading or writing failed.
    #[error("pairs.bin: {0}")]
    Io(#[from] io::Error),
    /// The file does not begin as a file of pairs does.
    #[error("pairs.bin is no file of pairs")]
    Magic,
    /// A version that this program does not know.
    #[error("pairs.bin: {what} {got} is not known to this program; use a newer one")]
    Version {
        /// Of what.
        what: &'static str,
        /// The version in the file.
        got: u32,
    },
    /// The bytes break a rule of the format.
    #[error(
        "pairs.bin is damaged at byte {offset}: {what}. Take it away to go on without pairs, or build anew with --pairs"
    )]
    Damaged {
        /// Bytes from the beginning of the file.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// The file belongs to another generation or was made with another key.
    #[error("pairs.bin does not belong to the generation in whose folder it lies; take it away")]
    Elsewhere,
    /// Pairs do not ascend, or not list by list.
    #[error("pairs are out of order")]
    Order,
}
