//! An index of the small leaks shows what their truth files say, to the last identifier.

use std::collections::BTreeMap;

use serde_json::Value;
use tekser_tests::{Workspace, leaks, public_exposures, queries};

fn object(value: &Value) -> BTreeMap<String, Value> {
    serde_json::from_value(value.clone()).expect("an object")
}

#[test]
fn the_build_counts_what_the_dumps_hold() {
    let workspace = Workspace::new();
    let built = workspace.build(&leaks().join("breaches"), &["--json"]);
    let built: Value = serde_json::from_str(&built).expect("one JSON object");
    let truth = leaks().join("truth/stats.json");
    let truth: Value =
        serde_json::from_slice(&std::fs::read(truth).expect("the truth")).expect("JSON");
    let told: Value =
        serde_json::from_str(&workspace.run_ok(&["stats", "--json"])).expect("one JSON object");
    for shown in [&built, &told] {
        assert_eq!(shown["identifiers"], truth["identifiers"]);
        assert_eq!(
            object(&shown["breaches"]).keys().collect::<Vec<_>>(),
            object(&truth["breaches"]).keys().collect::<Vec<_>>()
        );
        for (breach, expected) in object(&truth["breaches"]) {
            for (count, expected) in object(&expected) {
                assert_eq!(
                    shown["breaches"][&breach][&count], expected,
                    "{breach}: {count}"
                );
            }
        }
    }
}

#[test]
fn every_query_is_answered_as_the_truth_has_it() {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches"), &[]);
    let queries = queries();
    let answers = workspace.lookup(&queries, &[]);
    let public_answers = workspace.lookup(&queries, &["--public"]);
    assert_eq!(
        (answers.len(), public_answers.len()),
        (queries.len(), queries.len())
    );
    for ((query, answer), public_answer) in queries.iter().zip(&answers).zip(&public_answers) {
        let exposures = query["exposures"].as_array().expect("a list");
        assert_eq!(answer["exposures"], query["exposures"], "{query}");
        assert_eq!(answer["found"], !exposures.is_empty(), "{query}");
        assert_eq!(public_answer["exposures"], public_exposures(query));
    }
}
