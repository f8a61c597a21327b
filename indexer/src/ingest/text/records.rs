//! Where does a record of delimited text end? Quotes, line ends within them, and strays.

use std::io::{self, Read};

use memchr::{memchr, memchr2, memchr3};

use super::cells::Cells;
use super::cutter::{CellBuffer, Cut, Cutter, Strays};
use super::expected::{ExpectedRows, LineReader};
use super::separators::{ESCAPE, Separators};
use super::window::Window;
use crate::ingest::error::Failure;
use crate::ingest::tally::Reason;
use crate::ingest::{Fault, RECORD_LIMIT};

/// Maximum length of a cell with stray quotes after its line, in bytes.
const STRAYED: usize = 64 << 10;

/// Of lines between two quotes that are rows, one in this many may not look like a row.
const LINES_FOR_DAMAGED: usize = 10;

/// Number of lines of a quoted value that may all look like rows, in a file that surely has such values.
const LINES_LIKE_ROWS: usize = 3;

/// The records of a stream, each bounded by [`RECORD_LIMIT`].
///
/// Most are lines without quotes. A quote encloses a value if one before a delimiter or line end closes it. If
/// that is in another line, two strays may have paired up and hidden the rows between them. So these lines are read by
/// themselves, too: if they all look like rows, they are rows.
pub(in crate::ingest) struct Records<'r, R> {
    window: Window<R>,
    reader: LineReader<'r>,
    cells: CellBuffer,
    /// Cells of lines that are only examined.
    looked_at: CellBuffer,
    /// Ends of the cells in the current line.
    ends: Vec<usize>,
    /// Place of the cells of the current record.
    held: CellStorage,
    quoting: Quoting,
    /// Whether no way of reading the current record makes it a row.
    is_doubtful: bool,
    /// Whether quotes may enclose line ends, until distinguishing such records from strays takes too long.
    spans_lines: bool,
    /// Whether a value has certainly held line ends.
    has_spanned: bool,
    /// Whether a stray quote was found.
    has_strayed: bool,
    /// The line that was rejected last, up to [`RECORD_LIMIT`].
    rejected: Vec<u8>,
}

/// The place of a record's cells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CellStorage {
    /// The record's line, with the delimiters between them.
    Line,
    /// A buffer.
    Buffer,
}

/// The quotes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Quoting {
    /// No quotes, or none that opens a cell.
    Plain,
    /// Quotes enclose cells.
    Enclosing,
    /// Quotes open cells that they do not close, so they are text.
    Stray,
}

/// The next item of the records.
pub(in crate::ingest) enum Next {
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

impl<'r, R: Read> Records<'r, R> {
    pub(in crate::ingest) fn new(window: Window<R>, separators: Separators) -> Self {
        Self {
            window,
            reader: LineReader {
                separators,
                expected: ExpectedRows::default(),
            },
            cells: CellBuffer::default(),
            looked_at: CellBuffer::default(),
            ends: Vec::with_capacity(64),
            held: CellStorage::Buffer,
            quoting: Quoting::Plain,
            is_doubtful: false,
            spans_lines: true,
            has_spanned: false,
            has_strayed: false,
            rejected: Vec::new(),
        }
    }

    /// Sets what the following rows look like.
    pub(in crate::ingest) fn expect(&mut self, expected: ExpectedRows<'r>) {
        self.reader.expected = expected;
    }

    /// Notes that values of this file certainly hold line ends.
    pub(in crate::ingest) const fn expect_line_ends(&mut self, has_spanned: bool) {
        self.has_spanned = has_spanned;
    }

    /// Returns whether a value has certainly held line ends.
    pub(in crate::ingest) const fn has_spanned(&self) -> bool {
        self.has_spanned
    }

    pub(in crate::ingest) const fn expected(&self) -> &ExpectedRows<'r> {
        &self.reader.expected
    }

    /// Returns the number of cells of the current record.
    pub(in crate::ingest) fn width(&self) -> usize {
        match self.held {
            CellStorage::Line => self.ends.len(),
            CellStorage::Buffer => self.cells.width(),
        }
    }

    /// Returns the quotes of the current record.
    pub(in crate::ingest) const fn quoting(&self) -> Quoting {
        self.quoting
    }

    /// Returns whether no way of reading the current record makes it a row, even if it has as many cells as one.
    pub(in crate::ingest) const fn is_doubtful(&self) -> bool {
        self.is_doubtful
    }

