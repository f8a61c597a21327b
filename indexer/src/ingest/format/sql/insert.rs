//! Which rows does an INSERT bring, and to which table? MERGE and LOAD bring some, too.

use std::io::{self, Read};

use super::account::Part;
use super::lexer::Token;
use super::resume::{Resume, Sequence, between_tuples};
use super::statements::Dump;
use crate::ingest::error::Failure;
use crate::ingest::tally::{Passage, Reason};

/// Words that may be between INSERT and the table.
const BEFORE_TABLE: [&str; 12] = [
    "INTO",
    "IGNORE",
    "LOW_PRIORITY",
    "HIGH_PRIORITY",
    "DELAYED",
    "OR",
    "REPLACE",
    "ABORT",
    "ROLLBACK",
    "OVERWRITE",
    "TABLE",
    "ONLY",
];

/// Words that may follow the rows of a statement, or begin another on the same line.
const AFTER_ROWS: [&str; 33] = [
    "ON",
    "RETURNING",
    "AS",
    "WHERE",
    "SELECT",
    "WITH",
    "OUTPUT",
    "LOG",
    "LIMIT",
    "ORDER",
    "OPTION",
    "EXCEPT",
    "INTERSECT",
    "MINUS",
    "FROM",
    "END",
    "ELSE",
    "IF",
    "BEGIN",
    "COMMIT",
    "SET",
    "GO",
    "PRINT",
    "EXEC",
    "UPDATE",
    "DELETE",
    "DECLARE",
    "EXCEPTION",
    "WHEN",
    "GROUP",
    "HAVING",
    "CROSS",
    "JOIN",
];

/// The form of a statement's rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// After VALUES.
    Tuples,
    /// After SELECT.
    Select,
    /// After SET.
    Assignments,
}

/// The part of an INSERT before its rows.
struct Heading {
    names: Option<Vec<String>>,
    /// `None` if it brings no rows, or in an unsupported form.
    source: Option<Source>,
}

