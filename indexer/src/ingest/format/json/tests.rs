//! Is every record of a JSON document read or counted?

use exposure_index::identifier::Kind;
use proptest::prelude::*;

use super::*;
use crate::ingest::tests::{CollectingSink, Trickle, phone_breach, phone_rules};
use crate::ingest::{Fault, RECORD_LIMIT, ReadOptions, Tally};

fn outcome(
    source: impl Read,
    path: &str,
    recovers: bool,
) -> Result<(CollectingSink, Tally), Failure> {
    outcome_by(source, &phone_rules(&[path]), recovers)
}

fn outcome_by(
    source: impl Read,
    rules: &FileRules,
    recovers: bool,
) -> Result<(CollectingSink, Tally), Failure> {
    let breach = phone_breach();
    let mut collected = CollectingSink::default();
    let mut builder = RecordBuilder::of(
        &breach,
        &ReadOptions {
            recover: recovers,
            ..ReadOptions::default()
        },
        &mut collected,
    );
    let mut seen = Seen::new(&rules.columns);
    read(&mut Window::new(source), rules, &mut seen, &mut builder)?;
    let tally = builder.into_tally();
    Ok((collected, tally))
}

/// The numbers' last digits, rows and rejected rows.
fn found(text: &str, path: &str) -> (String, u64, u64) {
    let (collected, tally) = outcome(Trickle(text.as_bytes()), path, true).ok().unwrap();
    let last = collected.values();
    let last = last
        .iter()
        .filter_map(|value| value.chars().last())
        .collect();
    (last, tally.rows, tally.rejected_rows)
}

const ONE: &str = r#"{"p": "87090000001", "x": {"p": [1, "}", "\"]"]}}"#;
const TWO: &str = "{\n  \"p\": 87090000002,\n  \"y\": [\n    {}\n  ]\n}";

#[test]
fn documents_follow_each_other_in_arrays_and_over_many_lines() {
    for text in [
        format!("{ONE}{TWO}"),
        format!("{ONE}\n{TWO}\n"),
        format!("[{ONE},{TWO}]"),
        format!("[\n{ONE},\n{TWO}\n]\n"),
        format!("[[{ONE}],[],[{TWO}]]"),
        format!("\u{1e}{ONE}\n\u{1e}{TWO}\n"),
        format!("{ONE},\r\n{TWO}"),
        format!("\u{feff}[{ONE}]\n\u{feff}[{TWO}]\n"),
        format!("/** x {{ */\n// y\n[{ONE},\n{TWO},]\0\0"),
    ] {
        assert_eq!(found(&text, "p"), ("12".to_owned(), 2, 0), "{text}");
        assert_eq!(found(&text, "[].p"), ("12".to_owned(), 2, 0), "{text}");
    }
}

#[test]
fn records_deep_in_a_document_are_read_one_by_one() {
    let text = format!(
        "{{\"count\": 2, \"other\": [{ONE}], \"d\": {{\"no\": \"users\", \"users\": [{ONE}, {TWO}], \"more\": {{}}}}, \"x\": 1}}\n\
         {{\"d\": [{{\"users\": {ONE}}}, {{\"users\": null}}]}}"
    );
    assert_eq!(found(&text, "d.users[].p"), ("121".to_owned(), 3, 0));
    let long = "x".repeat(RECORD_LIMIT * 2);
    let text = format!("{{\"a\": \"{long}\", \"b\": [[\"{long}\"]], \"d\": [{ONE}]}}");
    assert_eq!(found(&text, "d[].p"), ("1".to_owned(), 1, 0));
}

