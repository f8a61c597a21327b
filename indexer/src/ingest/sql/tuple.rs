use std::io::{self, Read};

use memchr::memmem;

use super::lexer::Token;
use super::plain;
use super::row::Row;
use super::statements::{Dump, Resume};
use crate::ingest::RECORD_LIMIT;
use crate::ingest::error::Failure;
use crate::ingest::tally::Reason;

/// What stands between two tuples where many are written on a line.
const BETWEEN_TUPLES: &[u8] = b"),(";

/// Stands for a value that only the database could work out: it is not empty, and no identifier.
const OPAQUE: &[u8] = b"()";

/// The words that can stand behind a string in a value.
const OPERATORS: [&str; 10] = [
    "COLLATE", "AT", "IS", "AND", "OR", "NOT", "LIKE", "IN", "DIV", "MOD",
];

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
    /// A call that holds the value, which has not been met yet.
    Wrapper(Wrapper),
    /// The rest of such a call.
    Wrapped(Wrapper),
    Opaque,
}

/// What databases write around values that they export.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    /// SQL Server: `CAST(900101300123 AS Decimal(12, 0))`.
    Cast,
    /// SQLite: `replace(replace('…','\r',char(13)),'\n',char(10))`.
    Replace,
    /// SQLite since 3.50: `unistr('…\u000a…')`.
    Unistr,
}

impl<R: Read> Dump<'_, '_, '_, R> {
    /// The tuple whose parenthesis has been opened.
    pub(super) fn tuple(&mut self) -> Result<Resume, Failure> {
        self.lexer.begin_unit();
        let line = self.lexer.unit_line();
        if !self.takes_plain_values() && !self.values()? {
            let reason = if self.lexer.is_overlong() {
                Reason::TooLong
            } else {
                Reason::NotSql
            };
            self.note_rejected(line, reason)?;
            return self.resume_rows(line, reason);
        }
        self.go_on();
        if self.lexer.is_overlong() {
            self.intake
                .reject_row(line, Reason::TooLong, &self.row.joined())?;
        } else {
            self.table.row(&self.row, line, self.intake)?;
        }
        Ok(Resume::Rows)
    }

    /// Takes the values of a tuple that is plain and has been read to its end.
    fn takes_plain_values(&mut self) -> bool {
        if self.lexer.bound_to_lines {
            return false;
        }
        let rest = self.lexer.window.rest();
        let rest = &rest[..rest.len().min(RECORD_LIMIT)];
        let length = plain::values(rest, self.lexer.dialect, &mut self.row);
        self.lexer.pass(length.unwrap_or(0));
        length.is_some()
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
                // As in 'O'Brien': a quote is out of place, and what follows may be whole rows taken for text.
                Token::Word if value == Value::Text && depth == 0 && !self.is_operator() => {
                    return Ok(None);
                }
                Token::Symbol(end @ (b',' | b')')) if depth == 0 => {
                    self.end_value(value);
                    return Ok(Some(end));
                }
                Token::Symbol(b'(') => {
                    depth += 1;
                    value = self.open_call(value);
                }
                Token::Symbol(b')') => depth -= 1,
                _ if self.lexer.leaves_line() => return Ok(None),
                token if matches!(value, Value::Wrapper(_)) => {
                    value = self.unwrap_value(value, token);
                }
                _ if matches!(value, Value::Wrapped(_)) && depth > 0 => {}
                _ if self.lexer.is_long() && (depth > 0 || value == Value::Opaque) => {
                    return Ok(None);
                }
                _ if depth > 0 => {}
                token => value = self.extend_value(value, token),
            }
        }
    }

    fn is_operator(&self) -> bool {
        OPERATORS.iter().any(|word| self.lexer.is(word))
    }

    /// What a value becomes with a parenthesis behind it.
    fn open_call(&mut self, value: Value) -> Value {
        let wrapper = match value {
            Value::Word => Wrapper::named(self.row.open_cell()),
            Value::Wrapper(wrapper) | Value::Wrapped(wrapper) => return value.within(wrapper),
            _ => None,
        };
        match wrapper {
            Some(wrapper) => {
                self.row.restart_cell();
                Value::Wrapper(wrapper)
            }
            None => value.then(Value::Opaque),
        }
    }

    /// Takes the value in a call: the first literal, or the first string.
    fn unwrap_value(&mut self, value: Value, token: Token) -> Value {
        let Value::Wrapper(wrapper) = value else {
            return value;
        };
        match token {
            Token::Text => self.keep(),
            Token::Word if wrapper == Wrapper::Cast => self.keep(),
            _ => return value,
        }
        Value::Wrapped(wrapper)
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
        match value {
            Value::Opaque | Value::Introducer | Value::Wrapper(_) => {
                self.row.restart_cell();
                self.row.extend(OPAQUE);
            }
            Value::Wrapped(wrapper) => wrapper.undo(&mut self.row),
            _ => {}
        }
        if !self.lexer.is_overlong() {
            self.row.end_cell();
        }
    }

    /// Rejects a tuple that is none and goes on with the next one, if the line has another.
    fn resume_rows(&mut self, line: u64, reason: Reason) -> Result<Resume, Failure> {
        if self.lexer.is_overlong() {
            self.intake.reject_row(line, reason, &self.row.joined())?;
        }
        let gone_back = !self.lexer.is_overlong();
        self.go_back()?;
        if gone_back {
            let rest = self.lexer.window.line_head(RECORD_LIMIT)?;
            let next = memmem::find(rest, BETWEEN_TUPLES).filter(|_| !self.lexer.bound_to_lines);
            let row = &rest[..next.unwrap_or(rest.len())];
            self.intake.reject_row(line, reason, row)?;
        }
        if !self.lexer.bound_to_lines && self.lexer.window.skip_to(BETWEEN_TUPLES)? {
            self.lexer.window.advance(1);
            return Ok(Resume::Rows);
        }
        self.next_row()
    }
}

impl Value {
    /// The value with something after it.
    fn then(self, next: Self) -> Self {
        if self == Self::Cast { self } else { next }
    }

    /// The value with a further call within or behind the one that holds it; only SQLite's stand within each other.
    fn within(self, wrapper: Wrapper) -> Self {
        match self {
            Self::Wrapper(_) if wrapper == Wrapper::Cast => Self::Opaque,
            value => value,
        }
    }
}

impl Wrapper {
    fn named(word: &[u8]) -> Option<Self> {
        let named = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        match () {
            () if named("CAST") => Some(Self::Cast),
            () if named("replace") => Some(Self::Replace),
            () if named("unistr") => Some(Self::Unistr),
            () => None,
        }
    }

    /// Makes the open cell what the call makes of its text, as far as line ends go.
    fn undo(self, row: &mut Row) {
        let ends: [(&[u8], u8); 2] = match self {
            Self::Cast => return,
            Self::Replace => [(b"\\n", b'\n'), (b"\\r", b'\r')],
            Self::Unistr => [(b"\\u000a", b'\n'), (b"\\u000d", b'\r')],
        };
        for (written, meant) in ends {
            row.replace_in_open_cell(written, meant);
        }
    }
}
