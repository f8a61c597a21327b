//! Where do the cells of this record end? One way of reading a text, to be compared with others.

use memchr::{memchr, memchr2, memchr3};

use super::cells::Cells;
use super::separators::{ESCAPE, QUOTE, Separators};

/// The cells of a record, without what enclosed and escaped them.
#[derive(Default)]
pub(in crate::ingest) struct CellBuffer {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl CellBuffer {
    pub(in crate::ingest) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    pub(in crate::ingest) fn cells(&self) -> Cells<'_> {
        Cells::new(&self.bytes, &self.ends, 0)
    }

    pub(in crate::ingest) const fn width(&self) -> usize {
        self.ends.len()
    }

    fn end_cell(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// Empties the current cell.
    fn restart_cell(&mut self) {
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
    }
}

/// The meaning of a quote within an enclosed cell, before neither a delimiter nor a line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Strays {
    /// A sign that the cell is not enclosed at all.
    Refused,
    /// A character like any other.
    Text,
    /// A character like any other; and of two quotes before a delimiter, the second encloses: `"a "b"";`.
    TextBeforeEnd,
}

/// The outcome of cutting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Cut {
    /// A record of `length` bytes, without its line end.
    Record { length: usize, is_enclosed: bool },
    /// A quote closes a cell that continues.
    Stray,
    /// The text ends within the record.
    Open,
}

/// A way of reading.
#[derive(Clone, Copy)]
pub(in crate::ingest) struct Cutter {
    pub(in crate::ingest) separators: Separators,
    pub(in crate::ingest) strays: Strays,
}

/// The end of an enclosed cell.
enum EnclosedEnd {
    Closed(usize),
    Stray,
    Open,
}

/// The text after a quote.
enum AfterQuote {
    /// A delimiter or the end of the line, after blanks; it begins here.
    End(usize),
    Text,
    /// Text that has not been read.
    Unread,
}

impl Cutter {
    pub(in crate::ingest) const fn strict(separators: Separators) -> Self {
        Self {
            separators,
            strays: Strays::Refused,
        }
    }

    /// Returns the same cutter with escapes, or without if it had them.
    pub(in crate::ingest) const fn with_other_escape(self) -> Self {
        let escape = match self.separators.escape {
            None => Some(ESCAPE),
            Some(_) => None,
        };
        Self {
            separators: Separators {
                escape,
                ..self.separators
            },
            ..self
        }
    }

    /// Returns the same cutter, with quotes as characters like any others.
    pub(in crate::ingest) const fn without_quotes(self) -> Self {
        Self {
            separators: Separators {
                quote: None,
                ..self.separators
            },
            ..self
        }
    }

    pub(in crate::ingest) const fn taking(self, strays: Strays) -> Self {
        Self { strays, ..self }
    }

    /// Cuts the record that `text` begins with; `is_whole` says that nothing comes after the text.
    pub(in crate::ingest) fn record(
        &self,
        text: &[u8],
        is_whole: bool,
        cells: &mut CellBuffer,
    ) -> Cut {
        self.cut(text, is_whole, false, cells)
    }

    /// Cuts a line, of which a cell whose quote is not closed has a quote as its first character. False if a quote
    /// closes a cell that continues.
    pub(in crate::ingest) fn line(&self, line: &[u8], cells: &mut CellBuffer) -> bool {
        matches!(self.cut(line, true, true, cells), Cut::Record { .. })
    }

    fn cut(&self, text: &[u8], is_whole: bool, is_line: bool, cells: &mut CellBuffer) -> Cut {
        cells.clear();
        let delimiter = self.separators.delimiter;
        let (mut at, mut is_enclosed) = (0, false);
        loop {
            let enclosed = self
                .opening(text, at)
                .map(|begin| self.enclosed(text, begin, is_whole, cells));
            at = match enclosed {
                Some(EnclosedEnd::Closed(end)) => {
                    is_enclosed = true;
                    end
                }
                Some(EnclosedEnd::Stray) => return Cut::Stray,
                Some(EnclosedEnd::Open) if !is_line => return Cut::Open,
                Some(EnclosedEnd::Open) | None => {
                    cells.restart_cell();
                    match self.bare(text, at, is_whole, cells) {
                        Some(end) => end,
                        None => return Cut::Open,
                    }
                }
            };
            cells.end_cell();
            if text[at..].starts_with(delimiter.as_bytes()) {
                at += delimiter.len();
            } else {
                return Cut::Record {
                    length: at,
                    is_enclosed,
                };
            }
        }
    }

    /// Returns the place after the quote that opens the cell at `at`; blanks may precede it.
    fn opening(&self, text: &[u8], at: usize) -> Option<usize> {
        let quote = self.separators.quote?;
        let begin = self.behind_blanks(text, at);
        (text.get(begin) == Some(&quote)).then_some(begin + 1)
    }

    fn behind_blanks(&self, text: &[u8], at: usize) -> usize {
        let is_blank =
            |byte: &u8| matches!(byte, b' ' | b'\t') && *byte != self.separators.delimiter.first();
        at + text[at..].iter().take_while(|byte| is_blank(byte)).count()
    }

