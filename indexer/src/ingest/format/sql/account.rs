//! What happens to the text of a dump once it has been passed? Every byte is in a row that was read, in one that was
//! rejected and searched, or passed over and counted.

use std::io::{self, Read};
use std::ops::Range;

use memchr::memrchr2;

use super::lexer::Lexer;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::{Passage, Reason};

/// Bytes of text searched at a time: too few to hold more identifiers than one search may find.
const PIECE: usize = 8 << 10;

/// Bytes before the end of a piece that are searched for a place where no identifier is cut.
const CUT: usize = 512;

/// Fewest consecutive digits of an identifier.
const DIGITS: usize = 9;

/// The role of a stretch of a dump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A row that is being read, and what separates it from the next. Only comments in it are passed over.
    Row,
    /// Text around the rows in their statement, such as `IF NOT EXISTS (…)` and `ON DUPLICATE KEY UPDATE …`: it is
    /// searched as the text of a rejected row is.
    Clause,
    /// Text without rows.
    Passage(Passage),
}

impl<R: Read> Lexer<'_, '_, R> {
    /// Begins another part at the current place, or at the token that is to be repeated.
    pub(super) fn enter(&mut self, part: Part) {
        self.begin_unit();
        self.part = part;
        self.continues = false;
    }

    /// Changes the role of the current part, as far as it has not been accounted for.
    pub(super) fn retake(&mut self, part: Part) {
        if self.part != part {
            self.part = part;
            self.continues = false;
        }
    }

    /// Begins a unit at the current place, or at the token that is to be repeated. As long as the unit is
    /// [within bounds](Lexer::is_overlong), [`go_back`](Lexer::go_back) returns to it.
    pub(super) fn begin_unit(&mut self) {
        self.account_for_all();
        self.unit_line = self.window.mark_line();
        self.begin_token_unit();
        self.unit_versioned = self.versioned;
    }

    /// Begins a unit of text that need not be gone back over as a whole: it is accounted for piece by piece.
    pub(super) fn step(&mut self) {
        if self.is_held {
            return;
        }
        if self.has_piece() {
            let length = safe_length(self.window.passed());
            self.account(length);
        }
        self.unit_line = self.window.line_number();
        self.begin_token_unit();
    }

    /// Accounts for the text passed, if it is enough.
    pub(super) const fn has_piece(&self) -> bool {
        self.window.since_mark() > PIECE
    }

    /// Begins a unit without accounting for the text before it.
    pub(super) fn begin_token_unit(&mut self) {
        self.unit = match self.is_pending() {
            true => self.since(self.token_start),
            false => 0,
        };
    }

    /// Accounts for everything before the current place, or before the token that is to be repeated.
    fn account_for_all(&mut self) {
        if !self.is_pending() && self.part == Part::Row && self.comments.is_empty() {
            return self.window.set_mark();
        }
        self.account(self.passed().len());
    }

    /// Accounts for the first `length` bytes since the mark, and marks their end.
    fn account(&mut self, length: usize) {
        let line = self.window.mark_line();
        let text = &self.window.passed()[..length];
        let outcome = match self.part {
            Part::Row => {
                let begin = self.window.mark_position();
                pass_over_comments(self.builder, line, text, begin, &self.comments);
                Ok(())
            }
            Part::Clause => take_clause(self.builder, line, text),
            Part::Passage(passage) => {
                self.continues |= pass_over(self.builder, line, passage, text, self.continues);
                Ok(())
            }
        };
        self.comments.clear();
        self.note_failure(outcome);
        self.window.move_mark(length);
    }

    /// Accounts for text that is too long to be kept.
    pub(super) fn spill(&mut self) {
        let length = safe_length(self.window.passed());
        if self.part == Part::Row {
            self.comments.clear();
            let outcome = recover(self.builder, &self.window.passed()[..length]);
            self.note_failure(outcome);
            self.window.move_mark(length);
        } else {
            self.account(length);
        }
    }

