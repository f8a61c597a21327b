//! Which rows does a COPY of PostgreSQL hold?

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

use super::account::Part;
use super::escapes::control;
use super::lexer::{Token, begins_statement};
use super::row::Row;
use super::statements::Dump;
use crate::ingest::error::Failure;
use crate::ingest::tally::{Passage, Reason};
use crate::ingest::{Fault, RECORD_LIMIT};

/// The line that ends the rows of a COPY.
const END: &[u8] = b"\\.";

/// The format of the rows of a COPY.
struct Layout {
    delimiter: u8,
    null: Vec<u8>,
    /// Whether each row begins with an object number, which the columns leave out.
    has_oids: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            delimiter: b'\t',
            null: b"\\N".to_vec(),
            has_oids: false,
        }
    }
}

impl<R: Read> Dump<'_, '_, '_, R> {
    /// `COPY table (columns) FROM stdin;` and the rows after it. `\copy`, a command to psql, ends with its line.
    pub(super) fn copy(&mut self, is_command: bool) -> Result<(), Failure> {
        let line = self.lexer.window.line_number();
        let Some(name) = self.table_name()? else {
            return self.skip_statement();
        };
        let mut named = None;
        if self.lexer.next()? == Token::Symbol(b'(') {
            named = self.names()?;
            self.lexer.next()?;
        }
        if !self.lexer.is("FROM") {
            self.lexer.unread();
            return self.skip_statement();
        }
        self.lexer.next()?;
        if !self.lexer.is("STDIN") && !self.lexer.is("PSTDIN") {
            // The rows are in another file.
            return self.without_rows(&name, line);
        }
        let layout = self.layout(is_command)?;
        self.lexer.skip_line()?;
        if !self.table.meets(&name)? {
            self.lexer.enter(Part::Passage(Passage::OtherTable));
            return self.skip_copied(named.map(|names| names.len()));
        }
        let Some(layout) = layout else {
            return Err(Fault::CopyFormat.into());
        };
        if let (Some(names), true) = (&mut named, layout.has_oids) {
            names.insert(0, "oid".to_owned());
        }
        self.table.begin_rows(named)?;
        self.lexer.enter(Part::Row);
        self.copied(&layout)
    }

    /// Reads the options; `None` if they request a format other than text.
    fn layout(&mut self, is_command: bool) -> io::Result<Option<Layout>> {
        let mut layout = Layout::default();
        let mut is_text = true;
        // Nothing else is on the line of a command.
        while !is_command || !self.lexer.window.line_head(1)?.is_empty() {
            match self.lexer.next()? {
                Token::Symbol(b';') | Token::Delimiter | Token::End | Token::Broken => break,
                Token::Word if self.lexer.is("CSV") || self.lexer.is("BINARY") => is_text = false,
                Token::Word if self.lexer.is("OIDS") => layout.has_oids = true,
                Token::Word if self.lexer.is("DELIMITER") || self.lexer.is("DELIMITERS") => {
                    match self.option()?.as_slice() {
                        b"\\t" => layout.delimiter = b'\t',
                        [byte] => layout.delimiter = *byte,
                        _ => is_text = false,
                    }
                }
                Token::Word if self.lexer.is("NULL") => layout.null = self.option()?,
                _ => {}
            }
        }
        Ok(is_text.then_some(layout))
    }

    /// The text of an option.
    fn option(&mut self) -> io::Result<Vec<u8>> {
        self.skip_words(&["AS"])?;
        self.lexer.next()?;
        Ok(self.lexer.text().to_vec())
    }

    /// Passes over the rows of another table, which have `width` columns.
    fn skip_copied(&mut self, width: Option<usize>) -> Result<(), Failure> {
        loop {
            self.lexer.step();
            let head = self.lexer.window.line_head(RECORD_LIMIT)?;
            let cells = memchr_iter(b'\t', head).count() + 1;
            let is_statement = begins_statement(head) && width.is_some_and(|width| width != cells);
            if is_statement {
                return self.end_copy_early();
            }
            let is_end = head == END;
            if head.is_empty() && self.lexer.window.first()?.is_none() {
                return Ok(self.note_cut_off()?);
            }
            self.lexer.skip_line()?;
            if is_end {
                return Ok(());
            }
        }
    }

    fn copied(&mut self, layout: &Layout) -> Result<(), Failure> {
        loop {
            self.lexer.window.set_mark();
            self.lexer.unit_line = self.lexer.window.line_number();
            let line = self.lexer.unit_line;
            let head = self.lexer.window.line_head(RECORD_LIMIT + 1)?;
            let length = head.len();
            if length > RECORD_LIMIT {
                self.lexer.builder.reject(line, Reason::TooLong);
                self.lexer.recover_line(|_| None)?;
                self.lexer.skip_line()?;
                continue;
            }
            if head == END {
                return Ok(self.lexer.skip_line()?);
            }
            split(head, layout, &mut self.row);
            let rest = self.lexer.window.rest();
            if rest.len() > length {
                if !self.table.fits(&self.row) && begins_statement(&rest[..length]) {
                    return self.end_copy_early();
                }
                self.lexer.window.advance(length);
                self.lexer.window.pass_line_end()?;
                self.copied_row(line)?;
            } else {
                return self.end_copied(line, length);
            }
        }
    }

    fn copied_row(&mut self, line: u64) -> Result<(), Failure> {
        if self.table.row(&self.row, self.lexer.builder)? {
            return Ok(());
        }
        let row = self.row.joined();
        self.lexer
            .builder
            .reject_row(line, Reason::WrongColumnCount, &row)
    }

    /// The dump ends within the rows, and perhaps within one, which is then incomplete.
    fn end_copied(&mut self, line: u64, length: usize) -> Result<(), Failure> {
        self.lexer.window.advance(length);
        if length > 0 {
            self.note_rejected(line, Reason::CutOff)?;
            return self.lexer.reject_passed(line, Reason::CutOff);
        }
        Ok(self.note_cut_off()?)
    }

    /// There is a statement where a row was expected: the last rows are missing.
    fn end_copy_early(&mut self) -> Result<(), Failure> {
        let line = self.lexer.window.line_number();
        self.lexer.builder.reject(line, Reason::CutOff);
        Ok(())
    }
}

