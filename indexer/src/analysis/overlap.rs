use exposure_index::identifier::Kind;

use super::{BreachPlace, ByKind, Combinations};

/// Two breaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The one that comes first in the corpus.
    pub first: BreachPlace,
    /// The other one.
    pub second: BreachPlace,
    /// How much is in the first.
    pub in_first: ByKind,
    /// How much is in the second.
    pub in_second: ByKind,
    /// How much is in both.
    pub common: ByKind,
}

/// What two breaches have in common, of a kind or of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shared {
    /// Identifiers in the first breach.
    pub first: u64,
    /// Identifiers in the second.
    pub second: u64,
    /// Identifiers in both.
    pub common: u64,
}

/// How much any two of the breaches `places`, which ascend, have in common: every pair, in order of the first, then of the
/// second. `combinations` were counted of these breaches at least.
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
    /// The same two, the other way round.
    pub(super) const fn swapped(&self) -> Self {
        Self {
            first: self.second,
            second: self.first,
            in_first: self.in_second,
            in_second: self.in_first,
            common: self.common,
        }
    }

    /// What the two have in common of a kind, or of all kinds.
    #[must_use]
    pub(crate) fn shared(&self, kind: Option<Kind>) -> Shared {
        let count = |of: &ByKind| kind.map_or_else(|| of.total(), |kind| of.get(kind));
        Shared {
            first: count(&self.in_first),
            second: count(&self.in_second),
            common: count(&self.common),
        }
    }

    /// The kinds that either of the two has.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Kind> {
        let is_there = |kind: &Kind| self.in_first.get(*kind) + self.in_second.get(*kind) > 0;
        Kind::ALL.into_iter().filter(is_there)
    }
}

impl Shared {
    /// The share of what is in either breach that is in both (Jaccard's index); `None` if nothing is in either.
    #[must_use]
    pub(crate) fn jaccard(&self) -> Option<f64> {
        share(self.common, self.first + self.second - self.common)
    }

    /// The share of the first breach that is in the second as well; `None` if nothing is in it.
    #[must_use]
    pub(crate) fn first_in_second(&self) -> Option<f64> {
        share(self.common, self.first)
    }

    /// The share of the second breach that is in the first as well; `None` if nothing is in it.
    #[must_use]
    pub(crate) fn second_in_first(&self) -> Option<f64> {
        share(self.common, self.second)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// How many pairs there are of `count` things.
const fn pairs_of(count: usize) -> usize {
    count * count.saturating_sub(1) / 2
}

/// Where the pair of two ranks stands when pairs are ordered by their second.
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