    /// Returns the current record as it is written, with its line end.
    pub(in crate::ingest) fn written(&self) -> &[u8] {
        self.window.passed()
    }

    /// The line that was rejected last, up to [`RECORD_LIMIT`].
    pub(in crate::ingest) fn rejected(&self) -> &[u8] {
        &self.rejected
    }

    /// Returns the cells of the current record.
    pub(in crate::ingest) fn cells(&self) -> Cells<'_> {
        let gap = self.reader.separators.delimiter.len();
        match self.held {
            CellStorage::Line => Cells::new(self.window.passed(), &self.ends, gap),
            CellStorage::Buffer => self.cells.cells(),
        }
    }

    /// Returns the cells of the current record as the names of columns.
    pub(in crate::ingest) fn names(&self) -> Vec<String> {
        let name = |cell| String::from_utf8_lossy(cell).into_owned();
        self.cells().iter().map(name).collect()
    }

    /// Like [`Window::check_end`].
    pub(in crate::ingest) fn check_end(&self, open: Option<u64>) -> Result<(), Fault> {
        self.window.check_end(open)
    }

    /// Returns whether the current record is the last.
    pub(in crate::ingest) fn are_at_end(&mut self) -> bool {
        matches!(self.window.first(), Ok(None))
    }

    pub(in crate::ingest) fn next(&mut self) -> Result<Next, Failure> {
        skip_blank_lines(&mut self.window)?;
        self.window.set_mark();
        let line = self.window.line_number();
        if self.takes_line() {
            return Ok(Next::Record { line });
        }
        let length = match self.window.line_length(RECORD_LIMIT - 1)? {
            Some(0) => return Ok(Next::End),
            Some(length) => length,
            None => return self.reject(line, Reason::TooLong),
        };
        if self.takes(length) {
            return Ok(Next::Record { line });
        }
        self.weigh(line, length)
    }

    /// Takes the current line as a record, if it has been read to its end and nothing in it escapes a
    /// delimiter. It is cut only at its delimiters, which takes a fraction of the time of comparing readings.
    fn takes_line(&mut self) -> bool {
        let rest = self.window.rest();
        let quote = self.reader.separators.quote.unwrap_or(b'\n');
        let found = memchr3(b'\n', b'\r', quote, rest);
        match found {
            Some(length) if length < RECORD_LIMIT && matches!(rest[length], b'\n' | b'\r') => {
                self.takes_plain(length)
            }
            _ => false,
        }
    }

    /// Takes a line of `length` bytes without quotes, or not searched for any.
    fn takes(&mut self, length: usize) -> bool {
        let line = &self.window.rest()[..length];
        let quote = self.reader.separators.quote;
        let is_quoted = quote.is_some_and(|quote| memchr(quote, line).is_some());
        !is_quoted && self.takes_plain(length)
    }

    fn takes_plain(&mut self, length: usize) -> bool {
        let Separators {
            delimiter, escape, ..
        } = self.reader.separators;
        let line = &self.window.rest()[..length];
        if escape.is_some_and(|escape| memchr(escape, line).is_some()) {
            return false;
        }
        self.ends.clear();
        delimiter.ends(line, &mut self.ends);
        // Escapes may remove some cells, or add those of the next line.
        let has_width = self.reader.expected.has_width(self.ends.len());
        if !has_width && memchr(ESCAPE, line).is_some() {
            return false;
        }
        self.held = CellStorage::Line;
        self.is_doubtful = false;
        self.quoting = Quoting::Plain;
        self.pass_line(length);
        true
    }

    /// Passes over the current line of `length` bytes, and its end.
    fn pass_line(&mut self, length: usize) {
        match self.window.rest().len() {
            rest if rest > length => self.window.advance_line(length),
            _ => self.window.advance(length),
        }
    }

    /// Reads a record that begins in a line of `length` bytes in which delimiters may have no meaning.
    fn weigh(&mut self, line: u64, length: usize) -> Result<Next, Failure> {
        let strict = Cutter::strict(self.reader.separators);
        let limit = if self.spans_lines {
            RECORD_LIMIT
        } else {
            length
        };
        let cut = self.cut(strict, length, limit)?;
        if let Cut::Record {
            length: cut,
            is_enclosed,
        } = cut
            && self.prefers(cut, length)
        {
            return Ok(self.take(line, cut, is_enclosed));
        }
        self.charge(cut, length, limit);
        let is_last = self.window.rest().len() == length;
        let is_unclosed = cut == Cut::Open && self.spans_lines;
        if is_unclosed && is_last && !self.has_strayed {
            return self.reject(line, Reason::UnclosedQuote);
        }
        let is_row = self
            .reader
            .read(&self.window.rest()[..length], &mut self.cells);
        if !is_row && let Some(length) = self.cut_with_strays(length)? {
            return Ok(self.take(line, length, true));
        }
        if !is_row && is_unclosed && self.reader.expected.width.is_some() {
            return self.reject(line, Reason::UnclosedQuote);
        }
        self.take_line(line, length, is_row)
    }

    /// Cuts the record that begins here, of at most `limit` bytes; if these are no more than the `length` of its line,
    /// they are all that there is of it.
    fn cut(&mut self, cutter: Cutter, length: usize, limit: usize) -> io::Result<Cut> {
        let mut is_whole = limit <= length;
        loop {
            let rest = self.window.rest();
            let looked_at = rest.len().min(limit);
            let cut = cutter.record(&rest[..looked_at], is_whole, &mut self.cells);
            if cut != Cut::Open || is_whole || looked_at == limit {
                return Ok(cut);
            }
            // Twice as much each time, so the repeated part is no more than the new one.
            let wanted = limit.min(2 * looked_at + 1);
            is_whole = self.window.peek(wanted)?.len() == looked_at;
        }
    }

    /// Returns whether the record of `cut` bytes that was cut by its quotes, and begins in a line of `length`, is
    /// preferable to the lines that it consists of.
    fn prefers(&mut self, cut: usize, length: usize) -> bool {
        let has_width = self.reader.expected.has_width(self.cells.width());
        if cut <= length || self.reader.expected.width.is_none() {
            return has_width;
        }
        let (mut lines, mut rows) = (0, 0);
        for line in lines_of(&self.window.rest()[..cut]) {
            lines += 1;
            rows += usize::from(self.reader.is_row(line, &mut self.looked_at));
        }
        let are_rows = (lines - rows) * LINES_FOR_DAMAGED <= lines;
        if are_rows {
            return has_width && self.has_spanned && lines <= LINES_LIKE_ROWS;
        }
        self.has_spanned |= has_width;
        has_width || rows == 0
    }

    /// Counts bytes examined beyond the line, at most `limit`, that will be read again. If that is too
    /// much, no further record spans lines.
    fn charge(&mut self, cut: Cut, length: usize, limit: usize) {
        let looked_at = match cut {
            Cut::Record { length: cut, .. } => cut,
            Cut::Stray => self.cells.cells().iter().map(<[u8]>::len).sum(),
            Cut::Open => self.window.rest().len().min(limit),
        };
        if looked_at > length {
            self.spans_lines &= self.window.count_reread(looked_at);
        }
    }

    /// Cuts a record that spans lines in spite of stray quotes or escapes in it, and whose first line is not a row:
    /// returns its length, if it has a row's cells and its further lines are not rows.
    fn cut_with_strays(&mut self, length: usize) -> io::Result<Option<usize>> {
        if !self.spans_lines || self.reader.expected.width.is_none() {
            return Ok(None);
        }
        let line = &self.window.rest()[..length];
        let separators = self.reader.separators;
        let strict = Cutter::strict(separators);
        let escaping = memchr(ESCAPE, line).map(|_| strict.with_other_escape());
        let straying = opens_cell(line, separators).then(|| strict.taking(Strays::Text));
        let limit = (length + STRAYED).min(RECORD_LIMIT);
        for way in escaping.into_iter().chain(straying) {
            let cut = self.cut(way, length, limit)?;
            if let Cut::Record { length: cut, .. } = cut
                && cut > length
                && self.hides_no_rows(cut)
            {
                return Ok(Some(cut));
            }
            self.charge(cut, length, limit);
        }
        self.reader
            .read(&self.window.rest()[..length], &mut self.cells);
        Ok(None)
    }

    /// Whether the cells are a row's and the lines after the first of the `cut` bytes that they were cut from are not.
    /// One that begins with the rest of a quoted value only looks like one.
    fn hides_no_rows(&mut self, cut: usize) -> bool {
        let quote = self.reader.separators.quote;
        let mut further = lines_of(&self.window.rest()[..cut]).skip(1);
        self.reader.expected.width == Some(self.cells.width())
            && self.reader.expected.is_row(self.cells.cells())
            && !self.reader.expected.has_misplaced(self.cells.cells())
            && !further.any(|line| {
                let first = line.first().copied();
                let is_row = self.reader.is_row(line, &mut self.looked_at);
                let last = self.looked_at.cells().iter().next().and_then(<[u8]>::last);
                is_row && (last.copied() != quote || first == quote)
            })
    }

    /// Takes the record of `length` bytes whose cells have been cut.
    fn take(&mut self, line: u64, length: usize, is_enclosed: bool) -> Next {
        self.held = CellStorage::Buffer;
        self.is_doubtful = false;
        self.quoting = match is_enclosed {
            true => Quoting::Enclosing,
            false => Quoting::Plain,
        };
        let has_end = self.window.rest().len() > length;
        self.window.advance(length + usize::from(has_end));
        Next::Record { line }
    }

    /// Takes the line of `length` bytes whose cells have been cut, and in which quotes may be text.
    fn take_line(&mut self, line: u64, length: usize, is_row: bool) -> Result<Next, Failure> {
        self.held = CellStorage::Buffer;
        let expected = &self.reader.expected;
        self.is_doubtful =
            !is_row && expected.width.is_some() && expected.has_width(self.cells.width());
        let opens = opens_cell(&self.window.rest()[..length], self.reader.separators);
        self.quoting = if opens {
            Quoting::Stray
        } else {
            Quoting::Plain
        };
        self.has_strayed |= opens && is_row;
        self.pass_line(length);
        Ok(Next::Record { line })
    }

    /// Rejects the current line, however long it is.
    fn reject(&mut self, line: u64, reason: Reason) -> Result<Next, Failure> {
        self.rejected.clear();
        let line_head = self.window.line_head(RECORD_LIMIT)?;
        self.rejected.extend_from_slice(line_head);
        self.window.skip_line()?;
        Ok(Next::Rejected { line, reason })
    }
}