#[test]
fn a_broken_record_costs_itself_and_is_searched() {
    for broken in [
        "{\"p\": \"+77090000009",
        "{\"p\": \"+77090000009\"",
        "{\"p\": \"+77090000009\" \"q\": {}}",
        "{\"p\": x77, +77090000009}",
        "+77090000009",
        "{\"p\": [}\n  +77090000009\n]",
    ] {
        let text = format!("{ONE}\n{broken}\n{ONE}\n{TWO}");
        let (collected, tally) = outcome(text.as_bytes(), "p", true).ok().unwrap();
        let counts = (collected.values().len(), tally.rows, tally.rejected_rows);
        assert_eq!(counts, (3, 4, 1), "{broken}");
        assert_eq!(collected.recovered_values(), ["+77090000009"], "{broken}");
        assert_eq!(tally.rejects[0].line, 2, "{broken}");
    }
}

#[test]
fn values_that_are_not_objects_are_rejected_and_truncation_is_reported() {
    assert_eq!(
        found(&format!("[1, \"x\", null, {ONE}]"), "p"),
        ("1".to_owned(), 3, 2)
    );
    assert_eq!(found(&format!("[{ONE},"), "p"), ("1".to_owned(), 2, 1));
    assert_eq!(
        found(&format!("{ONE}]\n{ONE}"), "p"),
        ("11".to_owned(), 3, 1)
    );
    assert_eq!(found("", "p"), (String::new(), 0, 0));
}

#[test]
fn a_record_beyond_the_bound_is_rejected_and_its_neighbours_kept() {
    let long = format!("{{\"p\": \"{}\"}}", "x".repeat(RECORD_LIMIT));
    assert_eq!(
        found(&format!("{ONE}\n{long}\n{TWO}"), "p"),
        ("12".to_owned(), 3, 1)
    );
}

#[test]
fn nesting_without_end_is_rejected() {
    let deep = "[".repeat(RECORD_LIMIT);
    assert_eq!(
        found(&format!("{deep}\n{ONE}"), "p"),
        ("1".to_owned(), 2, 1)
    );
    let deep = "{\"p\":".repeat(100_000);
    assert_eq!(found(&format!("{deep}\n{ONE}"), "p").1, 2);
}

#[test]
fn objects_that_never_end_are_read_line_by_line() {
    let text = format!("{}{ONE}\n", "{\"a\":\n".repeat(RECORD_LIMIT / 4));
    let (collected, tally) = outcome(text.as_bytes(), "p", true).ok().unwrap();
    assert_eq!(collected.values(), ["+77090000001"]);
    assert_eq!(tally.rejected_rows, RECORD_LIMIT as u64 / 4);
    let strict = outcome(text.as_bytes(), "p", false);
    assert!(matches!(strict, Err(Failure::Fault(Fault::UnendedObjects))));
}

#[test]
fn values_of_keyed_objects_are_records_and_their_keys_a_column() {
    let text = r#"{"users": {"87090000001": {"p": "87090000002"}, "x": {"p": "87090000003"}, "y": null}, "more": ["+77090000004"]}"#;
    assert_eq!(found(text, "users.*.p"), ("23".to_owned(), 2, 0));
    let rules = phone_rules(&["users.*.p", "users.*"]);
    let (collected, tally) = outcome_by(text.as_bytes(), &rules, true).ok().unwrap();
    assert_eq!(
        collected.values(),
        ["+77090000001", "+77090000002", "+77090000003"]
    );
    assert_eq!((collected.records.len(), tally.missed()), (2, 1));
    // Values that are not objects.
    let text = r#"{"phones": {"a": "87090000001", "b": 87090000002}, "list": ["87090000003", "87090000004"]}"#;
    assert_eq!(found(text, "phones.*"), ("12".to_owned(), 2, 0));
    assert_eq!(found(text, "list[]"), ("34".to_owned(), 2, 0));
}

