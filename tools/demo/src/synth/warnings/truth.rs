use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::entry::Entry;
use super::value::{ListedValue, WarnedKind};

/// The entry of a list about a value.
struct Warning {
    since: Date,
    reasons: BTreeSet<&'static str>,
}

/// Every value that was written, and what lists say of it in the end.
#[derive(Default)]
pub(super) struct Roll {
    values: BTreeMap<ListedValue, BTreeMap<&'static str, Warning>>,
    allowed: BTreeSet<ListedValue>,
}

impl Roll {
    pub(super) fn enter(&mut self, list: &'static str, entry: &Entry) {
        let lists = self.values.entry(entry.listed).or_default();
        if entry.is_allowed {
            self.allowed.insert(entry.listed);
        }
        if entry.holds {
            let warning = lists.entry(list).or_insert_with(|| Warning {
                since: entry.since,
                reasons: BTreeSet::new(),
            });
            warning.since = warning.since.min(entry.since);
            warning.reasons.insert(entry.reason_name);
        }
    }

    pub(super) fn allowed(&self) -> impl Iterator<Item = ListedValue> {
        self.allowed.iter().copied()
    }

    /// Each value with its warnings, and of each kind some that no list has.
    pub(super) fn questions(&self, entries: u64) -> Vec<(ListedValue, Value)> {
        let known = self.values.iter();
        let known = known.map(|(listed, lists)| (*listed, warnings(lists)));
        let absent = WarnedKind::ALL.into_iter().flat_map(|kind| {
            let ordinals = 2 * entries..2 * entries + entries / 10;
            ordinals.map(move |ordinal| (ListedValue { kind, ordinal }, json!([])))
        });
        known.chain(absent).collect()
    }
}

fn warnings(lists: &BTreeMap<&'static str, Warning>) -> Value {
    let lists = lists.iter().map(|(list, warning)| {
        let Warning { since, reasons } = warning;
        let month = format!("{:04}-{:02}", since.year(), since.month());
        json!({ "list": list, "since": month, "reasons": reasons })
    });
    lists.collect()
}
