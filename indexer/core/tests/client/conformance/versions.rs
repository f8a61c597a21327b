//! Index documents of another version: where a client looks for its own version.

use std::cell::RefCell;

use exposure_index::client::{ClientError, Request};
use exposure_index::statement::Trust;
use serde_json::{Value, json};

use super::super::site::{Liar, json as answer};
use super::super::untold;
use super::index::{Base, FILE};
use super::release::Release;
use super::{accepted, cases, changed, check, read, reason, refused};

/// The statement of version 2 with this list of other versions.
fn second(base: &Base, also: &Value) -> Value {
    base.both(&json!({ "normalisation": 2, "service": base.service(&json!({ "also": also })) }))
}

/// The document, without the members that only the statement has.
fn document(set: Value) -> Value {
    let mut set = set;
    if let Some(members) = set.as_object_mut() {
        members.remove("service");
    }
    set
}

fn first(url: &str) -> Value {
    json!({ "format": 1, "normalisation": 1, "sunset": "2999-01-02T03:04:05Z", "url": url })
}

fn found(name: &str, next: &str, set: Value) -> Value {
    let mut case = accepted(name, document(set));
    case["next"] = next.into();
    case
}

pub(super) fn made(base: &Base) -> Vec<Value> {
    let signed = |also: &Value| second(base, also);
    let third = json!({ "format": 1, "normalisation": 3, "url": "third/v1/index" });
    let later = changed(&first("before/v1/index"), &json!({ "later": [1] }));
    let behind = "https://tekser.example.kz/v1/before/v1/index";
    let refused = |name, reason, set| refused(name, reason, document(set));
    let refused_list = |name, reason, also: Value| refused(name, reason, signed(&also));
    let stranger = second(
        &base.of(Release::new(8)),
        &json!([first("before/v1/index")]),
    );
    let expired = base.both(&json!({
        "normalisation": 2,
        "expires": "2026-01-03T00:00:00Z",
        "service": base.service(&json!({ "also": [first("before/v1/index")] })),
    }));
    let of_the_first = changed(
        &base.signed(
            &json!({ "service": base.service(&json!({ "also": [first("before/v1/index")] })) }),
        ),
        &json!({ "normalisation": 2 }),
    );
    let unsigned = changed(
        &base.both(&json!({ "normalisation": 2 })),
        &json!({ "also": [first("before/v1/index")] }),
    );
    vec![
        found(
            "version 1 beside version 2",
            behind,
            signed(&json!([third, later])),
        ),
        found(
            "version 1 at an absolute path",
            "https://tekser.example.kz/before/v1/index",
            signed(&json!([first("/before/v1/index")])),
        ),
        found(
            "a document that names another place than was signed",
            behind,
            changed(
                &signed(&json!([first("before/v1/index")])),
                &json!({ "also": [first("elsewhere/v1/index")] }),
            ),
        ),
        refused_list(
            "version 1 at another origin",
            "malformed",
            json!([first("https://elsewhere.example.org/v1/index")]),
        ),
        refused_list(
            "more versions than may be named",
            "malformed",
            json!(vec![first("before/v1/index"); 5]),
        ),
        refused_list("only a later version", "version", json!([third])),
        refused("version 1 named, but not signed", "version", unsigned),
        refused("version 1 in the word of a stranger", "signature", stranger),
        refused(
            "version 1 in a statement that has expired",
            "expired",
            expired,
        ),
        refused(
            "version 1 in the statement of version 1",
            "statement",
            of_the_first,
        ),
    ]
}

/// Asks with a client that trusts the key, at whose address `document` is and everywhere else that of version 1. What
/// it asked.
fn outcome(file: &Value, document: &Value) -> (Vec<String>, Result<(), ClientError>) {
    let asked = RefCell::new(Vec::new());
    let liar = Liar(|request: &Request<'_>| {
        asked.borrow_mut().push(request.url.to_string());
        match asked.borrow().len() {
            1 => answer(document),
            _ => answer(&file["index"]),
        }
    });
    let trust = file["trust"][0].as_str().expect("a key");
    let client = untold(liar).with_trust(Trust::load(&[trust]).expect("a key"));
    let outcome = client.index().map(drop);
    drop(client);
    (asked.into_inner(), outcome)
}

#[test]
fn every_published_document_of_another_version_leads_where_it_should_or_nowhere() {
    let file = read(FILE);
    for case in cases(&file, "version_cases") {
        let (asked, outcome) = outcome(&file, &changed(&file["index"], &case["set"]));
        check(case, outcome.map_err(|error| reason(&error)));
        let next = case.get("next").and_then(Value::as_str);
        let expected: Vec<&str> = file["url"].as_str().into_iter().chain(next).collect();
        assert_eq!(asked, expected, "{}", case["name"]);
    }
}
