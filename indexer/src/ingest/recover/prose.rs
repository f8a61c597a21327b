/// A row's text, its many kinds of space and hyphen written in one way.
///
/// Every place in it that is handed around lies between two characters of ASCII or beside one.
pub(super) struct Prose(String);

impl Prose {
    pub(super) fn new(row: &[u8]) -> Self {
        let text = String::from_utf8_lossy(row);
        if text.is_ascii() {
            return Self(text.into_owned());
        }
        Self(text.chars().filter_map(plain).collect())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The text between two places; empty if they are no places between characters.
    pub(super) fn slice(&self, start: usize, end: usize) -> &str {
        self.0.get(start..end).unwrap_or("")
    }

    pub(super) fn byte(&self, place: usize) -> Option<u8> {
        self.bytes().get(place).copied()
    }

    /// A word may begin at `start`: no letter or digit stands before it, but for an escape such as `\n`.
    pub(super) fn begins_word(&self, start: usize) -> bool {
        let before = &self.bytes()[..start];
        match before {
            [.., b'\\', b'n' | b'r' | b't'] => true,
            [.., byte] if byte.is_ascii() => !byte.is_ascii_alphanumeric(),
            [] => true,
            _ => !self.slice(0, start).ends_with(char::is_alphanumeric),
        }
    }

    /// A word may end at `end`: no letter or digit stands behind it.
    pub(super) fn ends_word(&self, end: usize) -> bool {
        match self.byte(end) {
            Some(byte) if byte.is_ascii() => !byte.is_ascii_alphanumeric(),
            None => true,
            Some(_) => {
                let next = self.0.get(end..).and_then(|rest| rest.chars().next());
                !next.is_some_and(char::is_alphanumeric)
            }
        }
    }
}

/// The character as it is searched for; `None` for those that cannot be seen.
const fn plain(c: char) -> Option<char> {
    match c {
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => None,
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        other => Some(other),
    }
}
