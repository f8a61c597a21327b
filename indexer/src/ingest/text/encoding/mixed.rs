//! Lines of a text that changes its encoding, or that is damaged.
//!
//! | a line | in a file of UTF-8 | in a file of a code page |
//! |---|---|---|
//! | is UTF-8, with two letters beyond ASCII or more | is that | is that |
//! | is not, but most of what is beyond ASCII in it is | is damaged UTF-8 | is of the code page |
//! | is not, and has words of a Cyrillic code page | is of that code page | is of the file's |
//! | is not, nor has such words | is damaged UTF-8 | is of the code page |
//!
//! Words of a code page are hardly ever UTF-8 by chance: every letter would have to be followed by one to three bytes
//! from 80 to BF, where the commonest code pages have no small letters.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::LazyLock;

use encoding_rs::{WINDOWS_1251, WINDOWS_1252};
use memchr::{memchr, memchr2_iter};

use crate::ingest::text::code_page::Encoding;
use crate::ingest::text::sniff::cyrillic;

/// Bytes kept of lines that are not UTF-8, to recognise their code page.
const EVIDENCE: usize = 16 << 10;

/// Damage of a text, relative to its encoding.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Damage {
    /// Lines in a different encoding than the rest, by encoding.
    pub(in crate::ingest) other_lines: RefCell<BTreeMap<Encoding, u64>>,
    /// Lines with bytes that are not characters, or with NUL bytes.
    pub(in crate::ingest) damaged_lines: Cell<u64>,
}

impl Damage {
    fn count_other(&self, encoding: Encoding) {
        // Nothing else borrows them: they are taken when the text has been read.
        if let Ok(mut lines) = self.other_lines.try_borrow_mut() {
            *lines.entry(encoding).or_default() += 1;
        }
    }

    fn count_damaged(&self) {
        self.damaged_lines.update(|lines| lines + 1);
    }
}

/// Decodes lines of UTF-8 or of a code page.
pub(super) struct Lines {
    encoding: Encoding,
    /// The code page of the lines that are not UTF-8, once it is sure.
    page: Option<Encoding>,
    evidence: Vec<u8>,
    keeps_width: bool,
}

impl Lines {
    pub(super) const fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            page: None,
            evidence: Vec::new(),
            keeps_width: false,
        }
    }

    /// From here on a NUL byte becomes a space instead of being dropped.
    pub(super) const fn keep_width(&mut self) {
        self.keeps_width = true;
    }

    /// Returns whether a block can be decoded at once: it is valid in its encoding.
    pub(super) fn are_plain(&self, block: &[u8]) -> bool {
        let is_plain = match self.encoding {
            Encoding::Utf8 => simdutf8::basic::from_utf8(block).is_ok(),
            _ => !may_hold_utf8(block),
        };
        is_plain && memchr(0, block).is_none()
    }

    /// Decodes a plain block, which may be emptied.
    pub(super) fn decode_plain(&self, block: &mut Vec<u8>, text: &mut Vec<u8>) {
        match self.encoding {
            Encoding::Utf8 => std::mem::swap(block, text),
            page => page.decode(block, text),
        }
    }

    /// Appends the text of a line.
    pub(super) fn decode(&mut self, line: &[u8], text: &mut Vec<u8>, damage: Option<&Damage>) {
        if memchr(0, line).is_none() {
            return self.decode_line(line, text, damage);
        }
        damage.inspect(|damage| damage.count_damaged());
        let without = self.without_nul(line);
        self.decode_line(&without, text, None);
    }

    /// Returns the line without its NUL bytes: they are padding, or halves of UTF-16 letters. If columns
    /// have fixed places, each is a space.
    fn without_nul(&self, line: &[u8]) -> Vec<u8> {
        let is_blank = |byte: &u8| matches!(byte, 0 | b'\r' | b'\n');
        match self.keeps_width && !line.iter().all(is_blank) {
            true => line
                .iter()
                .map(|&byte| if byte == 0 { b' ' } else { byte })
                .collect(),
            false => line.iter().copied().filter(|&byte| byte != 0).collect(),
        }
    }

    fn decode_line(&mut self, line: &[u8], text: &mut Vec<u8>, damage: Option<&Damage>) {
        if self.encoding != Encoding::Utf8 {
            return self.decode_in_page(line, text, damage);
        }
        if simdutf8::basic::from_utf8(line).is_ok() {
            text.extend_from_slice(line);
            return;
        }
        match self.page_of(line) {
            Some(page) => {
                damage.inspect(|damage| damage.count_other(page));
                page.decode(line, text);
            }
            None => {
                damage.inspect(|damage| damage.count_damaged());
                mend(line, text);
            }
        }
    }

    fn decode_in_page(&self, line: &[u8], text: &mut Vec<u8>, damage: Option<&Damage>) {
        if is_surely_utf8(line) {
            damage.inspect(|damage| damage.count_other(Encoding::Utf8));
            text.extend_from_slice(line);
        } else {
            self.encoding.decode(line, text);
        }
    }

    /// The code page of a line that is not UTF-8, unless it is UTF-8 that is damaged.
    fn page_of(&mut self, line: &[u8]) -> Option<Encoding> {
        if is_mostly_utf8(line) {
            return None;
        }
        if self.page.is_none() && self.evidence.len() < EVIDENCE {
            let room = EVIDENCE - self.evidence.len();
            self.evidence
                .extend_from_slice(&line[..line.len().min(room)]);
            self.page = cyrillic::encoding(&self.evidence);
        }
        self.page.or_else(|| cyrillic::of_line(line))
    }
}

