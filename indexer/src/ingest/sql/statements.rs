use std::io::{self, Read};

use super::lexer::{Lexer, Token, begins_statement};
use super::row::Row;
use super::table::Table;
use crate::ingest::error::Failure;
use crate::ingest::intake::Intake;
use crate::ingest::tally::Reason;

/// What may stand between INSERT and the table.
const BEFORE_TABLE: [&str; 8] = [
    "INTO",
    "IGNORE",
    "LOW_PRIORITY",
    "HIGH_PRIORITY",
    "DELAYED",
    "OR",
    "REPLACE",
    "ONLY",
];

/// What begins an item of CREATE TABLE that is no column.
const NO_COLUMN: [&str; 12] = [
    "PRIMARY",
    "KEY",
    "UNIQUE",
    "INDEX",
    "CONSTRAINT",
    "FOREIGN",
    "FULLTEXT",
    "SPATIAL",
    "CHECK",
    "EXCLUDE",
    "LIKE",
    "PERIOD",
];

/// How far into a line resynchronisation looks for what it begins with, in bytes.
const LINE_HEAD: usize = 64;

/// Stands for a value that only the database could work out: it is not empty, and no identifier.
const OPAQUE: &[u8] = b"()";

/// A dump, statement by statement.
pub(super) struct Dump<'d, 'r, 's, R> {
    pub(super) lexer: Lexer<R>,
    pub(super) table: Table<'r>,
    pub(super) intake: &'d mut Intake<'s>,
    pub(super) row: Row,
}

/// How reading goes on after a row that could not be read.
enum Resume {
    /// With a row of the same statement.
    Rows,
    /// With a statement, or at the end of the dump.
    Statement,
}

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

impl<'d, 'r, 's, R: Read> Dump<'d, 'r, 's, R> {
    pub(super) fn new(lexer: Lexer<R>, table: Table<'r>, intake: &'d mut Intake<'s>) -> Self {
        Self {
            lexer,
            table,
            intake,
            row: Row::default(),
        }
    }

    pub(super) fn read(&mut self) -> Result<(), Failure> {
        loop {
            self.lexer.begin_unit();
            match self.lexer.next()? {
                Token::End => break,
                // Commands to psql, such as \connect and \restrict, end with their line.
                Token::Symbol(b'\\') => self.lexer.window.skip_line()?,
                Token::Symbol(b';') => {}
                _ => self.statement()?,
            }
        }
        Ok(self.table.check()?)
    }

    fn statement(&mut self) -> Result<(), Failure> {
        if self.lexer.is("INSERT") || self.lexer.is("REPLACE") {
            self.insert()
        } else if self.lexer.is("COPY") {
            self.copy()
        } else if self.lexer.is("CREATE") {
            Ok(self.create()?)
        } else if self.lexer.is("DELIMITER") {
            Ok(self.delimiter()?)
        } else if self.lexer.is("GO") {
            Ok(())
        } else {
            self.lexer.unread();
            Ok(self.skip_statement()?)
        }
    }

    /// Passes over everything up to a semicolon outside strings.
    pub(super) fn skip_statement(&mut self) -> io::Result<()> {
        loop {
            match self.lexer.next()? {
                Token::Symbol(b';') | Token::End => return Ok(()),
                Token::Broken => return self.resynchronise().map(drop),
                _ => self.lexer.begin_unit(),
            }
        }
    }

    /// Under another delimiter stand procedures and triggers, whose INSERTs insert nothing here.
    fn delimiter(&mut self) -> io::Result<()> {
        self.lexer.window.skip_line()?;
        while !self.lexer.window.peek(LINE_HEAD)?.is_empty() {
            let head = self.lexer.window.rest();
            let command = head
                .get(..9)
                .is_some_and(|word| word.eq_ignore_ascii_case(b"DELIMITER"));
            let restored = command && head[9..].trim_ascii_start().first() == Some(&b';');
            let doubled = restored && head[9..].trim_ascii_start().starts_with(b";;");
            self.lexer.window.skip_line()?;
            if restored && !doubled {
                break;
            }
        }
        Ok(())
    }

    fn insert(&mut self) -> Result<(), Failure> {
        self.skip_words(&BEFORE_TABLE)?;
        let Some(name) = self.table_name()? else {
            return Ok(self.skip_statement()?);
        };
        if !self.table.meets(&name)? {
            return Ok(self.skip_statement()?);
        }
        let named = self.names()?;
        if !self.reaches_values()? {
            self.intake
                .reject(self.lexer.window.line_number(), Reason::NotSql);
            return Ok(self.skip_statement()?);
        }
        let names = self.table.order(named);
        self.rows(names.as_deref())
    }

    /// The next token after all of these words.
    fn skip_words(&mut self, words: &[&str]) -> io::Result<()> {
        self.lexer.next()?;
        while words.iter().any(|word| self.lexer.is(word)) {
            self.lexer.next()?;
        }
        self.lexer.unread();
        Ok(())
    }

    /// A name, perhaps with a schema before it.
    pub(super) fn table_name(&mut self) -> io::Result<Option<String>> {
        let mut name = String::new();
        loop {
            match self.lexer.next()? {
                Token::Word | Token::Name | Token::Text => name.push_str(&self.lexer.name()),
                _ => {
                    self.lexer.unread();
                    return Ok(None);
                }
            }
            if self.lexer.next()? != Token::Symbol(b'.') {
                self.lexer.unread();
                return Ok(Some(name));
            }
            name.push('.');
        }
    }

