//! The dumps of the small leaks, read by code that knows only their formats and how a value is written one way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::PathBuf;

use calamine::{Reader, Xlsx, open_workbook};
use encoding_rs::WINDOWS_1251;
use exposure_index::identifier::{Kind, normalise_cell};
use serde_json::Value;
use tekser_tests::leaks;

/// Which breaches hold an identifier, by its kind and value.
pub(crate) type HeldIdentifiers = BTreeMap<(Kind, String), BTreeSet<&'static str>>;

/// A row as its cells.
type Row = Vec<String>;

/// A breach, its rows that are whole, and which of their cells hold identifiers.
type Dump = (&'static str, Vec<Row>, &'static [(usize, Kind)]);

/// Every identifier of the small leaks.
pub(crate) fn held() -> HeldIdentifiers {
    let mut held = HeldIdentifiers::new();
    for (breach, rows, columns) in breaches() {
        for row in &rows {
            for (column, kind) in columns {
                hold(&mut held, breach, *kind, &row[*column]);
            }
        }
    }
    held
}

fn hold(held: &mut HeldIdentifiers, breach: &'static str, kind: Kind, cell: &str) {
    let mut found = Vec::new();
    // What does not normalise is in no breach.
    let _ = normalise_cell(kind, cell, &mut found);
    for identifier in found {
        let of = (kind, identifier.value().to_owned());
        held.entry(of).or_default().insert(breach);
    }
}

fn breaches() -> [Dump; 7] {
    use Kind::{Card, Email, Iban, IdCard, Iin, Passport, Phone, Plate};
    [
        (
            "residents-2025",
            residents(),
            &[(0, Iin), (4, Phone), (5, Phone), (6, Phone)],
        ),
        (
            "microloans-2024",
            delimited(&russian(&unpacked("microloans-2024/loans.txt.gz")), b'|'),
            &[(1, Phone), (2, Email), (3, IdCard), (5, Iban), (6, Card)],
        ),
        ("voters-2019", voters(), &[(1, Iin), (3, IdCard)]),
        (
            "clinic-2023",
            visits(),
            &[(0, Iin), (1, Phone), (2, Email), (3, Passport)],
        ),
        (
            "subscribers-2022",
            subscribers(),
            &[(0, Phone), (1, Iin), (3, Plate)],
        ),
        ("school-2025", school(), &[(1, Iin), (2, Phone)]),
        (
            "combo-2021",
            delimited(&unpacked("combo-2021/combo.txt"), b':'),
            &[(0, Email)],
        ),
    ]
}

fn path(file: &str) -> PathBuf {
    leaks().join("breaches").join(file)
}

fn unpacked(file: &str) -> Vec<u8> {
    let path = path(file);
    let packed = fs::read(&path).expect("a dump");
    let mut bytes = Vec::new();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => {
            let mut decoder = flate2::read::MultiGzDecoder::new(&packed[..]);
            decoder.read_to_end(&mut bytes).expect("gzip");
        }
        Some("zst") => bytes = zstd::decode_all(&packed[..]).expect("zstd"),
        _ => bytes = packed,
    }
    bytes
}

/// Letters of KZ-1048 that differ in Windows-1251 are in names and addresses, never in what is counted here.
fn russian(bytes: &[u8]) -> Vec<u8> {
    let (text, _) = WINDOWS_1251.decode_without_bom_handling(bytes);
    text.into_owned().into_bytes()
}

/// Rows that have as many cells as the first.
fn delimited(text: &[u8], delimiter: u8) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text);
    let rows = reader.records().map(|row| row.expect("UTF-8"));
    let mut rows: Vec<Row> = rows
        .map(|row| row.iter().map(str::to_owned).collect())
        .collect();
    let cells = rows[0].len();
    rows.retain(|row| row.len() == cells);
    rows
}

/// After a byte order mark and a header.
fn residents() -> Vec<Row> {
    let mut rows = delimited(&unpacked("residents-2025/residents.csv"), b';');
    rows.remove(0);
    rows
}

fn subscribers() -> Vec<Row> {
    let bytes = unpacked("subscribers-2022/abonents.tsv");
    let (units, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let text = String::from_utf16(&units).expect("UTF-16");
    let mut rows = delimited(text.as_bytes(), b'\t');
    rows.remove(0);
    rows
}

fn visits() -> Vec<Row> {
    let bytes = unpacked("clinic-2023/visits.jsonl.zst");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let visits = text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let cell = |visit: &Value, at: &str| match visit.pointer(at) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let row = |visit: Value| {
        [
            "/patient/iin",
            "/contacts/phone",
            "/contacts/email",
            "/patient/passport",
        ]
        .map(|at| cell(&visit, at))
        .to_vec()
    };
    visits.map(row).collect()
}

fn school() -> Vec<Row> {
    let mut book: Xlsx<_> = open_workbook(path("school-2025/school.xlsx")).expect("a workbook");
    let sheet = book.worksheet_range("Тізім").expect("the sheet");
    let rows = sheet.rows().skip(1);
    rows.map(|row| row.iter().map(ToString::to_string).collect())
        .collect()
}

/// Rows of the table `voters`: each statement is a line.
fn voters() -> Vec<Row> {
    let text = String::from_utf8(unpacked("voters-2019/voters.sql.zst")).expect("UTF-8");
    let statements = text
        .lines()
        .filter_map(|line| line.strip_prefix("INSERT INTO `voters` VALUES "));
    statements.flat_map(tuples).collect()
}

/// The tuples of an SQL statement. NULL becomes an empty cell.
fn tuples(statement: &str) -> Vec<Row> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Row::new(), String::new());
    let mut is_quoted = false;
    let mut letters = statement.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if is_quoted => cell.extend(letters.next()),
            '\'' if is_quoted && letters.next_if_eq(&'\'').is_some() => cell.push('\''),
            '\'' => is_quoted = !is_quoted,
            letter if is_quoted => cell.push(letter),
            ',' if row.is_empty() && cell.is_empty() => {}
            ',' => row.push(std::mem::take(&mut cell)),
            ')' => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '(' | ';' => {}
            letter => cell.push(letter),
        }
    }
    for cell in rows.iter_mut().flatten() {
        if cell == "NULL" {
            cell.clear();
        }
    }
    rows
}
