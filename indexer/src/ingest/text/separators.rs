//! What separates the values of a line? The delimiter, and the characters that take its meaning away.

use std::fmt;
use std::str::FromStr;

use memchr::{memchr_iter, memmem};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// Longest delimiter, in bytes.
const LONGEST: usize = 8;

/// The delimiter of values: `;`, a tab, `¦`, `~|~`.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Delimiter {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Delimiter {
    pub(in crate::ingest) const fn byte(byte: u8) -> Self {
        let mut bytes = [0; LONGEST];
        bytes[0] = byte;
        Self { bytes, length: 1 }
    }

    /// A text as a delimiter, if it can be one.
    pub(in crate::ingest) fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let fits = (1..=LONGEST).contains(&bytes.len());
        let breaks = bytes.iter().any(|byte| b"\r\n\"".contains(byte));
        (fits && !breaks).then(|| {
            let mut held = [0; LONGEST];
            held[..bytes.len()].copy_from_slice(bytes);
            Self {
                bytes: held,
                length: bytes.len(),
            }
        })
    }

    pub(in crate::ingest) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    pub(in crate::ingest) const fn first(&self) -> u8 {
        self.bytes[0]
    }

    pub(in crate::ingest) const fn len(&self) -> usize {
        self.length
    }

    /// The byte, if it is a single one.
    pub(in crate::ingest) const fn single(&self) -> Option<u8> {
        match self.length {
            1 => Some(self.bytes[0]),
            _ => None,
        }
    }

    /// Adds the places in `line` where a value ends, in order; the last one ends with the line.
    pub(in crate::ingest) fn ends(&self, line: &[u8], ends: &mut Vec<usize>) {
        match self.single() {
            Some(byte) => ends.extend(memchr_iter(byte, line)),
            None => ends.extend(memmem::find_iter(line, self.as_bytes())),
        }
        ends.push(line.len());
    }
}

impl TryFrom<String> for Delimiter {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::of(&text).ok_or(
            "a delimiter is one to eight bytes, such as \";\", \"\\t\", \"¦\" or \"~|~\", without quote and line end",
        )
    }
}

impl FromStr for Delimiter {
    type Err = &'static str;

    /// The delimiter as it is typed on a command line: a tab also as `\t` or `tab`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "\\t" | "tab" => Ok(Self::byte(b'\t')),
            text => text.to_owned().try_into(),
        }
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&String::from_utf8_lossy(self.as_bytes()))
    }
}

impl fmt::Debug for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Delimiter({:?})",
            String::from_utf8_lossy(self.as_bytes())
        )
    }
}

/// A quote or an escape, as in `breach.toml`: an ASCII character, `true` for the usual one, or `false` for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Mark {
    Absent,
    Usual,
    Is(u8),
}

impl Mark {
    /// The character, if there is one; `usual` is the usual one.
    pub(in crate::ingest) const fn byte(self, usual: u8) -> Option<u8> {
        match self {
            Self::Absent => None,
            Self::Usual => Some(usual),
            Self::Is(byte) => Some(byte),
        }
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MarkVisitor)
    }
}

struct MarkVisitor;

impl Visitor<'_> for MarkVisitor {
    type Value = Mark;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one ASCII character, or true or false")
    }

    fn visit_bool<E: Error>(self, is_there: bool) -> Result<Mark, E> {
        Ok(if is_there { Mark::Usual } else { Mark::Absent })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Mark, E> {
        match text.as_bytes() {
            &[byte] if byte.is_ascii_graphic() && !byte.is_ascii_alphanumeric() => {
                Ok(Mark::Is(byte))
            }
            _ => Err(E::custom(
                "a quote or escape is one ASCII character that is neither a letter nor a digit, or false",
            )),
        }
    }
}

/// The usual quote, of RFC 4180.
pub(in crate::ingest) const QUOTE: u8 = b'"';

/// The usual escape, of MySQL and PHP.
pub(in crate::ingest) const ESCAPE: u8 = b'\\';

/// The separators of a text's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Separators {
    pub(in crate::ingest) delimiter: Delimiter,
    /// Quote around values that may hold delimiters and line ends.
    pub(in crate::ingest) quote: Option<u8>,
    /// Character that removes the meaning of the next one.
    pub(in crate::ingest) escape: Option<u8>,
}

/// The separators stated in `breach.toml`.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::ingest) struct StatedSeparators {
    pub(in crate::ingest) delimiter: Option<Delimiter>,
    pub(in crate::ingest) quote: Option<Mark>,
    pub(in crate::ingest) escape: Option<Mark>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_a_few_bytes_of_one_line() {
        for text in [";", "\t", "¦", "~|~", ":::", "\u{1}"] {
            assert_eq!(
                Delimiter::of(text).map(|one| one.to_string()),
                Some(text.to_owned())
            );
        }
        for text in ["", "\n", "a\r", "\"", "123456789"] {
            assert_eq!(Delimiter::of(text), None, "{text:?}");
        }
    }

    #[test]
    fn values_end_before_each_delimiter_and_with_the_line() {
        let ends = |delimiter: &str, line: &str| {
            let mut ends = Vec::new();
            Delimiter::of(delimiter)
                .unwrap()
                .ends(line.as_bytes(), &mut ends);
            ends
        };
        assert_eq!(ends(";", "a;;b"), [1, 2, 4]);
        assert_eq!(ends("~|~", "a~|~b"), [1, 5]);
        assert_eq!(ends("¦", ""), [0]);
    }
}
