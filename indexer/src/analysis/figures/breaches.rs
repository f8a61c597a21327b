use std::collections::BTreeMap;

use exposure_index::breach::Metadata;
use exposure_index::identifier::Kind;
use exposure_index::index::BreachStatistics;
use serde::Serialize;

use super::{Counts, publish};
use crate::analysis::{BreachPlace, Combinations, Corpus};

/// Figures of a breach in a report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BreachFigures {
    /// Entry of the catalogue.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// Different identifiers in it, recovered ones included.
    pub identifiers: Counts,
    /// Identifiers that no earlier breach has; `None` if the number must not be published.
    pub new: Option<u64>,
    /// Identifiers that some earlier breach has; `None` if the number must not be published.
    pub known_before: Option<u64>,
    /// Quality of its dump.
    pub quality: Quality,
}

/// Quality of a dump.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Quality {
    /// Rows in its files.
    pub rows: u64,
    /// Rows that could not be read.
    pub rejected_rows: u64,
    /// Truncated files.
    pub truncated_files: u64,
    /// Filled cells that hold no identifier of their column's kind.
    pub invalid_cells: BTreeMap<Kind, u64>,
    /// Identifiers found only in rejected rows; `None` if the number must not be published.
    pub recovered: Option<u64>,
}

/// Returns the leaks by date, those of one date by id. A year comes before its months.
pub(super) fn in_order_of_date<D: AsRef<[u8]> + Sync>(corpus: &Corpus<'_, D>) -> Vec<BreachPlace> {
    let mut places: Vec<BreachPlace> = corpus.leaks().collect();
    places.sort_by_key(|place| &corpus.breach(*place).entry.metadata.date);
    places
}

/// Returns the figures of each breach, in this order.
pub(super) fn figures<D: AsRef<[u8]> + Sync>(
    corpus: &Corpus<'_, D>,
    combinations: &Combinations,
    in_order: &[BreachPlace],
    least: Option<u64>,
) -> Vec<BreachFigures> {
    let (sizes, new) = (combinations.sizes(), first_seen(combinations, in_order));
    let figures = in_order.iter().map(|place| {
        let breach = corpus.breach(*place);
        let (identifiers, new) = (sizes[place.index()], new[place.index()]);
        let [new, known_before] = publish::parts([new, identifiers.total() - new], least);
        BreachFigures {
            metadata: breach.entry.metadata.clone(),
            identifiers: publish::counts(&identifiers, least),
            new,
            known_before,
            quality: Quality::of(&breach.statistics, least),
        }
    });
    figures.collect()
}

impl Quality {
    fn of(read: &BreachStatistics, least: Option<u64>) -> Self {
        Self {
            rows: read.rows,
            rejected_rows: read.rejected_rows,
            truncated_files: read.truncated_files,
            invalid_cells: read.invalid_cells.clone(),
            recovered: publish::count(read.recovered.values().sum(), least),
        }
    }
}

/// Returns the number of identifiers in each breach, by its place, that are in no earlier one.
fn first_seen(combinations: &Combinations, in_order: &[BreachPlace]) -> Vec<u64> {
    let breaches = combinations.sizes().len();
    let mut rank = vec![0; breaches];
    for (nth, place) in in_order.iter().enumerate() {
        rank[place.index()] = nth;
    }
    let mut new = vec![0; breaches];
    for combination in combinations.iter() {
        let breaches = combination.breaches.iter();
        if let Some(earliest) = breaches.min_by_key(|breach| rank[breach.index()]) {
            new[earliest.index()] += combination.identifiers.total();
        }
    }
    new
}
