//! Which columns does CREATE TABLE give a table? Other CREATE statements bring no rows.

use std::io::{self, Read};

use super::account::Part;
use super::lexer::Token;
use super::statements::Dump;
use crate::ingest::describe::description::Dialect;
use crate::ingest::error::Failure;
use crate::ingest::tally::Passage;

/// Maximum number of words between CREATE and the type of object.
const MODIFIERS: usize = 24;

/// Objects with statements in them, none of which is executed here.
const ROUTINES: [&str; 8] = [
    "PROCEDURE",
    "PROC",
    "FUNCTION",
    "TRIGGER",
    "PACKAGE",
    "EVENT",
    "RULE",
    "TYPE",
];

/// Other objects.
const OTHERS: [&str; 12] = [
    "VIEW",
    "INDEX",
    "DATABASE",
    "SCHEMA",
    "SEQUENCE",
    "USER",
    "ROLE",
    "EXTENSION",
    "DOMAIN",
    "SERVER",
    "SYNONYM",
    "LOGIN",
];

/// Number of tokens that show whether an item of CREATE TABLE is a column.
pub(super) const ENOUGH_PIECES: usize = 4;

/// Types that distinguish a column from something else.
const TYPES: [&str; 43] = [
    "INT",
    "INTEGER",
    "BIGINT",
    "SMALLINT",
    "TINYINT",
    "MEDIUMINT",
    "SERIAL",
    "BIGSERIAL",
    "TEXT",
    "TINYTEXT",
    "MEDIUMTEXT",
    "LONGTEXT",
    "NTEXT",
    "VARCHAR",
    "VARCHAR2",
    "NVARCHAR",
    "NVARCHAR2",
    "CHAR",
    "CHARACTER",
    "NCHAR",
    "BOOL",
    "BOOLEAN",
    "NUMERIC",
    "DECIMAL",
    "NUMBER",
    "FLOAT",
    "DOUBLE",
    "REAL",
    "MONEY",
    "DATE",
    "DATETIME",
    "TIMESTAMP",
    "TIME",
    "YEAR",
    "UUID",
    "JSON",
    "JSONB",
    "BLOB",
    "CLOB",
    "BYTEA",
    "BIT",
    "STRING",
    "ENUM",
];

/// A token of an item of CREATE TABLE.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Word(String),
    Name(String),
    Symbol(u8),
}

