use std::io::{self, Read};

use super::lexer::{Lexer, Token, begins_statement};
use super::row::Row;
use super::table::Table;
use crate::ingest::error::Failure;
use crate::ingest::intake::Intake;
use crate::ingest::tally::Reason;
use crate::ingest::{Fault, RECORD_LIMIT};

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

/// How far into a line resynchronisation looks for what it begins with, in bytes.
const LINE_HEAD: usize = 64;

/// How many columns are remembered; no database allows more in a table.
const COLUMN_LIMIT: usize = 4_096;

/// How many parts a table's name has at the most: database, schema and table.
const NAME_PARTS: usize = 3;

/// A dump, statement by statement.
pub(super) struct Dump<'d, 'r, 's, R> {
    pub(super) lexer: Lexer<R>,
    pub(super) table: Table<'r>,
    pub(super) intake: &'d mut Intake<'s>,
    pub(super) row: Row,
    /// Where something begins in which the dump ends, unless something whole comes after it.
    cut_off: Option<CutOff>,
}

/// Something that the dump's end cuts off.
#[derive(Clone, Copy)]
struct CutOff {
    line: u64,
    /// It has been counted as a row already.
    rejected: bool,
}

/// How reading goes on after a row that could not be read.
pub(super) enum Resume {
    /// With a row of the same statement.
    Rows,
    /// With a statement, or at the end of the dump.
    Statement,
}

