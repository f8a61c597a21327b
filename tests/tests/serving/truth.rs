use exposure_index::breach::DataClass;
use exposure_index::client::{Answer, Client};
use exposure_index::identifier::{Kind, normalise};
use serde_json::{Value, json};
use tekser_tests::{public_exposures, queries};

use crate::leaks_served;

/// Returns the OPRF's input for a query; `None` if what was typed is not an identifier.
pub(crate) fn input(query: &Value) -> Option<Vec<u8>> {
    let text = |field: &str| query[field].as_str().expect("text");
    let kind: Kind = text("kind").parse().expect("a kind");
    let identifier = normalise(kind, text("value")).ok()?;
    Some(identifier.oprf_input())
}

/// An answer as the truth writes it.
pub(crate) fn shown(answer: &Answer) -> Value {
    let exposures = answer.exposures.iter().map(|exposed| {
        let classes: Vec<&str> = exposed.classes.iter().map(DataClass::as_str).collect();
        json!({"breach": exposed.breach.as_str(), "classes": classes})
    });
    Value::Array(exposures.collect())
}

/// Checks that every `step`th query of the truth is answered correctly at `base`.
pub(crate) fn assert_answered(base: &str, step: usize) {
    let client = Client::over_http(base).expect("a URL").without_trust();
    let queries: Vec<Value> = queries().into_iter().step_by(step).collect();
    let inputs: Vec<Vec<u8>> = queries
        .iter()
        .map(|query| input(query).expect("every query of the truth is an identifier"))
        .collect();
    let answers = client.look_up_all(&inputs).expect("answers");
    assert_eq!(answers.len(), queries.len());
    for (query, answer) in queries.iter().zip(&answers) {
        assert_eq!(shown(answer), public_exposures(query), "{query}");
    }
}

#[test]
fn every_public_query_is_answered_right_over_http() {
    let (_workspace, server) = leaks_served(&[]);
    assert_answered(server.base(), 1);
}
