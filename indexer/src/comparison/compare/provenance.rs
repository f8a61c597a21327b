//! Where was the content of a dump before?

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use exposure_index::breach::BreachId;
use serde::Serialize;

use crate::builder::exposures::BreachNumber;

/// Provenance of a dump's content, in all and by kind.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(bound = "K: Serialize + Ord")]
pub struct Origins<K> {
    /// All kinds together.
    pub all: Provenance,
    /// Each kind that occurs.
    pub kinds: BTreeMap<K, Provenance>,
}

/// Provenance of the different identifiers, or pairs, of a dump.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// Their number.
    pub all: u64,
    /// Number of those that are nowhere in the index.
    pub new: u64,
    /// Share of each breach. First the breach that has the most, then the one that has the most of what is left, and
    /// so on: a greedy cover. Among equals, the first by id.
    pub known: Vec<Known>,
    /// Numbers of those in exactly the same breaches, the largest first.
    pub combinations: Vec<Combination>,
}

/// Share of a breach in a dump.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Id of the breach.
    pub breach: BreachId,
    /// Number of those in the breach.
    pub common: u64,
    /// Number of those in the breach and in none before it.
    pub explained: u64,
    /// Number of those in no other breach.
    pub alone: u64,
}

/// A set of breaches, and what is in exactly these.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Combination {
    /// Ids of the breaches, sorted; empty for what is new.
    pub breaches: Vec<BreachId>,
    /// Number of those in exactly these.
    pub count: u64,
}

/// Numbers of those in exactly the same breaches.
#[derive(Default)]
pub(super) struct Counts(BTreeMap<Vec<BreachNumber>, u64>);

impl Counts {
    /// Adds `count` that are in exactly these breaches, which ascend.
    pub(super) fn add(&mut self, breaches: Vec<BreachNumber>, count: u64) {
        *self.0.entry(breaches).or_default() += count;
    }

    /// Sums several.
    pub(super) fn sum<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for (breaches, count) in all.flat_map(|counts| &counts.0) {
            sum.add(breaches.clone(), *count);
        }
        sum
    }

    pub(super) fn provenance(&self, id: impl Fn(BreachNumber) -> BreachId) -> Provenance {
        Provenance {
            all: self.0.values().sum(),
            new: self.exactly(&[]),
            known: self.known(&id),
            combinations: self.combinations(&id),
        }
    }

    fn exactly(&self, breaches: &[BreachNumber]) -> u64 {
        self.0.get(breaches).copied().unwrap_or(0)
    }

    fn combinations(&self, id: impl Fn(BreachNumber) -> BreachId) -> Vec<Combination> {
        let combination = |(breaches, count): (&Vec<BreachNumber>, &u64)| Combination {
            breaches: breaches.iter().copied().map(&id).collect(),
            count: *count,
        };
        let mut combinations: Vec<_> = self.0.iter().map(combination).collect();
        combinations.sort_by_key(|combination| Reverse(combination.count));
        combinations
    }

    /// Orders the breaches by a greedy cover. O(breaches · combinations).
    fn known(&self, id: impl Fn(BreachNumber) -> BreachId) -> Vec<Known> {
        let (common, mut chosen) = (self.left(&BTreeSet::new()), BTreeSet::new());
        let mut known = Vec::with_capacity(common.len());
        while let Some((breach, explained)) = self.most_of_the_rest(&common, &chosen) {
            chosen.insert(breach);
            known.push(Known {
                breach: id(breach),
                common: common[&breach],
                explained,
                alone: self.exactly(&[breach]),
            });
        }
        known
    }

    /// Returns the breach that has the most of what is in none of the chosen, and how much that is.
    fn most_of_the_rest(
        &self,
        common: &BTreeMap<BreachNumber, u64>,
        chosen: &BTreeSet<BreachNumber>,
    ) -> Option<(BreachNumber, u64)> {
        let left = self.left(chosen);
        let rest = common.iter().filter(|(breach, _)| !chosen.contains(breach));
        let explained = rest.map(|(breach, common)| {
            let explained = left.get(breach).copied().unwrap_or(0);
            (explained, *common, Reverse(*breach))
        });
        let (explained, _, Reverse(breach)) = explained.max()?;
        Some((breach, explained))
    }

    /// Returns how much each breach has of what is in none of the chosen.
    fn left(&self, chosen: &BTreeSet<BreachNumber>) -> BTreeMap<BreachNumber, u64> {
        let mut left = BTreeMap::new();
        for (breaches, count) in &self.0 {
            if breaches.iter().any(|breach| chosen.contains(breach)) {
                continue;
            }
            for breach in breaches {
                *left.entry(*breach).or_default() += count;
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(BreachNumber(number): BreachNumber) -> BreachId {
        format!("breach-{number}").try_into().expect("an id")
    }

    fn counts(counts: &[(&[u16], u64)]) -> Counts {
        let mut all = Counts::default();
        for (breaches, count) in counts {
            all.add(breaches.iter().copied().map(BreachNumber).collect(), *count);
        }
        all
    }

    #[test]
    fn a_breach_explains_what_those_before_it_do_not() {
        let counts = counts(&[
            (&[], 10),
            (&[0], 30),
            (&[0, 1], 40),
            (&[1], 5),
            (&[2], 15),
            (&[0, 3], 2),
        ]);
        let provenance = counts.provenance(id);
        assert_eq!((provenance.all, provenance.new), (102, 10));
        let known = provenance.known.iter();
        let known: Vec<_> = known
            .map(|one| (one.breach.as_str(), one.common, one.explained, one.alone))
            .collect();
        let expected = [
            ("breach-0", 72, 72, 30),
            ("breach-2", 15, 15, 15),
            ("breach-1", 45, 5, 5),
            ("breach-3", 2, 0, 0),
        ];
        assert_eq!(known, expected);
        let explained: u64 = provenance.known.iter().map(|one| one.explained).sum();
        assert_eq!(explained + provenance.new, provenance.all);
        assert_eq!(provenance.combinations[0].count, 40);
        assert_eq!(provenance.combinations[0].breaches.len(), 2);
    }

    #[test]
    fn kinds_are_summed_combination_by_combination() {
        let kinds = [
            counts(&[(&[], 1), (&[0], 2)]),
            counts(&[(&[0], 3), (&[0, 1], 4)]),
        ];
        let sum = Counts::sum(kinds.iter()).provenance(id);
        assert_eq!((sum.all, sum.new), (10, 1));
        assert_eq!(sum.known[0].common, 9);
        assert_eq!(sum.known[0].alone, 5);
    }
}
