//! What must an index of the invented dumps count?

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::classes::Classes;
use super::kind::{Identifier, Kind};
use super::queries::Sample;
use super::row::Record;

/// Expected counts of an index of one breach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BreachTruth {
    /// Rows written, spoilt ones included.
    pub rows: u64,
    /// Rows that cannot be parsed.
    pub rejected_rows: u64,
    /// Different identifiers, per kind.
    pub identifiers: BTreeMap<Kind, u64>,
}

/// Expected counts of an index of all breaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Different identifiers over all breaches, per kind.
    pub identifiers: BTreeMap<Kind, u64>,
    /// Identifiers as often as they are in rows that can be parsed.
    pub occurrences: u64,
    /// Each breach's own figures, by its id.
    pub breaches: BTreeMap<&'static str, BreachTruth>,
}

impl Truth {
    /// Rows of all breaches.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.breaches.values().map(|breach| breach.rows).sum()
    }

    /// Different identifiers of all kinds over all breaches.
    #[must_use]
    pub fn unique(&self) -> u64 {
        self.identifiers.values().sum()
    }

    /// The figures as `stats.json` states them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let breach = |(id, breach): (&&'static str, &BreachTruth)| {
            let figures = json!({
                "rows": breach.rows,
                "rejected_rows": breach.rejected_rows,
                "identifiers": per_kind(&breach.identifiers),
            });
            ((*id).to_owned(), figures)
        };
        let breaches: Map<String, Value> = self.breaches.iter().map(breach).collect();
        json!({ "identifiers": per_kind(&self.identifiers), "breaches": breaches })
    }
}

fn per_kind(counts: &BTreeMap<Kind, u64>) -> Value {
    counts
        .iter()
        .map(|(kind, count)| (kind.name().to_owned(), json!(count)))
        .collect::<Map<_, _>>()
        .into()
}

/// An identifier seen in a breach with these classes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Sighting {
    identifier: Identifier,
    breach: usize,
    classes: Classes,
}

/// Keeps the books while rows are written.
///
/// Only the household at hand is in memory: no identifier occurs outside one, so what is counted when a household
/// is closed is never met again.
pub(super) struct Ledger {
    breaches: Vec<(&'static str, BreachTruth)>,
    identifiers: BTreeMap<Kind, u64>,
    occurrences: u64,
    rows: u64,
    household: Vec<Sighting>,
    sample: Sample,
}

impl Ledger {
    pub(super) fn new(ids: impl Iterator<Item = &'static str>, sample: Sample) -> Self {
        Self {
            breaches: ids.map(|id| (id, BreachTruth::default())).collect(),
            identifiers: BTreeMap::new(),
            occurrences: 0,
            rows: 0,
            household: Vec::new(),
            sample,
        }
    }

    /// Rows entered so far.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Enters a row of the breach with this number.
    pub(super) fn enter(&mut self, breach: usize, record: &Record) {
        let truth = &mut self.breaches[breach].1;
        truth.rows += 1;
        truth.rejected_rows += u64::from(record.rejected);
        self.rows += 1;
        self.occurrences += record.identifiers.len() as u64;
        let classes = record.classes;
        let seen = |identifier: &Identifier| Sighting {
            identifier: *identifier,
            breach,
            classes,
        };
        self.household.extend(record.identifiers.iter().map(seen));
    }

    /// Counts what the household's rows held.
    pub(super) fn close_household(&mut self) {
        self.household.sort_unstable();
        self.household.dedup_by(|next, kept| {
            let same = (next.identifier, next.breach) == (kept.identifier, kept.breach);
            if same {
                kept.classes.unite(next.classes);
            }
            same
        });
        let groups = self.household.chunk_by(|a, b| a.identifier == b.identifier);
        for group in groups {
            let identifier = group[0].identifier;
            *self.identifiers.entry(identifier.kind).or_default() += 1;
            for sighting in group {
                let counts = &mut self.breaches[sighting.breach].1.identifiers;
                *counts.entry(identifier.kind).or_default() += 1;
            }
            let exposures = group
                .iter()
                .map(|sighting| (sighting.breach, sighting.classes));
            self.sample.offer(identifier, exposures);
        }
        self.household.clear();
    }

    /// The figures and the sampled identifiers.
    pub(super) fn finish(mut self) -> (Truth, Sample) {
        self.close_household();
        let truth = Truth {
            identifiers: self.identifiers,
            occurrences: self.occurrences,
            breaches: self.breaches.into_iter().collect(),
        };
        (truth, self.sample)
    }
}
