//! What does a line of a dump begin: a statement, a command for the client, or neither?

use std::io::{self, Read};

use super::account::Part;
use super::lexer::{Lexer, Token};
use super::resume::between_tuples;
use super::row::Row;
use super::select::Projection;
use super::table::Table;
use crate::ingest::Fault;
use crate::ingest::error::Failure;
use crate::ingest::tally::{Passage, Reason};

/// First words of statements that may span many lines. A line that begins with anything else, where a statement may
/// begin, is not SQL, but output of a client, such as `Query OK, 1 row affected`.
const VERBS: [&str; 71] = [
    "ALTER",
    "ANALYZE",
    "BEGIN",
    "BULK",
    "CALL",
    "CHECKPOINT",
    "CLUSTER",
    "COMMENT",
    "COMMIT",
    "DEALLOCATE",
    "DECLARE",
    "DELETE",
    "DENY",
    "DISABLE",
    "DO",
    "DROP",
    "ELSE",
    "ELSIF",
    "ELSEIF",
    "ENABLE",
    "END",
    "EXCEPTION",
    "EXEC",
    "EXECUTE",
    "EXPLAIN",
    "FETCH",
    "FLUSH",
    "FOR",
    "FORALL",
    "GRANT",
    "HANDLER",
    "IF",
    "IMPORT",
    "KILL",
    "LOAD",
    "LOCK",
    "LOOP",
    "MERGE",
    "MSCK",
    "NOTIFY",
    "OPEN",
    "OPTIMIZE",
    "PRAGMA",
    "PREPARE",
    "PRINT",
    "PURGE",
    "RAISERROR",
    "REFRESH",
    "REINDEX",
    "RELEASE",
    "RENAME",
    "REPAIR",
    "RESET",
    "REVOKE",
    "ROLLBACK",
    "SAVE",
    "SAVEPOINT",
    "SELECT",
    "SET",
    "SHOW",
    "START",
    "STOP",
    "TRUNCATE",
    "UNLOCK",
    "UPDATE",
    "VACUUM",
    "VALUES",
    "WAITFOR",
    "WHEN",
    "WHILE",
    "WITH",
];

/// First words of SQL*Plus commands, which go to the end of the line whatever quotes are in them.
const CLIENT_WORDS: [&str; 4] = ["PROMPT", "REM", "REMARK", "SPOOL"];

/// Words in statements that execute a string as a script, or store one for execution.
const RUN: [&str; 7] = [
    "EXEC",
    "EXECUTE",
    "SP_EXECUTESQL",
    "DO",
    "PREPARE",
    "SET",
    "DECLARE",
];

/// Maximum number of columns remembered; no database allows more in a table.
const COLUMN_LIMIT: usize = 4_096;

/// Maximum number of parts of a table's name: server, database, schema and table.
const NAME_PARTS: usize = 4;

/// Maximum length of a delimiter, in bytes.
const DELIMITER_LIMIT: usize = 16;

/// Maximum nesting of executed strings.
const TEXT_DEPTH: usize = 3;

/// A dump, statement by statement.
pub(super) struct Dump<'d, 'r, 's, R> {
    pub(super) lexer: Lexer<'d, 's, R>,
    pub(super) table: &'d mut Table<'r>,
    pub(super) row: Row,
    /// Open parentheses around a source of rows.
    pub(super) opened: u64,
    /// Whether one statement brings rows to several targets: `INSERT ALL`.
    pub(super) is_multiple: bool,
    /// Columns that a SELECT takes of the rows in its FROM.
    pub(super) projection: Option<Projection>,
    /// Text between INSERT and the rows of the last statement, if the rows of the next have the same columns as
    /// long as it begins so; empty otherwise.
    pub(super) last_heading: Vec<u8>,
    /// Offset of the text after the current INSERT.
    pub(super) heading_start: u64,
    /// Number of rows in the WITH before the current INSERT.
    pub(super) rows_before: usize,
    /// Nesting depth of executed strings.
    pub(super) depth: usize,
    /// Start of the unit within which the dump ends, unless a whole one comes after it.
    cut_off: Option<CutOff>,
}

/// A unit that the dump's end cuts off.
#[derive(Clone, Copy)]
struct CutOff {
    line: u64,
    /// Whether it has been counted as a row already.
    rejected: bool,
}

impl<'d, 'r, 's, R: Read> Dump<'d, 'r, 's, R> {
    pub(super) fn new(lexer: Lexer<'d, 's, R>, table: &'d mut Table<'r>) -> Self {
        Self {
            lexer,
            table,
            row: Row::default(),
            opened: 0,
            is_multiple: false,
            projection: None,
            last_heading: Vec::new(),
            heading_start: 0,
            rows_before: 0,
            depth: 0,
            cut_off: None,
        }
    }

