use std::io::Read;

use super::columns::Placed;
use super::description::Delimiter;
use super::error::Failure;
use super::intake::Intake;
use super::records::{Next, Records, skip_blank_lines};
use super::resolve::FileRules;
use super::sniff::{self, HEAD};
use super::tally::Reason;
use super::window::Window;

/// How many records tell the number of columns.
const SAMPLE: usize = 100;

/// Reads values between delimiters.
pub(super) fn read(
    mut window: Window<impl Read>,
    rules: &FileRules,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    skip_blank_lines(&mut window)?;
    if window.first()?.is_none() {
        return Ok(());
    }
    let quote = rules.entry.quote;
    let head = window.peek(HEAD)?;
    let delimiter = rules.entry.delimiter;
    let delimiter = delimiter.unwrap_or_else(|| sniff::delimiter(head, quote));
    if let Some(reading) = intake.reading() {
        reading.delimiter = Some(char::from(delimiter.0));
    }
    let width = commonest(&widths(head, delimiter, quote)).map(|(width, _)| width);
    intake.has_header(rules.has_header());
    let mut records = Records::new(window, delimiter, quote).persisting(intake.recovers());
    let shape = shape(&mut records, rules, width)?;
    rows(&mut records, rules, shape, intake)
}

/// The columns that are read and how many a record has.
type Shape<'r> = (Vec<Placed<'r>>, usize);

/// The shape that the header tells or, without one, the commonest width, if there is one.
fn shape<'r>(
    records: &mut Records<impl Read>,
    rules: &'r FileRules,
    width: Option<usize>,
) -> Result<Option<Shape<'r>>, Failure> {
    let columns = &rules.columns;
    if rules.has_header() {
        let names = records.header()?;
        return Ok(Some((columns.by_name(&names)?, names.len())));
    }
    match width {
        Some(width) => Ok(Some((columns.by_number(width)?, width))),
        None => Ok(None),
    }
}

/// Hands the records on. Where no record could be sampled, the first that parses tells the shape.
fn rows<'r>(
    records: &mut Records<impl Read>,
    rules: &'r FileRules,
    mut shape: Option<Shape<'r>>,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    // Where a quote is opened that is not closed, unless another record comes after it.
    let mut open = None;
    loop {
        let line = match records.next()? {
            Next::Record { line } => line,
            Next::Rejected { line, reason } => {
                intake.reject_row(line, reason, records.rejected())?;
                open = (reason == Reason::UnclosedQuote).then_some(line);
                continue;
            }
            Next::End => return Ok(records.check_end(open)?),
        };
        open = None;
        let (columns, width) = match &shape {
            Some(shape) => shape,
            None => &*shape.insert((rules.columns.by_number(records.width())?, records.width())),
        };
        if records.width() != *width {
            intake.reject_row(line, Reason::WrongColumnCount, records.written())?;
            continue;
        }
        intake.record(columns, records.cells())?;
    }
}

/// The numbers of columns of the records among the first rows of `head`, the cut-off last one left out.
fn widths(head: &[u8], delimiter: Delimiter, quote: bool) -> Vec<usize> {
    let mut records = Records::new(Window::new(head), delimiter, quote);
    let (mut widths, mut cut_off) = (Vec::new(), false);
    for _ in 0..SAMPLE {
        match records.next() {
            Ok(Next::Record { .. }) => {
                widths.push(records.width());
                cut_off = head.len() >= HEAD;
            }
            Ok(Next::Rejected { .. }) => cut_off = false,
            // Reading from memory cannot fail; but the head may be full of quotes that are not closed.
            Ok(Next::End) | Err(_) => {
                if cut_off {
                    widths.pop();
                }
                break;
            }
        }
    }
    widths
}

