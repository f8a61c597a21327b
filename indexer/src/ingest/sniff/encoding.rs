use std::str;

use super::cyrillic;
use crate::ingest::description::Encoding;
use crate::ingest::{Fault, encoding as decoding};

/// The fewest bytes in which UTF-16 is told without a byte-order mark.
const FEWEST_BYTES: usize = 16;

/// One damaged sequence in so many whole ones is taken for damage.
const WHOLE_FOR_DAMAGED: usize = 20;

/// The encoding of a file that begins with `head`.
///
/// Told by its byte-order mark; by the NUL bytes of UTF-16; by being UTF-8, some damage aside; or by being words in
/// Cyrillic of Windows-1251, of which KZ-1048 is told by its Kazakh letters. A lone word tells nothing.
///
/// # Errors
/// [`Fault::UnknownEncoding`] where it is not sure.
pub(in crate::ingest) fn encoding(head: &[u8]) -> Result<Encoding, Fault> {
    decoding::marked(head)
        .or_else(|| utf16(head))
        .or_else(|| is_utf8(head).then_some(Encoding::Utf8))
        .or_else(|| cyrillic::encoding(head))
        .ok_or(Fault::UnknownEncoding)
}

/// UTF-16 of Latin and Cyrillic letters: nine in ten of the units' high bytes are 00 or 04, and some are 00, which no
/// text in another encoding has.
fn utf16(head: &[u8]) -> Option<Encoding> {
    if head.len() < FEWEST_BYTES {
        return None;
    }
    let (even, odd) = (Highs::of(head, 0), Highs::of(head, 1));
    if odd.are_high_beside(&even) {
        Some(Encoding::Utf16Le)
    } else if even.are_high_beside(&odd) {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Every second byte.
struct Highs {
    all: usize,
    /// Those that are 00.
    zeros: usize,
    /// Those that are 00 or 04.
    fitting: usize,
}

impl Highs {
    fn of(head: &[u8], first: usize) -> Self {
        let bytes = || head.iter().skip(first).step_by(2);
        Self {
            all: bytes().count(),
            zeros: bytes().filter(|&&byte| byte == 0).count(),
            fitting: bytes().filter(|&&byte| matches!(byte, 0 | 4)).count(),
        }
    }

    /// These are the high bytes of units whose low bytes are the others.
    const fn are_high_beside(&self, low: &Self) -> bool {
        self.zeros * 20 > self.all && self.fitting * 10 >= self.all * 9 && low.zeros * 20 < low.all
    }
}

/// UTF-8 whose last character may be cut off and of which some may be damaged; without NUL bytes, which no text has.
fn is_utf8(head: &[u8]) -> bool {
    if memchr::memchr(0, head).is_some() {
        return false;
    }
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
    fn the_encoding_is_told_by_the_mark_or_by_being_utf_8() {
        assert_eq!(encoding(b"\xFF\xFEa\0"), Ok(Encoding::Utf16Le));
        assert_eq!(encoding(b"\xFE\xFF\0a"), Ok(Encoding::Utf16Be));
        assert_eq!(encoding("Қ".as_bytes()), Ok(Encoding::Utf8));
        assert_eq!(encoding(&"aҚ".as_bytes()[..2]), Ok(Encoding::Utf8));
        assert_eq!(
            encoding(b"\xC0\xF4\xE8\xED\xE0"),
            Err(Fault::UnknownEncoding)
        );
        assert_eq!(encoding(b"a\0b\0"), Err(Fault::UnknownEncoding));
    }

    #[test]
    fn utf_16_without_a_mark_is_told_by_its_high_bytes() {
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
    fn bytes_that_are_no_text_have_no_encoding() {
        let noise: Vec<u8> = (0..4_096_u32)
            .map(|n| (n * n * 31 / 7 % 251) as u8)
            .collect();
        assert_eq!(encoding(&noise), Err(Fault::UnknownEncoding));
    }
}
