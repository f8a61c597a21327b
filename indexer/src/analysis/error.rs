use exposure_index::breach::BreachId;
use exposure_index::generation::FileKind;
use exposure_index::index::FormatError;

/// Why an index cannot be analysed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum AnalysisError {
    /// A file breaks a rule of its format.
    #[error(
        "{} is damaged; tekser-indexer verify shows where. Restore a copy, or build again",
        .file.file_name()
    )]
    Damaged {
        /// Kind of the file.
        file: FileKind,
        /// The broken rule, and its place.
        source: FormatError,
    },
    /// A part of a file contradicts another.
    #[error(
        "{} is damaged: {what}; tekser-indexer verify shows where. Restore a copy, or build again",
        .file.file_name()
    )]
    Inconsistent {
        /// Kind of the file.
        file: FileKind,
        /// The contradiction.
        what: &'static str,
    },
    /// A breach is both in the public and in the sealed file.
    #[error(
        "{id} is both public and sensitive; build the index again, or leave the sealed file out with --public"
    )]
    DuplicateBreach {
        /// Id of the breach.
        id: BreachId,
    },
    /// The rows of both files cannot be numbered together.
    #[error(
        "the files of this generation have {rows} different rows, more than the {limit} that fit in one analysis; leave the sealed file out with --public"
    )]
    TooManyRows {
        /// Number of rows.
        rows: u64,
        /// Maximum number of rows.
        limit: u64,
    },
}
