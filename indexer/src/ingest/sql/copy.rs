use std::io::Read;

use memchr::{memchr, memchr_iter};

use super::escapes::control;
use super::lexer::Token;
use super::row::Row;
use super::statements::Dump;
use crate::ingest::error::Failure;
use crate::ingest::tally::Reason;
use crate::ingest::window::Line;
use crate::ingest::{Fault, RECORD_LIMIT};

/// The line that ends the rows of a COPY.
const END: &[u8] = b"\\.";

impl<R: Read> Dump<'_, '_, '_, R> {
    /// `COPY table (columns) FROM stdin;` and the rows after it.
    pub(super) fn copy(&mut self) -> Result<(), Failure> {
        let Some(name) = self.table_name()? else {
            return self.skip_statement();
        };
        let named = self.names()?;
        self.lexer.next()?;
        let from = self.lexer.is("FROM");
        self.lexer.next()?;
        if !from || !self.lexer.is("STDIN") {
            self.lexer.unread();
            return self.skip_statement();
        }
        let text = self.copies_text()?;
        self.lexer.window.skip_line()?;
        if !self.table.meets(&name)? {
            return self.skip_lines();
        }
        if !text {
            return Err(Fault::CopyFormat.into());
        }
        self.table.begin_rows(named)?;
        self.lines()
    }

    /// Passes over the options; false if they ask for another format than text.
    fn copies_text(&mut self) -> Result<bool, Failure> {
        let mut text = true;
        loop {
            match self.lexer.next()? {
                Token::Symbol(b';') | Token::End | Token::Broken => return Ok(text),
                _ => text &= !self.lexer.is("CSV") && !self.lexer.is("BINARY"),
            }
        }
    }

    fn skip_lines(&mut self) -> Result<(), Failure> {
        loop {
            match self.lexer.window.line(RECORD_LIMIT)? {
                Line::Whole { text, .. } if text == END => return Ok(()),
                Line::End => return Ok(self.note_cut_off()?),
                _ => {}
            }
        }
    }

    fn lines(&mut self) -> Result<(), Failure> {
        loop {
            match self.lexer.window.line(RECORD_LIMIT)? {
                Line::Whole { text, .. } if text == END => return Ok(()),
                Line::Whole { number, text } => {
                    split(text, &mut self.row);
                    self.table.row(&self.row, number, self.intake)?;
                }
                Line::TooLong { number, head } => {
                    self.intake.reject_row(number, Reason::TooLong, head)?;
                }
                Line::End => return Ok(self.note_cut_off()?),
            }
        }
    }
}

/// The cells of a line. A tab within a cell is written `\t`, so that every tab ends one.
fn split(line: &[u8], row: &mut Row) {
    row.clear();
    let mut start = 0;
    for end in memchr_iter(b'\t', line).chain([line.len()]) {
        unescape(&line[start..end], row);
        row.end_cell();
        start = end + 1;
    }
}

/// Adds a cell's text to the row; `\N` is NULL.
fn unescape(mut cell: &[u8], row: &mut Row) {
    if cell == b"\\N" {
        return;
    }
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
        split(line, &mut row);
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
