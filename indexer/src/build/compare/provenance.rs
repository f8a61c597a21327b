use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::breach::BreachId;
use crate::build::exposures::BreachNumber;

/// Where the different identifiers, or pairs, of a dump stood before.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// How many there are.
    pub all: u64,
    /// How many of them stand nowhere in the index.
    pub new: u64,
    /// How many of them each breach has, the most first.
    pub known: Vec<Known>,
    /// The fewest breaches that a greedy choice explains them with: the one that has the most, then the one that has the
    /// most of what is left, and so on.
    pub cover: Vec<Cover>,
    /// How many of them stand in exactly these breaches, the most first.
    pub combinations: Vec<Combination>,
}

/// What a breach has of a dump.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    /// The breach.
    pub breach: BreachId,
    /// How many it has.
    pub common: u64,
}

/// What a breach explains that those before it do not.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Cover {
    /// The breach.
    pub breach: BreachId,
    /// How many it adds to what is explained.
    pub explained: u64,
}

/// A set of breaches.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Combination {
    /// The breaches, sorted; none for what is new.
    pub breaches: Vec<BreachId>,
    /// How many stand in exactly these.
    pub count: u64,
}

/// How many stand in exactly which breaches.
#[derive(Default)]
pub(super) struct Counts(BTreeMap<Vec<BreachNumber>, u64>);

impl Counts {
    /// Adds so many that stand in exactly these breaches, which ascend.
    pub(super) fn add(&mut self, breaches: Vec<BreachNumber>, count: u64) {
        *self.0.entry(breaches).or_default() += count;
    }

    pub(super) fn provenance(&self, id: impl Fn(BreachNumber) -> BreachId) -> Provenance {
        let mut combinations: Vec<Combination> = self
            .0
            .iter()
            .map(|(breaches, count)| Combination {
                breaches: breaches.iter().copied().map(&id).collect(),
                count: *count,
            })
            .collect();
        combinations.sort_by_key(|combination| Reverse(combination.count));
        let known = self.left(&BTreeSet::new());
        let mut known: Vec<Known> = known
            .into_iter()
            .map(|(breach, common)| Known {
                breach: id(breach),
                common,
            })
            .collect();
        known.sort_by_key(|known| Reverse(known.common));
        Provenance {
            all: self.0.values().sum(),
            new: self.0.get(&Vec::new()).copied().unwrap_or(0),
            known,
            cover: self.cover(id),
            combinations,
        }
    }

    /// How many each breach has of what stands in none of the `chosen`.
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

    /// O(breaches · combinations).
    fn cover(&self, id: impl Fn(BreachNumber) -> BreachId) -> Vec<Cover> {
        let mut chosen = BTreeSet::new();
        let mut cover = Vec::new();
        loop {
            let left = self.left(&chosen);
            // Of equals the first by id.
            let best = left.iter().max_by_key(|(breach, count)| (**count, Reverse(**breach)));
            let Some((breach, count)) = best else {
                return cover;
            };
            chosen.insert(*breach);
            cover.push(Cover {
                breach: id(*breach),
                explained: *count,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(BreachNumber(number): BreachNumber) -> BreachId {
        format!("breach-{number}").try_into().expect("an id")
    }

    #[test]
    fn a_cover_counts_what_the_breaches_before_do_not_explain() {
        let mut counts = Counts::default();
        let numbers = |numbers: &[u16]| numbers.iter().copied().map(BreachNumber).collect();
        for (breaches, count) in [(&[][..], 10), (&[0], 30), (&[0, 1], 40), (&[1], 5), (&[2], 15)] {
            counts.add(numbers(breaches), count);
        }
        let provenance = counts.provenance(id);
        assert_eq!((provenance.all, provenance.new), (100, 10));
        let cover = provenance.cover.iter();
        let cover: Vec<_> = cover.map(|one| (one.breach.as_str(), one.explained)).collect();
        assert_eq!(cover, [("breach-0", 70), ("breach-2", 15), ("breach-1", 5)]);
        let known = provenance.known.iter();
        let known: Vec<_> = known.map(|one| (one.breach.as_str(), one.common)).collect();
        assert_eq!(known, [("breach-0", 70), ("breach-1", 45), ("breach-2", 15)]);
        assert_eq!(provenance.combinations[0].count, 40);
    }
}
