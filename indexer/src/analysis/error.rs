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
        /// The file.
        file: FileKind,
        /// Where, and which rule.
        source: FormatError,
    },
    /// A file holds what its other parts do not allow.
    #[error(
        "{} is damaged: {what}; tekser-indexer verify shows where. Restore a copy, or build again",
        .file.file_name()
    )]
    Inconsistent {
        /// The file.
        file: FileKind,
        /// What does not fit.
        what: &'static str,
    },
    /// A breach is in the public and in the sealed file.
    #[error(
        "{id} is both public and sensitive; build the index again, or leave the sealed file out with --public"
    )]
    DuplicateBreach {
        /// The breach.
        id: BreachId,
    },
    /// The rows of both files cannot be numbered together.
    #[error(
        "the files of this generation have {rows} different rows, more than the {limit} that fit in one analysis; leave the sealed file out with --public"
    )]
    TooManyRows {
        /// How many there are.
        rows: u64,
        /// How many there may be.
        limit: u64,
    },
}
