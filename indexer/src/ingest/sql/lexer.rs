use std::io::{self, Read};

use crate::ingest::RECORD_LIMIT;
use crate::ingest::description::Dialect;
use crate::ingest::window::Window;

/// The smallest piece of SQL that means something. Its text, where it has one, is [`Lexer::text`].
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
    /// A string or comment that does not end where it must.
    Broken,
    /// The end of the dump.
    End,
}

/// Cuts a dump into tokens in bounded memory.
pub(super) struct Lexer<R> {
    pub(super) window: Window<R>,
    pub(super) dialect: Dialect,
    pub(super) text: Vec<u8>,
    /// Bytes passed since the present unit, a tuple or anything between tuples, began.
    unit: usize,
    /// The line where it began.
    unit_line: u64,
    token: Token,
    /// Nothing but a line end stands right before the present token.
    begins_line: bool,
    again: bool,
    /// Nothing goes on in another line: strings, comments and rows end with theirs.
    pub(super) bound_to_lines: bool,
}

/// What a statement about rows or tables begins with.
const STATEMENTS: [&[u8]; 4] = [b"INSERT ", b"REPLACE ", b"COPY ", b"CREATE "];

/// How far a statement's first word is looked for.
pub(super) const STATEMENT_LENGTH: usize = 8;

/// The longest name that is kept, in bytes. Databases allow 63 bytes (PostgreSQL) to 128 characters (SQL Server).
const NAME_LIMIT: usize = 256;

/// What a tuple with calls or operators in it may be long, in bytes. A longer one has a parenthesis or quote out of
/// place, and as long as the bound of a record is not reached, it can be gone back to.
const EXPRESSION_LIMIT: usize = RECORD_LIMIT / 2;

impl<R: Read> Lexer<R> {
    pub(super) const fn new(window: Window<R>, dialect: Dialect) -> Self {
        Self {
            window,
            dialect,
            text: Vec::new(),
            unit: 0,
            unit_line: 1,
            token: Token::End,
            begins_line: false,
            again: false,
            bound_to_lines: false,
        }
    }

    /// The present unit goes on in another line where nothing may.
    pub(super) fn leaves_line(&mut self) -> bool {
        self.bound_to_lines && self.window.line_number() != self.unit_line
    }

    /// The present token's text; what exceeds [`RECORD_LIMIT`] is cut off.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// The present token, if it is a word or name; what exceeds [`NAME_LIMIT`] is cut off.
    pub(super) fn name(&self) -> String {
        let name = &self.text[..self.text.len().min(NAME_LIMIT)];
        String::from_utf8_lossy(name).into_owned()
    }

    /// The present token is the keyword, in whatever case.
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.token == Token::Word && self.text.eq_ignore_ascii_case(keyword.as_bytes())
    }

    /// Begins a unit at the present place, to which [`Window::rewind`] goes back as long as the unit is
    /// [within bounds](Lexer::is_overlong).
    pub(super) fn begin_unit(&mut self) {
        self.unit = 0;
        self.window.set_mark();
        self.unit_line = self.window.line_number();
    }

    /// The line where the present unit began.
    pub(super) const fn unit_line(&self) -> u64 {
        self.unit_line
    }

    /// The present unit is longer than [`EXPRESSION_LIMIT`].
    pub(super) const fn is_long(&self) -> bool {
        self.unit > EXPRESSION_LIMIT
    }

    /// The present unit is longer than [`RECORD_LIMIT`].
    pub(super) const fn is_overlong(&self) -> bool {
        self.unit > RECORD_LIMIT
    }

    /// The present token is a line of GO, which ends a statement in scripts for SQL Server.
    pub(super) fn is_batch_end(&mut self) -> io::Result<bool> {
        let alone = self.begins_line && self.is("GO");
        Ok(alone && matches!(self.first()?, None | Some(b'\r' | b'\n')))
    }

    /// The present token begins a line that [begins like a statement](begins_statement).
    pub(super) fn begins_statement(&mut self) -> io::Result<bool> {
        let begins = |statement: &&[u8]| self.text.eq_ignore_ascii_case(statement.trim_ascii_end());
        let begins = self.begins_line && STATEMENTS.iter().any(begins);
        Ok(begins && self.token == Token::Word && self.first()? == Some(b' '))
    }

    /// Gives the present token once more.
    pub(super) const fn unread(&mut self) {
        self.again = true;
    }

    /// Forgets the token that was to be given once more, after going to another place.
    pub(super) const fn forget(&mut self) {
        self.again = false;
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
        self.begins_line = false;
        loop {
            let Some(byte) = self.first()? else {
                return Ok(Token::End);
            };
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | 0x0B | 0x0C => {
                    self.pass(1);
                    self.begins_line = matches!(byte, b'\r' | b'\n');
                }
                b'-' if self.begins_dashes()? => self.line_comment()?,
                b'#' if self.dialect == Dialect::Mysql => self.line_comment()?,
                b'/' if self.begins(b"/*")? => {
                    if !self.comment()? {
                        return Ok(Token::Broken);
                    }
                }
                _ => return self.token(byte),
            }
        }
    }

    fn token(&mut self, byte: u8) -> io::Result<Token> {
        match byte {
            b'\'' => self.plain_string(),
            b'"' if self.dialect == Dialect::Mysql => self.double_quoted(),
            b'"' | b'`' => self.quoted_name(byte),
            b'[' => self.quoted_name(b']'),
            b'$' if self.dialect == Dialect::Postgresql => self.dollar(),
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
            if !continues_word(byte) && !in_number {
                break;
            }
            self.keep(byte);
            self.pass(1);
        }
        Ok(decode_hexadecimal_number(&mut self.text))
    }

    /// Passes over a comment, also one with a version, which MySQL would run; false if it never ends. PostgreSQL's
    /// nest.
    fn comment(&mut self) -> io::Result<bool> {
        self.pass(2);
        let mut depth = 1;
        while let Some(byte) = self.first()? {
            if byte == b'\n' && self.bound_to_lines {
                return Ok(false);
            }
            if byte == b'*' && self.begins(b"*/")? {
                self.pass(2);
                depth -= 1;
                if depth == 0 {
                    return Ok(true);
                }
            } else if byte == b'/' && self.dialect == Dialect::Postgresql && self.begins(b"/*")? {
                self.pass(2);
                depth += 1;
            } else {
                self.pass(1);
            }
        }
        Ok(false)
    }

    /// `--`, after which MySQL wants white space.
    fn begins_dashes(&mut self) -> io::Result<bool> {
        let head = self.window.peek(3)?;
        let spaced = head.get(2).is_none_or(u8::is_ascii_whitespace);
        Ok(head.starts_with(b"--") && (spaced || self.dialect == Dialect::Postgresql))
    }

    pub(super) fn begins(&mut self, wanted: &[u8]) -> io::Result<bool> {
        Ok(self.window.peek(wanted.len())?.starts_with(wanted))
    }

    /// Passes over the rest of the line.
    fn line_comment(&mut self) -> io::Result<()> {
        while let Some(byte) = self.first()? {
            if matches!(byte, b'\n' | b'\r') {
                break;
            }
            self.pass(1);
        }
        Ok(())
    }

    pub(super) fn first(&mut self) -> io::Result<Option<u8>> {
        if self.window.rest().is_empty() && self.is_overlong() {
            // What is too long is not gone back to, so it need not be kept.
            self.window.set_mark();
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