/// Whether a block in a code page has what is a common Cyrillic letter in UTF-8.
fn may_hold_utf8(block: &[u8]) -> bool {
    memchr2_iter(0xD0, 0xD1, block)
        .any(|place| block.get(place + 1).is_some_and(|byte| byte & 0xC0 == 0x80))
}

/// Whether a line is UTF-8 and could hardly be anything else: with two letters of Cyrillic in it, which most of its
/// characters beyond ASCII are.
pub(in crate::ingest) fn is_surely_utf8(line: &[u8]) -> bool {
    let Ok(text) = simdutf8::basic::from_utf8(line) else {
        return false;
    };
    let (mut all, mut cyrillic) = (0, 0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        all += 1;
        cyrillic += usize::from(matches!(c, '\u{400}'..='\u{52f}'));
    }
    cyrillic >= 2 && cyrillic * 2 >= all
}

/// Whether more of what is beyond ASCII is UTF-8 than is not.
fn is_mostly_utf8(line: &[u8]) -> bool {
    let (mut whole, mut damaged) = (0, 0);
    for chunk in line.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += chunk.invalid().len();
    }
    whole >= damaged && whole > 0
}

/// Signs beyond ASCII that Windows-1251 and Windows-1252 write alike, such as dashes, quotes and the hard space.
static SIGNS: LazyLock<[Option<char>; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        #[expect(clippy::cast_possible_truncation, reason = "there are 256")]
        let raw = [byte as u8];
        let sign = |encoding: &'static encoding_rs::Encoding| {
            encoding.decode_without_bom_handling(&raw).0.chars().next()
        };
        let sign = sign(WINDOWS_1251).filter(|_| sign(WINDOWS_1251) == sign(WINDOWS_1252));
        sign.filter(|c| !c.is_ascii() && !c.is_alphanumeric() && *c != char::REPLACEMENT_CHARACTER)
    })
});

/// Appends a damaged line of UTF-8. A byte of its own that is a sign in the common code pages is that; other malformed
/// sequences stay as they are and become U+FFFD in their cells.
fn mend(line: &[u8], text: &mut Vec<u8>) {
    for chunk in line.utf8_chunks() {
        text.extend_from_slice(chunk.valid().as_bytes());
        match *chunk.invalid() {
            [byte] if SIGNS[usize::from(byte)].is_some() => {
                text.extend(
                    SIGNS[usize::from(byte)]
                        .into_iter()
                        .collect::<String>()
                        .bytes(),
                );
            }
            ref damaged => text.extend_from_slice(damaged),
        }
    }
}
