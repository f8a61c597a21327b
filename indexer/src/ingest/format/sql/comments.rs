use std::io::{self, Read};

use super::account::Part;
use super::lexer::{Lexer, continues_word};
use crate::ingest::describe::description::Dialect;

/// Fewest digits of the version in `/*!50000 … */`.
const VERSION: usize = 5;

/// Maximum length of the beginning of a comment with a version, in bytes: `/*M!100100`.
const VERSION_HEAD: usize = 12;

impl<R: Read> Lexer<'_, '_, R> {
    /// Passes over a comment that begins with `byte` here. `None` if there is none, false if it never ends.
    pub(super) fn comment(&mut self, byte: u8) -> io::Result<Option<bool>> {
        let begin = self.window.position();
        let ends = match byte {
            b'-' if self.begins_dashes()? => self.line_comment()?,
            b'#' if self.begins_hash()? => self.line_comment()?,
            b'/' if self.begins(b"/*")? => match self.version()? {
                Some(length) => {
                    self.pass(length);
                    self.versioned = true;
                    return Ok(Some(true));
                }
                None => self.block_comment()?,
            },
            b'*' if self.versioned && self.begins(b"*/")? => {
                self.pass(2);
                self.versioned = false;
                return Ok(Some(true));
            }
            _ => return Ok(None),
        };
        if self.part == Part::Row {
            self.comments.push(begin..self.window.position());
        }
        Ok(Some(ends))
    }

    /// Returns the length of the beginning of a comment whose text is executed, as in `/*!50000 INSERT …*/`; `None` for
    /// other comments.
    fn version(&mut self) -> io::Result<Option<usize>> {
        let is_mysql = self.dialect == Dialect::Mysql;
        let head = self.window.peek(VERSION_HEAD)?;
        let begin = match head {
            [b'/', b'*', b'!', ..] => 3,
            [b'/', b'*', b'M', b'!', ..] => 4,
            _ => return Ok(None),
        };
        let digits = head[begin..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        let digits = digits.take(VERSION + 1).count();
        let is_run = if digits == 0 {
            is_mysql
        } else {
            digits >= VERSION
        };
        // `/*!999999\- enable the sandbox mode */` is for the client.
        let is_for_client = head.get(begin + digits) == Some(&b'\\');
        Ok((is_run && !is_for_client).then_some(begin + digits))
    }

    /// Passes over a comment; false if it never ends. PostgreSQL's nest.
    fn block_comment(&mut self) -> io::Result<bool> {
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

    /// `--`, after which MySQL wants white space, unless nothing else can be meant.
    fn begins_dashes(&mut self) -> io::Result<bool> {
        let sure = self.dialect == Dialect::Postgresql || self.stands_apart();
        let head = self.window.peek(3)?;
        let spaced = head.get(2).is_none_or(u8::is_ascii_whitespace);
        Ok(head.starts_with(b"--") && (spaced || sure))
    }

    /// `#`, which outside MySQL begins a comment only where nothing else can be meant: operators of PostgreSQL stand
    /// between values, and the tables of SQL Server whose names begin with it have one.
    fn begins_hash(&mut self) -> io::Result<bool> {
        if self.dialect == Dialect::Mysql || self.stands_between() {
            return Ok(true);
        }
        let next = self.window.peek(2)?.get(1).copied();
        let is_apart = self.stands_apart() && !next.is_some_and(continues_word);
        Ok(is_apart || next.is_none_or(|byte| byte.is_ascii_whitespace()))
    }

    /// Passes over the rest of the line.
    fn line_comment(&mut self) -> io::Result<bool> {
        while let Some(byte) = self.first()? {
            if matches!(byte, b'\n' | b'\r') {
                break;
            }
            self.pass(1);
        }
        Ok(true)
    }
}