impl<'d, 'r, 's, R: Read> Dump<'d, 'r, 's, R> {
    pub(super) fn new(lexer: Lexer<R>, table: Table<'r>, intake: &'d mut Intake<'s>) -> Self {
        Self {
            lexer,
            table,
            intake,
            row: Row::default(),
            cut_off: None,
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
        self.table.check()?;
        let Some(CutOff { line, rejected }) = self.cut_off else {
            return Ok(());
        };
        if !rejected {
            self.intake.reject(line, Reason::CutOff);
        }
        Err(Fault::CutOff { line }.into())
    }

    /// At the end of the dump, remembers that it ends within something: there may have been more rows.
    pub(super) fn note_cut_off(&mut self) -> io::Result<()> {
        if self.lexer.window.first()?.is_none() {
            self.cut_off.get_or_insert(CutOff {
                line: self.lexer.unit_line(),
                rejected: false,
            });
        }
        Ok(())
    }

    /// Remembers if the dump ends within a row that cannot be read and is going to be counted.
    pub(super) fn note_rejected(&mut self, line: u64, reason: Reason) -> io::Result<()> {
        let ends = reason == Reason::NotSql && self.lexer.window.first()?.is_none();
        self.cut_off = ends.then_some(CutOff {
            line,
            rejected: true,
        });
        Ok(())
    }

    /// Forgets that the dump ended within something: what was taken for that was a stray quote, since a row comes after
    /// it.
    pub(super) const fn go_on(&mut self) {
        self.cut_off = None;
    }

    fn statement(&mut self) -> Result<(), Failure> {
        if self.lexer.is("INSERT") || self.lexer.is("REPLACE") {
            self.insert()
        } else if self.lexer.is("COPY") {
            self.copy()
        } else if self.lexer.is("CREATE") {
            self.create()
        } else if self.lexer.is("DELIMITER") {
            Ok(self.delimiter()?)
        } else if self.lexer.is("GO") {
            Ok(())
        } else {
            self.lexer.unread();
            self.skip_statement()
        }
    }

    /// Passes over everything up to a semicolon, a line of GO or a line that begins like a statement, outside strings:
    /// scripts for SQL Server do without semicolons.
    pub(super) fn skip_statement(&mut self) -> Result<(), Failure> {
        while !self.lexer.begins_statement()? {
            if !self.skip_token()? {
                return Ok(());
            }
        }
        self.lexer.unread();
        Ok(())
    }

    /// Passes over a token; false if the statement ends with it.
    pub(super) fn skip_token(&mut self) -> Result<bool, Failure> {
        match self.lexer.next()? {
            Token::Symbol(b';') | Token::End => Ok(false),
            Token::Broken => {
                self.note_cut_off()?;
                self.resynchronise()?;
                Ok(false)
            }
            _ => {
                self.lexer.begin_unit();
                Ok(!self.lexer.is_batch_end()?)
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
                return Ok(());
            }
        }
        self.note_cut_off()
    }

    fn insert(&mut self) -> Result<(), Failure> {
        self.skip_words(&BEFORE_TABLE)?;
        let Some(name) = self.table_name()? else {
            return self.skip_statement();
        };
        if !self.table.meets(&name)? {
            return self.skip_statement();
        }
        let named = self.names()?;
        if !self.reaches_values()? {
            let line = self.lexer.window.line_number();
            self.note_rejected(line, Reason::NotSql)?;
            let statement = self.lexer.window.line_head(RECORD_LIMIT)?;
            self.intake.reject_row(line, Reason::NotSql, statement)?;
            return self.skip_statement();
        }
        self.table.begin_rows(named)?;
        self.rows()
    }

    /// The next token after all of these words.
    pub(super) fn skip_words(&mut self, words: &[&str]) -> io::Result<()> {
        self.lexer.next()?;
        while words.iter().any(|word| self.lexer.is(word)) {
            self.lexer.next()?;
        }
        self.lexer.unread();
        Ok(())
    }

    /// A name, perhaps with a schema before it, of [`NAME_PARTS`] at the most.
    pub(super) fn table_name(&mut self) -> io::Result<Option<String>> {
        let mut name = String::new();
        for _ in 0..NAME_PARTS {
            match self.lexer.next()? {
                Token::Word | Token::Name | Token::Text => name.push_str(&self.lexer.name()),
                _ => break,
            }
            if self.lexer.next()? != Token::Symbol(b'.') {
                self.lexer.unread();
                return Ok(Some(name));
            }
            name.push('.');
        }
        self.lexer.unread();
        Ok(None)
    }

    /// A list of names in parentheses, if there is one, up to [`COLUMN_LIMIT`].
    pub(super) fn names(&mut self) -> io::Result<Option<Vec<String>>> {
        if self.lexer.next()? != Token::Symbol(b'(') {
            self.lexer.unread();
            return Ok(None);
        }
        let mut names = Vec::new();
        loop {
            self.lexer.begin_unit();
            match self.lexer.next()? {
                Token::Word | Token::Name | Token::Text => self.add_name(&mut names),
                Token::Symbol(b',') => {}
                Token::Symbol(b')') => return Ok(Some(names)),
                _ => {
                    self.lexer.unread();
                    return Ok(Some(names));
                }
            }
        }
    }

    /// Adds the present token to the names, unless there are enough.
    pub(super) fn add_name(&self, names: &mut Vec<String>) {
        if names.len() < COLUMN_LIMIT {
            names.push(self.lexer.name());
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
    fn rows(&mut self) -> Result<(), Failure> {
        let mut wanting = true;
        loop {
            match self.lexer.next()? {
                Token::Symbol(b'(') => {
                    wanting = false;
                    if let Resume::Statement = self.tuple()? {
                        return Ok(());
                    }
                }
                Token::Symbol(b',') => wanting = true,
                Token::End if wanting => return Ok(self.note_cut_off()?),
                Token::Symbol(b';') | Token::End => return Ok(()),
                Token::Word if self.lexer.is("INSERT") || self.lexer.is("GO") => {
                    self.lexer.unread();
                    return Ok(());
                }
                _ => {
                    self.lexer.unread();
                    return self.skip_statement();
                }
            }
        }
    }

    /// Goes on after something unreadable outside of tuples.
    fn resynchronise(&mut self) -> Result<Resume, Failure> {
        self.go_back()?;
        loop {
            self.lexer.window.skip_line()?;
            if let Some(resume) = self.resumes()? {
                return Ok(resume);
            }
        }
    }

    /// Goes back to the beginning of what is unreadable, unless it is too long to be gone back to. Where that would be
    /// done for ever, what goes on in another line is given up from here on, if rejected rows are worth it.
    pub(super) fn go_back(&mut self) -> Result<(), Failure> {
        self.lexer.forget();
        if !self.lexer.is_overlong() && !self.lexer.window.rewind() {
            if !self.intake.recovers() {
                return Err(Fault::UnendedRows.into());
            }
            self.lexer.bound_to_lines = true;
        }
        Ok(())
    }

    /// Goes to the first of the following lines that begins like a row or a statement. The lines between belong to the
    /// row that has been rejected.
    pub(super) fn next_row(&mut self) -> Result<Resume, Failure> {
        self.lexer.window.skip_line()?;
        loop {
            if let Some(resume) = self.resumes()? {
                return Ok(resume);
            }
            let line = self.lexer.window.line_head(RECORD_LIMIT)?;
            self.intake.recover(line)?;
            self.lexer.window.skip_line()?;
        }
    }

    /// How reading goes on with this line, if it does.
    fn resumes(&mut self) -> io::Result<Option<Resume>> {
        let head = self.lexer.window.peek(LINE_HEAD)?;
        let line = &head[..head.len().min(LINE_HEAD)];
        if line.trim_ascii_start().starts_with(b"(") {
            return Ok(Some(Resume::Rows));
        }
        Ok((line.is_empty() || begins_statement(line)).then_some(Resume::Statement))
    }
}