impl<R: Read> Dump<'_, '_, '_, R> {
    /// `CREATE TABLE table (definitions)`, or the creation of something else.
    pub(super) fn create(&mut self) -> Result<(), Failure> {
        for _ in 0..MODIFIERS {
            match self.lexer.next()? {
                Token::Word if self.lexer.is("TABLE") => return self.create_table(),
                Token::Word if self.lexer.is("TYPE") && !self.lexer.is_before("BODY")? => break,
                Token::Word if ROUTINES.iter().any(|word| self.lexer.is(word)) => {
                    let body = self.body();
                    return self.skip_routine(body);
                }
                Token::Word if OTHERS.iter().any(|word| self.lexer.is(word)) => break,
                // As in DEFINER = `root`@`localhost`.
                Token::Word | Token::Name | Token::Text | Token::Symbol(b'=' | b'@') => {}
                _ => break,
            }
        }
        self.lexer.unread();
        self.skip_statement()
    }

    fn create_table(&mut self) -> Result<(), Failure> {
        self.skip_words(&["IF", "NOT", "EXISTS"])?;
        let name = self.table_name()?;
        let token = self.lexer.next()?;
        let columns = match token {
            Token::Symbol(b'(') => Some(self.definitions()?),
            Token::Word if self.lexer.is("LIKE") => {
                let other = self.table_name()?;
                other.and_then(|other| self.table.columns_of(&other))
            }
            _ => {
                self.lexer.unread();
                None
            }
        };
        if let (Some(name), Some(columns)) = (name, columns) {
            self.table.create(&name, columns);
        }
        self.skip_statement()
    }

    /// The names of the columns that a CREATE TABLE defines, up to its closing parenthesis.
    pub(super) fn definitions(&mut self) -> io::Result<Vec<String>> {
        let (mut names, mut depth) = (Vec::new(), 1_u64);
        let mut item = Vec::new();
        while depth > 0 {
            self.lexer.step();
            let token = self.lexer.next()?;
            match token {
                Token::Symbol(b'(') => depth += 1,
                Token::Symbol(b')') => depth -= 1,
                Token::End | Token::Broken => {
                    self.note_cut_off()?;
                    self.lexer.unread();
                    break;
                }
                _ => {}
            }
            if depth == 0 || depth == 1 && token == Token::Symbol(b',') {
                self.add_column(&mut names, &mut item);
            } else if item.len() < ENOUGH_PIECES {
                item.push(self.piece(token));
            }
        }
        self.add_column(&mut names, &mut item);
        Ok(names)
    }

    pub(super) fn piece(&self, token: Token) -> Piece {
        match token {
            Token::Word => Piece::Word(self.lexer.name()),
            Token::Name | Token::Text => Piece::Name(self.lexer.name()),
            Token::Symbol(byte) => Piece::Symbol(byte),
            Token::Delimiter | Token::Broken | Token::End => Piece::Symbol(0),
        }
    }

    fn add_column(&self, names: &mut Vec<String>, item: &mut Vec<Piece>) {
        if is_like(item) {
            // PostgreSQL: (LIKE other INCLUDING ALL), where the name of another may have a schema.
            let name = match item.get(2) {
                Some(Piece::Symbol(b'.')) => item.get(3),
                _ => item.get(1),
            };
            let other = name.and_then(Piece::name);
            names.extend(
                other
                    .and_then(|other| self.table.columns_of(other))
                    .unwrap_or_default(),
            );
        } else if let Some(name) = item.first().and_then(Piece::name)
            && !is_constraint(item)
        {
            self.add(names, name.to_owned());
        }
        item.clear();
    }

    /// The body to come of the routine that the present word says is created.
    fn body(&self) -> Body {
        let is = |words: &[&str]| words.iter().any(|word| self.lexer.is(word));
        let declares = self.lexer.dialect == Dialect::Postgresql && !is(&["RULE", "EVENT"]);
        Body {
            is_package: is(&["PACKAGE", "TYPE"]),
            is_trigger: is(&["TRIGGER"]),
            has_begun: !declares,
            ..Body::default()
        }
    }

    /// Passes over the definition of a routine, whose statements insert nothing here: up to the delimiter if there is
    /// one, or else to a line of GO or `/`, or to the semicolon after its body.
    fn skip_routine(&mut self, mut body: Body) -> Result<(), Failure> {
        self.lexer.retake(Part::Passage(Passage::Procedure));
        loop {
            self.lexer.step();
            match self.lexer.next()? {
                Token::End => {
                    if body.is_open() || !self.lexer.delimiter.is_empty() {
                        self.note_cut_off()?;
                    }
                    return Ok(());
                }
                Token::Delimiter => return Ok(()),
                Token::Symbol(b';') if !body.is_open() && self.lexer.delimiter.is_empty() => {
                    return Ok(());
                }
                Token::Symbol(b'/') if self.lexer.is_alone()? => return Ok(()),
                Token::Broken => {
                    self.note_cut_off()?;
                    return self.skip_lines();
                }
                Token::Word if self.lexer.is_batch_end()? => return Ok(()),
                token => {
                    let word = match token {
                        Token::Word => self.lexer.name().to_ascii_uppercase(),
                        _ => String::new(),
                    };
                    body.extend(token, &word);
                }
            }
        }
    }
}

impl Piece {
    /// Its name, if it is one.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Name(name) => Some(name),
            Self::Symbol(_) => None,
        }
    }
}

/// The state of reading the body of a routine.
#[derive(Default)]
struct Body {
    is_package: bool,
    is_trigger: bool,
    /// Number of open parentheses.
    depth: u64,
    /// Number of open blocks.
    blocks: u64,
    /// Whether AS or IS has been read, and no block since: Oracle's declarations follow, or the rest of a batch of SQL
    /// Server.
    awaits_block: bool,
    /// Whether AS, IS or a block has been read, or none of them will come.
    has_begun: bool,
    /// The previous word.
    last: String,
}

impl Body {
    const fn is_open(&self) -> bool {
        self.blocks > 0 || self.awaits_block
    }

