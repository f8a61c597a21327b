//! The readers of this module as functions of bytes: see [`crate::fuzzing`].

use std::io::{self, Cursor, Read};
use std::path::Path;

use super::container::{self, ContainerOptions, Content, HeldDatabase, Maker, Office, Pages};
use super::describe::description::Description;
use super::format::json::Seen;
use super::meter::Meter;
use super::read::read_content;
use super::record_builder::{NullSink, RecordBuilder};
use super::text::code_page::Encoding;
use super::text::encoding::Utf8;
use super::{Breach, DumpSecrets, Fingerprints, Passwords, Progress, ReadOptions};

/// Bytes of a member that are read: larger ones are not more interesting.
const MEMBER: u64 = 1 << 16;

/// Maximum number of tables of a database that are read.
const TABLES: usize = 16;

/// A `breach.toml` of one file, with some lines of its own.
fn described(lines: &str) -> String {
    let text = |name| format!("{name} = {{ kk = \"x\", ru = \"x\", en = \"x\" }}");
    format!(
        "id = \"x\"\ndate = \"2020\"\nadded = \"2020\"\nstatus = \"reported\"\nrecords = 1\nsource = \"https://example.org\"\n{}\n{}\n\
         [[file]]\npath = \"x\"\n{lines}\n",
        text("title"),
        text("summary")
    )
}

/// A breach of one file with the settings of `choice`; the columns are named or numbered.
fn breach(format: &str, choice: u8) -> Option<Breach> {
    let columns = if choice & 1 == 0 {
        "[file.columns]\na = { identifier = \"iin\" }\n\"b.c\" = { identifier = \"phone\" }\n"
    } else {
        "[file.columns]\n0 = { identifier = \"email\" }\n1 = { class = \"names\" }\n"
    };
    let setting = match choice >> 1 & 7 {
        0 => "quote = false",
        1 => "encoding = \"utf-8\"",
        2 => "encoding = \"utf-16le\"",
        3 => "encoding = \"windows-1251\"",
        4 => "header = true",
        5 => "dialect = \"mysql\"\nencoding = \"utf-8\"",
        6 => "dialect = \"postgresql\"\ntable = \"t\"",
        _ => "",
    };
    let columns = match format {
        "fixed" => {
            "[file.columns]\n\"0..12\" = { identifier = \"iin\" }\n\"13..30\" = { class = \"names\" }\n"
        }
        "combo" | "text" => "",
        _ => columns,
    };
    let setting = match format {
        "xml" => "table = \"p\"",
        _ => setting,
    };
    let lines = format!("format = \"{format}\"\n{setting}\n{columns}");
    let text = described(&lines);
    let description = Description::parse(&text).ok()?;
    let fingerprints = Fingerprints::of(text.as_bytes());
    Breach::described(
        description,
        fingerprints,
        Path::new("x"),
        |_| Ok(Vec::new()),
    )
    .ok()
}

/// Reads `content` in the format by the rules that `choice` stands for, with and without recovery.
fn read(format: &str, choice: u8, content: Content<'_>) {
    let Some(breach) = breach(format, choice) else {
        return;
    };
    let recovers = choice & 1 << 4 == 0;
    let mut sink = NullSink;
    let mut builder = RecordBuilder::of(
        &breach,
        &ReadOptions {
            recover: recovers,
            ..ReadOptions::default()
        },
        &mut sink,
    );
    if let Some(rules) = breach.files.first() {
        let mut seen = Seen::new(&rules.columns);
        let _ = read_content(std::iter::empty(), content, rules, &mut seen, &mut builder);
    }
}

pub(crate) fn content(format: &str, bytes: &[u8]) {
    let Some((&choice, mut bytes)) = bytes.split_first() else {
        return;
    };
    read(format, choice, Content::Stream(&mut bytes));
}

/// The two bytes after the choice give the length of the table; the other bytes are its memos.
pub(crate) fn table(bytes: &[u8]) {
    let Some((&[choice, low, high], bytes)) = bytes.split_first_chunk() else {
        return;
    };
    let length = usize::from(u16::from_le_bytes([low, high]));
    let (mut rows, memos) = bytes.split_at(bytes.len().min(length));
    read(
        "dbf",
        choice,
        Content::Table(&mut rows, &mut Cursor::new(memos)),
    );
}

pub(crate) fn workbook(bytes: &[u8]) {
    for office in [Office::OpenXml, Office::OpenDocument] {
        let mut book = Cursor::new(bytes);
        read("xlsx", 4 << 1, Content::Workbook(office, &mut book));
    }
}