/// The commonest of some widths and how often it occurs; of equally common ones the larger.
pub(super) fn commonest(widths: &[usize]) -> Option<(usize, usize)> {
    let count = |width: usize| widths.iter().filter(|&&other| other == width).count();
    let counted = widths.iter().map(|&width| (count(width), width));
    counted.max().map(|(count, width)| (width, count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::{read_folder, read_folder_files, read_folder_with};
    use crate::ingest::{Fault, IngestError, RECORD_LIMIT, ReadOptions};

    #[test]
    fn the_commonest_width_is_that_of_most_records() {
        assert_eq!(
            commonest(&widths(b"a;b\n1;2;3\nc;d\n", Delimiter(b';'), true)),
            Some((2, 2))
        );
        assert_eq!(commonest(&[]), None);
    }

    const NUMBERED: &str =
        "path = \"a.csv\"\nheader = false\ncolumns.0 = { identifier = \"phone\" }";

    /// The identifiers of whole rows, the rows and the rejected rows of a file without header.
    fn counts(file: &[u8]) -> (usize, u64, u64) {
        let (collected, tally) = read_folder(NUMBERED, &[("a.csv", file)]);
        (collected.values().len(), tally.rows, tally.rejected_rows)
    }

    #[test]
    fn a_file_that_begins_unreadably_is_rejected_row_by_row_and_not_taken_for_empty() {
        let long = vec![b'x'; RECORD_LIMIT + 1];
        assert_eq!(counts(&long), (0, 1, 1));
        let then_row = [&long[..], b"\n87090000001,x\n87090000002\n"].concat();
        assert_eq!(counts(&then_row), (1, 3, 2));
    }

    #[test]
    fn a_file_that_ends_within_a_quote_and_a_line_is_cut_off_and_one_with_a_stray_quote_is_not() {
        let cut = |file: &[u8]| match read_folder_files(NUMBERED, &[("a.csv", file)]) {
            Err(IngestError::File { fault, .. }) => Some(fault),
            _ => None,
        };
        let line = 2;
        assert_eq!(
            cut(b"87090000001;x\n87090000002;\"y"),
            Some(Fault::CutOff { line })
        );
        assert_eq!(cut(b"87090000001;x\n87090000002;\"y\n"), None);
        assert_eq!(cut(b"87090000001;\"x\n87090000002;y"), None);
    }

    #[test]
    fn blank_lines_before_the_first_row_are_passed_over_however_many() {
        let blank = b"\r\n".repeat(HEAD);
        assert_eq!(counts(&blank), (0, 0, 0));
        let then_row = [&blank[..], b"87090000001;x\n"].concat();
        assert_eq!(counts(&then_row), (1, 1, 0));
    }

    #[test]
    fn quotes_that_are_never_closed_are_told_instead_of_taking_for_ever() {
        let file = b"x\"y;\"z\n".repeat(RECORD_LIMIT / 2);
        let entry = format!("delimiter = \";\"\n{NUMBERED}");
        let strict = ReadOptions {
            recover: false,
            ..ReadOptions::default()
        };
        let failed = read_folder_with(&strict, &entry, &[("a.csv", &file)]);
        assert!(matches!(
            failed,
            Err(IngestError::File {
                fault: Fault::StrayQuotes,
                ..
            })
        ));
    }

    #[test]
    fn where_quotes_are_never_closed_reading_goes_on_line_by_line() {
        let mut file = b"x\"y;\"z\n".repeat(RECORD_LIMIT / 2);
        file.extend_from_slice(b"87090000001;\"x\n87090000002;x;\"y\n");
        let entry = format!("delimiter = \";\"\n{NUMBERED}");
        let (collected, tally) = read_folder(&entry, &[("a.csv", &file)]);
        assert_eq!(collected.values(), ["+77090000001"]);
        assert_eq!(collected.recovered_values(), ["+77090000002"]);
        assert_eq!(tally.rows, RECORD_LIMIT as u64 / 2 + 2);
        assert!(
            (2..tally.rows / 2).contains(&tally.rejected_rows),
            "{}",
            tally.rejected_rows
        );
    }
}
