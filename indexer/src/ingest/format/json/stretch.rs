use super::scan::{Skim, SkimStep};
use crate::ingest::tally::Passage;

/// Bytes after an opening bracket that are searched for the beginning of a record.
pub(super) const LOOK: usize = 256;

/// A stretch that is not a record and is given piece by piece.
pub(super) enum Stretch {
    /// A value, or a member, that is passed over.
    Outside(Skim),
    /// A value that another `[[file]]` reads; nothing of it is given.
    Elsewhere(Skim),
    /// Broken or overlong text, up to the next place where a record may begin.
    Broken {
        /// The last byte that was not blank.
        before: u8,
    },
    /// A comment up to the line's end, or to `*/`.
    Comment {
        is_block: bool,
        /// Whether its first piece has been given.
        has_begun: bool,
    },
}

/// The end of a stretch.
pub(super) enum End {
    Whole,
    /// With an invalid byte.
    Broken,
}

impl Stretch {
    /// Returns its kind of passage, unless it is a rejected record.
    pub(super) const fn passage(&self) -> Option<Passage> {
        match self {
            Self::Outside(_) | Self::Elsewhere(_) => Some(Passage::OtherValue),
            Self::Comment { .. } => Some(Passage::Comment),
            Self::Broken { .. } => None,
        }
    }

    /// Returns where it ends in a text that has been scanned up to `from`, if it ends before `to`; the text after that
    /// is only context.
    pub(super) fn end(
        &mut self,
        text: &[u8],
        from: usize,
        to: usize,
        bound_to_lines: bool,
    ) -> Option<(usize, End)> {
        let from = from.min(to);
        match self {
            Self::Outside(skim) | Self::Elsewhere(skim) => {
                skimmed(skim, &text[from..to]).map(|(length, end)| (from + length, end))
            }
            Self::Broken { before } => {
                let start = next_start(text, before, from, to, bound_to_lines);
                start.map(|place| (place, End::Whole))
            }
            Self::Comment {
                is_block,
                has_begun,
            } => {
                // Its own beginning does not end it; half an end may have been scanned.
                let least = if std::mem::replace(has_begun, true) {
                    0
                } else {
                    2
                };
                let from = from.saturating_sub(1).max(least).min(to);
                comment_end(&text[from..to], *is_block).map(|place| (from + place, End::Whole))
            }
        }
    }
}

/// Returns how much of a text belongs to the value passed over, if that ends in it.
fn skimmed(skim: &mut Skim, text: &[u8]) -> Option<(usize, End)> {
    let mut bytes = text.iter().enumerate();
    bytes.find_map(|(place, &byte)| match skim.step(byte) {
        SkimStep::More => None,
        SkimStep::End => Some((place + 1, End::Whole)),
        SkimStep::Behind => Some((place, End::Whole)),
        SkimStep::Broken => Some((place, End::Broken)),
    })
}

fn comment_end(text: &[u8], is_block: bool) -> Option<usize> {
    match is_block {
        true => memchr::memmem::find(text, b"*/").map(|place| place + 2),
        false => memchr::memchr(b'\n', text),
    }
}

/// The next place between `from` and `end` where a record may begin again. `before` is the last byte before `from` that
/// is not blank.
fn next_start(
    text: &[u8],
    before: &mut u8,
    from: usize,
    end: usize,
    bound_to_lines: bool,
) -> Option<usize> {
    for place in from..end {
        let byte = text[place];
        if byte == b'{' && may_begin(*before, &text[place + 1..], bound_to_lines) {
            return Some(place);
        }
        let is_between = bound_to_lines && matches!(byte, b',' | b'[');
        if !matches!(byte, b' ' | b'\t') && !is_between {
            *before = byte;
        }
    }
    None
}

/// Whether a bracket may begin a record, by what is before and after it: the value of a key does not.
fn may_begin(before: u8, behind: &[u8], bound_to_lines: bool) -> bool {
    let is_begun = match bound_to_lines {
        true => matches!(before, b'\n' | b'\r'),
        false => matches!(before, b'\n' | b'\r' | b',' | b'[' | b'}'),
    };
    let mut behind = behind.iter().take(LOOK);
    let first = behind.find(|byte| !byte.is_ascii_whitespace());
    let is_key = |byte: &u8| byte.is_ascii_alphabetic() || b"\"'}_$".contains(byte);
    is_begun && first.is_none_or(is_key)
}
