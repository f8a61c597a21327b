//! In which encoding is this text?

use std::str;

use super::cyrillic;
use crate::ingest::Fault;
use crate::ingest::text::code_page::Encoding;
use crate::ingest::text::encoding as decoding;

/// The fewest bytes in which UTF-16 is recognised without a byte-order mark.
const FEWEST_BYTES: usize = 16;

/// One damaged sequence in this many whole ones is taken for damage.
const WHOLE_FOR_DAMAGED: usize = 20;

/// In a text that is nearly all ASCII, one byte in this many may be anything else.
const ASCII_FOR_OTHER: usize = 50;

/// Number of consecutive NUL bytes that are padding and do not count; of others, a text has at most one in three bytes.
const FILLING: usize = 16;
const BYTES_FOR_NUL: usize = 3;

/// A text has at most one control character in this many bytes.
const BYTES_FOR_CONTROL: usize = 50;

/// The encoding of a file that begins with `head`.
///
/// Recognised by its byte-order mark; by the NUL bytes of UTF-16; by being UTF-8, some damage aside; or by being words
/// in Cyrillic of a code page. A lone word shows nothing. Where some lines are UTF-8 and others are not, it is the
/// encoding of most of them: the others are [read apart](crate::ingest::text::encoding).
///
/// # Errors
/// [`Fault::UnknownEncoding`] if it is not sure, [`Fault::NotText`] if it is not text.
pub(in crate::ingest) fn encoding(head: &[u8]) -> Result<Encoding, Fault> {
    if let Some(marked) = decoding::marked(head).or_else(|| utf16(head)) {
        return Ok(marked);
    }
    if is_binary(head) {
        return Err(Fault::NotText);
    }
    is_utf8(head)
        .then_some(Encoding::Utf8)
        .or_else(|| of_lines(head))
        .or_else(|| cyrillic::encoding(head))
        .or_else(|| is_nearly_ascii(head).then_some(Encoding::Utf8))
        .ok_or(Fault::UnknownEncoding)
}

/// Returns whether this is not text: it has control characters, or more NUL bytes than damage or padding would cause.
pub(in crate::ingest) fn is_binary(head: &[u8]) -> bool {
    let (mut nul, mut filling) = (0, 0);
    for run in head.chunk_by(|one, other| one == other) {
        match run {
            [0, ..] if run.len() >= FILLING => filling += run.len(),
            [0, ..] => nul += run.len(),
            _ => {}
        }
    }
    // Some of these are between values; the others end pages and files.
    let is_control = |byte: &&u8| matches!(byte, 2..=7 | 0x0E..=0x19 | 0x7F);
    let controls = head.iter().filter(is_control).count();
    let rest = head.len() - filling;
    nul * BYTES_FOR_NUL > rest || controls * BYTES_FOR_CONTROL > rest
}

/// The encoding of most lines of a text of which some, but not all, are surely UTF-8.
fn of_lines(head: &[u8]) -> Option<Encoding> {
    let (mut utf8, mut others, mut text_of_others) = (0, 0, Vec::new());
    for line in head.split(|&byte| matches!(byte, b'\n' | b'\r')) {
        if decoding::is_surely_utf8(line) {
            utf8 += 1;
        } else if !line.is_ascii() {
            others += 1;
            text_of_others.extend_from_slice(line);
        }
    }
    match utf8 {
        0 => None,
        _ if utf8 < others => cyrillic::encoding(&text_of_others).or(Some(Encoding::Utf8)),
        _ => Some(Encoding::Utf8),
    }
}

fn is_nearly_ascii(head: &[u8]) -> bool {
    let others = head.iter().filter(|byte| !byte.is_ascii()).count();
    others * ASCII_FOR_OTHER <= head.len()
}

