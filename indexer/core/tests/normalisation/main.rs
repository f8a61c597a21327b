//! The rules of normalisation as `shared/vectors/normalise.json` binds them, held in `server/conformance`; and that
//! nothing is found that is not in the text.

mod in_text;
mod recognised;
mod typed;
mod vectors;

use exposure_index::identifier::{Kind, NORMALISATION_VERSION, normalise, normalise_cell};
use serde_json::Value;

/// The cases handed to this project, and its own, which the website runs as well.
const VECTORS: [&str; 2] = [
    include_str!("../../../../server/conformance/normalise.json"),
    include_str!("../../../../server/conformance/normalise-more.json"),
];

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
fn every_case_of_the_vectors_holds() {
    let files =
        VECTORS.map(|json| serde_json::from_str::<Value>(json).expect("the vectors are JSON"));
    let cases: Vec<&Value> = files
        .iter()
        .flat_map(|file| file["cases"].as_array().expect("a list of cases"))
        .collect();
    assert!(cases.len() > 110, "only {} cases", cases.len());
    assert!(
        files
            .iter()
            .all(|file| file["version"] == NORMALISATION_VERSION)
    );
    let misfits: Vec<String> = cases.into_iter().flat_map(misfits).collect();
    assert!(misfits.is_empty(), "{}", misfits.join("\n"));
}

/// What a case is not, as it should be.
fn misfits(case: &Value) -> Vec<String> {
    let kind: Kind = case["kind"]
        .as_str()
        .expect("a kind")
        .parse()
        .expect("a known kind");
    let input = case["input"].as_str().expect("an input");
    let (ingest, output) = (case["ingest"] == true, case["output"].as_str());
    let mut misfits = Vec::new();
    let mut compare = |what: &str, found: Option<String>, expected: Option<&str>| {
        if found.as_deref() != expected {
            misfits.push(format!("{kind} {input:?}, {what}: {found:?}"));
        }
    };
    compare("normalised", outcome(kind, input, ingest), output);
    let domain = normalise(kind, input).ok();
    let domain = domain.and_then(|site| site.registrable_domain());
    let domain = domain.map(|domain| domain.value().to_owned());
    compare(
        "domain",
        domain.filter(|_| !ingest),
        case["domain"].as_str(),
    );
    // What holds for people holds for dumps, unless a case is for one of them.
    if !ingest && output.is_some() && case["person"] != true {
        compare("in a dump", outcome(kind, input, true), output);
    }
    misfits
}