    pub(super) fn read(&mut self) -> Result<(), Failure> {
        self.statements()?;
        self.table.check()?;
        let Some(CutOff { line, rejected }) = self.cut_off else {
            return Ok(());
        };
        if !rejected {
            self.lexer.builder.reject(line, Reason::CutOff);
        }
        Err(Fault::CutOff { line }.into())
    }

    /// Everything up to the end.
    pub(super) fn statements(&mut self) -> Result<(), Failure> {
        loop {
            self.lexer.check()?;
            if !self.lexer.is_pending() {
                self.lexer.enter(Part::Passage(Passage::Comment));
                self.lexer.next_between()?;
                self.lexer.unread();
            } else if self.lexer.part == Part::Passage(Passage::Statement) {
                // It belongs to the text before it, as INSERT does to IF NOT EXISTS.
                let token = self.lexer.next()?;
                self.statement(token)?;
                continue;
            }
            self.lexer.enter(Part::Passage(Passage::Statement));
            let token = self.lexer.next()?;
            if token == Token::End {
                self.lexer.begin_unit();
                return self.lexer.check();
            }
            self.statement(token)?;
        }
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
        let ends = reason != Reason::TooLong && self.lexer.window.first()?.is_none();
        self.cut_off = ends.then_some(CutOff {
            line,
            rejected: true,
        });
        Ok(())
    }

    /// Forgets that the dump ended within something: that was a stray quote, since a row comes after
    /// it.
    pub(super) const fn go_on(&mut self) {
        self.cut_off = None;
    }

    fn statement(&mut self, token: Token) -> Result<(), Failure> {
        match token {
            Token::Symbol(b';' | b'/') | Token::Delimiter => {
                self.lexer.retake(Part::Clause);
                Ok(())
            }
            Token::Symbol(b'\\') => self.client_command(),
            // Of sqlite3, sqlcmd and SQL*Plus.
            Token::Symbol(b'.' | b':' | b'!') => Ok(self.lexer.skip_line()?),
            Token::Symbol(b'(') => self.stray_rows(),
            Token::Word => self.worded(),
            Token::Broken => {
                self.lexer.unread();
                self.skip_statement()
            }
            _ => self.foreign_line(),
        }
    }

    /// A statement by its first word.
    fn worded(&mut self) -> Result<(), Failure> {
        let is = |dump: &Self, words: &[&str]| words.iter().any(|word| dump.lexer.is(word));
        if self.is_command_tag()? {
            return self.footer();
        }
        if is(self, &["INSERT", "REPLACE", "UPSERT"]) {
            return self.insert();
        }
        // Any CREATE or ALTER may define the columns of the rows to come.
        self.last_heading.clear();
        match () {
            () if is(self, &["MERGE"]) => self.merge(),
            () if is(self, &["COPY"]) => self.copy(false),
            () if is(self, &["CREATE"]) => self.create(),
            () if is(self, &["ALTER"]) => self.alter(),
            () if is(self, &["LOAD", "BULK", "IMPORT"]) => self.load(),
            () if is(self, &["USE"]) => self.enter_database(),
            () if is(self, &["DELIMITER"]) => Ok(self.delimiter()?),
            () if is(self, &["GO"]) => {
                self.lexer.retake(Part::Clause);
                Ok(self.lexer.skip_line()?)
            }
            () if is(self, &CLIENT_WORDS) => {
                self.lexer.retake(Part::Passage(Passage::Comment));
                Ok(self.lexer.skip_line()?)
            }
            () if is(self, &VERBS) => {
                self.lexer.unread();
                self.skip_statement()
            }
            () => self.foreign_line(),
        }
    }

    /// Returns whether this is psql's output for a statement: `INSERT 0 1`, `COPY 5`.
    fn is_command_tag(&mut self) -> io::Result<bool> {
        let is_row_verb = ["INSERT", "COPY", "UPDATE", "DELETE", "SELECT"]
            .iter()
            .any(|word| self.lexer.is(word));
        Ok(is_row_verb
            && self
                .lexer
                .following()?
                .first()
                .is_some_and(u8::is_ascii_digit))
    }

    fn footer(&mut self) -> Result<(), Failure> {
        self.lexer.retake(Part::Passage(Passage::Footer));
        Ok(self.lexer.skip_line()?)
    }

