//! Which tokens does an SQL dump consist of?

use std::io::{self, Read};
use std::ops::Range;

use super::account::Part;
use crate::ingest::RECORD_LIMIT;
use crate::ingest::describe::description::Dialect;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::Passage;
use crate::ingest::text::window::Window;

/// A token of SQL. Its text, if it has one, is [`Lexer::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word or number.
    Word,
    /// A name in backticks, brackets or double quotes.
    Name,
    /// A string.
    Text,
    /// Any other character.
    Symbol(u8),
    /// The end of a statement as set by DELIMITER.
    Delimiter,
    /// A string or comment that does not end where it must.
    Broken,
    /// The end of the dump.
    End,
}

/// Cuts a dump into tokens in bounded memory, and accounts for [their parts](Part).
pub(super) struct Lexer<'i, 's, R> {
    pub(super) window: Window<R>,
    pub(super) dialect: Dialect,
    pub(super) text: Vec<u8>,
    pub(super) builder: &'i mut RecordBuilder<'s>,
    /// Role of the text since the mark.
    pub(super) part: Part,
    /// Whether some of the current passage has been passed over already.
    pub(super) continues: bool,
    /// Places of the comments in the current row.
    pub(super) comments: Vec<Range<u64>>,
    /// Why the sink wanted no more.
    pub(super) failure: Option<Failure>,
    /// Bytes passed since the current unit, a tuple or anything between tuples, began.
    pub(super) unit: usize,
    /// The line where it began.
    pub(super) unit_line: u64,
    token: Token,
    /// Offset of the current token.
    pub(super) token_start: u64,
    /// Whether only a line end is right before the current token.
    begins_line: bool,
    /// Whether the next token is the first of a statement, or is between rows.
    stands_between: bool,
    again: bool,
    /// Whether inside a comment with a version, which MySQL executes.
    pub(super) versioned: bool,
    /// Value of `versioned` at the beginning of the current unit.
    pub(super) unit_versioned: bool,
    /// Whether the text passed will be read again.
    pub(super) is_held: bool,
    /// Delimiter that ends a statement in addition to the semicolon; empty unless set by DELIMITER.
    pub(super) delimiter: Vec<u8>,
    /// Whether nothing continues on another line: strings, comments and rows end with theirs.
    pub(super) bound_to_lines: bool,
}

/// Beginnings of statements about rows or tables.
const STATEMENTS: [&[u8]; 5] = [b"INSERT ", b"REPLACE ", b"UPSERT ", b"COPY ", b"CREATE "];

/// Bytes searched for a statement's first word.
pub(super) const STATEMENT_LENGTH: usize = 8;

/// The longest name that is kept, in bytes. Databases allow 63 bytes (PostgreSQL) to 128 characters (SQL Server).
const NAME_LIMIT: usize = 256;

/// Bytes searched for the word after the current one.
const FOLLOWING: usize = 64;

/// Maximum length of a tuple with calls or operators, in bytes. A longer one has a parenthesis or quote out of
/// place, and as long as the limit of a record is not reached, it can be read again.
const EXPRESSION_LIMIT: usize = RECORD_LIMIT / 2;

impl<'i, 's, R: Read> Lexer<'i, 's, R> {
    pub(super) const fn new(
        window: Window<R>,
        dialect: Dialect,
        builder: &'i mut RecordBuilder<'s>,
    ) -> Self {
        Self {
            window,
            dialect,
            text: Vec::new(),
            builder,
            part: Part::Passage(Passage::Comment),
            continues: false,
            comments: Vec::new(),
            failure: None,
            unit: 0,
            unit_line: 1,
            token: Token::End,
            token_start: 0,
            begins_line: false,
            stands_between: false,
            again: false,
            versioned: false,
            unit_versioned: false,
            is_held: false,
            delimiter: Vec::new(),
            bound_to_lines: false,
        }
    }

    /// Whether the current unit continues on another line where nothing may.
    pub(super) fn leaves_line(&mut self) -> bool {
        self.bound_to_lines && self.window.line_number() != self.unit_line
    }

    /// Returns the current token's text, cut off after [`RECORD_LIMIT`].
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Returns the current token, if it is a word or name, cut off after [`NAME_LIMIT`].
    pub(super) fn name(&self) -> String {
        let name = &self.text[..self.text.len().min(NAME_LIMIT)];
        String::from_utf8_lossy(name).into_owned()
    }

