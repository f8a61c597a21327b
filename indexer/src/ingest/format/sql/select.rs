//! Which rows are written as `SELECT '…', '…' FROM dual UNION ALL SELECT …`, or as `SET a = '…'`?

use std::io::{self, Read};

use super::account::Part;
use super::insert::Source;
use super::lexer::Token;
use super::resume::{Resume, Sequence};
use super::statements::Dump;
use super::value::{Ending, Item, List, Meaning};
use crate::ingest::error::Failure;
use crate::ingest::tally::Reason;

/// Tables of one row without data, which some databases require in every FROM.
const ONE_ROW: [&str; 6] = [
    "dual",
    "sys.dual",
    "sysibm.sysdummy1",
    "sysdummy1",
    "dummy",
    "rdb$database",
];

/// The mapping of a source's columns to the table's, by name. Without pairs, the
/// names are the same.
#[derive(Default)]
pub(super) struct Projection(Vec<(String, String)>);

impl Projection {
    /// Returns the names that the columns of a source have in the table; empty for those that do not go there. No names
    /// at all if the source lacks a mapped column: it is not what it seems, and its rows are rejected.
    pub(super) fn of(&self, names: Vec<String>) -> Vec<String> {
        let is_there = |(source, _): &(String, String)| {
            source.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case(source))
        };
        match self.0.iter().all(is_there) {
            true => self.targets(names),
            false => Vec::new(),
        }
    }

    fn targets(&self, names: Vec<String>) -> Vec<String> {
        if self.0.is_empty() {
            return names;
        }
        let target = |name: String| {
            let alike = |(source, _): &&(String, String)| source.eq_ignore_ascii_case(&name);
            self.0.iter().find(alike).map(|(_, target)| target.clone())
        };
        names
            .into_iter()
            .map(|name| target(name).unwrap_or_default())
            .collect()
    }
}

/// The text after the rows in the FROM or USING of a statement.
pub(super) struct Ahead {
    /// The names of their columns, as in `AS s (phone, mail)`.
    pub(super) names: Option<Vec<String>>,
    /// The columns that a MERGE inserts.
    pub(super) insert: Option<Projection>,
}

/// The list of a SELECT.
#[derive(Default)]
struct SelectList {
    /// Whether it has all columns of its source.
    is_star: bool,
    /// Whether it has columns of a source.
    has_references: bool,
    /// Whether it has anything else.
    has_values: bool,
    /// The name of each value or column; empty without one.
    names: Vec<String>,
    /// The column of the source that is meant; empty for a value.
    references: Vec<String>,
}

