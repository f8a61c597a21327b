//! What do the bytes of a text say? Jet 3 writes it in a code page; later ones in UTF-16, which may be shortened.

use crate::ingest::text::code_page::Encoding;

/// Prefix of a shortened text.
const SHORTENED: [u8; 2] = [0xFF, 0xFE];

/// Decodes UTF-16. In a shortened text every byte is a character of Latin-1, up to a zero, after which whole characters
/// follow up to the next zero.
pub(super) fn unicode(bytes: &[u8]) -> String {
    match bytes.strip_prefix(&SHORTENED) {
        Some(shortened) => utf16(&lengthened(shortened)),
        None => utf16(&units(bytes)),
    }
}

/// Decodes bytes in an encoding.
pub(super) fn decoded(bytes: &[u8], encoding: Encoding) -> String {
    if encoding == Encoding::Utf16Le {
        return utf16(&units(bytes));
    }
    let mut text = Vec::new();
    encoding.decode(bytes, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn units(bytes: &[u8]) -> Vec<u16> {
    let pairs = bytes.chunks_exact(2);
    pairs
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

fn utf16(units: &[u16]) -> String {
    String::from_utf16_lossy(units)
}

fn lengthened(mut bytes: &[u8]) -> Vec<u16> {
    let (mut text, mut is_short) = (Vec::with_capacity(bytes.len()), true);
    while let [first, rest @ ..] = bytes {
        match (first, is_short, rest) {
            (0, _, rest) => {
                is_short = !is_short;
                bytes = rest;
            }
            (&character, true, rest) => {
                text.push(u16::from(character));
                bytes = rest;
            }
            (&low, false, [high, rest @ ..]) => {
                text.push(u16::from_le_bytes([low, *high]));
                bytes = rest;
            }
            (_, false, []) => return text,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortened_text_changes_between_bytes_and_characters() {
        assert_eq!(unicode(b"\xFF\xFEab"), "ab");
        assert_eq!(unicode(b"\xFF\xFEa\0\x9A\x04\0b"), "aҚb");
        assert_eq!(unicode(b"\xFF\xFE\0\x9A\x04\x1B\x04"), "ҚЛ");
        assert_eq!(unicode(b"\x9A\x04b\0"), "Қb");
        assert_eq!(unicode(b"\x9A"), "");
    }
}
