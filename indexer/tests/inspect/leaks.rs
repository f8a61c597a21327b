use std::path::{Path, PathBuf};

use tekser_indexer::ingest::DumpSecrets;
use tekser_indexer::inspect::{Inspection, draft, inspect};
use toml::{Table, Value};

use super::{drafted, files};

fn breaches() -> Vec<PathBuf> {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/leaks/breaches"
    ));
    let breaches: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the leaks")
        .map(|entry| entry.expect("a breach").path())
        .collect();
    assert_eq!(breaches.len(), 7);
    breaches
}

fn inspected(breach: &Path, entry: &Table) -> Inspection {
    let path = entry["path"].as_str().expect("a path");
    inspect(&breach.join(path), &DumpSecrets::default()).expect("a dump that is recognised")
}

/// The entry that a person wrote and the one that is drafted, of each breach.
fn entries() -> Vec<(String, Table, Table)> {
    breaches()
        .iter()
        .map(|breach| {
            let description = std::fs::read_to_string(breach.join("breach.toml"));
            let description = description.expect("a description");
            let written = files(&description).remove(0);
            let inspection = inspected(breach, &written);
            let mut drafted = drafted(&[inspection], breach);
            assert_eq!(drafted.len(), 1, "{}", breach.display());
            (breach.display().to_string(), written, drafted.remove(0))
        })
        .collect()
}

#[test]
fn format_encoding_delimiter_header_table_and_sheet_are_proposed_as_they_are() {
    for (breach, written, drafted) in entries() {
        for (key, value) in written.iter().filter(|(key, _)| *key != "columns") {
            assert_eq!(drafted.get(key), Some(value), "{breach}: {key}");
        }
        let text = written["format"].as_str() != Some("xlsx");
        let encoding = written.get("encoding").and_then(Value::as_str);
        let expected = text.then_some(encoding.unwrap_or("utf-8"));
        assert_eq!(
            drafted.get("encoding").and_then(Value::as_str),
            expected,
            "{breach}"
        );
        assert!(!drafted.contains_key("quote"), "{breach}");
    }
}

#[test]
fn every_column_is_proposed_as_it_is_but_the_employers_that_nothing_shows() {
    for (breach, written, drafted) in entries() {
        let mut expected = written["columns"].as_table().unwrap().clone();
        if breach.ends_with("microloans-2024") {
            assert!(expected.remove("7").is_some());
        }
        assert_eq!(drafted["columns"].as_table(), Some(&expected), "{breach}");
    }
}

#[test]
fn the_column_that_may_be_employers_is_left_as_a_line_to_decide() {
    let breach = breaches()
        .into_iter()
        .find(|breach| breach.ends_with("microloans-2024"))
        .unwrap();
    let inspection = inspect(&breach.join("loans.txt.gz"), &DumpSecrets::default()).unwrap();
    let draft = draft(&[inspection], &breach, &"2026".parse().expect("a date")).unwrap();
    let line = draft.lines().find(|line| line.contains("\"7\"")).unwrap();
    assert!(
        line.starts_with("# \"7\" = { class = \"employers\" }"),
        "{line}"
    );
    assert!(line.contains("perhaps of employers"), "{line}");
}

#[test]
fn the_container_is_recognised_by_its_bytes() {
    for breach in breaches() {
        for entry in files(&std::fs::read_to_string(breach.join("breach.toml")).unwrap()) {
            let path = entry["path"].as_str().unwrap();
            let expected = match path.rsplit_once('.') {
                Some((_, "gz")) => Some("gzip"),
                Some((_, "zst")) => Some("zstd"),
                _ => None,
            };
            assert_eq!(inspected(&breach, &entry).container, expected, "{path}");
        }
    }
}