fn database(format: &str, maker: Maker, held: HeldDatabase) {
    let Some(breach) = breach(format, 7 << 1) else {
        return;
    };
    // Reads every table, as `inspect` does, and the chosen one, if there is only one.
    let copy = HeldDatabase {
        bytes: held.bytes.clone(),
        beside: held.beside.clone(),
    };
    if let Ok(mut tables) = super::database::open(maker, Pages::Held(copy)) {
        for table in 0..tables.list().len().min(TABLES) {
            let wanted: Vec<usize> = (0..tables.list()[table].columns.len()).collect();
            let _ = tables.rows(table, &wanted, &mut |_| Ok(()));
        }
    }
    let mut sink = NullSink;
    let mut builder = RecordBuilder::of(&breach, &ReadOptions::default(), &mut sink);
    if let Some(rules) = breach.files.first() {
        let _ = super::database::read(maker, Pages::Held(held), rules, &mut builder);
    }
}

pub(crate) fn sqlite(bytes: &[u8]) {
    database("sqlite", Maker::Sqlite, HeldDatabase::alone(bytes.to_vec()));
}

pub(crate) fn access(bytes: &[u8]) {
    database("access", Maker::Access, HeldDatabase::alone(bytes.to_vec()));
}

/// The first six bytes are the lengths of the files next to the one with the records.
pub(crate) fn cronos(bytes: &[u8]) {
    let Some((&[a, b, c, d, e, f], mut rest)) = bytes.split_first_chunk() else {
        return;
    };
    let names = ["CroBank.tad", "CroStru.dat", "CroStru.tad"];
    let lengths = [[a, b], [c, d], [e, f]].map(|length| usize::from(u16::from_le_bytes(length)));
    let mut beside = Vec::new();
    for (name, length) in names.into_iter().zip(lengths) {
        let (part, following) = rest.split_at(length.min(rest.len()));
        beside.push((name.to_owned(), part.to_vec()));
        rest = following;
    }
    let bytes = Cursor::new(rest.to_vec());
    database("cronos", Maker::Cronos, HeldDatabase { bytes, beside });
}

pub(crate) fn container(bytes: &[u8]) {
    unpacked(bytes, &DumpSecrets::default());
}

pub(crate) fn encrypted(bytes: &[u8]) {
    let secrets = DumpSecrets {
        passwords: Passwords::of(&["secret"]),
        ..DumpSecrets::default()
    };
    unpacked(bytes, &secrets);
}

fn unpacked(bytes: &[u8], secrets: &DumpSecrets) {
    let progress = Progress::default();
    let meter = Meter::new(&progress, bytes.len() as u64);
    for allow_truncated in [false, true] {
        let opening = ContainerOptions {
            secrets,
            members: None,
            allow_truncated,
            passes_faults: allow_truncated,
        };
        let mut visit = |_: &container::Member, content: Content<'_>| {
            if let Content::Stream(stream) = content {
                io::copy(&mut stream.take(MEMBER), &mut io::sink())?;
            }
            Ok(())
        };
        let mut bytes = Cursor::new(bytes);
        let _ = container::unpack(&mut bytes, &[0], &opening, &meter, &mut visit);
    }
}

/// The first byte is the number of packed bytes after it; the others are the header.
pub(crate) fn seven_zip(bytes: &[u8]) {
    let Some((&length, bytes)) = bytes.split_first() else {
        return;
    };
    let (packed, header) = bytes.split_at(bytes.len().min(usize::from(length)));
    let crc = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    let sizes = [packed.len() as u64, header.len() as u64].map(u64::to_le_bytes);
    let start = [&sizes.concat()[..], &crc(header)].concat();
    let signature: &[u8] = b"7z\xBC\xAF\x27\x1C\0\x04";
    container(&[signature, &crc(&start), &start, packed, header].concat());
}

/// The first byte chooses the signature that the others follow.
pub(crate) fn rar(bytes: &[u8]) {
    let Some((&version, bytes)) = bytes.split_first() else {
        return;
    };
    let signature: &[u8] = match version % 2 {
        0 => b"Rar!\x1A\x07\0",
        _ => b"Rar!\x1A\x07\x01\0",
    };
    container(&[signature, bytes].concat());
}

pub(crate) fn encoding(bytes: &[u8]) {
    for encoding in Encoding::ALL {
        let mut text = Utf8::new(b"", bytes, encoding);
        let _ = io::copy(&mut text, &mut io::sink());
    }
}

pub(crate) fn description(bytes: &[u8]) {
    let _ = Description::parse(&String::from_utf8_lossy(bytes));
    let _ = Description::parse(&described(&String::from_utf8_lossy(bytes)));
}