impl<R: Read> Dump<'_, '_, '_, R> {
    /// INSERT, REPLACE or UPSERT.
    pub(super) fn insert(&mut self) -> Result<(), Failure> {
        if self.repeats_heading() {
            return self.bring_rows(Source::Tuples);
        }
        self.heading_start = self.lexer.window.position();
        self.rows_before = rows_before(self.lexer.window.passed());
        let line = self.lexer.window.line_number();
        self.skip_words(&BEFORE_TABLE)?;
        self.lexer.next()?;
        let is_multiple = self.lexer.is("ALL") || self.lexer.is("FIRST");
        if !is_multiple {
            self.lexer.unread();
            return self.target(line);
        }
        self.is_multiple = true;
        let outcome = self.targets();
        self.is_multiple = false;
        outcome
    }

    /// Passes over the text between INSERT and the rows if it is the same as in the previous statement, as it usually
    /// is.
    fn repeats_heading(&mut self) -> bool {
        let rest = self.lexer.window.rest();
        let behind = match self.last_heading.as_slice() {
            [] => None,
            heading => rest.strip_prefix(heading),
        };
        let repeats = behind.is_some_and(|behind| matches!(behind, [b' ' | b'(' | b'\n', ..]));
        if repeats {
            self.lexer.pass(self.last_heading.len());
            self.lexer.retake(Part::Clause);
            self.opened = 0;
            self.projection = None;
        }
        repeats
    }

    /// Remembers the text between INSERT and the rows that follow.
    fn keep_heading(&mut self) {
        let begin = self
            .heading_start
            .checked_sub(self.lexer.window.mark_position());
        let passed = self.lexer.window.passed();
        let heading = begin.and_then(|begin| passed.get(usize::try_from(begin).ok()?..));
        self.last_heading.clear();
        if let (Some(heading), false) = (heading, self.is_multiple) {
            self.last_heading.extend_from_slice(heading);
        }
    }

    /// The targets of `INSERT ALL INTO … INTO … SELECT …`.
    fn targets(&mut self) -> Result<(), Failure> {
        self.skip_statement()?;
        while self.lexer.is_pending() && self.lexer.is("INTO") {
            self.lexer.retake(Part::Clause);
            self.lexer.begin_unit();
            self.lexer.next()?;
            let line = self.lexer.window.line_number();
            self.target(line)?;
        }
        Ok(())
    }

    /// A table and the rows for it.
    fn target(&mut self, line: u64) -> Result<(), Failure> {
        let name = self.table_name()?;
        let heading = self.heading()?;
        let Some(name) = name else {
            return self.reject_statement(line);
        };
        if !self.table.wants(&name) && self.table.is_stated() {
            if heading.source.is_some() {
                self.lexer.retake(Part::Passage(Passage::OtherTable));
            }
            return self.skip_statement();
        }
        let Some(source) = heading.source else {
            return self.without_rows(&name, line);
        };
        self.table.meets(&name)?;
        self.lexer.retake(Part::Clause);
        self.last_heading.clear();
        self.table.begin_rows(heading.names)?;
        if source == Source::Tuples && self.opened == 0 {
            self.keep_heading();
        }
        self.bring_rows(source)
    }

    /// The rows of a statement, which may be written in several ways.
    pub(super) fn bring_rows(&mut self, source: Source) -> Result<(), Failure> {
        let mut next = Some(source);
        while let Some(source) = next {
            next = match source {
                Source::Tuples => self.rows()?,
                Source::Select => self.select()?,
                Source::Assignments => self.assignments()?,
            };
        }
        Ok(())
    }

    /// An INSERT whose rows are elsewhere, or written in an unsupported form.
    pub(super) fn without_rows(&mut self, name: &str, line: u64) -> Result<(), Failure> {
        if !self.table.wants(name) {
            return self.skip_statement();
        }
        if self.table.is_stated() {
            self.table.meets(name)?;
        }
        self.reject_statement(line)
    }

    /// Reads the text between the table and its rows.
    fn heading(&mut self) -> io::Result<Heading> {
        let mut names = None;
        self.opened = 0;
        self.projection = None;
        let source = loop {
            self.lexer.step();
            match self.lexer.next()? {
                Token::Symbol(b'(') if self.begins_query()? => self.opened += 1,
                Token::Symbol(b'(') if names.is_none() => {
                    names = self.names()?;
                    if names.is_none() {
                        break None;
                    }
                }
                Token::Symbol(b'(') => self.skip_parentheses()?,
                Token::Word if self.lexer.begins_statement()? => {
                    self.lexer.unread();
                    break None;
                }
                Token::Word if self.lexer.is("VALUES") => break Some(Source::Tuples),
                Token::Word if self.lexer.is("VALUE") => {
                    if self.lexer.following()?.starts_with(b"(") {
                        break Some(Source::Tuples);
                    }
                }
                Token::Word if self.lexer.is("SET") => break Some(Source::Assignments),
                Token::Word if self.lexer.is("SELECT") => break Some(Source::Select),
                Token::Word if self.lexer.is("PARTITION") || self.lexer.is("WITH") => {
                    self.lexer.next()?;
                    if self.lexer.is_symbol(b'(') {
                        self.skip_parentheses()?;
                    } else {
                        self.lexer.unread();
                    }
                }
                Token::Word if self.lexer.is("EXEC") || self.lexer.is("EXECUTE") => break None,
                Token::Word | Token::Name | Token::Symbol(b'.' | b',') => {}
                _ => {
                    self.lexer.unread();
                    break None;
                }
            }
        };
        Ok(Heading { names, source })
    }

    /// A query is in the parenthesis that has been opened.
    fn begins_query(&mut self) -> io::Result<bool> {
        Ok(self.lexer.is_before("SELECT")?
            || self.lexer.is_before("VALUES")?
            || self.lexer.following()?.starts_with(b"("))
    }

    /// Passes over the rest of a parenthesis.
    pub(super) fn skip_parentheses(&mut self) -> io::Result<()> {
        let mut depth = 1_u64;
        while depth > 0 {
            self.lexer.step();
            match self.lexer.next()? {
                Token::Symbol(b'(') => depth += 1,
                Token::Symbol(b')') => depth -= 1,
                Token::Symbol(b';') | Token::Delimiter | Token::End | Token::Broken => {
                    self.lexer.unread();
                    break;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads tuples, and whatever brings more rows after them.
    fn rows(&mut self) -> Result<Option<Source>, Failure> {
        let mut wanting = true;
        loop {
            self.lexer.check()?;
            match self.lexer.next_between()? {
                Token::Symbol(b'(') => {
                    wanting = false;
                    if let Resume::Statement = self.tuple()? {
                        return Ok(None);
                    }
                }
                Token::Symbol(b',') => wanting = true,
                Token::Symbol(b')') if self.opened > 0 => {
                    self.opened -= 1;
                    return self.after_rows();
                }
                Token::End if wanting => {
                    self.note_cut_off()?;
                    return Ok(None);
                }
                Token::Symbol(b';') | Token::Delimiter | Token::End => return Ok(None),
                Token::Word
                    if self.lexer.is("ROW") && self.lexer.following()?.starts_with(b"(") => {}
                Token::Word if self.ends_rows()? => {
                    self.lexer.unread();
                    return self.after_rows();
                }
                _ => {
                    self.lexer.unread();
                    if let Resume::Statement = self.stray()? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// The current word does not belong to rows.
    fn ends_rows(&mut self) -> io::Result<bool> {
        let is_after = AFTER_ROWS.iter().any(|word| self.lexer.is(word));
        Ok(is_after
            || self.lexer.begins_line()
            || self.lexer.is("UNION")
            || self.is_multiple && self.lexer.is("INTO")
            || self.lexer.begins_rows()?)
    }

    /// Passes over the rest of the statement up to its end, or up to a UNION, which brings more rows.
    pub(super) fn after_rows(&mut self) -> Result<Option<Source>, Failure> {
        self.lexer.enter(Part::Clause);
        let mut depth = 0_u64;
        loop {
            self.lexer.step();
            match self.lexer.next()? {
                Token::Symbol(b';') | Token::Delimiter | Token::End => return Ok(None),
                Token::Broken => {
                    self.note_cut_off()?;
                    self.skip_lines()?;
                    return Ok(None);
                }
                Token::Symbol(b'(') => depth += 1,
                Token::Symbol(b')') if depth > 0 => depth -= 1,
                Token::Symbol(b')') => self.opened = self.opened.saturating_sub(1),
                Token::Word if self.lexer.is_batch_end()? => return Ok(None),
                Token::Word if depth == 0 && self.lexer.is("UNION") => return self.union(),
                Token::Word if self.begins_another(depth)? => {
                    self.lexer.unread();
                    return Ok(None);
                }
                _ => {}
            }
        }
    }

    /// Reads the source after a UNION.
    fn union(&mut self) -> Result<Option<Source>, Failure> {
        self.skip_words(&["ALL", "DISTINCT"])?;
        match self.query()? {
            Some(source) => Ok(Some(source)),
            None => {
                let line = self.lexer.window.line_number();
                self.reject_statement(line)?;
                Ok(None)
            }
        }
    }

    /// The first word of a query, possibly in parentheses; `None` if it is another word.
    pub(super) fn query(&mut self) -> io::Result<Option<Source>> {
        loop {
            match self.lexer.next()? {
                Token::Symbol(b'(') => self.opened += 1,
                Token::Word if self.lexer.is("SELECT") => return Ok(Some(Source::Select)),
                Token::Word if self.lexer.is("VALUES") => return Ok(Some(Source::Tuples)),
                _ => {
                    self.lexer.unread();
                    return Ok(None);
                }
            }
        }
    }

    /// Something is out of place between rows: it is rejected up to the next row.
    fn stray(&mut self) -> Result<Resume, Failure> {
        self.lexer.enter(Part::Row);
        let line = self.lexer.unit_line();
        self.lexer.next()?;
        self.note_rejected(line, Reason::NotSql)?;
        self.resume(Sequence::Between, line, Reason::NotSql)
    }

    /// Rejects a statement that puts rows into the table in an unsupported form: each row in it, as far as they can
    /// be distinguished.
    pub(super) fn reject_statement(&mut self, line: u64) -> Result<(), Failure> {
        self.lexer.retake(Part::Row);
        self.rows_before = 0;
        self.lexer.builder.reject(line, Reason::Statement);
        let mut depth = 0_u64;
        let ends = loop {
            if self.lexer.has_piece() {
                self.reject_rows_passed(line)?;
            }
            self.lexer.begin_token_unit();
            match self.lexer.next()? {
                Token::End => break true,
                Token::Symbol(b';') | Token::Delimiter => break false,
                Token::Broken => {
                    self.note_cut_off()?;
                    self.reject_rows_passed(line)?;
                    return self.skip_lines();
                }
                Token::Symbol(b'(') => depth += 1,
                Token::Symbol(b')') => depth = depth.saturating_sub(1),
                Token::Word if self.lexer.is_batch_end()? => break false,
                Token::Word if self.begins_another(depth)? => {
                    self.lexer.unread();
                    break false;
                }
                _ => {}
            }
        };
        if ends {
            self.note_rejected(line, Reason::Statement)?;
        }
        self.reject_rows_passed(line)
    }

    /// Rejects a SELECT whose rows are those of a table, perhaps of one that WITH has put before the statement.
    pub(super) fn reject_select(&mut self, line: u64) -> Result<(), Failure> {
        for _ in 1..std::mem::take(&mut self.rows_before) {
            self.lexer.builder.reject(line, Reason::Statement);
        }
        self.lexer.reject_passed(line, Reason::Statement)
    }

    /// Searches the passed part of a rejected statement, and counts each further row in it.
    fn reject_rows_passed(&mut self, line: u64) -> Result<(), Failure> {
        for _ in 0..tuples_after(self.lexer.passed()) {
            self.lexer.builder.reject(line, Reason::Statement);
        }
        self.lexer.recover_passed()
    }

    /// `MERGE INTO t USING (VALUES …) s (columns) ON … WHEN NOT MATCHED THEN INSERT (columns) VALUES (s.column, …)`.
    pub(super) fn merge(&mut self) -> Result<(), Failure> {
        let line = self.lexer.window.line_number();
        self.skip_words(&["INTO"])?;
        let Some(name) = self.table_name()? else {
            return self.skip_statement();
        };
        if !self.table.wants(&name) && self.table.is_stated() {
            self.lexer.retake(Part::Passage(Passage::OtherTable));
            return self.skip_statement();
        }
        self.opened = 0;
        let is_literal = loop {
            self.lexer.step();
            match self.lexer.next()? {
                Token::Symbol(b'(') if self.begins_query()? => {
                    self.opened += 1;
                    break true;
                }
                Token::Symbol(b'(') => self.skip_parentheses()?,
                Token::Word if self.lexer.is("INSERT") => break false,
                Token::Symbol(b';') | Token::Delimiter | Token::End | Token::Broken => {
                    self.lexer.unread();
                    return self.skip_statement();
                }
                _ => {}
            }
        };
        match is_literal {
            true => self.merge_rows(&name, line),
            false => self.merge_insert(&name, line),
        }
    }

    /// The rows in the USING of a MERGE, whose columns may be named after them.
    fn merge_rows(&mut self, name: &str, line: u64) -> Result<(), Failure> {
        let ahead = self.look_ahead()?;
        let Some(source) = self.query()? else {
            return self.reject_statement(line);
        };
        self.table.meets(name)?;
        self.lexer.retake(Part::Clause);
        let (names, insert) = ahead.map_or((None, None), |ahead| (ahead.names, ahead.insert));
        let projection = insert.unwrap_or_default();
        match (names, source) {
            (Some(names), _) => self.table.begin_source(projection.of(names))?,
            // Their meaning is unknown: they are rejected.
            (None, Source::Tuples) => self.table.begin_rows(Some(Vec::new()))?,
            (None, _) => self.projection = Some(projection),
        }
        self.bring_rows(source)
    }

    /// The INSERT of a MERGE, whose values may be columns of another table.
    fn merge_insert(&mut self, name: &str, line: u64) -> Result<(), Failure> {
        let heading = self.heading()?;
        match heading.source {
            Some(Source::Tuples) if self.has_literal()? => {
                self.table.meets(name)?;
                self.lexer.retake(Part::Clause);
                self.table.begin_rows(heading.names)?;
                self.bring_rows(Source::Tuples)
            }
            Some(_) => self.skip_statement(),
            None => self.reject_statement(line),
        }
    }

    /// `LOAD DATA … INTO TABLE t` and `BULK INSERT t FROM …`: rows that are in another file.
    pub(super) fn load(&mut self) -> Result<(), Failure> {
        let line = self.lexer.window.line_number();
        loop {
            self.lexer.step();
            match self.lexer.next()? {
                Token::Word if self.lexer.is("INTO") || self.lexer.is("INSERT") => break,
                Token::Symbol(b';') | Token::Delimiter | Token::End | Token::Broken => {
                    self.lexer.unread();
                    return self.skip_statement();
                }
                _ => {}
            }
        }
        self.skip_words(&["INTO", "TABLE"])?;
        match self.table_name()? {
            Some(name) => self.without_rows(&name, line),
            None => self.skip_statement(),
        }
    }
}

/// Returns the number of tuples in a text after the first.
fn tuples_after(text: &[u8]) -> usize {
    let mut from = 0;
    let next = std::iter::from_fn(|| {
        from += between_tuples(&text[from..])?;
        Some(())
    });
    next.count()
}

/// Returns the number of rows in the WITH before an INSERT; 0 if there is none.
fn rows_before(text: &[u8]) -> usize {
    let is_with = text
        .get(..4)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"WITH"));
    if is_with { 1 + tuples_after(text) } else { 0 }
}
