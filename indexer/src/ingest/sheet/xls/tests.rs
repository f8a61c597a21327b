//! Is every cell of an old workbook read?

use std::io::Write;

use proptest::prelude::*;

use super::*;
use crate::ingest::IngestError;
use crate::ingest::tests::{read_folder, read_folder_files};

const ENTRY: &str =
    "path = \"book.xls\"\nsheet = \"Екі\"\ncolumns.\"Тел\" = { identifier = \"phone\" }";

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [
        &kind.to_le_bytes(),
        &(data.len() as u16).to_le_bytes(),
        data,
    ]
    .concat()
}

/// A record of a cell in a row and column, without format.
fn cell(kind: u16, row: u16, column: u16, value: &[u8]) -> Vec<u8> {
    let place = [row, column, 0].map(u16::to_le_bytes).concat();
    record(kind, &[&place, value].concat())
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn shared(row: u16, column: u16, number: u32) -> Vec<u8> {
    cell(kind::LABEL_SST, row, column, &number.to_le_bytes())
}

fn beginning() -> Vec<u8> {
    record(kind::BOF, &[0, 6, 5, 0])
}

/// Three shared texts, «Тел» among them, the last one cut in two by the end of a record.
fn texts() -> Vec<u8> {
    let mut first = [3_u32, 3].map(u32::to_le_bytes).concat();
    first.extend([&[3, 0, 1][..], &wide("Тел")].concat());
    first.extend([&[2, 0, FORMATTED_NARROW, 1, 0][..], b"ab", &[0; 4]].concat());
    first.extend([&[11, 0, 0][..], b"8709000"].concat());
    let rest = [&[1][..], &wide("0001")].concat();
    [record(kind::SST, &first), record(kind::CONTINUE, &rest)].concat()
}

const FORMATTED_NARROW: u8 = 8;

/// A workbook of an empty sheet «Бір» and «Екі» with the cells.
pub(in crate::ingest) fn workbook_with(cells: &[Vec<u8>]) -> Vec<u8> {
    let bound = |start: usize, name: &str| {
        let start = (start as u32).to_le_bytes();
        record(
            kind::BOUND_SHEET,
            &[&start[..], &[0, 0, 3, 1], &wide(name)].concat(),
        )
    };
    let end = record(kind::EOF, &[]);
    let globals = |first: usize| {
        let sheets = [bound(first, "Бір"), bound(first + 12, "Екі")].concat();
        [beginning(), sheets, texts(), end.clone()].concat()
    };
    let first = globals(globals(0).len());
    let empty = [beginning(), end.clone()].concat();
    assert_eq!(empty.len(), 12);
    let stream = [first, empty, beginning(), cells.concat(), end].concat();
    let mut compound = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    compound
        .create_stream("/Workbook")
        .unwrap()
        .write_all(&stream)
        .unwrap();
    compound.flush().unwrap();
    compound.into_inner().into_inner()
}

pub(in crate::ingest) fn header() -> Vec<u8> {
    [shared(0, 0, 1), shared(0, 1, 0)].concat()
}

#[test]
fn every_kind_of_cell_is_read() {
    let formula =
        |row: u16, result: &[u8]| cell(kind::FORMULA, row, 1, &[result, &[0; 6]].concat());
    let label = [&[11, 0, 0][..], b"87090000003"].concat();
    let cells = [
        header(),
        shared(1, 1, 2),
        cell(kind::NUMBER, 2, 1, &87_090_000_002_f64.to_le_bytes()),
        cell(kind::LABEL, 3, 1, &label),
        formula(4, &87_090_000_004_f64.to_le_bytes()),
        formula(5, &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
        record(
            kind::STRING,
            &[&[11, 0, 1][..], &wide("87090000005")].concat(),
        ),
        [beginning(), shared(6, 1, 2), record(kind::EOF, &[])].concat(),
        cell(kind::RK, 7, 0, &(7_u32 << 2 | 2).to_le_bytes()),
        cell(kind::LABEL, 8, 2, &label),
    ];
    let (collected, tally) = read_folder(ENTRY, &[("book.xls", &workbook_with(&cells))]);
    let numbers = [
        "+77090000001",
        "+77090000002",
        "+77090000003",
        "+77090000004",
        "+77090000005",
    ];
    assert_eq!(collected.values(), numbers);
    assert_eq!((tally.rows, tally.rejected_rows), (7, 1));
    assert_eq!(collected.recovered_values(), ["+77090000003"]);
}

#[test]
fn packed_numbers_are_what_they_stand_for() {
    assert_eq!(rk(7 << 2 | 2), 7.0);
    assert_eq!(rk((-7_i32 << 2).cast_unsigned() | 3), -0.07);
    assert_eq!(rk((1.5_f64.to_bits() >> 32) as u32), 1.5);
}

fn fault(book: &[u8], entry: &str) -> Option<Fault> {
    match read_folder_files(entry, &[("book.xls", book)]) {
        Err(IngestError::File { fault, .. }) => Some(fault),
        _ => None,
    }
}

#[test]
fn a_file_that_is_not_a_workbook_or_lacks_the_sheet_is_refused() {
    let whole = workbook_with(&[header()]);
    assert_eq!(fault(&whole, ENTRY), None);
    let sheet = "Үш".to_owned();
    assert_eq!(
        fault(&whole, &ENTRY.replace("Екі", "Үш")),
        Some(Fault::MissingSheet { sheet })
    );
    let stated = format!("format = \"xls\"\n{ENTRY}");
    assert_eq!(fault(b"", &stated), Some(Fault::BadWorkbook));
    assert_eq!(fault(&whole[..600], ENTRY), Some(Fault::BadWorkbook));
    let outside = workbook_with(&[header(), shared(1, 256, 0)]);
    assert_eq!(fault(&outside, ENTRY), Some(Fault::BadWorkbook));
}

proptest! {
    #[test]
    fn a_damaged_workbook_is_read_or_refused(place: prop::sample::Index, value: u8) {
        let mut book = workbook_with(&[header(), shared(1, 1, 2)]);
        let place = place.index(book.len());
        book[place] = value;
        // Excludes panics where lengths of records and indices of shared texts are used.
        let _ = fault(&book, ENTRY);
    }
}
