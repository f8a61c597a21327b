use std::collections::BTreeMap;

use exposure_index::identifier::Kind;

use super::classes::{self, CLASSES, ClassTest};
use super::evidence::{PRIOR, Test};
use super::guess::Cells;
use super::meaning::Meaning::{self, Class, Identifier};
use super::{identifiers, name};

/// Minimum weight of values, in nats, for a class that the column's name says, if they could be of it.
const NO_EVIDENCE: f64 = 0.0;

/// Weight of values that do not look like that class.
const UNLIKELY: f64 = -6.0;

/// A possible meaning of a column, and the weights for it, in nats.
pub(super) struct WeightedMeaning {
    pub(super) meaning: Meaning,
    pub(super) name: f64,
    pub(super) values: f64,
}

impl WeightedMeaning {
    /// Returns the total weight.
    pub(super) fn total(&self) -> f64 {
        PRIOR + self.name + self.values
    }
}

/// The weight of everything that the column may hold.
pub(super) fn weigh(cells: &Cells<'_>) -> Vec<WeightedMeaning> {
    let mut names = cells.name.map(name::weights).unwrap_or_default();
    let identifiers = Kind::ALL.map(|kind| identifier(kind, &mut names, &cells.values));
    let classes = CLASSES
        .iter()
        .map(|test| class(test, &mut names, &cells.values));
    let mut weighed: Vec<WeightedMeaning> = identifiers.into_iter().chain(classes).collect();
    weighed.push(birth_dates(&mut names, &cells.values));
    // Meanings that only names show.
    weighed.extend(names.into_iter().map(|(meaning, name)| WeightedMeaning {
        meaning,
        name,
        values: NO_EVIDENCE,
    }));
    weighed
}

fn identifier(kind: Kind, names: &mut BTreeMap<Meaning, f64>, values: &[&str]) -> WeightedMeaning {
    let meaning = Identifier(kind);
    let name = names.remove(&meaning).unwrap_or(0.0);
    let weight = |test: Test, passes: fn(Kind, &str) -> bool| {
        let passed = values.iter().filter(|value| passes(kind, value)).count();
        test.weight(passed, values.len())
    };
    let unnamed = identifiers::unnamed_test(kind);
    let unnamed = unnamed.map_or(UNLIKELY, |test| weight(test, identifiers::stands_out));
    let values = if name > 0.0 {
        let named = identifiers::named_test(kind);
        unnamed.max(weight(named, identifiers::normalises))
    } else {
        unnamed
    };
    WeightedMeaning {
        meaning,
        name,
        values,
    }
}

fn class(test: &ClassTest, names: &mut BTreeMap<Meaning, f64>, values: &[&str]) -> WeightedMeaning {
    let meaning = Class(test.class);
    let name = names.remove(&meaning).unwrap_or(0.0);
    let passed = values.iter().filter(|value| (test.passes)(value)).count();
    let weight = test.test.weight(passed, values.len());
    let likely = values.iter().filter(|value| (test.likely)(value)).count();
    let least = if likely * 2 >= values.len() {
        NO_EVIDENCE
    } else {
        UNLIKELY
    };
    WeightedMeaning {
        meaning,
        name,
        values: if name > 0.0 {
            weight.max(least)
        } else {
            weight
        },
    }
}

fn birth_dates(names: &mut BTreeMap<Meaning, f64>, values: &[&str]) -> WeightedMeaning {
    let meaning = Class("dates-of-birth");
    let name = names.remove(&meaning).unwrap_or(0.0);
    let weight = classes::birth_dates(values.iter().copied());
    WeightedMeaning {
        meaning,
        name,
        values: if name > 0.0 { weight.max(-1.0) } else { weight },
    }
}
