//! What must bytes from outside never do? Make a reader panic, hang or fill the memory.
//!
//! Each target is a function of bytes. `tests/fuzz` runs them on what libFuzzer makes up, and a test of the workspace
//! runs them again on what was worth keeping. Where a reader has settings, the first bytes choose them.

use exposure_index::index::Index;
use exposure_index::pairs::PairFile;
use exposure_index::progress::Progress;

use crate::ingest::fuzzing;

/// A target: its name, which is that of its corpus, and the function of bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 24] = [
    ("access", access),
    ("bson", bson),
    ("combo", combo),
    ("container", container),
    ("cronos", cronos),
    ("csv", csv),
    ("dbf", dbf),
    ("description", description),
    ("encoding", encoding),
    ("encrypted", encrypted),
    ("fixed", fixed),
    ("html", html),
    ("index", index),
    ("json", json),
    ("jsonl", jsonl),
    ("pairs", pairs),
    ("rar", rar),
    ("seven_zip", seven_zip),
    ("spreadsheet_ml", spreadsheet_ml),
    ("sql", sql),
    ("sqlite", sqlite),
    ("text", text),
    ("workbook", workbook),
    ("xml", xml),
];

/// Reads Access databases.
pub fn access(bytes: &[u8]) {
    fuzzing::access(bytes);
}

/// Reads BSON documents, and archives of mongodump.
pub fn bson(bytes: &[u8]) {
    fuzzing::content("bson", bytes);
}

/// Reads banks of CronosPro.
pub fn cronos(bytes: &[u8]) {
    fuzzing::cronos(bytes);
}

/// Reads SQLite databases.
pub fn sqlite(bytes: &[u8]) {
    fuzzing::sqlite(bytes);
}

/// Reads lists of logins and passwords.
pub fn combo(bytes: &[u8]) {
    fuzzing::content("combo", bytes);
}

/// Reads containers of every kind, with everything in them unpacked.
pub fn container(bytes: &[u8]) {
    fuzzing::container(bytes);
}

/// Reads values between delimiters.
pub fn csv(bytes: &[u8]) {
    fuzzing::content("csv", bytes);
}

/// Reads tables of dBase and the like, with their memos.
pub fn dbf(bytes: &[u8]) {
    fuzzing::table(bytes);
}

/// Reads a `breach.toml`.
pub fn description(bytes: &[u8]) {
    fuzzing::description(bytes);
}

/// Reads text in every encoding.
pub fn encoding(bytes: &[u8]) {
    fuzzing::encoding(bytes);
}

/// Reads containers that a password opens.
pub fn encrypted(bytes: &[u8]) {
    fuzzing::encrypted(bytes);
}

/// Reads columns of fixed widths.
pub fn fixed(bytes: &[u8]) {
    fuzzing::content("fixed", bytes);
}

/// Reads tables of HTML pages.
pub fn html(bytes: &[u8]) {
    fuzzing::content("html", bytes);
}

/// Opens and verifies an index file.
pub fn index(bytes: &[u8]) {
    if let Ok(index) = Index::open(bytes) {
        let _ = index.verify(&Progress::default());
    }
}

/// Reads JSON of any layout.
pub fn json(bytes: &[u8]) {
    fuzzing::content("json", bytes);
}

/// Reads JSON, one object per line.
pub fn jsonl(bytes: &[u8]) {
    fuzzing::content("jsonl", bytes);
}

/// Opens and checks a file of pairs.
pub fn pairs(bytes: &[u8]) {
    if let Ok(pairs) = PairFile::open(bytes) {
        let _ = pairs.check();
    }
}

/// Reads headers of 7z archives, with the checksums without which they are not read.
pub fn seven_zip(bytes: &[u8]) {
    fuzzing::seven_zip(bytes);
}

/// Reads RAR archives before version 5 or of it, as the first byte chooses.
pub fn rar(bytes: &[u8]) {
    fuzzing::rar(bytes);
}

/// Reads workbooks in the XML of Excel 2003.
pub fn spreadsheet_ml(bytes: &[u8]) {
    fuzzing::content("spreadsheetml", bytes);
}

/// Reads database dumps.
pub fn sql(bytes: &[u8]) {
    fuzzing::content("sql", bytes);
}

/// Reads free text.
pub fn text(bytes: &[u8]) {
    fuzzing::content("text", bytes);
}

/// Reads spreadsheets.
pub fn workbook(bytes: &[u8]) {
    fuzzing::workbook(bytes);
}

/// Reads XML of any kind.
pub fn xml(bytes: &[u8]) {
    fuzzing::content("xml", bytes);
}