impl<R: Read> Dump<'_, '_, '_, R> {
    /// The row or the source of rows after a SELECT, and what brings more after it.
    pub(super) fn select(&mut self) -> Result<Option<Source>, Failure> {
        self.last_heading.clear();
        self.skip_limit()?;
        self.lexer.enter(Part::Row);
        let line = self.lexer.unit_line();
        let Some(selected) = self.selected()? else {
            return self.resume_select(Sequence::Selects, line);
        };
        if self.lexer.next()? != Token::Word || !self.lexer.is("FROM") {
            self.lexer.unread();
            return self.selected_row(selected, line);
        }
        if self.lexer.following()?.starts_with(b"(") && !selected.has_values {
            self.lexer.next()?;
            self.opened += 1;
            return self.selected_source(selected, line);
        }
        let from = self.table_name()?.map(|name| name.to_lowercase());
        let is_one_row = from.is_none_or(|name| ONE_ROW.contains(&name.as_str()));
        if is_one_row || !selected.is_star && !selected.has_references {
            return self.selected_row(selected, line);
        }
        // Rows of another table, which are elsewhere in the dump, or nowhere.
        self.reject_select(line)?;
        self.after_rows()
    }

    /// `DISTINCT`, `TOP 1` and the like.
    fn skip_limit(&mut self) -> io::Result<()> {
        self.skip_words(&["ALL", "DISTINCT"])?;
        self.lexer.next()?;
        if !self.lexer.is("TOP") {
            self.lexer.unread();
            return Ok(());
        }
        match self.lexer.next()? {
            Token::Symbol(b'(') => self.skip_parentheses(),
            _ => Ok(()),
        }
    }

    /// The list of a SELECT; `None` if it has no proper end.
    fn selected(&mut self) -> io::Result<Option<SelectList>> {
        self.row.clear();
        let mut selected = SelectList::default();
        loop {
            let Some(item) = self.value(List::Select)? else {
                return Ok(None);
            };
            let ends = item.ending != Ending::Comma;
            selected.add(item);
            if ends {
                return Ok(Some(selected));
            }
        }
    }

    fn selected_row(&mut self, selected: SelectList, line: u64) -> Result<Option<Source>, Failure> {
        if selected.is_star {
            self.reject_select(line)?;
            return self.after_rows();
        }
        if let Some(projection) = self.projection.take() {
            let names = projection.of(selected.names);
            self.table.begin_source(names)?;
        } else if !self.table.has_names() && selected.names.iter().all(|name| !name.is_empty()) {
            self.table.begin_rows(Some(selected.names))?;
        }
        self.hand_on(line)?;
        self.after_rows()
    }

    /// The source in the FROM of a SELECT that takes some columns of it, or all.
    fn selected_source(
        &mut self,
        selected: SelectList,
        line: u64,
    ) -> Result<Option<Source>, Failure> {
        self.lexer.enter(Part::Clause);
        let ahead = self.look_ahead()?;
        let Some(source) = self.query()? else {
            self.reject_statement(line)?;
            return Ok(None);
        };
        if selected.is_star && self.table.has_names() && self.projection.is_none() {
            return Ok(Some(source));
        }
        let projection = match selected.is_star {
            true => self.projection.take().unwrap_or_default(),
            false => self.onto_table(selected),
        };
        match (ahead.and_then(|ahead| ahead.names), source) {
            (Some(names), _) => self.table.begin_source(projection.of(names))?,
            // Their meaning is unknown: they are rejected.
            (None, Source::Tuples) => self.table.begin_rows(Some(Vec::new()))?,
            (None, _) => self.projection = Some(projection),
        }
        Ok(Some(source))
    }

    /// Which columns of the table those that a SELECT lists become: by their place, or by their own names.
    fn onto_table(&mut self, selected: SelectList) -> Projection {
        let own = match self.projection.take() {
            Some(projection) => projection.targets(selected.names),
            None => self
                .table
                .names()
                .map_or(selected.names, <[String]>::to_vec),
        };
        Projection(selected.references.into_iter().zip(own).collect())
    }

    fn resume_select(&mut self, sequence: Sequence, line: u64) -> Result<Option<Source>, Failure> {
        let reason = match self.lexer.is_overlong() {
            true => Reason::TooLong,
            false => Reason::NotSql,
        };
        self.note_rejected(line, reason)?;
        match self.resume(sequence, line, reason)? {
            Resume::Rows => self.after_rows(),
            Resume::Statement => Ok(None),
        }
    }

    /// The columns after a SET, which are one row.
    pub(super) fn assignments(&mut self) -> Result<Option<Source>, Failure> {
        self.last_heading.clear();
        self.lexer.enter(Part::Row);
        let line = self.lexer.unit_line();
        let Some(names) = self.assigned()? else {
            return self.resume_select(Sequence::Single, line);
        };
        self.table.begin_rows(Some(names))?;
        self.hand_on(line)?;
        self.after_rows()
    }

    /// The names of the columns after a SET; their values are the present row. `None` if it has no proper end.
    fn assigned(&mut self) -> io::Result<Option<Vec<String>>> {
        self.row.clear();
        let mut names = Vec::new();
        loop {
            let Some(name) = self.table_name()? else {
                return Ok(None);
            };
            if self.lexer.next()? == Token::Symbol(b':') {
                self.lexer.next()?;
            }
            if !self.lexer.is_symbol(b'=') {
                return Ok(None);
            }
            let bare = name
                .rsplit_once('.')
                .map_or(name.as_str(), |(_, bare)| bare);
            names.push(bare.to_owned());
            match self.value(List::Assignments)?.map(|item| item.ending) {
                Some(Ending::Comma) => {}
                Some(Ending::Stop) => return Ok(Some(names)),
                Some(Ending::Close) | None => return Ok(None),
            }
        }
    }

    /// Hands the current row on, or rejects it.
    pub(super) fn hand_on(&mut self, line: u64) -> Result<(), Failure> {
        self.go_on();
        if self.lexer.is_overlong() {
            return self.lexer.reject_passed(line, Reason::TooLong);
        }
        if self.table.row(&self.row, self.lexer.builder)? {
            return Ok(());
        }
        let reason = Reason::WrongColumnCount;
        self.lexer
            .builder
            .reject_row(line, reason, &self.row.joined())?;
        if self.row.is_opaque() {
            self.lexer.recover_passed()?;
        }
        Ok(())
    }

    /// Reads the text after the open parentheses, unless it is too far away.
    pub(super) fn look_ahead(&mut self) -> Result<Option<Ahead>, Failure> {
        self.peek(Self::ahead)
    }

    /// A literal is in the tuple that comes next.
    pub(super) fn has_literal(&mut self) -> Result<bool, Failure> {
        let found = self.peek(|dump| {
            loop {
                match dump.lexer.next()? {
                    Token::Text => return Ok(Some(())),
                    Token::Word if dump.lexer.is_number() => return Ok(Some(())),
                    Token::Word | Token::Name | Token::Symbol(b'(' | b',' | b'.') => {}
                    _ => return Ok(None),
                }
            }
        })?;
        Ok(found.is_some())
    }

    /// Reads ahead and goes back.
    fn peek<T>(
        &mut self,
        look: impl FnOnce(&mut Self) -> io::Result<Option<T>>,
    ) -> Result<Option<T>, Failure> {
        self.lexer.begin_unit();
        if self.lexer.bound_to_lines {
            return Ok(None);
        }
        self.lexer.is_held = true;
        let found = look(self);
        self.lexer.is_held = false;
        let found = found?;
        if self.lexer.is_overlong() {
            self.lexer.forget();
            return Ok(None);
        }
        if !self.lexer.go_back() {
            self.give_up_lines()?;
        }
        Ok(found)
    }

    fn ahead(&mut self) -> io::Result<Option<Ahead>> {
        let mut depth = self.opened;
        while depth > 0 {
            match self.lexer.next()? {
                Token::Symbol(b'(') => depth += 1,
                Token::Symbol(b')') => depth -= 1,
                Token::Symbol(b';') | Token::Delimiter | Token::End | Token::Broken => {
                    return Ok(None);
                }
                _ if self.lexer.is_long() => return Ok(None),
                _ => {}
            }
        }
        self.skip_words(&["AS"])?;
        self.lexer.next()?;
        let names = match self.lexer.next()? {
            Token::Symbol(b'(') => self.names()?,
            _ => {
                self.lexer.unread();
                None
            }
        };
        let insert = self.insert_ahead()?;
        Ok(Some(Ahead { names, insert }))
    }

    /// The columns of `INSERT (columns) VALUES (columns of the source)`, further on in a MERGE.
    fn insert_ahead(&mut self) -> io::Result<Option<Projection>> {
        while !self.lexer.is("INSERT") {
            let token = self.lexer.next()?;
            let ends = matches!(
                token,
                Token::Symbol(b';') | Token::Delimiter | Token::End | Token::Broken
            );
            if ends || self.lexer.is_long() || self.lexer.begins_rows()? {
                return Ok(None);
            }
        }
        if self.lexer.next()? != Token::Symbol(b'(') {
            return Ok(None);
        }
        let Some(targets) = self.names()? else {
            return Ok(None);
        };
        self.lexer.next()?;
        if !self.lexer.is("VALUES") || self.lexer.next()? != Token::Symbol(b'(') {
            return Ok(None);
        }
        let sources = self.names()?.unwrap_or_default();
        let pairs = sources.into_iter().zip(targets).collect();
        Ok(Some(Projection(pairs)))
    }
}

impl SelectList {
    fn add(&mut self, item: Item) {
        let (reference, named) = match item.meaning {
            Meaning::Star => {
                self.is_star = true;
                (String::new(), String::new())
            }
            Meaning::Reference(name) => {
                self.has_references = true;
                (name.clone(), name)
            }
            Meaning::Value => {
                self.has_values = true;
                (String::new(), String::new())
            }
        };
        self.references.push(reference);
        self.names.push(item.alias.unwrap_or(named));
    }
}
