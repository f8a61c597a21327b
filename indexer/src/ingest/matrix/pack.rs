use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::ingest::tests::{gz, zst};

type NamedItem<F> = (&'static str, F);
type Pack = fn(&[u8]) -> Vec<u8>;
type Encode = fn(&str) -> Vec<u8>;

pub(super) const LINE_ENDS: [&str; 3] = ["\n", "\r\n", "\r"];

pub(super) const CONTAINERS: [NamedItem<Pack>; 5] = [
    ("plain", <[u8]>::to_vec),
    ("gz", gz),
    ("zst", zst),
    ("zip", zip),
    ("zip in gz", |bytes| gz(&zip(bytes))),
];

pub(super) const ENCODINGS: [NamedItem<Encode>; 10] = [
    ("utf-8", |text| text.as_bytes().to_vec()),
    ("utf-8 with mark", |text| {
        format!("\u{feff}{text}").into_bytes()
    }),
    ("utf-16le", |text| utf16(text, u16::to_le_bytes)),
    ("utf-16le with mark", |text| {
        utf16(&format!("\u{feff}{text}"), u16::to_le_bytes)
    }),
    ("utf-16be with mark", |text| {
        utf16(&format!("\u{feff}{text}"), u16::to_be_bytes)
    }),
    ("windows-1251", |text| text.chars().map(cyrillic).collect()),
    ("kz-1048", |text| text.chars().map(kazakh).collect()),
    ("ibm866", |text| text.chars().map(dos).collect()),
    ("koi8-r", |text| text.chars().map(koi8).collect()),
    ("mac-cyrillic", |text| text.chars().map(mac).collect()),
];

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("member", SimpleFileOptions::default())
        .unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// Windows-1251, as far as it is needed.
fn cyrillic(c: char) -> u8 {
    match c {
        'А'..='я' => (c as u32 - 'А' as u32) as u8 + 0xC0,
        'Ё' => 0xA8,
        'ё' => 0xB8,
        'І' => 0xB2,
        'і' => 0xB3,
        c => u8::try_from(c).ok().filter(u8::is_ascii).unwrap(),
    }
}

fn dos(c: char) -> u8 {
    match c {
        'А'..='п' => (c as u32 - 'А' as u32) as u8 + 0x80,
        'р'..='я' => (c as u32 - 'р' as u32) as u8 + 0xE0,
        'Ё' => 0xF0,
        'ё' => 0xF1,
        c => cyrillic(c),
    }
}

/// The letters from C0 on, small ones first.
fn koi8(c: char) -> u8 {
    const LETTERS: &str = "юабцдефгхийклмнопярстужвьызшэщчъ";
    let small = c.to_lowercase().next().unwrap_or(c);
    let place = LETTERS.chars().position(|letter| letter == small);
    match (c, place) {
        ('Ё', _) => 0xB3,
        ('ё', _) => 0xA3,
        (_, Some(place)) => place as u8 + if c == small { 0xC0 } else { 0xE0 },
        (c, None) => cyrillic(c),
    }
}

fn mac(c: char) -> u8 {
    match c {
        'А'..='Я' => (c as u32 - 'А' as u32) as u8 + 0x80,
        'а'..='ю' => (c as u32 - 'а' as u32) as u8 + 0xE0,
        'я' => 0xDF,
        'Ё' => 0xDD,
        'ё' => 0xDE,
        c => cyrillic(c),
    }
}

fn kazakh(c: char) -> u8 {
    match c {
        'Қ' => 0x8D,
        'Һ' => 0x8E,
        'қ' => 0x9D,
        'һ' => 0x9E,
        'Ұ' => 0xA1,
        'ұ' => 0xA2,
        'Ә' => 0xA3,
        'Ө' => 0xA5,
        'Ғ' => 0xAA,
        'Ү' => 0xAF,
        'ө' => 0xB4,
        'ғ' => 0xBA,
        'ә' => 0xBC,
        'Ң' => 0xBD,
        'ң' => 0xBE,
        'ү' => 0xBF,
        c => cyrillic(c),
    }
}
