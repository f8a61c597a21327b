//! The rules of normalisation as `shared/vectors/normalise.json` binds them, held in `tests/vectors`.

use exposure_index::identifier::{Kind, NORMALISATION_VERSION, normalise, normalise_cell};
use serde_json::Value;

const VECTORS: &str = include_str!("vectors/normalise.json");

/// The normal form of a case's input, as a person types it or as a dump's cell holds it.
fn outcome(kind: Kind, input: &str, ingest: bool) -> Option<String> {
    if !ingest {
        return normalise(kind, input)
            .ok()
            .map(|identifier| identifier.value().to_owned());
    }
    let mut found = Vec::new();
    normalise_cell(kind, input, &mut found).ok()?;
    found.pop().map(|identifier| identifier.value().to_owned())
}

#[test]
fn every_case_of_the_shared_vectors_holds() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
    assert_eq!(vectors["version"], NORMALISATION_VERSION);
    let cases = vectors["cases"].as_array().expect("a list of cases");
    assert!(cases.len() > 100, "only {} cases", cases.len());
    for case in cases {
        let kind: Kind = case["kind"]
            .as_str()
            .expect("a kind")
            .parse()
            .expect("a known kind");
        let input = case["input"].as_str().expect("an input");
        let ingest = case["ingest"] == true;
        assert_eq!(
            outcome(kind, input, ingest).as_deref(),
            case["output"].as_str(),
            "{kind} {input:?}"
        );
        // What holds for persons holds for dumps, unless a dump-only case says otherwise.
        if !ingest && case["output"].is_string() {
            assert_eq!(
                outcome(kind, input, true).as_deref(),
                case["output"].as_str(),
                "{kind} {input:?}"
            );
        }
    }
}