/// UTF-16 of Latin and Cyrillic letters: nine in ten of the units' high bytes are 00 or 04, and some are 00, which no
/// text in another encoding has.
fn utf16(head: &[u8]) -> Option<Encoding> {
    if head.len() < FEWEST_BYTES {
        return None;
    }
    let (even, odd) = (HighBytes::of(head, 0), HighBytes::of(head, 1));
    if odd.are_high_beside(&even) {
        Some(Encoding::Utf16Le)
    } else if even.are_high_beside(&odd) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Every second byte.
struct HighBytes {
    all: usize,
    /// Number of bytes that are 00.
    zeros: usize,
    /// Number of bytes that are 00 or 04.
    fitting: usize,
}

impl HighBytes {
    fn of(head: &[u8], first: usize) -> Self {
        let bytes = || head.iter().skip(first).step_by(2);
        Self {
            all: bytes().count(),
            zeros: bytes().filter(|&&byte| byte == 0).count(),
            fitting: bytes().filter(|&&byte| matches!(byte, 0 | 4)).count(),
        }
    }

    /// Returns whether these are the high bytes of units with the low bytes `low`.
    const fn are_high_beside(&self, low: &Self) -> bool {
        self.zeros * 20 > self.all && self.fitting * 10 >= self.all * 9 && low.zeros * 20 < low.all
    }
}

/// UTF-8 whose last character may be cut off and of which some may be damaged.
fn is_utf8(head: &[u8]) -> bool {
    let (mut whole, mut damaged, mut at) = (0, 0, 0);
    for chunk in head.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        at += chunk.valid().len() + chunk.invalid().len();
        let cut_off = at == head.len() && is_cut_off(chunk.invalid());
        damaged += usize::from(!chunk.invalid().is_empty() && !cut_off);
    }
    damaged * WHOLE_FOR_DAMAGED <= whole
}

/// The beginning of a sequence whose end has not been read.
fn is_cut_off(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_recognised_by_the_mark_or_by_being_utf_8() {
        assert_eq!(encoding(b"\xFF\xFEa\0"), Ok(Encoding::Utf16Le));
        assert_eq!(encoding(b"\xFE\xFF\0a"), Ok(Encoding::Utf16Be));
        assert_eq!(encoding("Қ".as_bytes()), Ok(Encoding::Utf8));
        assert_eq!(encoding(&"aҚ".as_bytes()[..2]), Ok(Encoding::Utf8));
        assert_eq!(
            encoding(b"\xC0\xF4\xE8\xED\xE0"),
            Err(Fault::UnknownEncoding)
        );
        assert_eq!(encoding(b"a\0b\0"), Err(Fault::NotText));
    }

    #[test]
    fn utf_16_without_a_mark_is_recognised_by_its_high_bytes() {
        for text in ["iin;phone\n800101300000;x\n", "Аты;Жөні\nӘсем;Қали\n1;2\n"] {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(encoding(&little), Ok(Encoding::Utf16Le), "{text}");
            assert_eq!(encoding(&big), Ok(Encoding::Utf16Be), "{text}");
        }
    }

    #[test]
    fn some_damage_does_not_hide_utf_8() {
        let mut text = "Қазақ тілі, мемлекеттік тіл; ".repeat(9).into_bytes();
        text.splice(40..40, *b"\xD0\xFF");
        assert_eq!(encoding(&text), Ok(Encoding::Utf8));
    }

    #[test]
    fn some_nul_bytes_do_not_hide_a_text() {
        let rows = b"phone;name\n87090000001;x\0y\n87090000002;z\n";
        assert_eq!(encoding(rows), Ok(Encoding::Utf8));
        let filled = [&rows[..], &[0; 4096]].concat();
        assert_eq!(encoding(&filled), Ok(Encoding::Utf8));
    }

    #[test]
    fn a_text_of_which_some_lines_are_utf_8_is_that() {
        let name = "Березин Сила;ул. Абая";
        let old = Encoding::Windows1251.decoder().encode(name).0;
        let mixed = [name.as_bytes(), b"\n", &old, b"\n"].concat();
        assert_eq!(encoding(&mixed.repeat(9)), Ok(Encoding::Utf8));
        assert_eq!(
            encoding(&[&old, &b"\n"[..]].concat().repeat(9)),
            Ok(Encoding::Windows1251)
        );
    }

    #[test]
    fn a_stray_byte_does_not_hide_ascii() {
        let rows = "87090000001;a\n".repeat(9).into_bytes();
        assert_eq!(
            encoding(&[&rows[..], b"\xA0\n"].concat()),
            Ok(Encoding::Utf8)
        );
    }

    #[test]
    fn bytes_that_are_not_text_have_no_encoding() {
        let noise: Vec<u8> = (0..4_096_u32)
            .map(|n| (n * n * 31 / 7 % 251) as u8)
            .collect();
        assert_eq!(encoding(&noise), Err(Fault::NotText));
    }
}
