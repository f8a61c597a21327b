use exposure_index::breach::BreachId;
use exposure_index::index::GenerationId;

/// Why indexes cannot be merged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// Nothing was given to merge.
    #[error("there is nothing to merge: name the directories of the indexes")]
    NothingToMerge,
    /// Two indexes that are merged are the same one.
    #[error("the generation {generation} was given twice: name each index once")]
    SameTwice {
        /// Name of the generation.
        generation: GenerationId,
    },
    /// Two indexes that are merged have the same breach.
    #[error(
        "{breach} is in several of the indexes. If each of them has another part of its dump, merge them with --parts; \
         otherwise remove it from all but one: tekser-indexer remove"
    )]
    InSeveral {
        /// Id of the breach.
        breach: BreachId,
    },
    /// The parts of a breach differ in what is known about it.
    #[error(
        "the parts of {breach} were built with different heads of breach.toml: make them the same"
    )]
    UnlikeParts {
        /// Id of the breach.
        breach: BreachId,
    },
    /// The parts of a breach have more classes than a breach may have.
    #[error(
        "the parts of {breach} have more than 64 data classes together: name fewer in [file.columns]"
    )]
    TooManyClasses {
        /// Id of the breach.
        breach: BreachId,
    },
    /// Rows cannot be recognised as those of erased identifiers.
    #[error(
        "{count} identifiers were erased under an older key, and their tags under this one are not known: indexes built \
         elsewhere may hold them. Erase them again with tekser-indexer erase, or add the dumps with tekser-indexer add"
    )]
    Untagged {
        /// The number of identifiers.
        count: usize,
    },
}
