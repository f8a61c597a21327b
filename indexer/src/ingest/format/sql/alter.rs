//! Which columns does an ALTER TABLE add to a table, drop or rename?

use std::io::{self, Read};

use super::create::{ENOUGH_PIECES, Piece, is_constraint};
use super::lexer::Token;
use super::statements::Dump;
use crate::ingest::error::Failure;

/// A change of a column.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Drop,
    Rename,
}

/// The place of a column that is not added at the end.
enum Place {
    First,
    After(String),
}

/// An item of an ALTER TABLE.
#[derive(Default)]
struct Item {
    /// Its first tokens.
    pieces: Vec<Piece>,
    place: Option<Place>,
    /// Whether another item follows.
    goes_on: bool,
}

impl<R: Read> Dump<'_, '_, '_, R> {
    /// `ALTER TABLE table ADD COLUMN …` and the like.
    pub(super) fn alter(&mut self) -> Result<(), Failure> {
        self.lexer.next()?;
        if !self.lexer.is("TABLE") {
            self.lexer.unread();
            return self.skip_statement();
        }
        self.skip_words(&["IF", "EXISTS", "ONLY"])?;
        let Some(name) = self.table_name()? else {
            return self.skip_statement();
        };
        if let Some(mut columns) = self.table.created(&name).map(std::mem::take) {
            self.alterations(&mut columns)?;
            if let Some(created) = self.table.created(&name) {
                *created = columns;
            }
        }
        self.skip_statement()
    }

    fn alterations(&mut self, columns: &mut Vec<String>) -> io::Result<()> {
        let mut last = None;
        loop {
            let Some(change) = self.change(last)? else {
                return Ok(());
            };
            self.skip_words(&["COLUMN", "IF", "NOT", "EXISTS"])?;
            if change == Change::Add && self.lexer.next()? == Token::Symbol(b'(') {
                // Oracle: ADD (a text, b text).
                columns.extend(self.definitions()?);
            } else {
                self.lexer.unread();
            }
            let item = self.item()?;
            if !is_constraint(&item.pieces) {
                self.apply(change, &item, columns);
            }
            if !item.goes_on {
                return Ok(());
            }
            last = Some(change);
        }
    }

    /// Returns the change of the current item; SQL Server states it once for all added columns.
    fn change(&mut self, last: Option<Change>) -> io::Result<Option<Change>> {
        const OTHERS: [&str; 5] = ["ALTER", "MODIFY", "ENABLE", "DISABLE", "SET"];
        self.lexer.next()?;
        let change = match () {
            () if self.lexer.is("ADD") => Change::Add,
            () if self.lexer.is("DROP") => Change::Drop,
            () if self.lexer.is("RENAME") || self.lexer.is("CHANGE") => Change::Rename,
            () => {
                self.lexer.unread();
                let is_other = OTHERS.iter().any(|word| self.lexer.is(word));
                return Ok(last.filter(|_| !is_other));
            }
        };
        Ok(Some(change))
    }

    fn apply(&self, change: Change, item: &Item, columns: &mut Vec<String>) {
        let mut names = item.pieces.iter().filter_map(Piece::name);
        let Some(name) = names.next() else {
            return;
        };
        let found = |columns: &[String], name: &str| {
            let alike = |other: &String| other.eq_ignore_ascii_case(name);
            columns.iter().position(alike)
        };
        match (change, found(columns, name)) {
            (Change::Add, None) => {
                let place = match &item.place {
                    None => None,
                    Some(Place::First) => Some(0),
                    Some(Place::After(other)) => found(columns, other).map(|place| place + 1),
                };
                self.add(columns, name.to_owned());
                if let Some(place) = place {
                    columns[place..].rotate_right(1);
                }
            }
            (Change::Drop, Some(place)) => {
                columns.remove(place);
            }
            (Change::Rename, Some(place)) => {
                let to = names.find(|word| !word.eq_ignore_ascii_case("TO"));
                columns[place] = to.unwrap_or(name).to_owned();
            }
            _ => {}
        }
    }

    /// Reads an item up to a comma, or up to the end of the statement, which is to be repeated.
    fn item(&mut self) -> io::Result<Item> {
        let (mut item, mut depth) = (Item::default(), 0_u64);
        loop {
            self.lexer.step();
            let token = self.lexer.next()?;
            match token {
                Token::Symbol(b'(') => depth += 1,
                Token::Symbol(b')') => depth = depth.saturating_sub(1),
                Token::Symbol(b',') if depth == 0 => {
                    item.goes_on = true;
                    return Ok(item);
                }
                Token::Symbol(b';') | Token::Delimiter | Token::End | Token::Broken => {
                    self.lexer.unread();
                    return Ok(item);
                }
                Token::Word if self.lexer.begins_statement()? || self.lexer.is_batch_end()? => {
                    self.lexer.unread();
                    return Ok(item);
                }
                Token::Word if depth == 0 && !item.pieces.is_empty() && self.lexer.is("FIRST") => {
                    item.place = Some(Place::First);
                }
                Token::Word if depth == 0 && !item.pieces.is_empty() && self.lexer.is("AFTER") => {
                    self.lexer.next()?;
                    item.place = Some(Place::After(self.lexer.name()));
                }
                _ => {}
            }
            if item.pieces.len() < ENOUGH_PIECES {
                item.pieces.push(self.piece(token));
            }
        }
    }
}