    /// Rows without a statement that names their table, as in a dump without its beginning; or psql's `(3 rows)`.
    fn stray_rows(&mut self) -> Result<(), Failure> {
        let following = self.lexer.following()?;
        let count = following.iter().take_while(|byte| byte.is_ascii_digit());
        let is_footer = following[count.count()..].starts_with(b" row");
        if is_footer {
            return self.footer();
        }
        self.lexer.unread();
        self.lexer.enter(Part::Row);
        self.lexer.next()?;
        let line = self.lexer.unit_line();
        loop {
            self.lexer.builder.reject(line, Reason::NotSql);
            if !self.lexer.recover_line(between_tuples)? {
                return Ok(self.lexer.skip_line()?);
            }
        }
    }

    /// Passes over a line that is not SQL: a quote in it may be an apostrophe.
    fn foreign_line(&mut self) -> Result<(), Failure> {
        let bound = std::mem::replace(&mut self.lexer.bound_to_lines, true);
        let line = self.lexer.window.line_number();
        let outcome = self.rest_of_foreign_line(line);
        self.lexer.bound_to_lines = bound;
        outcome
    }

    fn rest_of_foreign_line(&mut self, line: u64) -> Result<(), Failure> {
        loop {
            self.lexer.step();
            match self.lexer.next()? {
                Token::End | Token::Symbol(b';') | Token::Delimiter => return Ok(()),
                Token::Broken => {
                    if !self.lexer.go_back_to_token() {
                        return Ok(self.lexer.skip_line()?);
                    }
                    self.lexer.pass(1);
                }
                _ if self.lexer.token_line() > line => {
                    self.lexer.unread();
                    self.lexer.enter(Part::Passage(Passage::Comment));
                    return Ok(());
                }
                Token::Word if self.lexer.begins_rows()? => {
                    self.lexer.unread();
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    /// Passes over everything up to a semicolon, a line of GO or what begins a statement that brings rows, outside
    /// strings: scripts for SQL Server do without semicolons.
    pub(super) fn skip_statement(&mut self) -> Result<(), Failure> {
        let (mut depth, mut runs_texts) = (0_u64, false);
        loop {
            self.lexer.step();
            match self.lexer.next()? {
                Token::Symbol(b';') | Token::Delimiter | Token::End => return Ok(()),
                Token::Broken => {
                    self.note_cut_off()?;
                    return self.skip_lines();
                }
                Token::Symbol(b'(') => depth += 1,
                Token::Symbol(b')') => depth = depth.saturating_sub(1),
                Token::Text if runs_texts => self.run_text()?,
                Token::Word if self.lexer.is_batch_end()? => return Ok(()),
                Token::Word if self.begins_another(depth)? => {
                    self.lexer.unread();
                    return Ok(());
                }
                Token::Word => runs_texts |= RUN.iter().any(|word| self.lexer.is(word)),
                _ => {}
            }
        }
    }

    /// Another statement begins with the present word, or another target of the same.
    pub(super) fn begins_another(&mut self, depth: u64) -> io::Result<bool> {
        if self.lexer.begins_statement()? {
            return Ok(true);
        }
        let begins = |dump: &Self, words: &[&str]| words.iter().any(|word| dump.lexer.is(word));
        let begins_line = self.lexer.begins_line()
            && (begins(self, &["USE", "DELIMITER"]) || begins(self, &CLIENT_WORDS));
        let is_target = self.is_multiple && self.lexer.is("INTO");
        Ok(depth == 0 && (begins_line || is_target || self.lexer.begins_rows()?))
    }

    /// Resumes after a string or comment that never ends, at the first following line that begins like a
    /// statement.
    pub(super) fn skip_lines(&mut self) -> Result<(), Failure> {
        if !self.lexer.is_overlong() && !self.lexer.go_back_to_token() {
            self.give_up_lines()?;
        }
        loop {
            self.lexer.skip_line()?;
            if self.resumes_statement()? {
                return Ok(());
            }
        }
    }

    /// From here on nothing continues on another line, if rejected rows are recovered.
    pub(super) fn give_up_lines(&mut self) -> Result<(), Failure> {
        if !self.lexer.builder.recovers() {
            return Err(Fault::UnendedRows.into());
        }
        self.lexer.bound_to_lines = true;
        Ok(())
    }

    /// Reads a string that is executed as a script, as in `EXECUTE IMMEDIATE '…'` and `DO $$…$$`.
    fn run_text(&mut self) -> Result<(), Failure> {
        let is_run = self.lexer.part == Part::Passage(Passage::Statement)
            && self.depth < TEXT_DEPTH
            && !self.lexer.is_overlong()
            && brings_rows(self.lexer.text());
        if !is_run {
            return Ok(());
        }
        // The part before the string has been read, and the string is next.
        self.lexer.unread();
        self.lexer.enter(Part::Passage(Passage::Statement));
        let line = self.lexer.unit_line();
        self.lexer.next()?;
        let text = std::mem::take(&mut self.lexer.text);
        let window =
            crate::ingest::text::window::Window::new(text.as_slice()).beginning_in_line(line);
        let lexer = Lexer::new(window, self.lexer.dialect, self.lexer.builder);
        let mut script = Dump::new(lexer, self.table);
        script.depth = self.depth + 1;
        // A reader of a fixed type, so that the recursion does not create new types of readers.
        script.statements()?;
        self.last_heading.clear();
        self.lexer.window.set_mark();
        Ok(())
    }

    /// `DELIMITER $$`: what ends statements from here on, up to `DELIMITER ;`.
    fn delimiter(&mut self) -> io::Result<()> {
        let line = self.lexer.window.line_head(DELIMITER_LIMIT)?;
        let delimiter = line.trim_ascii().to_vec();
        self.lexer.skip_line()?;
        self.lexer.delimiter = match delimiter.as_slice() {
            b";" => Vec::new(),
            _ => delimiter,
        };
        Ok(())
    }

    /// `USE db`.
    fn enter_database(&mut self) -> Result<(), Failure> {
        if self.lexer.is_before("DATABASE")? || self.lexer.is_before("SCHEMA")? {
            self.lexer.next()?;
        }
        if let Token::Word | Token::Name | Token::Text = self.lexer.next()? {
            let database = self.lexer.name();
            self.table.enter_database(&database);
        }
        let is_end = matches!(self.lexer.next()?, Token::Symbol(b';') | Token::Delimiter);
        if !is_end {
            self.lexer.unread();
            return self.skip_statement();
        }
        Ok(())
    }

    /// Commands to psql, such as `\connect` and `\restrict`, end with their line.
    fn client_command(&mut self) -> Result<(), Failure> {
        self.last_heading.clear();
        let line = self.lexer.window.line_head(FILE_NAME)?;
        let words: Vec<&[u8]> = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty())
            .collect();
        match words.as_slice() {
            [b"connect" | b"c", database, ..] if !database.starts_with(b"-") => {
                let database = String::from_utf8_lossy(database).into_owned();
                self.table
                    .enter_database(database.trim_matches(['"', '\'']));
            }
            [b"copy", ..] => {
                self.lexer.next()?;
                return self.copy(true);
            }
            _ => {}
        }
        Ok(self.lexer.skip_line()?)
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

    /// A name, perhaps with a schema before it, of [`NAME_PARTS`] at most.
    pub(super) fn table_name(&mut self) -> io::Result<Option<String>> {
        let mut name = String::new();
        for _ in 0..NAME_PARTS {
            match self.lexer.next()? {
                Token::Word | Token::Name | Token::Text => name.push_str(&self.lexer.name()),
                // As in `db..t`, which has the default schema.
                Token::Symbol(b'.') if name.ends_with('.') => continue,
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

    /// A list of names whose parenthesis has been opened, up to [`COLUMN_LIMIT`]. `None` if it is something else.
    pub(super) fn names(&mut self) -> io::Result<Option<Vec<String>>> {
        let (mut names, mut goes_on) = (Vec::new(), false);
        loop {
            self.lexer.step();
            match self.lexer.next()? {
                Token::Word | Token::Name | Token::Text => {
                    if goes_on {
                        names.pop();
                    }
                    goes_on = false;
                    self.add_name(&mut names);
                }
                // As in `t.column`.
                Token::Symbol(b'.') => goes_on = true,
                Token::Symbol(b',') => {}
                Token::Symbol(b')') => return Ok(Some(names)),
                _ => {
                    self.lexer.unread();
                    return Ok(None);
                }
            }
        }
    }

    /// Adds the present token to the names, unless there are enough.
    pub(super) fn add_name(&self, names: &mut Vec<String>) {
        self.add(names, self.lexer.name());
    }

    /// Adds a name, unless there are enough.
    pub(super) fn add(&self, names: &mut Vec<String>, name: String) {
        if names.len() < COLUMN_LIMIT {
            names.push(name);
        }
    }
}

/// Bytes of a client command that are inspected.
const FILE_NAME: usize = 1_024;

/// A text holds a statement that brings rows.
fn brings_rows(text: &[u8]) -> bool {
    let insert = b"INSERT";
    text.windows(insert.len())
        .any(|word| word.eq_ignore_ascii_case(insert))
}
