//! How does a query's answer divide by breach, kind, class, status or year?

use std::collections::{BTreeMap, BTreeSet};

use exposure_index::breach::DataClass;
use exposure_index::identifier::Kind;
use roaring::RoaringBitmap;

use crate::analysis::{AnalysisError, BreachPlace, Corpus, CorpusBreach, is_small, suppress};

/// Property by which the answer to a query is broken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum By {
    /// The breach that holds them
    Breach,
    /// Their kind
    Kind,
    /// What leaked with them; reads all rows
    Class,
    /// The status of the breaches that hold them
    Status,
    /// The year of the breaches that hold them
    Year,
}

/// Numbers of identifiers that match a query, in all and by a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breakdown {
    /// The total; `None` if it must not be published.
    pub identifiers: Option<u64>,
    /// The parts that are not empty. An identifier can be in several of them, unless they are kinds.
    pub cells: Vec<Cell>,
}

/// A part of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Name of the part.
    pub name: String,
    /// Number of identifiers; `None` if it must not be published.
    pub identifiers: Option<u64>,
}

impl Breakdown {
    /// Counts rows of a corpus.
    ///
    /// # Errors
    /// [`AnalysisError`] if a file is damaged.
    pub(crate) fn of<D: AsRef<[u8]> + Sync>(
        corpus: &Corpus<'_, D>,
        rows: &RoaringBitmap,
        by: Option<By>,
    ) -> Result<Self, AnalysisError> {
        let cells = by.map_or(Ok(Vec::new()), |by| cells(corpus, rows, by))?;
        let is_there = |(_, count): &(String, u64)| *count > 0;
        let cell = |(name, count)| Cell {
            name,
            identifiers: Some(count),
        };
        Ok(Self {
            identifiers: Some(rows.len()),
            cells: cells.into_iter().filter(is_there).map(cell).collect(),
        })
    }

    /// Returns what may be published: see [`suppress`]. A part is withheld as well if the rest of the whole without it
    /// is small.
    #[must_use]
    pub(crate) fn published(mut self, least: u64) -> Self {
        let whole = self.identifiers.unwrap_or(0);
        let counts: Vec<u64> = self
            .cells
            .iter()
            .map(|cell| cell.identifiers.unwrap_or(0))
            .collect();
        // Parts that make up the whole do not overlap, whatever the property.
        let is_sum = counts.iter().sum::<u64>() == whole;
        let sums: &[Vec<usize>] = if is_sum {
            &[(0..counts.len()).collect()]
        } else {
            &[]
        };
        let hidden = suppress(&counts, sums, least);
        for ((cell, count), hidden) in self.cells.iter_mut().zip(counts).zip(hidden) {
            if hidden || is_small(whole, least) || is_small(whole - count, least) {
                cell.identifiers = None;
            }
        }
        self.identifiers = self.identifiers.filter(|count| !is_small(*count, least));
        self
    }
}

fn cells<D: AsRef<[u8]> + Sync>(
    corpus: &Corpus<'_, D>,
    rows: &RoaringBitmap,
    by: By,
) -> Result<Vec<(String, u64)>, AnalysisError> {
    match by {
        By::Kind => Kind::ALL
            .into_iter()
            .map(|kind| {
                Ok((
                    kind.to_string(),
                    rows.intersection_len(&corpus.rows_of_kind(kind)?),
                ))
            })
            .collect(),
        By::Class => by_class(corpus, rows),
        By::Breach => by_breaches(corpus, rows, |breach| breach.id().to_string()),
        By::Status => by_breaches(corpus, rows, |breach| {
            breach.entry.metadata.status.to_string()
        }),
        By::Year => by_breaches(corpus, rows, |breach| {
            breach.entry.metadata.date.year().to_owned()
        }),
    }
}

fn by_class<D: AsRef<[u8]> + Sync>(
    corpus: &Corpus<'_, D>,
    rows: &RoaringBitmap,
) -> Result<Vec<(String, u64)>, AnalysisError> {
    let classes = corpus
        .breaches()
        .iter()
        .flat_map(|breach| breach.entry.classes.iter().cloned());
    let classes: BTreeSet<DataClass> = classes.collect();
    let classes: Vec<DataClass> = classes.into_iter().collect();
    let found = corpus.rows_with_classes(&classes)?;
    let counted = classes.iter().zip(&found);
    Ok(counted
        .map(|(class, of_class)| (class.to_string(), rows.intersection_len(of_class)))
        .collect())
}

/// Counts what is in the breaches of the same name, in order of the names.
fn by_breaches<D: AsRef<[u8]> + Sync>(
    corpus: &Corpus<'_, D>,
    rows: &RoaringBitmap,
    name: impl Fn(&CorpusBreach) -> String,
) -> Result<Vec<(String, u64)>, AnalysisError> {
    let mut groups = BTreeMap::<String, Vec<BreachPlace>>::new();
    for place in corpus.places() {
        groups
            .entry(name(corpus.breach(place)))
            .or_default()
            .push(place);
    }
    let counted = groups.into_iter().map(|(name, places)| {
        Ok((
            name,
            rows.intersection_len(&corpus.rows_of_breaches(&places)?),
        ))
    });
    counted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(whole: u64, parts: &[u64]) -> (Option<u64>, Vec<Option<u64>>) {
        let cell = |count: &u64| Cell {
            name: count.to_string(),
            identifiers: Some(*count),
        };
        let answer = Breakdown {
            identifiers: Some(whole),
            cells: parts.iter().map(cell).collect(),
        };
        let published = answer.published(10);
        (
            published.identifiers,
            published
                .cells
                .into_iter()
                .map(|cell| cell.identifiers)
                .collect(),
        )
    }

    #[test]
    fn of_a_small_whole_nothing_is_published() {
        assert_eq!(published(9, &[5, 4]), (None, vec![None, None]));
        assert_eq!(published(0, &[]), (Some(0), vec![]));
    }

    #[test]
    fn a_small_part_cannot_be_computed_from_the_whole_and_the_others() {
        assert_eq!(
            published(100, &[50, 47, 3]),
            (Some(100), vec![Some(50), None, None])
        );
    }

    #[test]
    fn a_part_that_is_nearly_the_whole_is_withheld() {
        // Parts that overlap: three identifiers are in the second alone.
        assert_eq!(published(100, &[97, 80]), (Some(100), vec![None, Some(80)]));
    }
}
