use std::io::{self, Read};

use super::account::Part;
use super::plain;
use super::resume::{Resume, Sequence};
use super::statements::Dump;
use super::value::{Ending, List};
use crate::ingest::RECORD_LIMIT;
use crate::ingest::error::Failure;
use crate::ingest::tally::Reason;

impl<R: Read> Dump<'_, '_, '_, R> {
    /// The tuple whose parenthesis has been opened.
    pub(super) fn tuple(&mut self) -> Result<Resume, Failure> {
        self.lexer.enter(Part::Row);
        let line = self.lexer.unit_line();
        if !self.takes_plain_values() && !self.values()? {
            let reason = if self.lexer.is_overlong() {
                Reason::TooLong
            } else {
                Reason::NotSql
            };
            self.note_rejected(line, reason)?;
            return self.resume(Sequence::Tuples, line, reason);
        }
        self.hand_on(line)?;
        Ok(Resume::Rows)
    }

    /// Takes the values of a tuple that is plain and has been read to its end.
    fn takes_plain_values(&mut self) -> bool {
        if self.lexer.bound_to_lines {
            return false;
        }
        let rest = self.lexer.window.rest();
        let rest = &rest[..rest.len().min(RECORD_LIMIT)];
        let length = plain::values(rest, self.lexer.dialect, &mut self.row);
        self.lexer.pass(length.unwrap_or(0));
        length.is_some()
    }

    /// Reads the values of a tuple; false if it has no proper end.
    fn values(&mut self) -> io::Result<bool> {
        self.row.clear();
        loop {
            match self.value(List::Tuple)?.map(|item| item.ending) {
                Some(Ending::Comma) => {}
                Some(Ending::Close) => return Ok(true),
                Some(Ending::Stop) | None => return Ok(false),
            }
        }
    }
}
