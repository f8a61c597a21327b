use std::io::{self, Read};

use super::lexer::Lexer;

/// The meaning of a backslash in a string.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    None,
    Mysql,
    Postgresql,
    /// As in PostgreSQL's `U&'…'`.
    Unicode,
}

impl<R: Read> Lexer<'_, '_, R> {
    /// Reads the text escaped by the backslash before the current place.
    pub(super) fn escape(&mut self, escapes: Escapes) -> io::Result<()> {
        self.pass(1);
        let Some(byte) = self.first()? else {
            return Ok(());
        };
        if escapes == Escapes::Unicode && byte.is_ascii_hexdigit() {
            return self.character_escape(4);
        }
        self.pass(1);
        match escapes {
            Escapes::Unicode if byte == b'+' => self.character_escape(6),
            Escapes::Unicode => {
                self.keep(byte);
                Ok(())
            }
            Escapes::Postgresql => self.postgresql_escape(byte),
            Escapes::Mysql | Escapes::None => {
                self.mysql_escape(byte);
                Ok(())
            }
        }
    }

    fn mysql_escape(&mut self, byte: u8) {
        let (backslash, byte) = mysql_escaped(byte);
        backslash.iter().for_each(|&backslash| self.keep(backslash));
        self.keep(byte);
    }

    /// PostgreSQL 17, table 4.1.
    fn postgresql_escape(&mut self, byte: u8) -> io::Result<()> {
        match byte {
            b'0'..=b'7' => self.number_escape(byte - b'0', 8, 2),
            b'x' => self.number_escape(0, 16, 2),
            b'u' => self.character_escape(4),
            b'U' => self.character_escape(8),
            b'f' => {
                self.keep(0x0C);
                Ok(())
            }
            _ => {
                self.keep(control(byte));
                Ok(())
            }
        }
    }

    /// Up to `most` hexadecimal digits of a character; an invalid one becomes U+FFFD.
    fn character_escape(&mut self, most: usize) -> io::Result<()> {
        let mut code = 0;
        for _ in 0..most {
            let byte = self.first()?.map(char::from);
            let Some(digit) = byte.and_then(|byte| byte.to_digit(16)) else {
                break;
            };
            code = (code << 4) | digit;
            self.pass(1);
        }
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        let mut utf8 = [0; 4];
        for byte in character.encode_utf8(&mut utf8).bytes() {
            self.keep(byte);
        }
        Ok(())
    }

    /// Up to `most` more digits of a byte written as a number.
    fn number_escape(&mut self, mut value: u8, radix: u32, most: usize) -> io::Result<()> {
        for _ in 0..most {
            let digit = self
                .first()?
                .and_then(|byte| char::from(byte).to_digit(radix));
            let Some(digit) = digit.and_then(|digit| u8::try_from(digit).ok()) else {
                break;
            };
            #[expect(clippy::cast_possible_truncation, reason = "the radix is 8 or 16")]
            let shifted = value.wrapping_mul(radix as u8);
            value = shifted.wrapping_add(digit);
            self.pass(1);
        }
        self.keep(value);
        Ok(())
    }
}

/// Returns the byte that a backslash before `byte` stands for in MySQL 8.4, table 11.1. Escapes for LIKE keep their
/// backslash.
pub(super) const fn mysql_escaped(byte: u8) -> (&'static [u8], u8) {
    match byte {
        b'0' => (b"", 0),
        b'Z' => (b"", 0x1A),
        b'%' | b'_' => (b"\\", byte),
        _ => (b"", control(byte)),
    }
}

/// The character that a letter after a backslash stands for in both dialects and in COPY, each of which has more.
pub(super) const fn control(byte: u8) -> u8 {
    match byte {
        b'b' => 0x08,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => byte,
    }
}
