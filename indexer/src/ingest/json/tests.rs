use proptest::prelude::*;

use super::*;
use crate::ingest::columns::tests::phones;
use crate::ingest::tests::{Collected, Trickle, phone_breach};
use crate::ingest::{Fault, RECORD_LIMIT, Tally};

fn outcome(source: impl Read, path: &str, recovers: bool) -> Result<(Collected, Tally), Failure> {
    let columns = phones(&[path]);
    let breach = phone_breach();
    let mut collected = Collected::default();
    let mut intake = Intake::of(&breach, recovers, &mut collected);
    let mut seen = Seen::new(&columns);
    read(&mut Window::new(source), &columns, &mut seen, &mut intake)?;
    let tally = intake.into_tally();
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
fn documents_stand_behind_each_other_in_arrays_and_over_many_lines() {
    for text in [
        format!("{ONE}{TWO}"),
        format!("{ONE}\n{TWO}\n"),
        format!("[{ONE},{TWO}]"),
        format!("[\n{ONE},\n{TWO}\n]\n"),
        format!("[[{ONE}],[],[{TWO}]]"),
        format!("\u{1e}{ONE}\n\u{1e}{TWO}\n"),
        format!("{ONE},\r\n{TWO}"),
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
    assert_eq!(found(&text, "d.users[].p"), ("121".to_owned(), 4, 1));
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
        "{\"p\": +77090000009}",
        "+77090000009",
        "{\"p\": [}\n  +77090000009\n]",
    ] {
        let text = format!("{ONE}\n{broken}\n{ONE}\n{TWO}");
        let (collected, tally) = outcome(text.as_bytes(), "p", true).ok().unwrap();
        let told = (collected.values().len(), tally.rows, tally.rejected_rows);
        assert_eq!(told, (3, 4, 1), "{broken}");
        assert_eq!(collected.recovered_values(), ["+77090000009"], "{broken}");
        assert_eq!(tally.rejects[0].line, 2, "{broken}");
    }
}

#[test]
fn what_is_no_object_is_rejected_and_what_is_cut_off_is_told() {
    assert_eq!(
        found(&format!("[1, \"x\", null, {ONE}]"), "p"),
        ("1".to_owned(), 4, 3)
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
fn objects_that_never_end_are_gone_on_with_line_by_line() {
    let text = format!("{}{ONE}\n", "{\"a\":\n".repeat(RECORD_LIMIT / 4));
    let (collected, tally) = outcome(text.as_bytes(), "p", true).ok().unwrap();
    assert_eq!(collected.values(), ["+77090000001"]);
    assert_eq!(tally.rejected_rows, RECORD_LIMIT as u64 / 4);
    let strict = outcome(text.as_bytes(), "p", false);
    assert!(matches!(strict, Err(Failure::Fault(Fault::UnendedObjects))));
}

proptest! {
    #[test]
    fn records_are_the_same_wherever_the_stream_is_cut(text in "(\\{|\\}|\\[|\\]|\"p\"|\"|:|,|\\\\|\n|1| |\\{\"p\":\"87090000001\"\\}){0,40}") {
        for path in ["p", "p[].p"] {
            let told = |outcome: Result<(Collected, Tally), Failure>| match outcome {
                Ok((collected, tally)) => format!("{:?} {tally:?}", collected.values()),
                Err(failure) => format!("{failure:?}"),
            };
            prop_assert_eq!(
                told(outcome(text.as_bytes(), path, true)),
                told(outcome(Trickle(text.as_bytes()), path, true))
            );
        }
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes: Vec<u8>) {
        let _ = outcome(&bytes[..], "p", true);
    }
}
