use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::{memchr_iter, memchr3};

use super::cells::Cells;
use super::description::Delimiter;
use super::error::Failure;
use super::tally::Reason;
use super::window::Window;
use super::{Fault, RECORD_LIMIT};

/// The records of a stream, cut apart by `csv-core`, each bounded by [`RECORD_LIMIT`].
pub(super) struct Records<R> {
    window: Window<R>,
    core: Reader,
    delimiter: Delimiter,
    quoting: bool,
    /// Quotes that make reading take for ever are taken for text from there on, instead of ending it.
    persists: bool,
    cells: Vec<u8>,
    /// Where the columns end in `cells` or in the present line; only the first `width` are the present record's.
    ends: Vec<usize>,
    width: usize,
    /// The present record is a line without quotes, whose cells have not been copied.
    is_line: bool,
    /// The line that was rejected last, up to [`RECORD_LIMIT`].
    rejected: Vec<u8>,
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
    pub(super) fn new(window: Window<R>, delimiter: Delimiter, quoting: bool) -> Self {
        Self {
            window,
            core: core(delimiter, quoting),
            delimiter,
            quoting,
            persists: false,
            cells: vec![0; 4096],
            ends: vec![0; 64],
            width: 0,
            is_line: false,
            rejected: Vec::new(),
        }
    }

    /// Goes on without quoting where quotes cannot be told apart, if that is wanted.
    pub(super) fn persisting(self, persists: bool) -> Self {
        Self { persists, ..self }
    }

    /// How many cells the present record has.
    pub(super) const fn width(&self) -> usize {
        self.width
    }

    /// The present record as it is written, with its line end.
    pub(super) fn written(&self) -> &[u8] {
        self.window.passed()
    }

    /// The line that was rejected last, up to [`RECORD_LIMIT`].
    pub(super) fn rejected(&self) -> &[u8] {
        &self.rejected
    }

    /// The cells of the present record.
    pub(super) fn cells(&self) -> Cells<'_> {
        let ends = &self.ends[..self.width];
        match self.is_line {
            true => Cells::new(self.window.passed(), ends, 1),
            false => Cells::new(&self.cells, ends, 0),
        }
    }

    /// As [`Window::check_end`].
    pub(super) fn check_end(&self, open: Option<u64>) -> Result<(), Fault> {
        self.window.check_end(open)
    }

    /// The present record is the last.
    pub(super) fn are_at_end(&mut self) -> bool {
        matches!(self.window.first(), Ok(None))
    }

    /// The names of the columns, from the first record.
    pub(super) fn header(&mut self) -> Result<Vec<String>, Failure> {
        match self.next()? {
            Next::Record { .. } => {
                let name = |cell| String::from_utf8_lossy(cell).into_owned();
                Ok(self.cells().iter().map(name).collect())
            }
            Next::Rejected { .. } | Next::End => Err(Fault::BadHeader.into()),
        }
    }

    pub(super) fn next(&mut self) -> Result<Next, Failure> {
        skip_blank_lines(&mut self.window)?;
        self.window.set_mark();
        let line = self.window.line_number();
        if self.takes_line() {
            return Ok(Next::Record { line });
        }
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

    /// Takes the present line for a record, if it has been read to its end and no quote in it may mean something. It
    /// needs to be cut at its delimiters only, which takes a fraction of what `csv-core` takes.
    fn takes_line(&mut self) -> bool {
        let rest = self.window.rest();
        let quote = if self.quoting { b'"' } else { b'\n' };
        let Some(length) = memchr3(b'\n', b'\r', quote, rest) else {
            return false;
        };
        if length >= RECORD_LIMIT || rest[length] == b'"' {
            return false;
        }
        let line = &rest[..length];
        self.ends.clear();
        self.ends.extend(memchr_iter(self.delimiter.0, line));
        self.ends.push(length);
        self.width = self.ends.len();
        self.is_line = true;
        self.window.advance_line(length);
        true
    }

    const fn record(&mut self, line: u64, ended: usize) -> Next {
        self.is_line = false;
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
        // Without quoting a record is a line, and going back over each once cannot take for ever.
        if !self.window.rewind() && self.quoting {
            if !self.persists {
                return Err(Fault::StrayQuotes.into());
            }
            self.quoting = false;
            self.core = core(self.delimiter, false);
        }
        self.rejected.clear();
        let line_head = self.window.line_head(RECORD_LIMIT)?;
        self.rejected.extend_from_slice(line_head);
        self.window.skip_line()?;
        self.core.reset();
        Ok(Next::Rejected { line, reason })
    }
}

fn core(delimiter: Delimiter, quoting: bool) -> Reader {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter.0).quoting(quoting).build()
}

pub(super) fn skip_blank_lines(window: &mut Window<impl Read>) -> io::Result<()> {
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
    use crate::ingest::tests::Trickle;

    /// Records as (line, cells), rejected ones as (line, reason).
    type Found = Vec<(u64, Result<Vec<String>, Reason>)>;

    fn records(source: impl Read, quote: bool) -> Found {
        let mut records = Records::new(Window::new(source), Delimiter(b';'), quote);
        let mut found = Found::new();
        loop {
            match records.next().unwrap() {
                Next::Record { line } => {
                    let cell = |cell| String::from_utf8_lossy(cell).into_owned();
                    found.push((line, Ok(records.cells().iter().map(cell).collect())));
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