    /// Returns whether the current token is the keyword, in any case.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.token == Token::Word && self.text.eq_ignore_ascii_case(keyword.as_bytes())
    }

    /// Returns the line where the current unit began.
    pub(super) const fn unit_line(&self) -> u64 {
        self.unit_line
    }

    /// Returns whether the current unit is longer than [`EXPRESSION_LIMIT`].
    pub(super) const fn is_long(&self) -> bool {
        self.unit > EXPRESSION_LIMIT
    }

    /// Returns whether the current unit is longer than [`RECORD_LIMIT`].
    pub(super) const fn is_overlong(&self) -> bool {
        self.unit > RECORD_LIMIT
    }

    /// Returns whether the current token is a line of GO, which ends a statement in scripts for SQL Server.
    pub(super) fn is_batch_end(&mut self) -> io::Result<bool> {
        let alone = self.begins_line && self.is("GO");
        Ok(alone && matches!(self.first()?, None | Some(b'\r' | b'\n')))
    }

    /// Returns whether the current token is this character.
    pub(super) fn is_symbol(&self, symbol: u8) -> bool {
        self.token == Token::Symbol(symbol)
    }

    /// Returns the line that the current token ends in.
    pub(super) fn token_line(&mut self) -> u64 {
        self.window.line_number()
    }

    /// Returns whether the current token is a number.
    pub(super) fn is_number(&self) -> bool {
        self.token == Token::Word && self.text.first().is_some_and(u8::is_ascii_digit)
    }

    /// Returns whether the current token is at the beginning of a line.
    pub(super) const fn begins_line(&self) -> bool {
        self.begins_line
    }

    /// Returns whether nothing else is on the line of the current token, which is one character.
    pub(super) fn is_alone(&mut self) -> io::Result<bool> {
        Ok(self.begins_line && matches!(self.first()?, None | Some(b'\r' | b'\n')))
    }

    /// Returns whether the current token begins a line that [begins like a statement](begins_statement).
    pub(super) fn begins_statement(&mut self) -> io::Result<bool> {
        let begins = |statement: &&[u8]| self.text.eq_ignore_ascii_case(statement.trim_ascii_end());
        let begins = self.begins_line && STATEMENTS.iter().any(begins);
        Ok(begins && self.token == Token::Word && self.first()? == Some(b' '))
    }

    /// Returns whether the current token begins a statement that brings rows, wherever it is: `INSERT INTO t`, but not
    /// `GRANT INSERT ON t`.
    pub(super) fn begins_rows(&mut self) -> io::Result<bool> {
        const NO_TABLE: [&str; 11] = [
            "ON", "UPDATE", "DELETE", "SELECT", "TO", "FROM", "AS", "AND", "VALUES", "ROW",
            "DEFAULT",
        ];
        let is_insert = self.is("INSERT");
        if !is_insert
            && !["REPLACE", "UPSERT", "MERGE"]
                .iter()
                .any(|word| self.is(word))
        {
            return Ok(false);
        }
        let following = self.following()?;
        let word = leading_word(following);
        let is = |other: &&str| word.eq_ignore_ascii_case(other.as_bytes());
        let names = word.first().is_some_and(|byte| !byte.is_ascii_digit())
            || following
                .first()
                .is_some_and(|byte| b"[\"`#/".contains(byte));
        Ok(is(&"INTO") || is_insert && names && !NO_TABLE.iter().any(is))
    }

    /// Returns the word that follows the current token, without the blanks before it.
    pub(super) fn following(&mut self) -> io::Result<&[u8]> {
        let following = self.window.peek(FOLLOWING)?;
        Ok(following[..following.len().min(FOLLOWING)].trim_ascii_start())
    }

    /// Returns whether the word after the current token is this one.
    pub(super) fn is_before(&mut self, keyword: &str) -> io::Result<bool> {
        Ok(leading_word(self.following()?).eq_ignore_ascii_case(keyword.as_bytes()))
    }

    /// Repeats the current token.
    pub(super) const fn unread(&mut self) {
        self.again = true;
    }

    /// Returns whether the current token is to be repeated.
    pub(super) const fn is_pending(&self) -> bool {
        self.again
    }

    /// Forgets the token that was to be repeated, after a jump to another place.
    pub(super) const fn forget(&mut self) {
        self.again = false;
    }

    /// The next token, which begins a statement or is between rows: there a `#` begins a comment in every dialect.
    pub(super) fn next_between(&mut self) -> io::Result<Token> {
        self.stands_between = true;
        let token = self.next();
        self.stands_between = false;
        token
    }

    /// The next token.
    pub(super) fn next(&mut self) -> io::Result<Token> {
        if !std::mem::take(&mut self.again) {
            self.token = self.scan()?;
        }
        Ok(self.token)
    }

    fn scan(&mut self) -> io::Result<Token> {
        self.text.clear();
        self.begins_line = self.window.position() == 0;
        loop {
            let byte = self.first()?;
            self.token_start = self.window.position();
            let Some(byte) = byte else {
                return Ok(Token::End);
            };
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | 0x0B | 0x0C => {
                    self.pass(1);
                    self.begins_line = matches!(byte, b'\r' | b'\n');
                }
                _ if self.begins_delimiter(byte)? => {
                    self.pass(self.delimiter.len());
                    return Ok(Token::Delimiter);
                }
                b'-' | b'#' | b'/' | b'*' => match self.comment(byte)? {
                    Some(true) => {}
                    Some(false) => return Ok(Token::Broken),
                    None => return self.token(byte),
                },
                _ => return self.token(byte),
            }
        }
    }

    /// Returns whether the delimiter set by DELIMITER begins here.
    fn begins_delimiter(&mut self, byte: u8) -> io::Result<bool> {
        if self.delimiter.first() != Some(&byte) {
            return Ok(false);
        }
        let head = self.window.peek(self.delimiter.len() + 1)?;
        // The GO of GOAL does not count.
        let is_word = self.delimiter.iter().all(u8::is_ascii_alphanumeric);
        let goes_on = head
            .get(self.delimiter.len())
            .copied()
            .is_some_and(continues_word);
        Ok(head.starts_with(&self.delimiter) && !(is_word && goes_on))
    }

    fn token(&mut self, byte: u8) -> io::Result<Token> {
        match byte {
            b'\'' => self.plain_string(),
            b'"' if self.dialect == Dialect::Mysql => self.double_quoted(),
            b'"' | b'`' => self.quoted_name(byte),
            b'[' => self.quoted_name(b']'),
            b'$' if self.dialect == Dialect::Postgresql => self.dollar(),
            b'#' if self.names_temporary_table()? => {
                self.take(1);
                self.word()
            }
            _ if begins_word(byte) => self.word(),
            _ => {
                self.pass(1);
                Ok(Token::Symbol(byte))
            }
        }
    }

    /// A word; directly followed by a quote it is a string's prefix.
    fn word(&mut self) -> io::Result<Token> {
        while let Some(byte) = self.first()? {
            let in_number = byte == b'.' && is_number(&self.text)
                || matches!(byte, b'+' | b'-') && is_exponent(&self.text);
            if byte == b'\'' && !self.text.is_empty() {
                return self.prefixed();
            }
            if byte == b'&' && self.text.eq_ignore_ascii_case(b"U") && self.begins(b"&'")? {
                return self.unicode_string();
            }
            if !continues_word(byte) && !in_number || self.begins_delimiter_in_word(byte)? {
                break;
            }
            self.keep(byte);
            self.pass(1);
        }
        Ok(decode_hexadecimal_number(&mut self.text))
    }

    /// As in `END$$`.
    fn begins_delimiter_in_word(&mut self, byte: u8) -> io::Result<bool> {
        let is_word = self.delimiter.iter().all(u8::is_ascii_alphanumeric);
        Ok(!is_word && self.begins_delimiter(byte)?)
    }

    /// SQL Server's `#t`.
    fn names_temporary_table(&mut self) -> io::Result<bool> {
        let head = self.window.peek(2)?;
        Ok(head
            .get(1)
            .is_some_and(|&byte| begins_word(byte) || byte == b'#'))
    }

    /// Notes that the next token is at the beginning of a statement or line, or between rows.
    pub(super) const fn stands_apart(&self) -> bool {
        self.begins_line || self.stands_between
    }

    /// A statement may begin with the next token, or a row.
    pub(super) const fn stands_between(&self) -> bool {
        self.stands_between
    }

    pub(super) fn begins(&mut self, wanted: &[u8]) -> io::Result<bool> {
        Ok(self.window.peek(wanted.len())?.starts_with(wanted))
    }

    pub(super) fn first(&mut self) -> io::Result<Option<u8>> {
        if self.window.rest().is_empty() && self.is_overlong() {
            // Text that is too long is not read again, so it need not be kept.
            self.spill();
        }
        self.window.first()
    }

    pub(super) fn pass(&mut self, count: usize) {
        self.window.advance(count);
        self.unit += count;
    }

    pub(super) fn take(&mut self, count: usize) {
        if self.text.len() < RECORD_LIMIT {
            self.text.extend_from_slice(&self.window.rest()[..count]);
        }
        self.pass(count);
    }

    pub(super) fn keep(&mut self, byte: u8) {
        if self.text.len() < RECORD_LIMIT {
            self.text.push(byte);
        }
    }
}