/// The lines of a text that are not blank.
fn lines_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    let lines = std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let line = &rest[..end];
        rest = rest.get(end + 1..).unwrap_or_default();
        Some(line)
    });
    lines.filter(|line| !line.is_empty())
}

/// Whether a cell of the line begins with a quote.
fn opens_cell(line: &[u8], separators: Separators) -> bool {
    let Some(quote) = separators.quote else {
        return false;
    };
    let delimiter = separators.delimiter.as_bytes();
    memchr::memchr_iter(quote, line).any(|place| {
        let before = line[..place].trim_ascii_end();
        before.is_empty() || before.ends_with(delimiter) || line[..place].ends_with(delimiter)
    })
}

pub(in crate::ingest) fn skip_blank_lines(window: &mut Window<impl Read>) -> io::Result<()> {
    while matches!(window.first()?, Some(b'\n' | b'\r')) {
        window.advance(1);
        window.set_mark();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::separators::{Delimiter, QUOTE};
    use super::*;
    use crate::ingest::tests::Trickle;

    /// Records as (line, cells), rejected ones as (line, reason).
    type Found = Vec<(u64, Result<Vec<String>, Reason>)>;

    const SEPARATORS: Separators = Separators {
        delimiter: Delimiter::byte(b';'),
        quote: Some(QUOTE),
        escape: None,
    };

    fn found(source: impl Read, separators: Separators, width: Option<usize>) -> Found {
        let mut records = Records::new(Window::new(source), separators);
        records.expect(ExpectedRows {
            width,
            columns: Vec::new(),
        });
        let mut found = Found::new();
        loop {
            match records.next().unwrap() {
                Next::Record { line } => found.push((line, Ok(records.names()))),
                Next::Rejected { line, reason } => found.push((line, Err(reason))),
                Next::End => return found,
            }
        }
    }

    fn records(source: impl Read, quote: bool) -> Found {
        let separators = Separators {
            quote: quote.then_some(QUOTE),
            ..SEPARATORS
        };
        found(source, separators, None)
    }

    /// The records of a text whose rows have `width` cells, the delimiter written as `;`.
    fn rows(text: &str, width: usize) -> Vec<String> {
        let row = |(line, found): (u64, Result<Vec<String>, Reason>)| match found {
            Ok(cells) => format!("{line}: {}", cells.join("|")),
            Err(reason) => format!("{line}: {reason}"),
        };
        found(text.as_bytes(), SEPARATORS, Some(width))
            .into_iter()
            .map(row)
            .collect()
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
    fn a_quote_that_nothing_closes_is_text_and_costs_no_line() {
        assert_eq!(
            rows("a;b\nc;\"d\ne;f\n", 2),
            ["1: a|b", "2: c|\"d", "3: e|f"]
        );
        let mut long = b"c;\"d\ne;f\n".to_vec();
        long.extend(b"1;2\n".repeat(RECORD_LIMIT));
        let found = records(&long[..], true);
        assert_eq!(found.len(), RECORD_LIMIT + 2);
        assert_eq!(found[..2], [row(1, &["c", "\"d"]), row(2, &["e", "f"])]);
    }

    #[test]
    fn two_strays_hide_no_row_between_them() {
        let far: String = (0..40).map(|n| format!("{n};x\n")).collect();
        for text in ["1;\"a\n2;b\n3;\"c\n4;d\n", "1;\"a\n2;b\n3;c\"\n4;d\n"] {
            assert_eq!(rows(text, 2).len(), 4, "{text}");
        }
        assert_eq!(rows(&format!("1;\"a\n{far}3;c\"\n"), 2).len(), 42);
        assert_eq!(rows(&format!("1;\"a\n{far}x\n3;c\"\n"), 2).len(), 43);
    }

    #[test]
    fn several_lines_that_are_not_rows_are_one_value() {
        assert_eq!(rows("1;\"a\nb\";c\n", 3), ["1: 1|a\nb|c"]);
        assert_eq!(
            rows("1;x;\"a; b\",\n2;y;\"c; d\"\n3;z;e\n", 3),
            ["1: 1|x|\"a| b\",", "2: 2|y|c; d", "3: 3|z|e"]
        );
        // A line that looks like a row is part of a value if values surely have line ends.
        assert_eq!(
            rows("1;\"a\nb\nc\"\n2;\"d\n3;e\"\n", 2),
            ["1: 1|a\nb\nc", "4: 2|d\n3;e"]
        );
        assert_eq!(rows("2;\"d\n3;e\"\n", 2), ["1: 2|\"d", "2: 3|e\""]);
    }

    #[test]
    fn quotes_in_a_quoted_value_are_text_if_that_makes_a_row() {
        assert_eq!(rows("\"a \"b; c\" d\";2\n", 2), ["1: a \"b; c\" d|2"]);
        assert_eq!(rows("\"a \"b\"\";2\n3;4\n", 2), ["1: a \"b\"|2", "2: 3|4"]);
        assert_eq!(rows("\"a \\\"b; c\\\"\";2\n", 2), ["1: a \"b; c\"|2"]);
        assert_eq!(
            rows("\"a,\nb \"c\" x\nd\";2;3\n", 3),
            ["1: a,\nb \"c\" x\nd|2|3"]
        );
        assert_eq!(rows("\"a\";\"b\n\"c\";\"d\"\n", 2), ["1: a|\"b", "2: c|d"]);
    }

    #[test]
    fn an_escape_that_makes_a_row_of_a_line_is_one() {
        assert_eq!(
            rows("a;b\\;c;d\ne;f\\\ng;h\ni;j;k\n", 3),
            ["1: a|b;c|d", "2: e|f\ng|h", "4: i|j|k"]
        );
        assert_eq!(rows("C:\\;b\n", 2), ["1: C:\\|b"]);
    }

    #[test]
    fn quotes_that_are_never_closed_do_not_take_forever() {
        for piece in [
            "x\"y;\"z\n",
            ";\"\"\"\n",
            "\"a\n;b\"\n",
            "; \"\"x\n",
            "a\\\n",
            ";\"\\\"x\n",
        ] {
            let file = piece.repeat((1 << 20) / piece.len());
            let found = found(file.as_bytes(), SEPARATORS, Some(2));
            assert!(!found.is_empty(), "{piece:?}");
        }
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
        fn records_are_the_same_wherever_the_stream_is_cut(text in "[a;\"\\\\\r\n]{0,60}", width in prop::option::of(1..4_usize)) {
            prop_assert_eq!(
                found(Trickle(text.as_bytes()), SEPARATORS, width),
                found(text.as_bytes(), SEPARATORS, width)
            );
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes: Vec<u8>, quote: bool) {
            // Excludes panics where the window is cut: within a line end, a quote or an escape.
            records(&bytes[..], quote);
        }

        #[test]
        fn every_line_without_line_ends_in_quotes_is_a_record(
            lines in prop::collection::vec("[ab]{1,3};(\"[ab]{1,3}|[ab\"]{1,3}|[ab]{1,2}\")", 1..12),
        ) {
            let text = lines.join("\n") + "\n";
            let found = found(text.as_bytes(), SEPARATORS, Some(2));
            // Two lines are one record only where such records are sure.
            prop_assert_eq!(found.len(), lines.len());
        }
    }
}
