use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::columns::Placed;
use super::description::Delimiter;
use super::error::Failure;
use super::intake::Intake;
use super::resolve::FileRules;
use super::sniff::{self, HEAD};
use super::tally::Reason;
use super::window::Window;
use super::{Fault, RECORD_LIMIT};

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
    let mut records = Records::new(window, delimiter, quote);
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
    let header = rules.entry.header;
    if header.unwrap_or_else(|| !columns.are_numbered()) {
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
    loop {
        let line = match records.next()? {
            Next::Record { line } => line,
            Next::Rejected { line, reason } => {
                intake.reject(line, reason);
                continue;
            }
            Next::End => return Ok(()),
        };
        let (columns, width) = match &shape {
            Some(shape) => shape,
            None => &*shape.insert((rules.columns.by_number(records.width)?, records.width)),
        };
        if records.width != *width {
            intake.reject(line, Reason::WrongColumnCount);
            continue;
        }
        for &(place, column) in columns {
            intake.cell(column, &String::from_utf8_lossy(records.cell(place)));
        }
        intake.end_record()?;
    }
}

/// The numbers of columns of the records among the first rows of `head`, the cut-off last one left out.
fn widths(head: &[u8], delimiter: Delimiter, quote: bool) -> Vec<usize> {
    let mut records = Records::new(Window::new(head), delimiter, quote);
    let (mut widths, mut cut_off) = (Vec::new(), false);
    for _ in 0..SAMPLE {
        match records.next() {
            Ok(Next::Record { .. }) => {
                widths.push(records.width);
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

/// The records of a stream, cut apart by `csv-core`, each bounded by [`RECORD_LIMIT`].
pub(super) struct Records<R> {
    window: Window<R>,
    core: Reader,
    cells: Vec<u8>,
    /// Where the columns end in `cells`; only the first `width` are the present record's.
    ends: Vec<usize>,
    width: usize,
}

/// What comes next of the records.
pub(super) enum Next {
    /// [`Records::cell`] gives its cells.
    Record {
        line: u64,
    },
    Rejected {
        line: u64,
        reason: Reason,
    },
    End,
}

impl<R: Read> Records<R> {
    pub(super) fn new(window: Window<R>, delimiter: Delimiter, quote: bool) -> Self {
        let core = ReaderBuilder::new()
            .delimiter(delimiter.0)
            .quoting(quote)
            .build();
        Self {
            window,
            core,
            cells: vec![0; 4096],
            ends: vec![0; 64],
            width: 0,
        }
    }

    /// The text of the column at `place`, which is below `width`.
    pub(super) fn cell(&self, place: usize) -> &[u8] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.cells[start..self.ends[place]]
    }

    /// How many columns the present record has.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// The present record is the last.
    pub(super) fn are_at_end(&mut self) -> bool {
        matches!(self.window.first(), Ok(None))
    }

    /// The names of the columns, from the first record.
    fn header(&mut self) -> Result<Vec<String>, Failure> {
        match self.next()? {
            Next::Record { .. } => {
                let name = |place| String::from_utf8_lossy(self.cell(place)).into_owned();
                Ok((0..self.width).map(name).collect())
            }
            Next::Rejected { .. } | Next::End => Err(Fault::BadHeader.into()),
        }
    }

    /// Goes to the next record.
    pub(super) fn next(&mut self) -> Result<Next, Failure> {
        skip_blank_lines(&mut self.window)?;
        self.window.set_mark();
        let line = self.window.line_number();
        let (mut written, mut ended) = (0, 0);
        loop {
            if self.window.first()?.is_none() {
                return self.finish(line, written, ended);
            }
            let (result, read, bytes, ends) = self.core.read_record(
                self.window.rest(),
                &mut self.cells[written..],
                &mut self.ends[ended..],
            );
            self.window.advance(read);
            written += bytes;
            ended += ends;
            if self.window.since_mark() > RECORD_LIMIT {
                return self.give_up(line, Reason::TooLong);
            }
            match result {
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return Ok(self.record(line, ended)),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
    }

    const fn record(&mut self, line: u64, ended: usize) -> Next {
        self.width = ended;
        Next::Record { line }
    }

    /// The record that the end of the stream ends. A line end would end it as well, unless a quote is open.
    fn finish(&mut self, line: u64, written: usize, ended: usize) -> Result<Next, Failure> {
        if self.window.since_mark() == 0 {
            return Ok(Next::End);
        }
        self.cells.resize(self.cells.len().max(written + 1), 0);
        self.ends.resize(self.ends.len().max(ended + 1), 0);
        let (result, _, _, ends) =
            self.core
                .read_record(b"\n", &mut self.cells[written..], &mut self.ends[ended..]);
        match result {
            ReadRecordResult::Record => Ok(self.record(line, ended + ends)),
            _ => self.give_up(line, Reason::UnclosedQuote),
        }
    }

    /// Rejects the present record and goes on at the line after the one where it began, so that a stray quote
    /// swallows no more than that line.
    fn give_up(&mut self, line: u64, reason: Reason) -> Result<Next, Failure> {
        if !self.window.rewind() {
            return Err(Fault::StrayQuotes.into());
        }
        self.window.skip_line()?;
        self.core.reset();
        Ok(Next::Rejected { line, reason })
    }
}

fn skip_blank_lines(window: &mut Window<impl Read>) -> io::Result<()> {
    while matches!(window.first()?, Some(b'\n' | b'\r')) {
        window.advance(1);
        window.set_mark();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::IngestError;
    use crate::ingest::tests::{Trickle, read_folder, read_folder_files};

    /// Records as (line, cells), rejected ones as (line, reason).
    type Found = Vec<(u64, Result<Vec<String>, Reason>)>;

    fn records(source: impl Read, quote: bool) -> Found {
        let mut records = Records::new(Window::new(source), Delimiter(b';'), quote);
        let mut found = Found::new();
        loop {
            match records.next().unwrap() {
                Next::Record { line } => {
                    let cell = |place| String::from_utf8_lossy(records.cell(place)).into_owned();
                    found.push((line, Ok((0..records.width).map(cell).collect())));
                }
                Next::Rejected { line, reason } => found.push((line, Err(reason))),
                Next::End => return found,
            }
        }
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Result<Vec<String>, Reason>) {
        (line, Ok(cells.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn quotes_delimiters_and_line_ends_in_quotes_are_text() {
        let text = "a;\"b;\"\"c\"\"\r\nd\"\r\n\r\ne;f\rg;h";
        let expected = [
            row(1, &["a", "b;\"c\"\r\nd"]),
            row(4, &["e", "f"]),
            row(5, &["g", "h"]),
        ];
        assert_eq!(records(text.as_bytes(), true), expected);
    }

    #[test]
    fn without_quoting_a_quote_is_text() {
        let expected = [row(1, &["a", "\"b"]), row(2, &["\"c", "d"])];
        assert_eq!(records(&b"a;\"b\n\"c;d\n"[..], false), expected);
    }

    #[test]
    fn an_unclosed_quote_costs_its_line_and_no_other() {
        let expected = [
            row(1, &["a", "b"]),
            (2, Err(Reason::UnclosedQuote)),
            row(3, &["e", "f"]),
        ];
        assert_eq!(records(&b"a;b\nc;\"d\ne;f"[..], true), expected);
        let mut long = b"c;\"d\ne;f\n".to_vec();
        long.extend(b"1;2\n".repeat(RECORD_LIMIT));
        let found = records(&long[..], true);
        assert_eq!(found.len(), RECORD_LIMIT + 2);
        assert_eq!(found[..2], [(1, Err(Reason::TooLong)), row(2, &["e", "f"])]);
    }

    #[test]
    fn the_bound_of_a_record_is_exact() {
        let fits = [&vec![b'x'; RECORD_LIMIT - 1][..], b"\ny\n"].concat();
        assert!(records(&fits[..], true)[0].1.is_ok());
        let exceeds = [&vec![b'x'; RECORD_LIMIT][..], b"\ny\n"].concat();
        assert_eq!(
            records(&exceeds[..], true),
            [(1, Err(Reason::TooLong)), row(2, &["y"])]
        );
    }

    #[test]
    fn a_record_may_have_many_columns() {
        let found = records(&b";".repeat(1000)[..], true);
        assert_eq!(found[0].1.as_ref().map(Vec::len), Ok(1001));
    }

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

    /// The identifiers, the rows and the rejected rows of a file without header.
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
        let failed = read_folder_files(&entry, &[("a.csv", &file)]);
        assert!(matches!(
            failed,
            Err(IngestError::File {
                fault: Fault::StrayQuotes,
                ..
            })
        ));
    }

    proptest! {
        #[test]
        fn records_are_the_same_wherever_the_stream_is_cut(text in "[a;\"\r\n]{0,60}") {
            prop_assert_eq!(records(Trickle(text.as_bytes()), true), records(text.as_bytes(), true));
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes: Vec<u8>, quote: bool) {
            records(&bytes[..], quote);
        }
    }
}
