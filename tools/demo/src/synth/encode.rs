//! The encodings of dumps that Rust's `char` does not speak.

use std::io::{self, Write};

/// Writes `text` as UTF-16, little-endian, without a byte-order mark.
pub(super) fn utf_16le(text: &str, out: &mut impl Write) -> io::Result<()> {
    text.encode_utf16()
        .try_for_each(|unit| out.write_all(&unit.to_le_bytes()))
}

/// Writes `text` as KZ-1048 (STRK 1048-2002); what it has no letter for becomes a question mark.
pub(super) fn kz_1048(text: &str, out: &mut impl Write) -> io::Result<()> {
    let bytes: Vec<u8> = text.chars().map(kz_1048_byte).collect();
    out.write_all(&bytes)
}

fn kz_1048_byte(letter: char) -> u8 {
    let russian = |first: char, byte: u8| {
        u8::try_from(letter as u32 - first as u32).map_or(b'?', |place| byte + place)
    };
    match letter {
        '\0'..='\x7f' => letter as u8,
        'А'..='я' => russian('А', 0xc0),
        'Қ' => 0x8d,
        'Һ' => 0x8e,
        '—' => 0x97,
        'қ' => 0x9d,
        'һ' => 0x9e,
        'Ұ' => 0xa1,
        'ұ' => 0xa2,
        'Ә' => 0xa3,
        'Ө' => 0xa5,
        'Ё' => 0xa8,
        'Ғ' => 0xaa,
        '«' => 0xab,
        'Ү' => 0xaf,
        'І' => 0xb2,
        'і' => 0xb3,
        'ө' => 0xb4,
        'ё' => 0xb8,
        '№' => 0xb9,
        'ғ' => 0xba,
        '»' => 0xbb,
        'ә' => 0xbc,
        'Ң' => 0xbd,
        'ң' => 0xbe,
        'ү' => 0xbf,
        _ => b'?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::names::{EMPLOYERS, GIVEN, STREETS, SURNAMES};

    #[test]
    fn kz_1048_has_kazakh_where_windows_1251_has_serbian() {
        let mut bytes = Vec::new();
        kz_1048("Әйгерім Қасымова", &mut bytes).expect("a Vec takes every byte");
        // «Јйгерім Ќасымова» in Windows-1251.
        assert_eq!(
            bytes,
            b"\xa3\xe9\xe3\xe5\xf0\xb3\xec \x8d\xe0\xf1\xfb\xec\xee\xe2\xe0"
        );
    }

    #[test]
    fn kz_1048_has_every_letter_that_is_ever_written() {
        for text in GIVEN
            .iter()
            .chain(&SURNAMES)
            .chain(&STREETS)
            .chain(&EMPLOYERS)
        {
            assert!(
                text.chars().all(|letter| kz_1048_byte(letter) != b'?'),
                "{text}"
            );
        }
    }

    #[test]
    fn utf_16_has_two_bytes_a_letter_low_one_first() {
        let mut bytes = Vec::new();
        utf_16le("aЖ", &mut bytes).expect("a Vec takes every byte");
        assert_eq!(bytes, [0x61, 0x00, 0x16, 0x04]);
    }
}
