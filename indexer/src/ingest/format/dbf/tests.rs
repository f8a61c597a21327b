//! Tables that the Python package `dbf` wrote and `dbfread` read (the `.tsv` of the same name; a line that begins with
//! `-` is a row marked as deleted), and tables that are made here.

use std::io::{Cursor, Write};

use super::*;
use crate::ingest::tests::{folder, read_folder, read_folder_files};
use crate::ingest::{Breach, IngestError, Progress, ReadOptions};

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("tests/", $name)) as &[u8]
    };
}

type Example = (&'static [u8], Option<&'static [u8]>, &'static str);

/// Tables, their memos, and what another program read in them; of those with memos it read all but these.
const TABLES: [Example; 5] = [
    (file!("cp866.dbf"), None, include_str!("tests/cp866.tsv")),
    (file!("cp1251.dbf"), None, include_str!("tests/cp1251.tsv")),
    (
        file!("memo3.dbf"),
        Some(file!("memo3.dbt")),
        include_str!("tests/memo3.tsv"),
    ),
    (
        file!("memofp.dbf"),
        Some(file!("memofp.fpt")),
        include_str!("tests/memofp.tsv"),
    ),
    (
        file!("memovfp.dbf"),
        Some(file!("memovfp.fpt")),
        include_str!("tests/memovfp.tsv"),
    ),
];

fn shown(
    table: &[u8],
    memos: Option<&[u8]>,
    stated: Option<Encoding>,
) -> Result<TablePreview, Failure> {
    let (mut rows, mut memos) = (table, memos.map(Cursor::new));
    let memos = memos.as_mut().map(|memos| memos as &mut dyn ReadSeek);
    let table = Table {
        rows: &mut rows,
        memos,
        name: "table.dbf",
    };
    show(table, stated, 1_000)
}

#[test]
fn every_cell_is_what_another_program_reads() {
    for (table, memos, truth) in TABLES {
        let TablePreview {
            names,
            rows,
            is_whole,
            ..
        } = shown(table, memos, None).unwrap();
        let mut lines = truth.lines();
        assert_eq!(names.join("\t"), lines.next().unwrap());
        let mut expected: Vec<&str> = lines
            .map(|line| line.strip_prefix("-\t").unwrap_or(line))
            .collect();
        let mut found: Vec<String> = rows
            .iter()
            .map(|row| row.join("\t").trim_end().to_owned())
            .collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
        assert!(is_whole);
    }
}

#[test]
fn rows_that_are_marked_as_deleted_are_read_and_counted_apart() {
    let entry = "path = \"a.dbf\"\ncolumns.tel = { identifier = \"phone\" }\ncolumns.IIN = { identifier = \"iin\" }";
    for (table, deleted) in [(TABLES[0].0, 2), (TABLES[1].0, 1)] {
        let (collected, tally) = read_folder(entry, &[("a.dbf", table)]);
        assert_eq!(
            (tally.rows, tally.rejected_rows, tally.deleted_rows),
            (14, 0, deleted)
        );
        assert_eq!(collected.values().len(), 28);
    }
}

#[test]
fn the_code_page_is_recognised_by_the_text_where_its_byte_is_0_or_wrong() {
    let page = |byte: u8, place: usize| {
        let mut table = TABLES[place].0.to_vec();
        table[29] = byte;
        shown(&table, None, None).unwrap().encoding
    };
    for byte in [0, 0x03, 0x26, 0x57, 0x65, 0xC9, 0xC8] {
        assert_eq!(page(byte, 0), Encoding::Ibm866, "{byte:x}");
        assert_eq!(page(byte, 1), Encoding::Windows1251, "{byte:x}");
    }
    let stated = shown(TABLES[0].0, None, Some(Encoding::Windows1251)).unwrap();
    assert_eq!(stated.encoding, Encoding::Windows1251);
}

/// A table of texts, with a byte for its version and one for its code page.
fn table(version: u8, page: u8, columns: &[(&str, u8, u8)], rows: &[u8]) -> Vec<u8> {
    let length: usize = columns
        .iter()
        .map(|(_, _, length)| usize::from(*length))
        .sum();
    let head = u16::try_from(33 + 32 * columns.len()).unwrap();
    let count = u32::try_from(rows.len() / (length + 1)).unwrap();
    let mut table = vec![version, 124, 11, 30];
    table.extend(count.to_le_bytes());
    table.extend(head.to_le_bytes());
    table.extend(u16::try_from(length + 1).unwrap().to_le_bytes());
    table.resize(29, 0);
    table.extend([page, 0, 0]);
    for (name, kind, length) in columns {
        let mut column = name.as_bytes().to_vec();
        column.resize(11, 0);
        column.push(*kind);
        column.resize(16, 0);
        column.push(*length);
        column.resize(32, 0);
        table.extend(column);
    }
    table.push(b'\r');
    table.extend_from_slice(rows);
    table.push(0x1A);
    table
}

#[test]
fn letters_of_kazakh_are_read_in_their_code_page() {
    // «Қасымова Әсия» and «Өмірұлы Нұржан» in KZ-1048.
    let names: [&[u8]; 2] = [
        b"\x8D\xE0\xF1\xFB\xEC\xEE\xE2\xE0 \xA3\xF1\xE8\xFF",
        b"\xA5\xEC\xB3\xF0\xA2\xEB\xFB \xCD\xA2\xF0\xE6\xE0\xED",
    ];
    let mut rows = Vec::new();
    for name in names.iter().cycle().take(20) {
        rows.push(b' ');
        rows.extend_from_slice(name);
        rows.resize(rows.len().next_multiple_of(21), b' ');
    }
    let shown = shown(&table(0x03, 0xC9, &[("FIO", b'C', 20)], &rows), None, None).unwrap();
    assert_eq!(shown.encoding, Encoding::Kz1048);
    assert_eq!(shown.rows[..2], [["Қасымова Әсия"], ["Өмірұлы Нұржан"]]);
}

#[test]
fn a_table_that_is_cut_off_anywhere_ends_early_or_is_refused() {
    for (whole, memos, _) in TABLES {
        let rows = shown(whole, memos, None).unwrap().rows.len();
        for length in 0..whole.len() - 1 {
            match shown(&whole[..length], memos, None) {
                Ok(shown) => panic!("{length}: {} of {rows} rows", shown.rows.len()),
                Err(failure) => assert!(failure.is_early_end(), "{length}: {failure:?}"),
            }
        }
    }
}

#[test]
fn memos_that_are_cut_off_anywhere_reject_their_rows() {
    let entry = "path = \"a.dbf\"\ncolumns.NOTE = { text = true, class = \"names\" }\ncolumns.TEL = { identifier = \"phone\" }";
    for ((table, memos, _), ending) in TABLES[2..].iter().zip(["dbt", "fpt", "fpt"]) {
        let memos = memos.unwrap();
        let memo_file = format!("a.{ending}");
        let (whole, tally) = read_folder(entry, &[("a.dbf", table), (&memo_file, memos)]);
        assert_eq!((tally.rows, tally.rejected_rows), (12, 0));
        for length in (0..memos.len()).step_by(512) {
            let (cut, tally) =
                read_folder(entry, &[("a.dbf", table), (&memo_file, &memos[..length])]);
            assert_eq!(tally.rows, 12);
            // dBase III pads its last memo.
            let is_padding = whole.values() == cut.values();
            assert!(tally.rejected_rows > 0 || is_padding, "{length}");
            assert_eq!(cut.recovered.len() as u64, tally.rejected_rows, "{length}");
        }
    }
}

#[test]
fn memos_that_are_not_there_are_named() {
    for memo in ["", "columns.NOTE = { text = true, class = \"names\" }"] {
        let entry = format!("path = \"a.dbf\"\ncolumns.TEL = {{ identifier = \"phone\" }}\n{memo}");
        let read = read_folder_files(&entry, &[("a.dbf", TABLES[2].0)]);
        match memo {
            // None of them is wanted.
            "" => assert!(read.is_ok()),
            _ => {
                let message = read.err().unwrap().to_string();
                assert!(message.contains("put a.dbt next to it"), "{message}");
            }
        }
    }
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_table_and_its_memos_are_one_source_in_a_folder_and_in_an_archive() {
    let entry = |path: &str| {
        format!("path = {path:?}\ncolumns.NOTE = {{ text = true, class = \"names\" }}")
    };
    let beside: [(&str, &[u8]); 2] = [("A.DBF", TABLES[3].0), ("A.FPT", TABLES[3].1.unwrap())];
    let (expected, tally) = read_folder(&entry("*.DBF"), &beside);
    assert_eq!((tally.files.len(), tally.rows), (1, 12));
    assert_eq!(expected.values().len(), 12);
    // Whichever glob matches them.
    let (all, tally) = read_folder(&entry("*"), &beside);
    assert_eq!((tally.files.len(), all.values()), (1, expected.values()));
    for order in [[0, 1], [1, 0]] {
        let members = order.map(|place| beside[place]);
        let archive = zip_of(&members);
        let (found, tally) = read_folder(&entry("a.zip"), &[("a.zip", &archive)]);
        assert_eq!((tally.rows, found.values()), (12, expected.values()));
    }
}

#[test]
fn what_is_neither_present_nor_deleted_is_rejected_and_searched() {
    let columns: [(&str, u8, u8); 1] = [("TEL", b'C', 12)];
    let rows = b" 87090000001 x87090000002 *87090000003 ";
    let file = table(0x03, 0, &columns, rows);
    let entry = "path = \"a.dbf\"\ncolumns.TEL = { identifier = \"phone\" }";
    let (found, tally) = read_folder(entry, &[("a.dbf", &file)]);
    assert_eq!(
        (tally.rows, tally.rejected_rows, tally.deleted_rows),
        (3, 1, 1)
    );
    assert_eq!(found.values(), ["+77090000001", "+77090000003"]);
    assert_eq!(found.recovered_values(), ["+77090000002"]);
}

#[test]
fn rows_after_the_stated_number_are_read_and_what_follows_them_is_searched() {
    let columns: [(&str, u8, u8); 1] = [("TEL", b'C', 12)];
    let mut file = table(0x03, 0, &columns, b" 87090000001  87090000002 ");
    file[4] = 1;
    file.extend(b"\0\0 8 709 000 00 03 ");
    let entry = "path = \"a.dbf\"\ncolumns.TEL = { identifier = \"phone\" }";
    let (found, tally) = read_folder(entry, &[("a.dbf", &file)]);
    assert_eq!((tally.rows, tally.deleted_rows), (2, 1));
    assert_eq!(found.values(), ["+77090000001", "+77090000002"]);
    let behind = &tally.passed_over[&Passage::Footer];
    assert_eq!((behind.passages, behind.identifiers), (1, 1));
}

#[test]
fn a_head_that_fits_no_rows_is_refused() {
    let good = table(0x03, 0, &[("A", b'C', 12)], b" 87090000001 ");
    for (place, value) in [(0, 0x55), (2, 99), (10, 99), (32 + 16, 200)] {
        let mut bad = good.clone();
        bad[place] = value;
        let failure = shown(&bad, None, None).err().unwrap();
        assert!(
            matches!(failure, Failure::Fault(Fault::BadTable)),
            "{place}"
        );
    }
}

#[test]
fn a_table_is_found_by_what_is_in_it() {
    for (table, ..) in TABLES {
        assert!(is_table(table));
    }
    for text in [&b"\x03"[..], b"", b"fio;tel\n", &[3; 64], &[0x30; 400]] {
        assert!(!is_table(text));
    }
    let folder = folder(
        "path = \"x\"\ncolumns.TEL = { identifier = \"phone\" }",
        &[("x", TABLES[1].0)],
    );
    let breach = Breach::open(folder.path()).unwrap();
    let mut sink = crate::ingest::record_builder::NullSink;
    let read: Result<_, IngestError> = crate::ingest::read(
        &breach,
        &ReadOptions::default(),
        &Progress::default(),
        &mut sink,
    );
    assert_eq!(read.unwrap().rows, 14);
}