    /// Takes one more token, with its word.
    fn extend(&mut self, token: Token, word: &str) {
        // PostgreSQL has the body in a string.
        let is_text = token == Token::Text && matches!(self.last.as_str(), "AS" | "IS");
        if is_text && self.blocks == 0 {
            self.awaits_block = false;
        }
        match token {
            Token::Symbol(b'(') => self.depth += 1,
            Token::Symbol(b')') => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let behind_end = self.last == "END";
        match word {
            "AS" | "IS" if self.may_begin(word) => {
                self.has_begun = true;
                self.awaits_block = !self.is_package;
                self.blocks = u64::from(self.is_package);
            }
            "TRAN" | "TRANSACTION" | "WORK" if self.last == "BEGIN" => self.close(),
            "BEGIN" => self.open(),
            "CASE" if !behind_end => self.blocks += 1,
            "IF" | "LOOP" | "WHILE" | "REPEAT" | "FOR" if behind_end => self.open(),
            "END" => self.close(),
            _ => {}
        }
        self.last.clear();
        self.last.push_str(word);
    }

    /// An AS or IS begins the body: it is not that of `WHEN (old.a IS NULL)` or of `OLD TABLE AS a`.
    fn may_begin(&self, word: &str) -> bool {
        let is_alias = matches!(self.last.as_str(), "TABLE" | "ROW" | "OLD" | "NEW");
        !self.has_begun && self.depth == 0 && !(self.is_trigger && (word == "IS" || is_alias))
    }

    fn open(&mut self) {
        self.has_begun = true;
        self.awaits_block = false;
        self.blocks += 1;
    }

    fn close(&mut self) {
        self.blocks = self.blocks.saturating_sub(1);
    }
}

fn is_word(piece: Option<&Piece>, words: &[&str]) -> bool {
    let is = |word: &String| words.iter().any(|other| word.eq_ignore_ascii_case(other));
    matches!(piece, Some(Piece::Word(word)) if is(word))
}

fn is_symbol(piece: Option<&Piece>, symbol: u8) -> bool {
    matches!(piece, Some(Piece::Symbol(other)) if *other == symbol)
}

/// Whether an item of CREATE TABLE does not describe a column, as its first tokens show: words such as KEY name
/// columns, too.
pub(super) fn is_constraint(item: &[Piece]) -> bool {
    let Some(Piece::Word(first)) = item.first() else {
        return false;
    };
    let next = item.get(1);
    match first.to_ascii_uppercase().as_str() {
        "PRIMARY" | "FOREIGN" => is_word(next, &["KEY"]),
        "PERIOD" => is_word(next, &["FOR"]),
        "CHECK" => is_symbol(next, b'('),
        "EXCLUDE" => is_symbol(next, b'(') || is_word(next, &["USING"]),
        "KEY" | "INDEX" | "UNIQUE" | "FULLTEXT" | "SPATIAL" => is_index(item),
        "CONSTRAINT" => {
            const KINDS: [&str; 5] = ["PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE"];
            is_word(next, &KINDS) || is_word(item.get(2), &KINDS) && !is_word(next, &TYPES)
        }
        "LIKE" => is_like(item),
        _ => false,
    }
}

/// Whether an item stands for the columns of another table.
fn is_like(item: &[Piece]) -> bool {
    let next = item.get(1);
    is_word(item.first(), &["LIKE"]) && next.is_some() && !is_word(next, &TYPES)
}

/// Whether an item that begins with KEY or the like defines an index, whose columns are in parentheses.
fn is_index(item: &[Piece]) -> bool {
    let names_columns = |place: usize| {
        let is_name = match item.get(place + 1) {
            Some(Piece::Name(_)) => true,
            Some(Piece::Word(word)) => {
                !word.starts_with(|c: char| c.is_ascii_digit()) && !word.eq_ignore_ascii_case("MAX")
            }
            _ => false,
        };
        is_symbol(item.get(place), b'(') && is_name
    };
    match item.get(1) {
        None => false,
        Some(Piece::Symbol(symbol)) => *symbol == b'(',
        Some(Piece::Name(_)) => !is_symbol(item.get(2), b'(') || names_columns(2),
        Some(Piece::Word(_)) => {
            is_word(
                item.get(1),
                &[
                    "KEY",
                    "INDEX",
                    "CLUSTERED",
                    "NONCLUSTERED",
                    "NULLS",
                    "USING",
                ],
            ) || is_word(item.get(2), &["USING"])
                || names_columns(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(text: &str) -> Vec<Piece> {
        let piece = |word: &str| match word {
            "(" | ")" | "," => Piece::Symbol(word.as_bytes()[0]),
            name if name.starts_with('`') => Piece::Name(name.trim_matches('`').to_owned()),
            word => Piece::Word(word.to_owned()),
        };
        text.split(' ').take(ENOUGH_PIECES).map(piece).collect()
    }

    #[test]
    fn words_such_as_key_name_columns_where_no_columns_follow() {
        for column in [
            "key TEXT",
            "key varchar ( 20 )",
            "key INTEGER PRIMARY KEY",
            "period",
            "index int NOT NULL",
            "`key` text",
            "primary boolean",
            "check varchar ( 9 )",
            "like int",
            "unique nvarchar ( max )",
            "constraint text UNIQUE",
            "exclude text",
            "foreign text",
            "fulltext text",
            "key",
            "period text",
            "phone",
        ] {
            assert!(!is_constraint(&item(column)), "{column}");
        }
        for other in [
            "KEY ( id )",
            "KEY `n` ( `n` )",
            "KEY date ( date )",
            "PRIMARY KEY ( id )",
            "UNIQUE KEY `u` (",
            "UNIQUE ( a )",
            "INDEX i USING BTREE",
            "CONSTRAINT c UNIQUE (",
            "CONSTRAINT CHECK (",
            "FOREIGN KEY ( a",
            "CHECK ( a",
            "PERIOD FOR SYSTEM_TIME (",
            "LIKE other INCLUDING",
            "FULLTEXT KEY `f` (",
            "SPATIAL INDEX s (",
            "EXCLUDE USING gist (",
        ] {
            assert!(is_constraint(&item(other)), "{other}");
        }
    }
}
