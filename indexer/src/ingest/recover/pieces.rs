//! Long texts in pieces.

use memchr::memrchr;

/// Bytes of a text searched at once.
const PIECE: usize = 16 << 10;

/// Bytes before and after a piece that are read with it: more than the longest identifier and the
/// word before it.
const BEFORE: usize = 128;
pub(in crate::ingest) const BEHIND: usize = 512;

/// A part of a text.
#[derive(Clone, Copy, Default)]
pub(in crate::ingest) struct Part<'t> {
    /// Text before it.
    pub(in crate::ingest) before: &'t [u8],
    /// The part itself.
    pub(in crate::ingest) text: &'t [u8],
    /// Text after it.
    pub(in crate::ingest) behind: &'t [u8],
    /// Whether only identifiers that begin before the part and end in it are searched for.
    pub(in crate::ingest) spans: bool,
}

impl<'t> Part<'t> {
    /// Returns a part with nothing around it.
    pub(in crate::ingest) fn of(text: &'t [u8]) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    /// Returns the end of the part that is context for the next one.
    pub(in crate::ingest) fn tail(&self) -> &'t [u8] {
        &self.text[start_of_tail(self.text)..]
    }
}

fn start_of_tail(text: &[u8]) -> usize {
    let start = text.len().saturating_sub(BEFORE);
    (start..text.len())
        .find(|&place| is_boundary(text, place))
        .unwrap_or(start)
}

/// Returns the pieces of a text, each with its context.
pub(in crate::ingest) fn pieces(text: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = match rest.len() > PIECE {
            true => cut(&rest[..PIECE]),
            false => rest.len(),
        };
        let before = &text[..start];
        let behind = &rest[length..];
        start += length;
        Some(Part {
            before: &before[start_of_tail(before)..],
            text: &rest[..length],
            behind: &behind[..behind.len().min(BEHIND)],
            spans: false,
        })
    })
}

/// A buffer for a long text that arrives in pieces and is searched as if it were one text.
#[derive(Default)]
pub(in crate::ingest) struct PieceBuffer {
    /// Context and the text to be searched.
    held: Vec<u8>,
    before: usize,
}

impl PieceBuffer {
    /// Gives `search` the pieces that this text completes.
    pub(in crate::ingest) fn push<E>(
        &mut self,
        text: &[u8],
        mut search: impl FnMut(&Part<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.held.extend_from_slice(text);
        let mut passed = 0;
        loop {
            let (before, rest) = self.held[passed..].split_at(self.before);
            if rest.len() < PIECE + BEHIND {
                break;
            }
            let (text, behind) = rest.split_at(cut(&rest[..PIECE]));
            let part = Part {
                before,
                text,
                behind: &behind[..BEHIND],
                spans: false,
            };
            search(&part)?;
            let end = passed + self.before + text.len();
            self.before = part.tail().len();
            passed = end - self.before;
        }
        self.held.drain(..passed);
        Ok(())
    }

    /// Gives `search` the rest.
    pub(in crate::ingest) fn end<E>(
        &mut self,
        search: impl FnOnce(&Part<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let held = std::mem::take(&mut self.held);
        let (before, text) = held.split_at(std::mem::take(&mut self.before));
        search(&Part {
            before,
            ..Part::of(text)
        })
    }
}

/// Returns where to cut a text that continues, so that no chain of numbers, character or escape is cut, if possible:
/// after a sign that separates values, after a space, or else at a letter.
pub(in crate::ingest) fn cut(text: &[u8]) -> usize {
    let second_half = text.len() / 2;
    let parts = |byte: &u8| b"\n,\"'{}[]<>|".contains(byte);
    let is_no_number = |byte: &u8| !byte.is_ascii_digit() && !b" -()+.%&\\".contains(byte);
    let behind = |place: Option<usize>| Some(second_half + place? + 1);
    let half = &text[second_half..];
    behind(half.iter().rposition(parts))
        .or_else(|| {
            behind(
                half.iter()
                    .rposition(|byte| byte.is_ascii() && is_no_number(byte)),
            )
        })
        .or_else(|| behind(memrchr(b' ', half)))
        .unwrap_or_else(|| last_boundary(text))
}

fn last_boundary(text: &[u8]) -> usize {
    let near_end = (text.len().saturating_sub(4)..text.len()).rev();
    let mut boundaries = near_end.filter(|&place| place > 0 && is_boundary(text, place));
    boundaries.next().unwrap_or(text.len())
}

/// A character of UTF-8 begins at `place`.
fn is_boundary(text: &[u8], place: usize) -> bool {
    text.get(place).is_none_or(|byte| byte & 0xC0 != 0x80)
}
