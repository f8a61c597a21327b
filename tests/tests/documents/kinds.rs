//! Do the documents, the website and the conformance set have every kind of identifier?

use std::fs;

use exposure_index::identifier::Kind;
use serde_json::Value;

use super::document::root;

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Asserts that a file has a list, wherever its lines are broken.
fn assert_lists(name: &str, list: &str) {
    let text: Vec<String> = read(name)
        .split_whitespace()
        .map(ToOwned::to_owned)
        .collect();
    assert!(text.join(" ").contains(list), "{name} lacks {list:?}");
}

/// The names of the kinds, joined.
fn names(separator: &str) -> String {
    Kind::ALL.map(Kind::name).join(separator)
}

#[test]
fn documents_list_every_kind() {
    let numbered = Kind::ALL.map(|kind| format!("{} {kind}", kind.code()));
    assert_lists(
        "indexer/core/FORMAT.md",
        &format!("Kinds: {}.", numbered.join(", ")),
    );
    let last = Kind::ALL.len() - 1;
    assert_lists("indexer/core/FORMAT.md", &format!("the kinds 9 to {last} "));
    assert_lists(
        "server/PROTOCOL.md",
        &format!("KIND is one of `{}`.", names(" ")),
    );
    assert_lists(
        "indexer/core/GLOSSARY.md",
        &format!("a kind of identifier: `{}` |", names("`, `")),
    );
    let (_, others) = Kind::ALL.split_first().expect("kinds");
    let others: Vec<&str> = others.iter().map(|kind| kind.name()).collect();
    assert_lists("indexer/README.md", &format!("# {} ", others.join(", ")));
}

#[test]
fn the_protocol_has_the_rule_of_every_kind() {
    let text = read("server/PROTOCOL.md");
    let (_, table) = text.split_once("| kind | normal form |").expect("a table");
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let kinds = rows.filter_map(|row| row.split('`').nth(1));
    assert_eq!(kinds.collect::<Vec<_>>(), Kind::ALL.map(Kind::name));
}

#[test]
fn the_website_has_every_kind_in_the_order_of_the_codes() {
    let text = read("server/web/src/identifier/kind.ts");
    let mut kinds: Vec<&str> = Vec::new();
    for list in ["LEAK_KINDS = [", "WARNING_KINDS = ["] {
        let (_, rest) = text.split_once(list).expect(list);
        let (words, _) = rest.split_once(']').expect(list);
        kinds.extend(words.split('\'').skip(1).step_by(2));
    }
    assert_eq!(kinds, Kind::ALL.map(Kind::name));
}

#[test]
fn the_conformance_set_has_values_of_every_kind_and_what_is_none() {
    let files = ["normalise", "normalise-more"];
    let cases: Vec<Value> = files
        .iter()
        .flat_map(|name| {
            let file = read(&format!("server/conformance/{name}.json"));
            let file: Value = serde_json::from_str(&file).expect("JSON");
            file["cases"].as_array().expect("cases").clone()
        })
        .collect();
    for kind in Kind::ALL {
        let of_kind = || cases.iter().filter(|case| case["kind"] == kind.name());
        assert!(of_kind().any(|case| case["output"].is_string()), "{kind}");
        assert!(of_kind().any(|case| case["output"].is_null()), "{kind}");
    }
}
