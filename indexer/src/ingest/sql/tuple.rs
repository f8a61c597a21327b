use std::io::{self, Read};

use super::lexer::Token;
use super::statements::{Dump, Resume};
use crate::ingest::error::Failure;
use crate::ingest::tally::Reason;

/// What stands between two tuples where many are written on a line.
const BETWEEN_TUPLES: &[u8] = b"),(";

/// Stands for a value that only the database could work out: it is not empty, and no identifier.
const OPAQUE: &[u8] = b"()";

/// What has been read of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    Nothing,
    /// A `_utf8mb4` and the like, before a string.
    Introducer,
    Text,
    Word,
    /// `::type`, which changes nothing here.
    Cast,
    Opaque,
}

impl<R: Read> Dump<'_, '_, '_, R> {
    /// The tuple whose parenthesis has been opened.
    pub(super) fn tuple(&mut self, names: Option<&[String]>) -> Result<Resume, Failure> {
        self.lexer.begin_unit();
        let line = self.lexer.window.line_number();
        if !self.values()? {
            let reason = if self.lexer.is_overlong() {
                Reason::TooLong
            } else {
                Reason::NotSql
            };
            self.reject(line, reason)?;
            return self.resume_rows();
        }
        self.go_on();
        if self.lexer.is_overlong() {
            self.intake.reject(line, Reason::TooLong);
        } else {
            self.table.row(names, &self.row, line, self.intake)?;
        }
        Ok(Resume::Rows)
    }

    /// The values of a tuple; false if it does not end as a tuple does.
    fn values(&mut self) -> io::Result<bool> {
        self.row.clear();
        loop {
            match self.value()? {
                Some(b',') => {}
                end => return Ok(end.is_some()),
            }
        }
    }

    /// A value and what ends it, a comma or the closing parenthesis.
    fn value(&mut self) -> io::Result<Option<u8>> {
        let (mut value, mut depth) = (Value::Nothing, 0_u64);
        loop {
            match self.lexer.next()? {
                // No value holds a semicolon outside strings, at whatever depth, nor a line that begins a statement.
                Token::End | Token::Broken | Token::Symbol(b';') => return Ok(None),
                Token::Word if self.lexer.begins_statement()? => return Ok(None),
                Token::Symbol(end @ (b',' | b')')) if depth == 0 => {
                    self.end_value(value);
                    return Ok(Some(end));
                }
                Token::Symbol(b'(') => {
                    depth += 1;
                    value = value.then(Value::Opaque);
                }
                Token::Symbol(b')') => depth -= 1,
                _ if self.lexer.is_long() && (depth > 0 || value == Value::Opaque) => {
                    return Ok(None);
                }
                _ if depth > 0 => {}
                token => value = self.extend_value(value, token),
            }
        }
    }

    fn extend_value(&mut self, value: Value, token: Token) -> Value {
        match (value, token) {
            (Value::Cast, _) => Value::Cast,
            (Value::Nothing | Value::Introducer | Value::Text, Token::Text) => {
                self.keep();
                Value::Text
            }
            (Value::Nothing, Token::Word) if self.lexer.text().starts_with(b"_") => {
                Value::Introducer
            }
            (Value::Nothing, Token::Word) if self.lexer.is("NULL") => Value::Word,
            (Value::Nothing, Token::Word) => {
                self.keep();
                Value::Word
            }
            (Value::Nothing, Token::Symbol(sign @ (b'-' | b'+'))) => {
                self.row.extend(&[sign]);
                Value::Nothing
            }
            (Value::Text | Value::Word, Token::Symbol(b':')) => Value::Cast,
            _ => Value::Opaque,
        }
    }

    /// Adds the token's text to the row, unless that is too long to be kept anyway.
    fn keep(&mut self) {
        if !self.lexer.is_overlong() {
            self.row.extend(self.lexer.text());
        }
    }

    fn end_value(&mut self, value: Value) {
        if matches!(value, Value::Opaque | Value::Introducer) {
            self.row.restart_cell();
            self.row.extend(OPAQUE);
        }
        if !self.lexer.is_overlong() {
            self.row.end_cell();
        }
    }

    /// Goes on after a tuple that is none: with the next one, if the line has another.
    fn resume_rows(&mut self) -> Result<Resume, Failure> {
        self.go_back()?;
        if self.lexer.window.skip_to(BETWEEN_TUPLES)? {
            self.lexer.window.advance(1);
            return Ok(Resume::Rows);
        }
        Ok(self.next_line()?)
    }
}

impl Value {
    /// The value with something after it.
    fn then(self, next: Self) -> Self {
        if self == Self::Cast { self } else { next }
    }
}
