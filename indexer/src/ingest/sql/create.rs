use std::io::{self, Read};

use super::lexer::Token;
use super::statements::Dump;
use crate::ingest::error::Failure;

/// What begins an item of CREATE TABLE that is no column.
const NO_COLUMN: [&str; 12] = [
    "PRIMARY",
    "KEY",
    "UNIQUE",
    "INDEX",
    "CONSTRAINT",
    "FOREIGN",
    "FULLTEXT",
    "SPATIAL",
    "CHECK",
    "EXCLUDE",
    "LIKE",
    "PERIOD",
];

impl<R: Read> Dump<'_, '_, '_, R> {
    /// `CREATE TABLE table (definitions)`, or the creation of something else.
    pub(super) fn create(&mut self) -> Result<(), Failure> {
        self.skip_words(&[
            "GLOBAL",
            "LOCAL",
            "TEMPORARY",
            "TEMP",
            "UNLOGGED",
            "FOREIGN",
        ])?;
        self.lexer.next()?;
        if !self.lexer.is("TABLE") {
            self.lexer.unread();
            return self.skip_definition();
        }
        self.skip_words(&["IF", "NOT", "EXISTS"])?;
        let name = self.table_name()?;
        if let (Some(name), Token::Symbol(b'(')) = (name, self.lexer.next()?) {
            let columns = self.definitions()?;
            self.table.create(&name, columns);
            return self.skip_statement();
        }
        self.lexer.unread();
        self.skip_statement()
    }

    /// The names of the columns that a CREATE TABLE defines, up to its closing parenthesis.
    fn definitions(&mut self) -> io::Result<Vec<String>> {
        let (mut names, mut depth, mut begins) = (Vec::new(), 1_u64, true);
        loop {
            self.lexer.begin_unit();
            match self.lexer.next()? {
                Token::Symbol(b',') if depth == 1 => {
                    begins = true;
                    continue;
                }
                Token::Symbol(b'(') => depth += 1,
                Token::Symbol(b')') if depth > 1 => depth -= 1,
                Token::Symbol(b')') => return Ok(names),
                Token::Word if begins && NO_COLUMN.iter().any(|word| self.lexer.is(word)) => {}
                Token::Word | Token::Name | Token::Text if begins => self.add_name(&mut names),
                Token::End | Token::Broken => {
                    self.note_cut_off()?;
                    self.lexer.unread();
                    return Ok(names);
                }
                _ => {}
            }
            begins = false;
        }
    }

    /// Passes over the definition of a routine, whose statements insert nothing here.
    fn skip_definition(&mut self) -> Result<(), Failure> {
        while self.skip_token()? {}
        Ok(())
    }
}
