//! Every format in every encoding, container and with every line end, compared with what was written.
//!
//! The dumps are written here from known people, by encoders that share nothing with the readers.

mod accounting;
mod dumps;
mod pack;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use exposure_index::identifier::Kind;

use super::tests::{CollectingSink, read_folder};
use dumps::Dump;
use pack::{CONTAINERS, ENCODINGS, LINE_ENDS};
use people::People;

fn read(dump: &Dump, more: &str, bytes: &[u8]) -> (CollectingSink, super::Tally) {
    let entry = format!(
        "path = \"dump\"\nformat = \"{}\"\n{more}{}",
        dump.format, dump.entry
    );
    read_folder(&entry, &[("dump", bytes)])
}

/// Compares what was read with what was written.
fn check(dump: &Dump, more: &str, bytes: &[u8], label: &str) {
    let (collected, tally) = read(dump, more, bytes);
    let records = collected.records.iter().flat_map(|(found, _)| found);
    let strict: BTreeSet<(Kind, String)> = records
        .map(|found| (found.kind(), found.value().to_owned()))
        .collect();
    let expected: BTreeSet<(Kind, String)> = dump.strict.iter().cloned().collect();
    let missing: Vec<_> = expected.difference(&strict).collect();
    let surplus: Vec<_> = strict.difference(&expected).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "{label}: missing {missing:?}, surplus {surplus:?}"
    );
    assert_eq!(
        (tally.rows, tally.rejected_rows),
        (dump.rows, dump.rejected),
        "{label}"
    );
    let mut recovered = collected.recovered_values();
    recovered.sort();
    let mut expected: Vec<String> = dump
        .recovered
        .iter()
        .map(|(_, value)| value.clone())
        .collect();
    expected.sort();
    assert_eq!(recovered, expected, "{label}");
    let mut counts: BTreeMap<Kind, u64> = BTreeMap::new();
    for (kind, _) in &dump.recovered {
        *counts.entry(*kind).or_default() += 1;
    }
    assert_eq!(tally.recovered, counts, "{label}");
}

#[test]
fn texts_are_read_in_every_encoding_container_and_with_every_line_end() {
    for (encoding, encode) in ENCODINGS {
        let people = People::named_for(encoding);
        for dump in dumps::texts(&people) {
            for line_end in LINE_ENDS {
                let text = dump.text.replace('\n', line_end);
                let bytes = encode(&text);
                for (container, pack) in CONTAINERS {
                    let label = format!("{} {encoding} {line_end:?} {container}", dump.name);
                    let more = format!(
                        "encoding = \"{}\"\n",
                        encoding.trim_end_matches(" with mark")
                    );
                    check(&dump, &more, &pack(&bytes), &label);
                }
            }
        }
    }
}

#[test]
fn spreadsheets_are_read_in_every_container() {
    let people = People::named_for("utf-8");
    for (dump, book) in dumps::spreadsheets(&people) {
        for (container, pack) in CONTAINERS {
            check(
                &dump,
                "",
                &pack(&book),
                &format!("{} {container}", dump.name),
            );
        }
    }
}