/// The cells of a line. A delimiter within a cell has a backslash before it.
fn split(line: &[u8], layout: &Layout, row: &mut Row) {
    row.clear();
    let mut start = 0;
    for end in memchr_iter(layout.delimiter, line).chain([line.len()]) {
        // A tab is written `\t` there, except in hand-made rows.
        if end < line.len() && is_escaped(&line[start..end]) {
            continue;
        }
        if line[start..end] != layout.null {
            unescape(&line[start..end], row);
        }
        row.end_cell();
        start = end + 1;
    }
}

/// Returns whether an unescaped backslash precedes.
fn is_escaped(before: &[u8]) -> bool {
    let backslashes = before.iter().rev().take_while(|&&byte| byte == b'\\');
    backslashes.count() % 2 == 1
}

/// Adds a cell's text to the row.
fn unescape(mut cell: &[u8], row: &mut Row) {
    while let Some(backslash) = memchr(b'\\', cell) {
        row.extend(&cell[..backslash]);
        cell = &cell[backslash + 1..];
        let (byte, length) = escaped(cell);
        row.extend(byte.as_slice());
        cell = &cell[length..];
    }
    row.extend(cell);
}

/// The byte that is written after a backslash, and how many bytes write it.
fn escaped(cell: &[u8]) -> (Option<u8>, usize) {
    let digits = |from: usize, most: usize, radix| {
        let digits = cell.iter().skip(from).take(most);
        digits
            .map_while(|&byte| char::from(byte).to_digit(radix))
            .collect::<Vec<_>>()
    };
    let number =
        |digits: &[u32], radix| digits.iter().fold(0, |value, digit| value * radix + digit);
    let byte = |value: u32| u8::try_from(value & 0xFF).ok();
    match cell.first() {
        None => (Some(b'\\'), 0),
        Some(b'0'..=b'7') => {
            let octal = digits(0, 3, 8);
            (byte(number(&octal, 8)), octal.len())
        }
        Some(b'x') if !digits(1, 1, 16).is_empty() => {
            let hexadecimal = digits(1, 2, 16);
            (byte(number(&hexadecimal, 16)), hexadecimal.len() + 1)
        }
        Some(b'f') => (Some(0x0C), 1),
        Some(b'v') => (Some(0x0B), 1),
        Some(&letter) => (Some(control(letter)), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &[u8]) -> Vec<Vec<u8>> {
        let mut row = Row::default();
        split(line, &Layout::default(), &mut row);
        row.cells().iter().map(<[u8]>::to_vec).collect()
    }

    #[test]
    fn a_line_of_copy_is_split_at_tabs_and_unescaped() {
        let expected: [&[u8]; 6] = [b"a\tb", b"", b"\\N", b"A\nB", b"\x0B\x0C", b""];
        let line = b"a\\tb\t\\N\t\\\\N\t\\101\\n\\x42\t\\v\\f\t";
        assert_eq!(cells(line), expected);
        assert_eq!(cells(b""), [b""]);
        assert_eq!(cells(b"\\"), [b"\\"]);
    }
}
