use std::sync::LazyLock;

use encoding_rs::WINDOWS_1251;

/// The sixteen letters in which KZ-1048 (СТ РК 1048-2002) differs from Windows-1251.
const LETTERS: [(u8, char); 16] = [
    (0x8D, 'Қ'),
    (0x8E, 'Һ'),
    (0x9D, 'қ'),
    (0x9E, 'һ'),
    (0xA1, 'Ұ'),
    (0xA2, 'ұ'),
    (0xA3, 'Ә'),
    (0xA5, 'Ө'),
    (0xAA, 'Ғ'),
    (0xAF, 'Ү'),
    (0xB4, 'ө'),
    (0xBA, 'ғ'),
    (0xBC, 'ә'),
    (0xBD, 'Ң'),
    (0xBE, 'ң'),
    (0xBF, 'ү'),
];

static TABLE: LazyLock<[char; 256]> = LazyLock::new(table);

fn table() -> [char; 256] {
    let mut table = ['\u{FFFD}'; 256];
    for byte in 0..=u8::MAX {
        let raw = [byte];
        let decoded = WINDOWS_1251.decode_without_bom_handling(&raw).0;
        table[usize::from(byte)] = decoded.chars().next().unwrap_or('\u{FFFD}');
    }
    for (byte, letter) in LETTERS {
        table[usize::from(byte)] = letter;
    }
    table
}

/// Appends the text of `bytes` in KZ-1048 as UTF-8.
pub(in crate::ingest) fn decode(bytes: &[u8], text: &mut Vec<u8>) {
    let table = &*TABLE;
    for &byte in bytes {
        if byte.is_ascii() {
            text.push(byte);
        } else {
            let letter = table[usize::from(byte)];
            text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let mut text = Vec::new();
        decode(bytes, &mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn kazakh_letters_are_not_the_serbian_ones_of_windows_1251() {
        let name = [
            0xBC, 0xE9, 0xE3, 0xE5, 0xF0, 0xB3, 0xEC, // әйгерім
            0x20, // space
            0x8D, 0xE0, 0xF1, 0xFB, 0xEC, 0xEE, 0xE2, 0xE0, // Қасымова
        ];
        assert_eq!(decoded(&name), "әйгерім Қасымова");
    }

    #[test]
    fn every_other_byte_is_as_in_windows_1251() {
        for byte in (0..=u8::MAX).filter(|byte| LETTERS.iter().all(|(letter, _)| letter != byte)) {
            let raw = [byte];
            let expected = WINDOWS_1251.decode_without_bom_handling(&raw).0;
            assert_eq!(decoded(&raw), expected, "{byte:#04x}");
        }
    }
}
