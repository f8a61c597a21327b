use super::Part;
use super::escapes::escape;
use crate::ingest::text::cells::text_of;

/// A text with uniform spaces and hyphens, and with its escapes undone.
///
/// Every place in it that is passed around is between two characters, at least one of them ASCII.
pub(super) struct Prose {
    text: String,
    /// Begin and end of the part's own text.
    from: usize,
    to: usize,
}

impl Prose {
    pub(super) fn new(part: &Part<'_>) -> Self {
        let mut text = String::with_capacity(part.text.len());
        append(part.before, &mut text);
        let from = text.len();
        append(part.text, &mut text);
        let to = text.len();
        append(part.behind, &mut text);
        Self { text, from, to }
    }

    /// Returns where the searched text begins.
    pub(super) const fn from(&self) -> usize {
        self.from
    }

    /// Returns where the searched text ends.
    pub(super) const fn to(&self) -> usize {
        self.to
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The text between two places; empty if they are not places between characters.
    pub(super) fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or("")
    }

    /// Returns the text before a place, at most `most` bytes of it.
    pub(super) fn before(&self, place: usize, most: usize) -> &str {
        let start = (place.saturating_sub(most)..=place).find(|&at| self.text.is_char_boundary(at));
        self.slice(start.unwrap_or(place), place)
    }

    pub(super) fn byte(&self, place: usize) -> Option<u8> {
        self.bytes().get(place).copied()
    }

    /// A word may begin at `start`: no letter or digit is before it.
    pub(super) fn begins_word(&self, start: usize) -> bool {
        match self.bytes()[..start] {
            [.., byte] if byte.is_ascii() => !byte.is_ascii_alphanumeric(),
            [] => true,
            _ => !self.slice(0, start).ends_with(char::is_alphanumeric),
        }
    }

    /// A word may end at `end`: no letter or digit is after it.
    pub(super) fn ends_word(&self, end: usize) -> bool {
        match self.byte(end) {
            Some(byte) if byte.is_ascii() => !byte.is_ascii_alphanumeric(),
            None => true,
            Some(_) => {
                let next = self.text.get(end..).and_then(|rest| rest.chars().next());
                !next.is_some_and(char::is_alphanumeric)
            }
        }
    }
}

fn append(raw: &[u8], prose: &mut String) {
    let text = text_of(raw);
    let mut rest = &*text;
    while let Some(place) = rest.find(|c: char| !c.is_ascii() || matches!(c, '\\' | '&' | '%')) {
        prose.push_str(&rest[..place]);
        rest = &rest[place..];
        let (c, length) = match (escape(rest), rest.chars().next()) {
            (Some(escape), _) => escape,
            (None, Some(c)) => (c, c.len_utf8()),
            (None, None) => break,
        };
        prose.extend(plain(c));
        rest = &rest[length..];
    }
    prose.push_str(rest);
}

/// Returns the character in its searched form; `None` for invisible ones.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => None,
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        // Full-width forms.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        other => Some(other),
    }
}
