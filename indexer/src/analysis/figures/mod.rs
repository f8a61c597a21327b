//! Everything a report shows, as numbers.

mod breaches;
mod publish;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use exposure_index::breach::{BreachId, Metadata};
use exposure_index::identifier::Kind;
use serde::Serialize;

use super::severity::BySeverity;
use super::{
    AnalysisError, BreachPlace, ByKind, Combination, Combinations, Corpus, Severity, overlaps,
};

pub(crate) use breaches::BreachFigures;
#[cfg(test)]
pub(crate) use breaches::Quality;

/// Combinations that are listed one by one; the others are summed up.
const TOP_COMBINATIONS: usize = 25;
/// Largest breaches whose overlaps are listed.
const TOP_BREACHES: usize = 20;

/// Counts of identifiers by kind; some may be withheld.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Count over all kinds; `None` if it must not be published.
    pub all: Option<u64>,
    /// Count of each kind that occurs; `None` if it must not be published.
    pub kinds: BTreeMap<Kind, Option<u64>>,
}

/// Everything that a report shows of an index.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figures {
    /// All different identifiers.
    pub identifiers: Counts,
    /// The breaches, in order of date.
    pub breaches: Vec<BreachFigures>,
    /// Numbers of identifiers in 1, 2, 3… breaches.
    pub by_number: Vec<Counts>,
    /// The most common combinations of breaches.
    pub combinations: Vec<CombinationFigures>,
    /// The other combinations, summed up.
    pub other_combinations: OtherCombinations,
    /// Pairs of the largest breaches, in order of date.
    pub overlaps: Vec<PairFigures>,
    /// Numbers of identifiers by severity of their exposure.
    pub severity: Vec<SeverityFigures>,
    /// The warning lists, in order of their ids: in no other figure.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<WarningFigures>,
}

/// Figures of a warning list in a report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct WarningFigures {
    /// Entry of the catalogue.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// Its entries.
    pub entries: Counts,
}

/// The identifiers in exactly these breaches.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CombinationFigures {
    /// The breaches, in order of their ids.
    pub breaches: Vec<BreachId>,
    /// Number of identifiers in all of them and in no other.
    pub identifiers: u64,
}

/// The combinations that are not listed one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct OtherCombinations {
    /// Number of combinations.
    pub combinations: usize,
    /// Number of identifiers in any of them.
    pub identifiers: u64,
}

/// The overlap of two breaches.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PairFigures {
    /// The earlier breach.
    pub first: BreachId,
    /// The later one.
    pub second: BreachId,
    /// Identifiers in both; `None`, like the shares, if it must not be published.
    pub common: Option<u64>,
    /// Share of the identifiers in either that are in both.
    pub jaccard: Option<f64>,
    /// Share of the first breach that is in the second.
    pub first_in_second: Option<f64>,
    /// Share of the second breach that is in the first.
    pub second_in_first: Option<f64>,
}

/// Figures of a level of severity.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SeverityFigures {
    /// The level.
    pub level: Severity,
    /// Identifiers of this level by what leaked together in one breach.
    pub in_one_breach: Counts,
    /// Identifiers of this level by what all breaches hold together.
    pub joined: Counts,
}

impl Figures {
    /// Counts a corpus. With `least`, counts from 1 to one below it are withheld, and others that would reveal them;
    /// see [`suppress`](super::suppress) for what that protects.
    ///
    /// Time: O(rows).
    ///
    /// # Errors
    /// [`AnalysisError`] if a file is damaged.
    pub(crate) fn of<D: AsRef<[u8]> + Sync>(
        corpus: &Corpus<'_, D>,
        least: Option<u64>,
    ) -> Result<Self, AnalysisError> {
        let places: Vec<BreachPlace> = corpus.leaks().collect();
        let combinations = Combinations::count(corpus, &places)?;
        let mut identifiers = ByKind::default();
        combinations
            .iter()
            .for_each(|one| identifiers += one.identifiers);
        let in_order = breaches::in_order_of_date(corpus);
        let largest = largest(&combinations, &in_order);
        let shown = publish::shown_combinations(&combinations, &largest, least);
        let (top, others): (Vec<_>, Vec<_>) = combinations
            .iter()
            .zip(shown)
            .partition(|(_, is_shown)| *is_shown);
        Ok(Self {
            identifiers: publish::counts(&identifiers, least),
            breaches: breaches::figures(corpus, &combinations, &in_order, least),
            by_number: publish::table(&combinations.by_number_of_breaches(), least),
            combinations: top.into_iter().map(|(one, _)| named(corpus, one)).collect(),
            other_combinations: OtherCombinations {
                combinations: others.len(),
                identifiers: others.iter().map(|(one, _)| one.identifiers.total()).sum(),
            },
            overlaps: pairs(corpus, &combinations, &largest, least),
            severity: severity(corpus, least)?,
            warnings: warnings(corpus, least),
        })
    }
}