#[test]
fn text_outside_the_records_is_searched_and_counted() {
    let text = format!(
        r#"{{"took": 3, "support": "+77090000008", "d": {{"n": [1, {{"x": "+77090000009"}}], "users": [{ONE}]}}, "z": 1}}"#
    );
    let (collected, tally) = outcome(Trickle(text.as_bytes()), "d.users[].p", true)
        .ok()
        .unwrap();
    assert_eq!(collected.values(), ["+77090000001"]);
    let outside = &tally.passed_over[&Passage::OtherValue];
    assert_eq!((outside.passages, outside.identifiers), (4, 2));
    assert_eq!(collected.recovered_values(), [""; 0]);
    // A long stretch is searched all along.
    let many: Vec<String> = (0..5_000).map(|n| format!("\"+7709{n:07}\"")).collect();
    let text = format!("{{\"x\": [{}], \"d\": [{ONE}]}}", many.join(","));
    let (_, tally) = outcome(text.as_bytes(), "d[].p", true).ok().unwrap();
    assert_eq!(tally.missed(), 5_000);
}

#[test]
fn what_another_file_reads_is_not_passed_over() {
    let text = format!(
        r#"{{"users": [{ONE}], "orders": [{{"p": "+77090000005"}}], "x": "+77090000006"}}"#
    );
    let mut rules = phone_rules(&["users[].p"]);
    let mut other = rules.entry.clone();
    other.format = Some(Format::Json);
    let entry = other.columns.values().next().cloned().unwrap();
    let missed = |rules: &FileRules| {
        outcome_by(text.as_bytes(), rules, true)
            .ok()
            .unwrap()
            .1
            .missed()
    };
    assert_eq!(missed(&rules), 2);
    for (path, expected) in [("orders[].p", 1), ("x", 0), ("orders[].p.q", 1)] {
        other.columns = [(path.to_owned(), entry.clone())].into();
        rules.others = vec![other.clone()];
        assert_eq!(missed(&rules), expected, "{path}");
    }
}

#[test]
fn a_broken_record_costs_no_other_even_in_one_line() {
    let text = format!(
        r#"{{"users": [{ONE}, {{"p": "+77090000009" "q"}}, {ONE}, {{"p": 87090000003}}], "x": 1}}"#
    );
    let (collected, tally) = outcome(Trickle(text.as_bytes()), "users[].p", true)
        .ok()
        .unwrap();
    assert_eq!(collected.values().len(), 3);
    assert_eq!(collected.recovered_values(), ["+77090000009"]);
    assert_eq!((tally.rows, tally.rejected_rows), (4, 1));
    // Documents that come after it are documents again.
    let text = format!("{text}\n{{\"users\": [{ONE}, {ONE}]}}\n");
    let (collected, _) = outcome(text.as_bytes(), "users[].p", true).ok().unwrap();
    assert_eq!(collected.values().len(), 5);
    let long = format!(
        "{{\"y\": \"{}\", \"users\": [{ONE}]}}",
        "x".repeat(RECORD_LIMIT)
    );
    let (collected, _) = outcome(format!("{text}{long}").as_bytes(), "users[].p", true)
        .ok()
        .unwrap();
    assert_eq!(collected.values().len(), 6);
}

#[test]
fn all_of_a_record_that_is_too_long_is_searched() {
    let many: Vec<String> = (0..90_000).map(|n| format!("\"+7709{n:07}\"")).collect();
    let text = format!("{{\"x\": [{}]}}{TWO}", many.join(","));
    assert!(text.len() > RECORD_LIMIT);
    let (collected, tally) = outcome(text.as_bytes(), "p", true).ok().unwrap();
    assert_eq!(collected.recovered_values().len(), 90_000);
    assert_eq!(collected.values(), ["+77090000002"]);
    assert_eq!((tally.rows, tally.rejected_rows), (2, 1));
}

