//! Why does a breach look misread?

use std::collections::BTreeMap;

use exposure_index::breach::BreachId;
use exposure_index::identifier::Kind;

use crate::ingest::{Passage, PassageTally, Reject, Share};

/// Why a breach looks misread: citizens would be reported as not found although they are in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GuardError {
    /// The dump has no rows.
    #[error(
        "{breach}: no row was found in its files, so the index would report nobody as being in it. Check format, \
         delimiter, quote and encoding in its breach.toml; leave an empty dump out"
    )]
    NoRows {
        /// Id of the breach.
        breach: BreachId,
    },
    /// Every identifier column is empty in every row.
    #[error(
        "{breach}: none of its {rows} rows holds an identifier where [file.columns] in its breach.toml says so, so \
         the index would report nobody as being in it. Check the columns in [file.columns], and header and encoding"
    )]
    NoIdentifiers {
        /// Id of the breach.
        breach: BreachId,
        /// Rows read.
        rows: u64,
    },
    /// Too many rows of one file were rejected: its format must differ from that of the others.
    #[error(
        "{breach}: {rejected} of {rows} rows of {file} were rejected, more than {limit}, although few in the whole \
         breach. Check whether {file} is of the same format as the other files: it may need a [[file]] of its own in \
         breach.toml; or allow more with max_rejects in it, or --max-rejects"
    )]
    TooManyRejectsInFile {
        /// Id of the breach.
        breach: BreachId,
        /// Path of the file, relative to the breach's folder.
        file: String,
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        rows: u64,
        /// Largest allowed share.
        limit: Share,
    },
    /// Too many cells of a kind in one file did not normalise: its columns must be different.
    #[error(
        "{breach}: in {file}, {invalid} of {filled} cells that should hold {kind} do not, more than {limit}, although few \
         in the whole breach. Check whether {file} has the same columns as the other files: it may need a [[file]] of its \
         own in breach.toml; or allow more with max_rejects in it, or --max-rejects"
    )]
    TooManyInvalidCellsInFile {
        /// Id of the breach.
        breach: BreachId,
        /// Path of the file, relative to the breach's folder.
        file: String,
        /// Declared kind of the cells.
        kind: Kind,
        /// Cells that did not normalise.
        invalid: u64,
        /// Cells that were not empty.
        filled: u64,
        /// Largest allowed share.
        limit: Share,
    },
    /// Too many rows were rejected: the description of the dump must be wrong.
    #[error(
        "{breach}: {rejected} of {rows} rows were rejected, more than {limit} ({}). Check format, delimiter, encoding \
         and header in its breach.toml, or allow more with --max-rejects, or with max_rejects in a [[file]]",
        places(.rejects)
    )]
    TooManyRejects {
        /// Id of the breach.
        breach: BreachId,
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        rows: u64,
        /// Largest allowed share.
        limit: Share,
        /// The first rejected rows.
        rejects: Vec<Reject>,
    },
    /// Too many identifiers are in text that was not read as rows: the description of the dump must be wrong.
    #[error(
        "{breach}: {missed} identifiers are in text that was not read as rows, next to {rows} rows that were, more than {limit} \
         ({}). Check skip, table, sheet and [file.columns] in its breach.toml, or allow more with --max-rejects",
        passages(.passed_over)
    )]
    TooMuchPassedOver {
        /// Id of the breach.
        breach: BreachId,
        /// Identifiers in text that was passed over.
        missed: u64,
        /// Rows read.
        rows: u64,
        /// Largest allowed share.
        limit: Share,
        /// The text that was passed over.
        passed_over: BTreeMap<Passage, PassageTally>,
    },
    /// Too many cells of a kind did not normalise: the column must hold something else.
    #[error(
        "{breach}: {invalid} of {filled} cells that should hold {kind} do not, more than {limit}. Check [file.columns] in \
         its breach.toml, or allow more with --max-rejects, or with max_rejects in a [[file]]"
    )]
    TooManyInvalidCells {
        /// Id of the breach.
        breach: BreachId,
        /// Declared kind of the cells.
        kind: Kind,
        /// Cells that did not normalise.
        invalid: u64,
        /// Cells that were not empty.
        filled: u64,
        /// Largest allowed share.
        limit: Share,
    },
}

/// Returns the places of the first three rejected rows, and the reasons.
fn places(rejects: &[Reject]) -> String {
    let places: Vec<String> = rejects.iter().take(3).map(Reject::to_string).collect();
    places.join("; ")
}

/// Returns the text that was passed over with identifiers in it, and where it begins.
fn passages(passed_over: &BTreeMap<Passage, PassageTally>) -> String {
    let with_identifiers = passed_over
        .iter()
        .filter(|(_, tally)| tally.identifiers > 0);
    let passages = with_identifiers.map(|(passage, tally)| match tally.places.first() {
        Some(place) => format!("{passage}, from line {}", place.line),
        None => passage.to_string(),
    });
    passages.collect::<Vec<_>>().join("; ")
}