    fn behind(&self, text: &[u8], at: usize, is_whole: bool) -> AfterQuote {
        let end = self.behind_blanks(text, at);
        let delimiter = self.separators.delimiter.as_bytes();
        match &text[end..] {
            [] if is_whole => AfterQuote::End(end),
            [] => AfterQuote::Unread,
            [b'\n' | b'\r', ..] => AfterQuote::End(end),
            rest if rest.starts_with(delimiter) => AfterQuote::End(end),
            rest if !is_whole && delimiter.starts_with(rest) => AfterQuote::Unread,
            _ => AfterQuote::Text,
        }
    }

    /// Cuts the enclosed cell whose content begins at `at`.
    fn enclosed(
        &self,
        text: &[u8],
        mut at: usize,
        is_whole: bool,
        cells: &mut CellBuffer,
    ) -> EnclosedEnd {
        let quote = self.separators.quote.unwrap_or(QUOTE);
        loop {
            let Some(found) = self.next_mark(quote, text, at) else {
                return EnclosedEnd::Open;
            };
            cells.bytes.extend_from_slice(&text[at..found]);
            let next = text.get(found + 1).copied();
            if text[found] != quote {
                let Some(escaped) = next else {
                    return EnclosedEnd::Open;
                };
                self.escaped_within(escaped, cells);
                at = found + 2;
                continue;
            }
            if next == Some(quote) {
                let ends = self.strays == Strays::TextBeforeEnd;
                cells.bytes.push(quote);
                if let (true, AfterQuote::End(end)) = (ends, self.behind(text, found + 2, is_whole))
                {
                    return EnclosedEnd::Closed(end);
                }
                at = found + 2;
                continue;
            }
            match self.behind(text, found + 1, is_whole) {
                AfterQuote::End(end) => return EnclosedEnd::Closed(end),
                AfterQuote::Unread => return EnclosedEnd::Open,
                AfterQuote::Text if self.strays == Strays::Refused => return EnclosedEnd::Stray,
                AfterQuote::Text => cells.bytes.push(quote),
            }
            at = found + 1;
        }
    }

    /// The next quote or escape.
    fn next_mark(&self, quote: u8, text: &[u8], at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        let found = match self.separators.escape {
            Some(escape) => memchr2(quote, escape, rest),
            None => memchr(quote, rest),
        };
        found.map(|place| at + place)
    }

    /// Between quotes a backslash is literal, except before a character that would have a meaning without it.
    fn escaped_within(&self, escaped: u8, cells: &mut CellBuffer) {
        let Separators {
            delimiter,
            quote,
            escape,
        } = self.separators;
        let had_meaning = Some(escaped) == quote
            || Some(escaped) == escape
            || escaped == delimiter.first()
            || matches!(escaped, b'\n' | b'\r');
        if !had_meaning {
            cells.bytes.extend(escape);
        }
        cells.bytes.push(escaped);
    }

    /// Cuts the cell at `at` that is not enclosed: its end, unless the text ends before it.
    fn bare(
        &self,
        text: &[u8],
        mut at: usize,
        is_whole: bool,
        cells: &mut CellBuffer,
    ) -> Option<usize> {
        loop {
            let end = match self.bare_end(text, at) {
                Some(end) => end,
                None if is_whole => text.len(),
                None => return None,
            };
            let escape = self.separators.escape;
            let escape = escape.and_then(|escape| memchr(escape, &text[at..end]));
            let Some(place) = escape.map(|place| at + place) else {
                cells.bytes.extend_from_slice(&text[at..end]);
                return Some(end);
            };
            cells.bytes.extend_from_slice(&text[at..place]);
            let Some(&escaped) = text.get(place + 1) else {
                cells.bytes.push(text[place]);
                return is_whole.then_some(text.len());
            };
            self.escaped(escaped, cells);
            at = place + 2;
            // CR LF is one line end.
            match text.get(at) {
                Some(b'\n') if escaped == b'\r' => {
                    cells.bytes.push(b'\n');
                    at += 1;
                }
                None if escaped == b'\r' && !is_whole => return None,
                _ => {}
            }
        }
    }

    /// Returns the place of the next delimiter or line end.
    fn bare_end(&self, text: &[u8], mut at: usize) -> Option<usize> {
        let delimiter = self.separators.delimiter;
        loop {
            let end = at + memchr3(delimiter.first(), b'\n', b'\r', text.get(at..)?)?;
            if matches!(text[end], b'\n' | b'\r') || text[end..].starts_with(delimiter.as_bytes()) {
                return Some(end);
            }
            at = end + 1;
        }
    }