/// Whether the planted number has been read, or its place counted as not read.
fn is_accounted_for(collected: &CollectingSink, tally: &Tally) -> bool {
    let is_planted = |value: &String| value == "+77090000009";
    let invalid = tally
        .cells
        .get(&Kind::Phone)
        .map_or(0, |cells| cells.invalid);
    collected.values().iter().any(is_planted)
        || collected.recovered_values().iter().any(is_planted)
        || tally.missed() + invalid > 0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    // Every key that a record has is that of a column, so that nothing in it is left out.
    #[test]
    fn an_identifier_planted_anywhere_is_read_or_its_place_is_counted(
        before in "(\\{|\\}|\\[|\\]|\"p\":|\"u\":|,|\\\\|\n|1| |null|NaN|\"|'|\\{\"p\":\"87090000001\"\\},?|\\{\"u\":\\[\\{\"p\":1\\},?){0,30}",
        after in "(\\{|\\}|\\[|\\]|\"p\":|\"u\":|,|\n|1| |\"|\\}\\]\\}|\\{\"p\":\"87090000001\"\\}){0,30}",
    ) {
        let text = format!("{before}\"+77090000009\"{after}");
        for columns in [&["p", "u"][..], &["u[].p", "u[].u"], &["u.*.p", "u.*.u", "u.*"], &["p[]", "u"]] {
            let rules = phone_rules(columns);
            let Ok((collected, tally)) = outcome_by(text.as_bytes(), &rules, true) else {
                continue;
            };
            prop_assert!(is_accounted_for(&collected, &tally), "{columns:?} {text}");
        }
    }

    #[test]
    fn records_are_the_same_wherever_the_stream_is_cut(text in "(\\{|\\}|\\[|\\]|\"p\"|\"|:|,|\\\\|\n|1| |\\{\"p\":\"87090000001\"\\}){0,40}") {
        for path in ["p", "p[].p", "p.*.p", "p[]"] {
            let summary = |outcome: Result<(CollectingSink, Tally), Failure>| match outcome {
                Ok((collected, tally)) => format!("{:?} {tally:?}", collected.values()),
                Err(failure) => format!("{failure:?}"),
            };
            prop_assert_eq!(
                summary(outcome(text.as_bytes(), path, true)),
                summary(outcome(Trickle(text.as_bytes()), path, true))
            );
        }
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes: Vec<u8>) {
        // Excludes panics where the window is cut: within a character, an escape or a number.
        let _ = outcome(&bytes[..], "p", true);
    }

    // Documents as a program writes them, of which some bytes have been lost, changed or added. All keys of records are
    // those of columns; a planted number is under one of them, outside of the records, or for a key.
    #[test]
    fn an_identifier_in_a_damaged_document_is_read_or_its_place_is_counted(
        people in prop::collection::vec(0_u32..5, 1..8),
        planted in any::<prop::sample::Index>(),
        pretty in any::<bool>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), "[{}\\[\\],: \n]?"), 0..4),
    ) {
        let person = |(place, form): (usize, &u32)| {
            let phone = if place == planted.index(people.len()) { "+77090000009" } else { "+77090000001" };
            match form {
                0 => serde_json::json!({"p": phone}),
                1 => serde_json::json!({"p": [phone, null], "q": 1}),
                2 => serde_json::json!({"q": {"p": phone}}),
                3 => serde_json::json!({"q": "x", "p": {"$numberLong": phone}}),
                _ => serde_json::json!([{"p": phone}]),
            }
        };
        let users: Vec<serde_json::Value> = people.iter().enumerate().map(person).collect();
        let outside = serde_json::json!({"n": 1, "seen": users, "users": users, "end": [true]});
        let document = match planted.index(3) {
            0 => serde_json::json!(users),
            _ => outside,
        };
        let mut text = match pretty {
            true => serde_json::to_string_pretty(&document).unwrap(),
            false => document.to_string(),
        };
        for (place, byte) in damage {
            let place = place.index(text.len());
            // Digits and the plus stay, so that there is something to be found; and so do the names of columns.
            if b"{}[],: \n\"".contains(&text.as_bytes()[place]) {
                text.replace_range(place..=place, &byte);
            }
        }
        for columns in [&["p", "q"][..], &["users[].p", "users[].q"]] {
            let rules = phone_rules(columns);
            let (collected, tally) = outcome_by(text.as_bytes(), &rules, true).ok().unwrap();
            prop_assert!(is_accounted_for(&collected, &tally), "{columns:?} {text}");
        }
    }
}
