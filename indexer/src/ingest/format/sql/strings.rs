//! What does a string of an SQL dialect say?

use std::io::{self, Read};

use memchr::{memchr, memchr3};

use super::escapes::Escapes;
use super::lexer::{
    Lexer, STATEMENT_LENGTH, Token, begins_statement, continues_word, decode_hexadecimal,
};
use crate::ingest::describe::description::Dialect;

impl<R: Read> Lexer<'_, '_, R> {
    const fn plain_escapes(&self) -> Escapes {
        match self.dialect {
            Dialect::Mysql => Escapes::Mysql,
            Dialect::Postgresql => Escapes::None,
        }
    }

    /// MySQL uses double quotes for strings, or with ANSI_QUOTES for names; both are recognised
    /// as [`Token::Text`] here.
    pub(super) fn double_quoted(&mut self) -> io::Result<Token> {
        self.quoted(b'"', Escapes::Mysql, Token::Text)
    }

    pub(super) fn plain_string(&mut self) -> io::Result<Token> {
        self.string(self.plain_escapes())
    }

    pub(super) fn quoted_name(&mut self, close: u8) -> io::Result<Token> {
        self.quoted(close, Escapes::None, Token::Name)
    }

    fn string(&mut self, escapes: Escapes) -> io::Result<Token> {
        self.quoted(b'\'', escapes, Token::Text)
    }

    pub(super) fn prefixed(&mut self) -> io::Result<Token> {
        let prefix = self.text.to_ascii_lowercase();
        let escapes = match prefix.as_slice() {
            b"e" => Escapes::Postgresql,
            b"x" | b"n" => self.plain_escapes(),
            b"q" | b"nq" if self.dialect == Dialect::Postgresql => return self.alternative(),
            [b'_', ..] => self.plain_escapes(),
            _ => return Ok(Token::Word),
        };
        self.text.clear();
        let token = self.string(escapes)?;
        if prefix == b"x" {
            decode_hexadecimal(&mut self.text, 0);
        }
        Ok(token)
    }

    /// PostgreSQL's `U&'\0441'`, of which the `&` comes next.
    pub(super) fn unicode_string(&mut self) -> io::Result<Token> {
        self.pass(1);
        self.text.clear();
        self.string(Escapes::Unicode)
    }

    /// The rest of Oracle's `q'[…]'`, which ends with the bracket or character that it begins with, and a quote.
    fn alternative(&mut self) -> io::Result<Token> {
        self.pass(1);
        self.text.clear();
        let Some(open) = self.first()? else {
            return Ok(Token::Broken);
        };
        self.pass(1);
        let close = match open {
            b'[' => b']',
            b'(' => b')',
            b'{' => b'}',
            b'<' => b'>',
            other => other,
        };
        while let Some(byte) = self.first()? {
            if byte == close && self.begins(&[close, b'\''])? {
                self.pass(2);
                return Ok(Token::Text);
            }
            if byte == b'\n' && self.bound_to_lines {
                break;
            }
            self.keep(byte);
            self.pass(1);
        }
        Ok(Token::Broken)
    }

    /// Reads up to `close`, which is doubled where it is literal.
    fn quoted(&mut self, close: u8, escapes: Escapes, token: Token) -> io::Result<Token> {
        self.pass(1);
        loop {
            if self.first()?.is_none() {
                return Ok(Token::Broken);
            }
            let rest = self.window.rest();
            let backslash = if escapes == Escapes::None {
                close
            } else {
                b'\\'
            };
            let found = memchr3(close, backslash, b'\n', rest);
            self.take(found.unwrap_or(rest.len()));
            match found.and(self.first()?) {
                Some(b'\n') if self.bound_to_lines || self.passes_statement()? => {
                    return Ok(Token::Broken);
                }
                Some(byte) if byte == close => {
                    self.pass(1);
                    if self.first()? != Some(close) {
                        return Ok(token);
                    }
                    self.take(1);
                }
                Some(b'\n') => self.take(1),
                Some(_) => self.escape(escapes)?,
                None => {}
            }
        }
    }

    /// In a unit that is too long already, a line that begins like a statement is one: a quote has been left open.
    fn passes_statement(&mut self) -> io::Result<bool> {
        if !self.is_overlong() {
            return Ok(false);
        }
        let line = &self.window.peek(STATEMENT_LENGTH + 1)?[1..];
        Ok(begins_statement(line))
    }

    /// A `$tag$ … $tag$` string, or a dollar sign.
    pub(super) fn dollar(&mut self) -> io::Result<Token> {
        let Some(tag) = self.dollar_tag()? else {
            self.pass(1);
            return Ok(Token::Symbol(b'$'));
        };
        self.pass(tag.len());
        while let Some(byte) = self.first()? {
            if byte == b'$' && self.begins(&tag)? {
                self.pass(tag.len());
                return Ok(Token::Text);
            }
            if byte == b'\n' && self.bound_to_lines {
                break;
            }
            self.keep(byte);
            self.pass(1);
        }
        Ok(Token::Broken)
    }

    fn dollar_tag(&mut self) -> io::Result<Option<Vec<u8>>> {
        /// Longest tag, which is a name, in bytes.
        const TAG: usize = 63;
        let head = self.window.peek(TAG + 2)?;
        let Some(end) = memchr(b'$', &head[1..]) else {
            return Ok(None);
        };
        let tag = &head[..end + 2];
        let named = tag[1..=end].iter().all(|&byte| continues_word(byte));
        Ok((named && end <= TAG).then(|| tag.to_vec()))
    }
}
