//! Do analyses of the small leaks give what their dumps give?

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use exposure_index::identifier::Kind;
use serde_json::Value;
use tekser_tests::{Workspace, leaks};

use crate::dumps::{HeldIdentifiers, held};

/// The small leaks, indexed, and what reading their dumps one by one gave.
struct Scene {
    workspace: Workspace,
    held: HeldIdentifiers,
}

impl Scene {
    fn new() -> Self {
        let workspace = Workspace::new();
        // What is read here of a row that is not whole is nothing.
        workspace.build(&leaks().join("breaches"), &["--no-recover"]);
        let held = held();
        Self { workspace, held }
    }

    fn answer(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.workspace.run_ok(arguments)).expect("JSON")
    }

    fn count(&self, fits: impl Fn(Kind, &BTreeSet<&str>) -> bool) -> usize {
        let all = self.held.iter();
        all.filter(|((kind, _), breaches)| fits(*kind, breaches))
            .count()
    }

    fn breaches(&self) -> BTreeSet<&'static str> {
        self.held.values().flatten().copied().collect()
    }
}

#[test]
fn the_dumps_were_read_as_in_their_truth() {
    let scene = Scene::new();
    let truth = fs::read(leaks().join("truth/stats.json")).expect("the truth");
    let truth: Value = serde_json::from_slice(&truth).expect("JSON");
    for kind in Kind::ALL {
        let count = |breach: Option<&str>| {
            scene
                .count(|one, breaches| one == kind && breach.is_none_or(|id| breaches.contains(id)))
        };
        let expected = |of: &Value| of["identifiers"][kind.name()].as_u64().unwrap_or(0) as usize;
        assert_eq!(count(None), expected(&truth), "{kind}");
        for id in scene.breaches() {
            assert_eq!(
                count(Some(id)),
                expected(&truth["breaches"][id]),
                "{kind} in {id}"
            );
        }
    }
}

#[test]
fn overlaps_of_the_small_leaks_are_what_their_dumps_have_in_common() {
    let scene = Scene::new();
    let answer = scene.answer(&["overlap", "--json"]);
    let pairs = answer["pairs"].as_array().expect("pairs");
    assert_eq!(pairs.len(), 21);
    let mut common = 0;
    for pair in pairs {
        let (first, second) = (
            pair["first"].as_str().expect("an id"),
            pair["second"].as_str().expect("an id"),
        );
        let in_both = |kind: Option<Kind>| {
            scene.count(|one, breaches| {
                kind.is_none_or(|kind| one == kind)
                    && breaches.contains(first)
                    && breaches.contains(second)
            })
        };
        assert_eq!(pair["all"]["common"], in_both(None), "{first} & {second}");
        common += in_both(None);
        for (kind, figures) in pair["kinds"].as_object().expect("kinds") {
            let kind = kind.parse().expect("a kind");
            assert_eq!(
                figures["common"],
                in_both(Some(kind)),
                "{kind} in {first} & {second}"
            );
        }
    }
    assert!(common > 1000, "nothing was compared");
}

#[test]
fn a_report_of_the_small_leaks_is_what_their_dumps_hold() {
    let scene = Scene::new();
    let answer = scene.answer(&["report", "--format", "json"]);
    let mut exactly: BTreeMap<BTreeSet<&str>, usize> = BTreeMap::new();
    for breaches in scene.held.values() {
        *exactly.entry(breaches.clone()).or_default() += 1;
    }
    let ids = |combination: &Value| -> BTreeSet<String> {
        serde_json::from_value(combination["breaches"].clone()).expect("ids")
    };
    let combinations = answer["combinations"].as_array().expect("combinations");
    for combination in combinations {
        let ids = ids(combination);
        let expected = exactly.get(&ids.iter().map(String::as_str).collect());
        assert_eq!(
            combination["identifiers"].as_u64(),
            expected.map(|count| *count as u64),
            "{ids:?}"
        );
    }
    // A report shows the largest ones.
    assert_eq!(combinations.len(), 25);
    let mut largest: Vec<usize> = exactly.into_values().collect();
    largest.sort_unstable_by(|one, other| other.cmp(one));
    let listed_largest = combinations
        .iter()
        .map(|combination| combination["identifiers"].clone());
    assert!(listed_largest.eq(largest[..25].iter().copied().map(Value::from)));
    for (number, counts) in (1..).zip(answer["by_number"].as_array().expect("numbers")) {
        assert_eq!(
            counts["all"],
            scene.count(|_, breaches| breaches.len() == number),
            "in {number}"
        );
    }
    let mut earlier = BTreeSet::new();
    for breach in answer["breaches"].as_array().expect("breaches") {
        let id = breach["id"].as_str().expect("an id");
        let new =
            scene.count(|_, breaches| breaches.contains(id) && breaches.is_disjoint(&earlier));
        assert_eq!(breach["new"], new, "{id}");
        earlier.insert(id);
    }
    assert_eq!(earlier.len(), 7);
}

#[test]
fn queries_of_the_small_leaks_count_what_their_dumps_hold() {
    let scene = Scene::new();
    let has = |breaches: &BTreeSet<&str>, id: &str| breaches.contains(id);
    let expected = [
        (
            "residents-2025 & voters-2019 - clinic-2023",
            scene.count(|_, of| {
                has(of, "residents-2025") && has(of, "voters-2019") && !has(of, "clinic-2023")
            }),
        ),
        (
            "(microloans-2024 | combo-2021) & kind:email",
            scene.count(|kind, of| {
                kind == Kind::Email && (has(of, "microloans-2024") || has(of, "combo-2021"))
            }),
        ),
        (
            "date>=2024 & status:unverified & !sensitive",
            scene.count(|_, of| {
                let is_late = ["microloans-2024", "residents-2025", "school-2025"];
                let is_unverified = ["combo-2021", "school-2025"];
                let in_any = |ids: &[&str]| ids.iter().any(|id| has(of, id));
                in_any(&is_late) && in_any(&is_unverified) && !has(of, "clinic-2023")
            }),
        ),
    ];
    for (query, expected) in expected {
        assert!(expected > 0, "{query}");
        assert_eq!(
            scene.answer(&["query", "--json", query])["identifiers"],
            expected,
            "{query}"
        );
    }
}
