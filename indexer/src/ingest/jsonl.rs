use std::io::Read;

use serde_json::{Map, Number, Value};

use super::columns::{Column, Columns};
use super::error::Failure;
use super::intake::Intake;
use super::json::Paths;
use super::tally::Reason;
use super::window::Window;
use super::{Fault, lines};

/// Up to here a floating-point number holds every integer exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads one JSON object a line.
pub(super) fn read(
    window: &mut Window<impl Read>,
    columns: &Columns,
    seen: &mut Seen,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    let paths = Paths::of_documents(columns);
    // Where an object begins that is not ended, unless another line comes after it.
    let mut open = None;
    lines::each(window, false, intake, |number, text, intake| {
        let value = serde_json::from_str(&String::from_utf8_lossy(text));
        let is_open = value.as_ref().is_err_and(serde_json::Error::is_eof);
        open = is_open.then_some(number);
        match value {
            Ok(Value::Object(object)) => record(&object, columns, &paths, seen, intake),
            _ => intake.reject_row(number, Reason::NotJson, text),
        }
    })?;
    Ok(window.check_end(open)?)
}

/// Which columns of a `[[file]]` some object had.
///
/// Objects may leave any member out, so only when all are read is it certain that a path of `breach.toml` leads
/// nowhere.
pub(super) struct Seen {
    columns: Vec<bool>,
    objects: u64,
}

impl Seen {
    pub(super) fn new(columns: &Columns) -> Self {
        Self {
            columns: vec![false; columns.0.len()],
            objects: 0,
        }
    }

    /// Refuses a column that no object had, if there were objects.
    pub(super) fn check(&self, columns: &Columns) -> Result<(), Fault> {
        let missing = self.columns.iter().position(|seen| !seen);
        match missing {
            Some(place) if self.objects > 0 => Err(Fault::MissingColumn {
                column: columns.0[place].name.clone(),
            }),
            _ => Ok(()),
        }
    }
}

/// Takes the columns of an object, whose paths are `paths`.
pub(super) fn record(
    object: &Map<String, Value>,
    columns: &Columns,
    paths: &Paths,
    seen: &mut Seen,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    seen.objects += 1;
    let columns = columns.0.iter().zip(&paths.columns);
    for ((column, path), seen) in columns.zip(&mut seen.columns) {
        *seen |= follow(object, path, &mut |value| {
            leaf(value, column, intake);
        });
    }
    intake.end_record()
}

/// Takes every value that the dotted `path` leads to; false if there is none.
///
/// A key that itself holds dots goes before a nested one: `a.b.c` is looked up as `a.b.c`, then as `c` in `a.b`, then
/// as `b.c` in `a`.
fn follow(object: &Map<String, Value>, path: &str, take: &mut dyn FnMut(&Value)) -> bool {
    if let Some(value) = object.get(path) {
        take(value);
        return true;
    }
    path.rmatch_indices('.').any(|(dot, _)| {
        let inner = object.get(&path[..dot]);
        inner.is_some_and(|inner| descend(inner, &path[dot + 1..], take))
    })
}

fn descend(value: &Value, path: &str, take: &mut dyn FnMut(&Value)) -> bool {
    match value {
        Value::Object(object) => follow(object, path, take),
        Value::Array(elements) => {
            let mut met = false;
            for element in elements {
                met |= descend(element, path, take);
            }
            met
        }
        _ => false,
    }
}

/// Takes the cell or, from an array, the cells of a value.
fn leaf(value: &Value, column: &Column, intake: &mut Intake<'_>) {
    match value {
        Value::Null => {}
        Value::Bool(value) => intake.cell(column, if *value { "true" } else { "false" }),
        Value::Number(number) => intake.cell(column, &number_text(number)),
        Value::String(text) => intake.cell(column, text),
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| leaf(element, column, intake)),
        Value::Object(object) if object.is_empty() => {}
        Value::Object(_) => intake.opaque_cell(column),
    }
}

/// A number as a person reads it.
pub(super) fn number_text(number: &Number) -> String {
    match number.as_f64() {
        Some(value) if number.is_f64() => float_text(value),
        _ => number.to_string(),
    }
}

/// An integer that was written as a float, as an integer. Beyond what a float holds exactly, digits are lost: written
/// scientifically, it is refused where they matter.
pub(super) fn float_text(value: f64) -> String {
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
    use crate::ingest::Tally;
    use crate::ingest::columns::tests::phones;
    use crate::ingest::tests::{Collected, Trickle};

    fn read_all(text: &[u8], path: &str) -> (Collected, Tally, Result<(), Fault>) {
        let columns = phones(&[path]);
        let mut collected = Collected::default();
        let mut intake = Intake::new(&mut collected);
        let mut seen = Seen::new(&columns);
        let mut window = Window::new(Trickle(text));
        let outcome = read(&mut window, &columns, &mut seen, &mut intake);
        // What was read before an early end is looked at here; that it is told, in a test of its own.
        assert!(outcome.is_ok() || outcome.is_err_and(|failure| failure.is_early_end()));
        let tally = intake.into_tally();
        (collected, tally, seen.check(&columns))
    }

    fn phones_at(path: &str, line: &str) -> Vec<String> {
        read_all(line.as_bytes(), path).0.values()
    }

    #[test]
    fn a_path_leads_through_objects_and_arrays() {
        let phone = ["+77090000001".to_owned()];
        assert_eq!(phones_at("a.b", r#"{"a": {"b": "87090000001"}}"#), phone);
        assert_eq!(phones_at("a.b.c", r#"{"a.b": {"c": 87090000001}}"#), phone);
        assert_eq!(
            phones_at(
                "a.b",
                r#"{"a.b": 87090000001.0, "a": {"b": "87090000002"}}"#
            ),
            phone
        );
        assert_eq!(
            phones_at("a", r#"{"a": [null, ["87090000001"], {}, "нет"]}"#),
            phone
        );
        let both = ["+77090000001".to_owned(), "+77090000002".to_owned()];
        assert_eq!(
            phones_at(
                "a.b",
                r#"{"a": [{"b": "87090000001"}, {"b": ["87090000002"]}]}"#
            ),
            both
        );
    }

    #[test]
    fn what_is_no_object_is_rejected_by_its_line() {
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
    fn a_file_that_ends_within_an_object_and_a_line_is_cut_off() {
        let read = |text: &[u8]| {
            let columns = phones(&["p"]);
            let mut collected = Collected::default();
            let mut intake = Intake::new(&mut collected);
            let mut window = Window::new(text);
            let outcome = read(&mut window, &columns, &mut Seen::new(&columns), &mut intake);
            outcome.is_err_and(|failure| failure.is_early_end())
        };
        assert!(read(b"{\"p\":1}\n{\"p\":\"8709"));
        assert!(!read(b"{\"p\":1}\n{\"p\":\"8709\n"));
        assert!(!read(b"{\"p\":\"8709\n{\"p\":1}"));
    }

    #[test]
    fn a_nested_object_is_no_identifier_but_is_not_empty() {
        let (_, tally, _) = read_all(br#"{"p": {"q": 1}}"#, "p");
        let cells = &tally.cells[&crate::identifier::Kind::Phone];
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
