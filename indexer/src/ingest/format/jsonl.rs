//! Which records do lines of JSON hold?

use std::io::Read;

use super::json::value::{Malformed, Parser, Value};
use super::json::{self, Paths, Reader, Seen, cut};
use crate::ingest::RECORD_LIMIT;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::Reason;
use crate::ingest::text::cells::text_of;
use crate::ingest::text::window::{Line, Window};

/// Up to this value, a floating-point number holds every integer exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Bytes of an overlong line searched at a time.
const PIECE: usize = 8 << 10;

/// Reads one JSON object per line. Where the paths lead to records within these, lines are documents, of any length.
pub(in crate::ingest) fn read(
    window: &mut Window<impl Read>,
    rules: &FileRules,
    seen: &mut Seen,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let paths = Paths::of(&rules.columns);
    if paths.has_records_within() {
        return json::read(window, rules, seen, builder);
    }
    let mut reader = Reader::new(&rules.columns, &paths, seen, builder);
    // Line of an object that does not end, unless another line comes after it.
    let mut open = None;
    loop {
        window.finish_line_end()?;
        if window.line_head(RECORD_LIMIT + 1)?.len() > RECORD_LIMIT {
            open = None;
            reject_long(window, reader.builder)?;
            continue;
        }
        match window.line(RECORD_LIMIT)? {
            Line::Whole { text, .. } if text.iter().all(|byte| b" \t[],\0".contains(byte)) => {}
            Line::Whole { number, text } => {
                let outcome = line(&mut reader, number, text)?;
                open = (outcome == Err(Malformed::Ends)).then_some(number);
            }
            // Overlong lines have been handled.
            Line::TooLong { .. } => {}
            Line::End => break,
        }
    }
    Ok(window.check_end(open)?)
}

/// Takes the objects of a line, which is rejected from the first other content on.
fn line(
    reader: &mut Reader<'_, '_, '_>,
    number: u64,
    text: &[u8],
) -> Result<Result<(), Malformed>, Failure> {
    let decoded = text_of(text);
    let mut parser = Parser::new(&decoded);
    let outcome = objects(reader, number, &decoded, &mut parser);
    json::pass_over_comments(reader.builder, number, &parser);
    outcome
}

fn objects<'t>(
    reader: &mut Reader<'_, '_, '_>,
    number: u64,
    decoded: &'t str,
    parser: &mut Parser<'t>,
) -> Result<Result<(), Malformed>, Failure> {
    loop {
        let begin = parser.position();
        let outcome = match parser.next() {
            Ok(None | Some(Value::Null)) if parser.is_at_end() => return Ok(Ok(())),
            Ok(Some(Value::Object(members))) => {
                if !reader.object(&members, "")? {
                    let text = &decoded[begin..parser.position()];
                    json::check(reader.builder, number, text.as_bytes());
                }
                continue;
            }
            // The array around the lines, if its bracket has no line of its own.
            Err(_) if begin == 0 && decoded.starts_with('[') => {
                parser.skip_bracket();
                continue;
            }
            Err(_)
                if decoded[begin..]
                    .bytes()
                    .all(|byte| b" \t],\0".contains(&byte)) =>
            {
                return Ok(Ok(()));
            }
            Ok(Some(Value::Array(elements))) if elements.iter().all(is_record) => {
                let mut has_met = true;
                for element in &elements {
                    if let Value::Object(members) = element {
                        has_met &= reader.object(members, "")?;
                    }
                }
                if !has_met {
                    let text = &decoded[begin..parser.position()];
                    json::check(reader.builder, number, text.as_bytes());
                }
                continue;
            }
            outcome => outcome.map(drop),
        };
        json::reject(
            reader.builder,
            number,
            Reason::NotJson,
            &decoded.as_bytes()[begin..],
        )?;
        return Ok(outcome);
    }
}

const fn is_record(value: &Value<'_>) -> bool {
    matches!(value, Value::Object(_) | Value::Null)
}