    /// A list of names in parentheses, if there is one.
    pub(super) fn names(&mut self) -> io::Result<Option<Vec<String>>> {
        if self.lexer.next()? != Token::Symbol(b'(') {
            self.lexer.unread();
            return Ok(None);
        }
        let mut names = Vec::new();
        loop {
            self.lexer.begin_unit();
            match self.lexer.next()? {
                Token::Word | Token::Name | Token::Text => names.push(self.lexer.name()),
                Token::Symbol(b',') => {}
                Token::Symbol(b')') => return Ok(Some(names)),
                _ => {
                    self.lexer.unread();
                    return Ok(Some(names));
                }
            }
        }
    }

    /// Passes over what may stand before VALUES, such as OVERRIDING SYSTEM VALUE.
    fn reaches_values(&mut self) -> io::Result<bool> {
        loop {
            match self.lexer.next()? {
                Token::Word if self.lexer.is("VALUES") => return Ok(true),
                Token::Word if self.lexer.is("VALUE") => {
                    let row = self.lexer.next()? == Token::Symbol(b'(');
                    self.lexer.unread();
                    if row {
                        return Ok(true);
                    }
                }
                Token::Word if !self.lexer.is("SELECT") && !self.lexer.is("SET") => {}
                _ => {
                    self.lexer.unread();
                    return Ok(false);
                }
            }
        }
    }

    /// Tuples up to the end of the statement.
    fn rows(&mut self, names: Option<&[String]>) -> Result<(), Failure> {
        loop {
            match self.lexer.next()? {
                Token::Symbol(b'(') => {
                    if let Resume::Statement = self.tuple(names)? {
                        return Ok(());
                    }
                }
                Token::Symbol(b',') => {}
                Token::Symbol(b';') | Token::End => return Ok(()),
                Token::Word if self.lexer.is("INSERT") || self.lexer.is("GO") => {
                    self.lexer.unread();
                    return Ok(());
                }
                _ => {
                    self.lexer.unread();
                    return Ok(self.skip_statement()?);
                }
            }
        }
    }

    /// The tuple whose parenthesis has been opened.
    fn tuple(&mut self, names: Option<&[String]>) -> Result<Resume, Failure> {
        self.lexer.begin_unit();
        let line = self.lexer.window.line_number();
        if !self.values()? {
            let reason = if self.lexer.is_overlong() {
                Reason::TooLong
            } else {
                Reason::NotSql
            };
            self.intake.reject(line, reason);
            return Ok(self.resynchronise()?);
        }
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
                Token::End | Token::Broken => return Ok(None),
                Token::Symbol(b';') if depth == 0 => return Ok(None),
                Token::Symbol(end @ (b',' | b')')) if depth == 0 => {
                    self.end_value(value);
                    return Ok(Some(end));
                }
                Token::Symbol(b'(') => {
                    depth += 1;
                    value = value.then(Value::Opaque);
                }
                Token::Symbol(b')') => depth -= 1,
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

    /// Goes on after something unreadable: at the first line after its beginning that begins like a row or a
    /// statement. What is too long cannot be gone back to; then the lines after its end are looked at.
    fn resynchronise(&mut self) -> io::Result<Resume> {
        self.lexer.forget();
        if !self.lexer.is_overlong() {
            self.lexer.window.rewind();
        }
        loop {
            self.lexer.window.skip_line()?;
            let head = self.lexer.window.peek(LINE_HEAD)?;
            let line = &head[..head.len().min(LINE_HEAD)];
            if line.trim_ascii_start().starts_with(b"(") {
                return Ok(Resume::Rows);
            }
            if line.is_empty() || begins_statement(line) {
                return Ok(Resume::Statement);
            }
        }
    }

    fn create(&mut self) -> io::Result<()> {
        self.skip_words(&[
            "GLOBAL",
            "LOCAL",
            "TEMPORARY",
            "TEMP",
            "UNLOGGED",
            "FOREIGN",
        ])?;
        self.lexer.next()?;
        if !self.lexer.is("TABLE") {
            self.lexer.unread();
            return self.skip_statement();
        }
        self.skip_words(&["IF", "NOT", "EXISTS"])?;
        let name = self.table_name()?;
        if let (Some(name), Token::Symbol(b'(')) = (name, self.lexer.next()?) {
            let columns = self.definitions()?;
            self.table.create(&name, columns);
            return self.skip_statement();
        }
        self.lexer.unread();
        self.skip_statement()
    }

    /// The names of the columns that a CREATE TABLE defines, up to its closing parenthesis.
    fn definitions(&mut self) -> io::Result<Vec<String>> {
        let (mut names, mut depth, mut begins) = (Vec::new(), 1_u64, true);
        loop {
            self.lexer.begin_unit();
            match self.lexer.next()? {
                Token::Symbol(b',') if depth == 1 => {
                    begins = true;
                    continue;
                }
                Token::Symbol(b'(') => depth += 1,
                Token::Symbol(b')') if depth > 1 => depth -= 1,
                Token::Symbol(b')') => return Ok(names),
                Token::Word if begins && NO_COLUMN.iter().any(|word| self.lexer.is(word)) => {}
                Token::Word | Token::Name | Token::Text if begins => names.push(self.lexer.name()),
                Token::End | Token::Broken => {
                    self.lexer.unread();
                    return Ok(names);
                }
                _ => {}
            }
            begins = false;
        }
    }
}

impl Value {
    /// The value with something after it.
    fn then(self, next: Self) -> Self {
        if self == Self::Cast { self } else { next }
    }
}