    /// Rejects the text passed since the mark, up to the token that is to be repeated.
    pub(super) fn reject_passed(&mut self, line: u64, reason: Reason) -> Result<(), Failure> {
        self.builder.reject(line, reason);
        self.recover_passed()
    }

    /// Searches the text passed since the mark, up to the token that is to be repeated.
    pub(super) fn recover_passed(&mut self) -> Result<(), Failure> {
        let length = self.passed().len();
        recover(self.builder, &self.window.passed()[..length])?;
        self.comments.clear();
        self.window.move_mark(length);
        Ok(())
    }

    /// Returns the text passed since the mark, up to the token that is to be repeated.
    pub(super) fn passed(&self) -> &[u8] {
        let pending = match self.is_pending() {
            true => self.since(self.token_start),
            false => 0,
        };
        let length = self.window.since_mark().saturating_sub(pending);
        &self.window.passed()[..length]
    }

    /// Passes over and searches the rest of this line up to where `found` finds something in it, or else to its end;
    /// false if it does not. Takes constant memory, however long the line is.
    pub(super) fn recover_line(
        &mut self,
        found: impl Fn(&[u8]) -> Option<usize>,
    ) -> Result<bool, Failure> {
        loop {
            let (line, ends) = self.window.rest_of_line();
            let place = found(line);
            let length = match place {
                Some(place) => place,
                None if ends => line.len(),
                None if line.len() > PIECE => safe_length(&line[..line.len() - CUT]),
                None => 0,
            };
            recover(self.builder, &line[..length])?;
            self.window.advance(length);
            self.window.set_mark();
            if place.is_some() || ends {
                return Ok(place.is_some());
            }
            if !self.window.fill()? && length == 0 {
                // The dump ends within the line.
                self.window.advance(self.window.rest().len());
                self.recover_passed()?;
                return Ok(false);
            }
        }
    }

    /// Goes back to the beginning of the current unit. Returns false if so much has been read again that continuing
    /// would take forever.
    pub(super) fn go_back(&mut self) -> bool {
        self.forget();
        self.comments.clear();
        self.versioned = self.unit_versioned;
        self.window.rewind()
    }

    /// Goes back to the beginning of the current token, if it is still buffered.
    pub(super) fn go_back_to_token(&mut self) -> bool {
        let begin = self.window.mark_position();
        let Some(before) = self.token_start.checked_sub(begin) else {
            return false;
        };
        self.forget();
        self.comments
            .retain(|comment| comment.end <= self.token_start);
        let within_bounds = self.window.rewind();
        self.window.advance(usize::try_from(before).unwrap_or(0));
        within_bounds
    }

    /// Returns the number of bytes passed since a place that has not been forgotten.
    fn since(&self, place: u64) -> usize {
        let since = self.window.position().saturating_sub(place);
        usize::try_from(since).unwrap_or(usize::MAX)
    }

    /// Notes that the sink wants no more; reported later, since reading a token fails for other reasons.
    fn note_failure(&mut self, outcome: Result<(), Failure>) {
        if let Err(failure) = outcome {
            self.failure.get_or_insert(failure);
        }
    }