/// The word that a text begins with; empty if it begins with something else.
pub(super) fn leading_word(text: &[u8]) -> &[u8] {
    let length = text.iter().take_while(|&&byte| continues_word(byte));
    &text[..length.count()]
}

/// The line begins like a statement about rows or tables.
pub(super) fn begins_statement(line: &[u8]) -> bool {
    let begins = |word: &[u8]| {
        line.get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    STATEMENTS.into_iter().any(begins)
}

const fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'@' || !byte.is_ascii()
}

pub(super) const fn continues_word(byte: u8) -> bool {
    begins_word(byte) || byte == b'$'
}

/// A number up to its point.
fn is_number(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// A number up to its `e`, after which a sign belongs to it.
fn is_exponent(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_digit)
        && text
            .last()
            .is_some_and(|byte| byte.eq_ignore_ascii_case(&b'e'))
}

/// `0x4142`, as `mysqldump --hex-blob` writes texts of binary columns, becomes the text; other words stay words.
fn decode_hexadecimal_number(text: &mut Vec<u8>) -> Token {
    let is_number = text.starts_with(b"0x") && text.len() > 2;
    if is_number && decode_hexadecimal(text, 2) {
        Token::Text
    } else {
        Token::Word
    }
}

pub(super) fn decode_hexadecimal(text: &mut Vec<u8>, from: usize) -> bool {
    let Ok(bytes) = data_encoding::HEXUPPER_PERMISSIVE.decode(&text[from..]) else {
        return false;
    };
    *text = bytes;
    true
}