    /// Adds what an escaped character of an unenclosed cell stands for, as in MySQL and PostgreSQL. `\N` is kept,
    /// since it is NULL.
    fn escaped(&self, escaped: u8, cells: &mut CellBuffer) {
        match escaped {
            b'N' => cells.bytes.extend_from_slice(b"\\N"),
            b'n' => cells.bytes.push(b'\n'),
            b't' => cells.bytes.push(b'\t'),
            b'r' => cells.bytes.push(b'\r'),
            b'0' => cells.bytes.push(0),
            other => cells.bytes.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::separators::Delimiter;
    use super::*;

    const PLAIN: Separators = Separators {
        delimiter: Delimiter::byte(b';'),
        quote: Some(QUOTE),
        escape: None,
    };

    const ESCAPED: Separators = Separators {
        escape: Some(ESCAPE),
        ..PLAIN
    };

    fn texts(cells: &CellBuffer) -> Vec<String> {
        let cells = cells.cells().iter();
        cells
            .map(|cell| String::from_utf8_lossy(cell).into_owned())
            .collect()
    }

    /// Returns the cells of the record that a text begins with, and its length.
    fn record(separators: Separators, text: &str) -> Result<(Vec<String>, usize), Cut> {
        let mut cells = CellBuffer::default();
        match Cutter::strict(separators).record(text.as_bytes(), true, &mut cells) {
            Cut::Record { length, .. } => Ok((texts(&cells), length)),
            other => Err(other),
        }
    }

    fn line(cutter: Cutter, text: &str) -> Option<Vec<String>> {
        let mut cells = CellBuffer::default();
        cutter
            .line(text.as_bytes(), &mut cells)
            .then(|| texts(&cells))
    }

    fn cells(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_enclosed_cell_ends_with_a_quote_before_a_delimiter_or_line_end() {
        assert_eq!(
            record(PLAIN, "\"a;\"\"b\"\"\nc\";d\ne"),
            Ok((cells(&["a;\"b\"\nc", "d"]), 13))
        );
        assert_eq!(
            record(PLAIN, "a; \"b;c\" ;d"),
            Ok((cells(&["a", "b;c", "d"]), 11))
        );
        assert_eq!(
            record(PLAIN, "a;b \"c\""),
            Ok((cells(&["a", "b \"c\""]), 7))
        );
        assert_eq!(record(PLAIN, "\"a\"b;c"), Err(Cut::Stray));
        assert_eq!(record(PLAIN, "\"a\nb"), Err(Cut::Open));
    }

    #[test]
    fn an_escape_takes_the_meaning_from_what_follows() {
        assert_eq!(
            record(ESCAPED, "\"a \\\"b;\\\"\";C:\\;\"D:\\x\""),
            Ok((cells(&["a \"b;\"", "C:;\"D:x\""]), 21))
        );
        assert_eq!(
            record(ESCAPED, "a\\;b\\\nc;\\N;d\\\\"),
            Ok((cells(&["a;b\nc", "\\N", "d\\"]), 14))
        );
        assert_eq!(record(ESCAPED, "a\\"), Ok((cells(&["a\\"]), 2)));
    }

    #[test]
    fn strays_are_text_where_they_may_be() {
        let text = Cutter::strict(PLAIN).taking(Strays::Text);
        assert_eq!(
            line(text, "\"a \"b\" c\";d"),
            Some(cells(&["a \"b\" c", "d"]))
        );
        assert_eq!(line(text, "\"a;b"), Some(cells(&["\"a", "b"])));
        let before_end = Cutter::strict(PLAIN).taking(Strays::TextBeforeEnd);
        assert_eq!(
            line(before_end, "\"a \"b\"\";d"),
            Some(cells(&["a \"b\"", "d"]))
        );
        assert_eq!(line(Cutter::strict(PLAIN), "\"a\"b;c"), None);
        assert_eq!(
            line(Cutter::strict(PLAIN).without_quotes(), "\"a;b\""),
            Some(cells(&["\"a", "b\""]))
        );
    }

    #[test]
    fn a_delimiter_may_have_several_bytes() {
        let separators = Separators {
            delimiter: Delimiter::of("~|~").unwrap(),
            ..PLAIN
        };
        assert_eq!(
            record(separators, "a~b~|~\"c~|~d\"~|~\nx"),
            Ok((cells(&["a~b", "c~|~d", ""]), 16))
        );
    }

    proptest! {
        #[test]
        fn a_record_that_is_whole_in_a_text_is_the_same_in_a_longer_one(text in "[a;\"\\\\ \n]{0,24}", more in "[a;\"\n]{0,8}") {
            let mut cells = CellBuffer::default();
            let longer = format!("{text}{more}");
            for separators in [PLAIN, ESCAPED] {
                let cutter = Cutter::strict(separators);
                let cut = cutter.record(text.as_bytes(), false, &mut cells);
                let before = texts(&cells);
                if cut != Cut::Open {
                    prop_assert_eq!(cutter.record(longer.as_bytes(), false, &mut cells), cut);
                    if cut != Cut::Stray {
                        prop_assert_eq!(texts(&cells), before);
                    }
                }
            }
        }

        #[test]
        fn a_line_is_cut_in_every_way(text in "[a;\"\\\\ ']{0,24}") {
            let mut cells = CellBuffer::default();
            for separators in [PLAIN, ESCAPED] {
                for strays in [Strays::Text, Strays::TextBeforeEnd] {
                    prop_assert!(Cutter::strict(separators).taking(strays).line(text.as_bytes(), &mut cells));
                }
            }
        }
    }
}
