//! How does reading resume after a row that could not be read?

use std::io::{self, Read};

use memchr::memchr_iter;

use super::lexer::{begins_statement, leading_word};
use super::statements::Dump;
use crate::ingest::error::Failure;
use crate::ingest::tally::Reason;

/// Bytes of a line that resynchronisation inspects.
const LINE_HEAD: usize = 64;

/// How reading resumes after a row that could not be read.
pub(super) enum Resume {
    /// With a row of the same statement.
    Rows,
    /// With a statement, or at the end of the dump.
    Statement,
}

/// The form of a statement's rows in sequence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sequence {
    /// `(…), (…)`, and `INTO t VALUES (…) INTO t VALUES (…)`.
    Tuples,
    /// `SELECT … UNION ALL SELECT …`.
    Selects,
    /// One row alone: `SET a = 1`.
    Single,
    /// Something between tuples.
    Between,
}

impl<R: Read> Dump<'_, '_, '_, R> {
    /// Rejects an invalid row and continues with the next one, on this line or one that follows.
    pub(super) fn resume(
        &mut self,
        sequence: Sequence,
        line: u64,
        reason: Reason,
    ) -> Result<Resume, Failure> {
        self.lexer.forget();
        self.lexer.builder.reject(line, reason);
        if self.lexer.is_overlong() {
            self.lexer.recover_passed()?;
        } else if !self.lexer.go_back() {
            self.give_up_lines()?;
        }
        let is_multiple = self.is_multiple;
        loop {
            let found = if self.lexer.bound_to_lines {
                self.lexer.recover_line(|_| None)?
            } else {
                let next = |line: &[u8]| match sequence {
                    Sequence::Tuples => next_tuple(line, is_multiple),
                    Sequence::Selects => next_select(line).or_else(|| next_statement(line)),
                    Sequence::Single => next_statement(line),
                    Sequence::Between => begin_of_tuple(line).or_else(|| next_statement(line)),
                };
                self.lexer.recover_line(next)?
            };
            if found {
                return Ok(Resume::Rows);
            }
            self.lexer.skip_line()?;
            if let Some(resume) = self.resumes(sequence)? {
                return Ok(resume);
            }
        }
    }

    /// Returns how reading resumes with this line, if it does.
    fn resumes(&mut self, sequence: Sequence) -> io::Result<Option<Resume>> {
        let head = self.lexer.window.peek(LINE_HEAD)?;
        let line = head[..head.len().min(LINE_HEAD)].trim_ascii_start();
        let is_row = match sequence {
            Sequence::Tuples | Sequence::Between => {
                begins_tuple(line) || self.is_multiple && begins_with_word(line, &["INTO"])
            }
            Sequence::Selects => begins_with_word(line, &["UNION"]),
            Sequence::Single => false,
        };
        if is_row {
            return Ok(Some(Resume::Rows));
        }
        Ok(self.resumes_statement()?.then_some(Resume::Statement))
    }

    /// A statement begins with this line, or the dump ends here.
    pub(super) fn resumes_statement(&mut self) -> io::Result<bool> {
        const VERBS: [&str; 13] = [
            "USE",
            "IF",
            "SET",
            "UPDATE",
            "DELETE",
            "BEGIN",
            "COMMIT",
            "UNLOCK",
            "LOCK",
            "ALTER",
            "DROP",
            "GO",
            "DELIMITER",
        ];
        let head = self.lexer.window.peek(LINE_HEAD)?;
        if head.is_empty() {
            return Ok(true);
        }
        let line = head[..head.len().min(LINE_HEAD)].trim_ascii_start();
        Ok(begins_statement(line) || begins_with_word(line, &VERBS))
    }
}

fn begins_with_word(line: &[u8], words: &[&str]) -> bool {
    let word = leading_word(line);
    words
        .iter()
        .any(|other| word.eq_ignore_ascii_case(other.as_bytes()))
}

/// `(…`, `ROW(…` or `, (…`.
fn begins_tuple(line: &[u8]) -> bool {
    let line = line.strip_prefix(b",").unwrap_or(line).trim_ascii_start();
    let word = leading_word(line);
    let rest = match word.eq_ignore_ascii_case(b"ROW") {
        true => line[word.len()..].trim_ascii_start(),
        false => line,
    };
    rest.starts_with(b"(")
}

/// The comma between two tuples, with any blanks around it.
pub(super) fn between_tuples(text: &[u8]) -> Option<usize> {
    behind_tuples(text).find(|&place| text[place] == b',' && begins_tuple(&text[place..]))
}

/// Where the tuple ends that a text begins in, if another row or statement follows.
fn next_tuple(line: &[u8], is_multiple: bool) -> Option<usize> {
    behind_tuples(line).find(|&place| {
        let rest = &line[place..];
        match rest[0] {
            b',' => begins_tuple(rest),
            b';' => begins_statement(rest[1..].trim_ascii_start()),
            _ => is_multiple && begins_with_word(rest, &["INTO"]),
        }
    })
}

/// The comma before a tuple.
fn begin_of_tuple(text: &[u8]) -> Option<usize> {
    memchr_iter(b',', text).find(|&place| begins_tuple(&text[place..]))
}

/// The semicolon after which another statement begins.
fn next_statement(line: &[u8]) -> Option<usize> {
    let begins = |&place: &usize| begins_statement(line[place + 1..].trim_ascii_start());
    memchr_iter(b';', line).find(begins)
}

/// The places after closing parentheses and the blanks after them.
fn behind_tuples(text: &[u8]) -> impl Iterator<Item = usize> {
    memchr_iter(b')', text).filter_map(|place| {
        let rest = &text[place + 1..];
        let behind = text.len() - rest.trim_ascii_start().len();
        (behind < text.len()).then_some(behind)
    })
}

/// The UNION in a text.
fn next_select(text: &[u8]) -> Option<usize> {
    let union = b"UNION";
    let stands_alone = |place: usize| {
        let before = place.checked_sub(1).map(|before| text[before]);
        let blank = |byte: u8| byte.is_ascii_whitespace() || byte == b')';
        before.is_some_and(blank)
    };
    let mut windows = text.windows(union.len() + 1).enumerate();
    let found = windows.find(|(place, word)| {
        word[..union.len()].eq_ignore_ascii_case(union)
            && word[union.len()].is_ascii_whitespace()
            && stands_alone(*place)
    });
    found.map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_tuple_is_found_however_it_is_spaced() {
        for (text, place) in [
            ("'a'),('b')", 4),
            ("'a') , ('b')", 5),
            ("'a'),\t('b')", 4),
            ("'a')\t,ROW ('b')", 5),
            ("f(1), 2), (3)", 8),
        ] {
            assert_eq!(between_tuples(text.as_bytes()), Some(place), "{text}");
        }
        for text in ["'a');", "'a'), b", "", ")", ") "] {
            assert_eq!(between_tuples(text.as_bytes()), None, "{text}");
        }
        assert_eq!(next_tuple(b"1); INSERT INTO t", false), Some(2));
        assert_eq!(next_tuple(b"1) INTO t", true), Some(3));
        assert_eq!(next_tuple(b"1) INTO t", false), None);
    }

    #[test]
    fn the_next_select_is_found_after_a_union() {
        assert_eq!(next_select(b"'O'Brien' UNION ALL SELECT 1"), Some(10));
        assert_eq!(next_select(b"'REUNION ' union\tselect 1"), Some(11));
        assert_eq!(next_select(b"'union'"), None);
    }
}
