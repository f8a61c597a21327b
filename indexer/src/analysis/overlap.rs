use exposure_index::identifier::Kind;

use super::{BreachPlace, ByKind, Combinations};

/// A pair of breaches, with their numbers of identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The breach that comes first in the corpus.
    pub first: BreachPlace,
    /// The other breach.
    pub second: BreachPlace,
    /// Identifiers in the first.
    pub in_first: ByKind,
    /// Identifiers in the second.
    pub in_second: ByKind,
    /// Identifiers in both.
    pub common: ByKind,
}

/// The overlap of two breaches, of one kind or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OverlapCounts {
    /// Identifiers in the first breach.
    pub first: u64,
    /// Identifiers in the second.
    pub second: u64,
    /// Identifiers in both.
    pub common: u64,
}

/// Returns the overlap of any two of the breaches `places`, which ascend: every pair, in order of the first, then of
/// the second. `combinations` must count at least these breaches.
///
/// O(combinations × pairs in one + pairs of breaches).
#[must_use]
pub(crate) fn overlaps(combinations: &Combinations, places: &[BreachPlace]) -> Vec<Pair> {
    let mut common = vec![ByKind::default(); pairs_of(places.len())];
    for combination in combinations.iter() {
        let ranks = combination
            .breaches
            .iter()
            .filter_map(|breach| places.binary_search(breach).ok());
        let ranks: Vec<usize> = ranks.collect();
        for (nth, &second) in ranks.iter().enumerate() {
            for &first in &ranks[..nth] {
                common[pair_at(first, second)] += combination.identifiers;
            }
        }
    }
    let sizes = combinations.sizes();
    let sizes: Vec<_> = places
        .iter()
        .map(|place| (*place, sizes[place.index()]))
        .collect();
    pairs_in_order(&sizes, &common)
}

impl Pair {
    /// Returns the pair in the reverse order.
    pub(super) const fn swapped(&self) -> Self {
        Self {
            first: self.second,
            second: self.first,
            in_first: self.in_second,
            in_second: self.in_first,
            common: self.common,
        }
    }

    /// Returns the overlap of a kind, or of all kinds.
    #[must_use]
    pub(crate) fn shared(&self, kind: Option<Kind>) -> OverlapCounts {
        let count = |of: &ByKind| kind.map_or_else(|| of.total(), |kind| of.get(kind));
        OverlapCounts {
            first: count(&self.in_first),
            second: count(&self.in_second),
            common: count(&self.common),
        }
    }

    /// Returns the kinds that either breach has.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Kind> {
        let is_there = |kind: &Kind| self.in_first.get(*kind) + self.in_second.get(*kind) > 0;
        Kind::ALL.into_iter().filter(is_there)
    }
}

impl OverlapCounts {
    /// Returns the share of what is in either breach that is in both (Jaccard's index); `None` if both are empty.
    #[must_use]
    pub(crate) fn jaccard(&self) -> Option<f64> {
        share(self.common, self.first + self.second - self.common)
    }

    /// Returns the share of the first breach that is in the second as well; `None` if it is empty.
    #[must_use]
    pub(crate) fn first_in_second(&self) -> Option<f64> {
        share(self.common, self.first)
    }

    /// Returns the share of the second breach that is in the first as well; `None` if it is empty.
    #[must_use]
    pub(crate) fn second_in_first(&self) -> Option<f64> {
        share(self.common, self.second)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Returns the number of pairs of `count` things.
const fn pairs_of(count: usize) -> usize {
    count * count.saturating_sub(1) / 2
}

/// Returns the place of a pair of ranks among pairs that are ordered by their second.
const fn pair_at(first: usize, second: usize) -> usize {
    pairs_of(second) + first
}

fn pairs_in_order(sizes: &[(BreachPlace, ByKind)], common: &[ByKind]) -> Vec<Pair> {
    let mut pairs = Vec::with_capacity(common.len());
    for (rank, (first, in_first)) in sizes.iter().enumerate() {
        for (other, (second, in_second)) in sizes.iter().enumerate().skip(rank + 1) {
            pairs.push(Pair {
                first: *first,
                second: *second,
                in_first: *in_first,
                in_second: *in_second,
                common: common[pair_at(rank, other)],
            });
        }
    }
    pairs
}