/// Returns the figures of each warning list.
fn warnings<D: AsRef<[u8]> + Sync>(
    corpus: &Corpus<'_, D>,
    least: Option<u64>,
) -> Vec<WarningFigures> {
    let breaches = corpus.breaches().iter();
    let lists = breaches.filter(|breach| !breach.entry.metadata.is_leak());
    let figures = lists.map(|list| {
        let mut entries = ByKind::default();
        for (kind, count) in &list.statistics.identifiers {
            entries.add(*kind, *count);
        }
        WarningFigures {
            metadata: list.entry.metadata.clone(),
            entries: publish::counts(&entries, least),
        }
    });
    figures.collect()
}

/// Returns the largest breaches, in order of date.
fn largest(combinations: &Combinations, in_order: &[BreachPlace]) -> Vec<BreachPlace> {
    let sizes = combinations.sizes();
    let mut largest = in_order.to_vec();
    largest.sort_by_key(|place| Reverse(sizes[place.index()].total()));
    largest.truncate(TOP_BREACHES);
    in_order
        .iter()
        .copied()
        .filter(|place| largest.contains(place))
        .collect()
}

fn named<D: AsRef<[u8]> + Sync>(
    corpus: &Corpus<'_, D>,
    combination: &Combination,
) -> CombinationFigures {
    let ids = combination
        .breaches
        .iter()
        .map(|place| corpus.breach(*place).id().clone());
    CombinationFigures {
        breaches: ids.collect(),
        identifiers: combination.identifiers.total(),
    }
}

/// Returns the pairs of some breaches, in the order of `breaches`.
fn pairs<D: AsRef<[u8]> + Sync>(
    corpus: &Corpus<'_, D>,
    combinations: &Combinations,
    breaches: &[BreachPlace],
    least: Option<u64>,
) -> Vec<PairFigures> {
    let mut ascending = breaches.to_vec();
    ascending.sort_unstable();
    let rank = |place: BreachPlace| breaches.iter().position(|one| *one == place);
    let mut pairs = overlaps(combinations, &ascending);
    for pair in &mut pairs {
        if rank(pair.first) > rank(pair.second) {
            *pair = pair.swapped();
        }
    }
    pairs.sort_by_key(|pair| (rank(pair.first), rank(pair.second)));
    let id = |place: BreachPlace| corpus.breach(place).id().clone();
    let figures = pairs.into_iter().map(|pair| {
        let shared = pair.published(least).shared(None);
        PairFigures {
            first: id(pair.first),
            second: id(pair.second),
            common: shared.map(|shared| shared.common),
            jaccard: shared.and_then(|shared| shared.jaccard()),
            first_in_second: shared.and_then(|shared| shared.first_in_second()),
            second_in_first: shared.and_then(|shared| shared.second_in_first()),
        }
    });
    figures.collect()
}

fn severity<D: AsRef<[u8]> + Sync>(
    corpus: &Corpus<'_, D>,
    least: Option<u64>,
) -> Result<Vec<SeverityFigures>, AnalysisError> {
    let of_kinds = Kind::ALL
        .iter()
        .map(|kind| Ok((*kind, corpus.rows_of_kind(*kind)?)));
    let of_kinds: Vec<_> = of_kinds.collect::<Result<_, AnalysisError>>()?;
    let by_kind = |rows: &roaring::RoaringBitmap| {
        let mut counts = ByKind::default();
        of_kinds
            .iter()
            .for_each(|(kind, of_kind)| counts.add(*kind, rows.intersection_len(of_kind)));
        counts
    };
    let levels = BySeverity::of(corpus)?;
    let counted = |levels: &[(Severity, roaring::RoaringBitmap)]| {
        let counts: Vec<ByKind> = levels.iter().map(|(_, rows)| by_kind(rows)).collect();
        publish::table(&counts, least)
    };
    let (in_one, joined) = (counted(&levels.in_one), counted(&levels.joined));
    let figures = Severity::ALL.into_iter().zip(in_one).zip(joined);
    let figures = figures.map(|((level, in_one_breach), joined)| SeverityFigures {
        level,
        in_one_breach,
        joined,
    });
    Ok(figures.collect())
}