    /// Fails if the sink wanted no more.
    pub(super) fn check(&mut self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Passes over the rest of the line.
    pub(super) fn skip_line(&mut self) -> io::Result<()> {
        while self.window.first()?.is_some() {
            self.step();
            let (line, ends) = self.window.rest_of_line();
            let length = line.len();
            self.window.advance(length);
            if ends {
                self.window.advance(1);
                return self.window.finish_line_end();
            }
        }
        Ok(())
    }
}

/// Searches text in pieces, like that of a rejected row.
pub(super) fn recover(builder: &mut RecordBuilder<'_>, text: &[u8]) -> Result<(), Failure> {
    if !builder.recovers() {
        return Ok(());
    }
    pieces(text).try_for_each(|piece| builder.recover(piece))
}

/// Passes over text in pieces; false if there was nothing but white space in it.
pub(super) fn pass_over(
    builder: &mut RecordBuilder<'_>,
    line: u64,
    passage: Passage,
    text: &[u8],
    mut continues: bool,
) -> bool {
    if text.trim_ascii().is_empty() {
        return false;
    }
    for piece in pieces(text) {
        if continues {
            builder.pass_over_more(passage, piece);
        } else {
            builder.pass_over(line, passage, piece);
        }
        continues = true;
    }
    true
}

fn pass_over_comments(
    builder: &mut RecordBuilder<'_>,
    line: u64,
    text: &[u8],
    begin: u64,
    comments: &[Range<u64>],
) {
    let place = |place: u64| usize::try_from(place.saturating_sub(begin)).unwrap_or(usize::MAX);
    for comment in comments {
        let written = text.get(place(comment.start)..place(comment.end));
        pass_over(
            builder,
            line,
            Passage::Comment,
            written.unwrap_or_default(),
            false,
        );
    }
}

/// Searches the text around rows if it may hold identifiers: mostly there are only names.
fn take_clause(builder: &mut RecordBuilder<'_>, line: u64, text: &[u8]) -> Result<(), Failure> {
    if !may_hold_identifiers(text) {
        return Ok(());
    }
    if builder.recovers() {
        return recover(builder, text);
    }
    pass_over(builder, line, Passage::Statement, text, false);
    Ok(())
}

/// Whether there is anything in the text that [`recover`] could find.
fn may_hold_identifiers(text: &[u8]) -> bool {
    let mut digits = 0;
    text.iter().any(|&byte| {
        match byte {
            b'0'..=b'9' => digits += 1,
            b' ' | b'-' | b'(' | b')' | b'.' | b'+' | 0x80.. => {}
            _ => digits = 0,
        }
        byte == b'@' || digits == DIGITS
    }) || text
        .windows(3)
        .any(|bytes| bytes[..2].eq_ignore_ascii_case(b"KZ") && bytes[2].is_ascii_digit())
}

/// The text in pieces of [`PIECE`] bytes at most, cut where no identifier is.
fn pieces(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let length = match text.len() {
            0 => return None,
            length @ ..=PIECE => length,
            _ => safe_length(&text[..PIECE]),
        };
        let (piece, rest) = text.split_at(length);
        text = rest;
        Some(piece)
    })
}

/// Returns how much of a text can be cut off without cutting an identifier: up to its last line end, or else to its
/// last separator or blank.
fn safe_length(text: &[u8]) -> usize {
    let tail = &text[text.len().saturating_sub(CUT)..];
    let separator = || {
        let separates = |byte: &u8| b",;'\"|)\t".contains(byte);
        tail.iter().rposition(separates)
    };
    let blank = || tail.iter().rposition(|&byte| byte == b' ');
    let place = memrchr2(b'\n', b'\r', tail)
        .or_else(separator)
        .or_else(blank);
    place.map_or(text.len(), |place| text.len() - tail.len() + place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_where_no_identifier_is() {
        let text = "8 709 000 00 01, ".repeat(2 * PIECE / 17);
        let whole: Vec<&[u8]> = pieces(text.as_bytes()).collect();
        assert!(whole.len() > 2);
        assert!(whole.iter().all(|piece| piece.len() <= PIECE));
        assert!(
            whole[..whole.len() - 1]
                .iter()
                .all(|piece| piece.ends_with(b","))
        );
        assert_eq!(whole.concat(), text.as_bytes());
    }

    #[test]
    fn names_alone_hold_no_identifiers() {
        for text in [
            "INSERT INTO t (c1, c2, c34567) VALUES ",
            "SELECT 1 FROM dual",
            "",
        ] {
            assert!(!may_hold_identifiers(text.as_bytes()), "{text}");
        }
        for text in [
            "'+7 (709) 000-00-01'",
            "a@example.kz",
            "kz86125KZT",
            "870900000",
        ] {
            assert!(may_hold_identifiers(text.as_bytes()), "{text}");
        }
    }
}