/// Rejects the present line, all of which is searched.
fn reject_long(
    window: &mut Window<impl Read>,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    window.set_mark();
    builder.reject(window.line_number(), Reason::TooLong);
    loop {
        let head = window.line_head(PIECE)?;
        let is_last = head.len() < PIECE;
        let length = match is_last {
            true => head.len(),
            false => cut(head),
        };
        builder.recover(&head[..length])?;
        window.advance(length);
        window.set_mark();
        if is_last {
            return Ok(window.skip_line()?);
        }
    }
}

/// An integer that was written as a float, as an integer. Beyond what a float holds exactly, digits are lost: written
/// scientifically, it is refused where they matter.
pub(in crate::ingest) fn float_text(value: f64) -> String {
    if value.abs() < EXACT {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::tests::{CollectingSink, Trickle, phone_rules};
    use crate::ingest::{Fault, ReadOptions, Tally};

    fn read_all(text: &[u8], path: &str) -> (CollectingSink, Tally, Result<(), Fault>) {
        let rules = phone_rules(&[path]);
        let breach = crate::ingest::tests::phone_breach();
        let mut collected = CollectingSink::default();
        let mut builder = RecordBuilder::of(&breach, &ReadOptions::default(), &mut collected);
        let mut seen = Seen::new(&rules.columns);
        let mut window = Window::new(Trickle(text));
        let outcome = read(&mut window, &rules, &mut seen, &mut builder);
        // This checks what was read before an early end; another test checks that it is reported.
        assert!(outcome.is_ok() || outcome.is_err_and(|failure| failure.is_early_end()));
        let tally = builder.into_tally();
        (collected, tally, seen.check(&rules.columns))
    }

    fn phones_at(path: &str, line: &str) -> Vec<String> {
        let mut found = read_all(line.as_bytes(), path).0.values();
        found.sort();
        found
    }

    #[test]
    fn a_path_leads_through_objects_and_arrays() {
        let phone = ["+77090000001".to_owned()];
        assert_eq!(phones_at("a.b", r#"{"a": {"b": "87090000001"}}"#), phone);
        assert_eq!(phones_at("a.b.c", r#"{"a.b": {"c": 87090000001}}"#), phone);
        assert_eq!(
            phones_at("a", r#"{"a": [null, ["87090000001"], {}, "нет"]}"#),
            phone
        );
        let both = ["+77090000001".to_owned(), "+77090000002".to_owned()];
        for line in [
            r#"{"a": [{"b": "87090000001"}, {"b": ["87090000002"]}]}"#,
            r#"{"a.b": 87090000001.0, "a": {"b": "87090000002"}}"#,
            r#"{"a": {"b": 87090000001}, "A": {"B": {"$numberLong": "87090000002"}}}"#,
            r#"{"a": {"b": 8.7090000001E10, "b": "0x3837303930303030303032"}}"#,
        ] {
            assert_eq!(phones_at("a.b", line), both, "{line}");
        }
        assert_eq!(
            phones_at("a.*", r#"{"a": {"x": 87090000001, "y": 87090000002}}"#),
            both
        );
    }

    #[test]
    fn elements_of_an_array_that_the_path_goes_through_are_records() {
        let text =
            b"{\"u\": [{\"p\": 87090000001}, {\"p\": 87090000002}], \"x\": \"+77090000003\"}\n";
        let (collected, tally, _) = read_all(text, "u[].p");
        assert_eq!(
            (collected.records.len(), tally.rows, tally.missed()),
            (2, 2, 1)
        );
        let (collected, tally, _) = read_all(text, "u.p");
        assert_eq!(
            (collected.records.len(), tally.rows, tally.missed()),
            (1, 1, 0)
        );
    }

    #[test]
    fn lines_of_several_objects_and_those_of_an_array_are_read() {
        let record = r#"{"p": "87090000001"}"#;
        for text in [
            format!("[\n{record},\n{record}\n]\n"),
            format!("[{record},\n{record}]"),
            format!("[{record}, {record}]\n"),
            format!("{record}{record}\n"),
            format!("\u{feff}{record}\n\u{feff}{record},\n"),
            format!("{record} // x\n\0{record}\0\n"),
        ] {
            let (collected, tally, _) = read_all(text.as_bytes(), "p");
            let counts = (collected.values().len(), tally.rows, tally.rejected_rows);
            assert_eq!(counts, (2, 2, 0), "{text}");
        }
    }

    #[test]
    fn a_record_of_other_columns_that_holds_identifiers_is_counted() {
        let text = "{\"p\": \"87090000001\"}\n{\"tel\": \"+77090000002\"}\n{\"x\": 1}\n";
        let (collected, tally, _) = read_all(text.as_bytes(), "p");
        assert_eq!(collected.values(), ["+77090000001"]);
        assert_eq!((tally.rows, tally.rejected_rows, tally.missed()), (3, 0, 1));
    }

    #[test]
    fn a_line_that_is_not_an_object_is_rejected() {
        let text = "{\"p\":null}\n\n[1]\r\n{\"p\": 1\n{\"p\": \"87090000001\"}";
        let (collected, tally, _) = read_all(text.as_bytes(), "p");
        assert_eq!(collected.values(), ["+77090000001"]);
        assert_eq!((tally.rows, tally.rejected_rows), (4, 2));
        assert_eq!(
            tally
                .rejects
                .iter()
                .map(|reject| reject.line)
                .collect::<Vec<_>>(),
            [3, 4]
        );
    }

    #[test]
    fn a_line_that_is_too_long_is_rejected_and_all_of_it_searched() {
        let long: Vec<String> = (0..60_000)
            .map(|n| format!("\"x\": \"+7709{:07}\"", n))
            .collect();
        let text = format!("{{{}}}\n{{\"p\": \"87090000001\"}}\n", long.join(", "));
        assert!(text.len() > RECORD_LIMIT);
        let (collected, tally, _) = read_all(text.as_bytes(), "p");
        assert_eq!((tally.rows, tally.rejected_rows), (2, 1));
        assert_eq!(collected.recovered_values().len(), 60_000);
        assert_eq!(collected.values(), ["+77090000001"]);
    }

    #[test]
    fn a_file_that_ends_within_an_object_and_a_line_is_cut_off() {
        let read = |text: &[u8]| {
            let rules = phone_rules(&["p"]);
            let mut collected = CollectingSink::default();
            let mut builder = RecordBuilder::new(&mut collected);
            let mut seen = Seen::new(&rules.columns);
            let outcome = read(&mut Window::new(text), &rules, &mut seen, &mut builder);
            outcome.is_err_and(|failure| failure.is_early_end())
        };
        assert!(read(b"{\"p\":1}\n{\"p\":\"8709"));
        assert!(!read(b"{\"p\":1}\n{\"p\":\"8709\n"));
        assert!(!read(b"{\"p\":\"8709\n{\"p\":1}"));
    }

    #[test]
    fn a_nested_object_is_not_an_identifier_but_is_not_empty() {
        let (_, tally, _) = read_all(br#"{"p": {"q": 1}}"#, "p");
        let cells = &tally.cells[&exposure_index::identifier::Kind::Phone];
        assert_eq!((cells.filled, cells.invalid), (1, 1));
    }

    #[test]
    fn a_path_that_no_object_has_is_refused_when_all_are_read() {
        let fault = Fault::MissingColumn {
            column: "p.q".to_owned(),
        };
        assert_eq!(read_all(br#"{"p": 1}"#, "p.q").2, Err(fault));
        assert_eq!(read_all(br#"{"p": {"q": null}}"#, "p.q").2, Ok(()));
        assert_eq!(read_all(b"", "p.q").2, Ok(()));
    }

    #[test]
    fn a_number_that_lost_digits_is_not_written_out() {
        assert_eq!(float_text(77_090_000_001.0), "77090000001");
        assert_eq!(float_text(1.5), "1.5");
        assert_eq!(float_text(4_000_000_000_000_000_000.0), "4e18");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes: Vec<u8>) {
            let (_, tally, _) = read_all(&bytes, "p");
            prop_assert!(tally.rejected_rows <= tally.rows);
        }
    }
}
