//! `server/conformance/index.json` and `ranges.json`: documents and ranges of a server, and a client's reading
//! of them. They are made here, and run here like in any other implementation.

mod index;
mod ranges;
mod release;
mod retrieval;
mod versions;

use exposure_index::client::{ClientError, Doubt};
use serde_json::{Value, json};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../server/conformance/");

/// Compares a published file with what is made here, or writes it.
fn compare(file: &str, made: &Value) {
    let made = serde_json::to_string_pretty(made).expect("JSON") + "\n";
    let path = format!("{FOLDER}{file}");
    if std::env::var_os("OVERWRITE").is_some() {
        std::fs::write(&path, &made).expect("a file that can be written");
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == made,
        "{file}: look at the difference after: OVERWRITE=1 cargo test -p exposure_index --test client conformance"
    );
}

fn read(file: &str) -> Value {
    let text = std::fs::read_to_string(format!("{FOLDER}{file}")).expect("the cases");
    serde_json::from_str(&text).expect("JSON")
}

fn cases<'a>(file: &'a Value, list: &str) -> &'a [Value] {
    file[list].as_array().expect("a list of cases")
}

/// The document with some of its members set, or removed if they are null.
fn changed(document: &Value, set: &Value) -> Value {
    let mut document = document.clone();
    let members = document.as_object_mut().expect("an object");
    for (name, value) in set.as_object().into_iter().flatten() {
        match value {
            Value::Null => members.remove(name),
            value => members.insert(name.clone(), value.clone()),
        };
    }
    document
}

fn accepted(name: &str, set: Value) -> Value {
    let mut case = json!({ "name": name, "expect": "accept" });
    case["set"] = set;
    case
}

fn refused(name: &str, reason: &str, set: Value) -> Value {
    let mut case = json!({ "name": name, "expect": "refuse", "reason": reason });
    case["set"] = set;
    case
}

fn check(case: &Value, outcome: Result<(), &'static str>) {
    let expected = match case["expect"].as_str() {
        Some("accept") => Ok(()),
        _ => Err(case["reason"].as_str().expect("a reason")),
    };
    assert_eq!(outcome, expected, "{}", case["name"]);
}

/// The word of the conformance set for this client's error.
fn reason(error: &ClientError) -> &'static str {
    let ClientError::Doubted(doubt) = error else {
        panic!("not doubted, but: {error}");
    };
    match doubt {
        Doubt::Unknown { .. } => "version",
        Doubt::Bounds { .. } | Doubt::Fine => "shape",
        Doubt::Unsigned | Doubt::Signature => "signature",
        Doubt::Statement { .. }
        | Doubt::Document {
            document: "statement",
        } => "statement",
        Doubt::Expired => "expired",
        Doubt::Service => "service",
        Doubt::KeyId => "key",
        Doubt::Older => "older",
        Doubt::Document { .. } | Doubt::Field { .. } => "malformed",
        Doubt::Catalogue => "catalogue",
        Doubt::Length | Doubt::LengthField | Doubt::Padding | Doubt::Path | Doubt::Retrieved => {
            "path"
        }
        Doubt::Range | Doubt::Names => "range",
        other => panic!("no word for: {other}"),
    }
}
