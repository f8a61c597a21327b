//! Why does a breach look misread?

use std::collections::BTreeMap;

use exposure_index::breach::BreachId;
use exposure_index::identifier::Kind;

use crate::ingest::{Passage, PassageTally, Reject, Share};

/// Why a breach looks misread: citizens would be reported as not found although they are in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GuardError {
    /// Nothing was found in the dump.
    #[error(
        "{breach}: no row was found in its files, so the index would report nobody as being in it. Check format, \
         delimiter, quote and encoding in its breach.toml; leave an empty dump out"
    )]
    NoRows {
        /// The breach.
        breach: BreachId,
    },
    /// Every identifier column is empty in every row.
    #[error(
        "{breach}: none of its {rows} rows holds an identifier where [file.columns] in its breach.toml says so, so \
         the index would report nobody as being in it. Check the columns in [file.columns], and header and encoding"
    )]
    NoIdentifiers {
        /// The breach.
        breach: BreachId,
        /// Rows read.
        rows: u64,
    },
    /// So many rows of one file were rejected that it must be another sort of file than the others.
    #[error(
        "{breach}: {rejected} of {rows} rows of {file} were rejected, more than {limit}, although few in the whole \
         breach. Check whether {file} is of the same format as the other files: it may need a [[file]] of its own in \
         breach.toml; or allow more with max_rejects in it, or --max-rejects"
    )]
    TooManyRejectsInFile {
        /// The breach.
        breach: BreachId,
        /// The file, relative to the breach's folder.
        file: String,
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        rows: u64,
        /// What is allowed.
        limit: Share,
    },
    /// So many cells of a kind did not normalise in one file that its columns must be other ones.
    #[error(
        "{breach}: in {file}, {invalid} of {filled} cells that should hold {kind} do not, more than {limit}, although few \
         in the whole breach. Check whether {file} has the same columns as the other files: it may need a [[file]] of its \
         own in breach.toml; or allow more with max_rejects in it, or --max-rejects"
    )]
    TooManyInvalidCellsInFile {
        /// The breach.
        breach: BreachId,
        /// The file, relative to the breach's folder.
        file: String,
        /// What the cells were said to hold.
        kind: Kind,
        /// Cells that did not normalise.
        invalid: u64,
        /// Cells that were not empty.
        filled: u64,
        /// What is allowed.
        limit: Share,
    },
    /// So many rows were rejected that the description of the dump must be wrong.
    #[error(
        "{breach}: {rejected} of {rows} rows were rejected, more than {limit} ({}). Check format, delimiter, encoding \
         and header in its breach.toml, or allow more with --max-rejects, or with max_rejects in a [[file]]",
        places(.rejects)
    )]
    TooManyRejects {
        /// The breach.
        breach: BreachId,
        /// Rows rejected.
        rejected: u64,
        /// Rows read.
        rows: u64,
        /// What is allowed.
        limit: Share,
        /// The first rejected rows.
        rejects: Vec<Reject>,
    },
    /// So many identifiers are in text that was not read as rows that the description of the dump must be wrong.
    #[error(
        "{breach}: {missed} identifiers are in text that was not read as rows, beside {rows} rows that were, more than {limit} \
         ({}). Check skip, table, sheet and [file.columns] in its breach.toml, or allow more with --max-rejects",
        passages(.passed_over)
    )]
    TooMuchPassedOver {
        /// The breach.
        breach: BreachId,
        /// Identifiers in text that was passed over.
        missed: u64,
        /// Rows read.
        rows: u64,
        /// What is allowed.
        limit: Share,
        /// The text that was passed over.
        passed_over: BTreeMap<Passage, PassageTally>,
    },
    /// So many cells of a kind did not normalise that the column must hold something else.
    #[error(
        "{breach}: {invalid} of {filled} cells that should hold {kind} do not, more than {limit}. Check [file.columns] in \
         its breach.toml, or allow more with --max-rejects, or with max_rejects in a [[file]]"
    )]
    TooManyInvalidCells {
        /// The breach.
        breach: BreachId,
        /// What the cells were said to hold.
        kind: Kind,
        /// Cells that did not normalise.
        invalid: u64,
        /// Cells that were not empty.
        filled: u64,
        /// What is allowed.
        limit: Share,
    },
}

/// Where the first three rejected rows stand, and why they were rejected.
fn places(rejects: &[Reject]) -> String {
    let places: Vec<String> = rejects.iter().take(3).map(Reject::to_string).collect();
    places.join("; ")
}

/// What was passed over with identifiers in it, and where it begins.
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
