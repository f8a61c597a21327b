//! What must no byte from elsewhere do? Make a reader panic, hang or fill the memory.
//!
//! Each target is a function of bytes. `tests/fuzz` feeds them what libFuzzer makes up, and a test of the workspace feeds
//! them again what was found worth keeping. Where a reader has settings, the first bytes choose them.

use exposure_index::index::Index;
use exposure_index::pairs::PairFile;
use exposure_index::progress::Progress;

use crate::ingest::fuzzing;

/// A target: its name, which is that of its corpus, and what is done with the bytes.
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

/// Access databases.
pub fn access(bytes: &[u8]) {
    fuzzing::access(bytes);
}

/// BSON documents, and archives of mongodump.
pub fn bson(bytes: &[u8]) {
    fuzzing::content("bson", bytes);
}

/// Banks of CronosPro.
pub fn cronos(bytes: &[u8]) {
    fuzzing::cronos(bytes);
}

/// SQLite databases.
pub fn sqlite(bytes: &[u8]) {
    fuzzing::sqlite(bytes);
}

/// Lists of logins and passwords.
pub fn combo(bytes: &[u8]) {
    fuzzing::content("combo", bytes);
}

/// Containers of every kind, with everything in them unpacked.
pub fn container(bytes: &[u8]) {
    fuzzing::container(bytes);
}

/// Values between delimiters.
pub fn csv(bytes: &[u8]) {
    fuzzing::content("csv", bytes);
}

/// Tables of dBase and the like, with their memos.
pub fn dbf(bytes: &[u8]) {
    fuzzing::table(bytes);
}

/// A `breach.toml`.
pub fn description(bytes: &[u8]) {
    fuzzing::description(bytes);
}

/// Text in every encoding.
pub fn encoding(bytes: &[u8]) {
    fuzzing::encoding(bytes);
}

/// Containers that a password opens.
pub fn encrypted(bytes: &[u8]) {
    fuzzing::encrypted(bytes);
}

/// Columns of fixed widths.
pub fn fixed(bytes: &[u8]) {
    fuzzing::content("fixed", bytes);
}

/// Tables of pages of HTML.
pub fn html(bytes: &[u8]) {
    fuzzing::content("html", bytes);
}

/// An index file, opened and verified.
pub fn index(bytes: &[u8]) {
    if let Ok(index) = Index::open(bytes) {
        let _ = index.verify(&Progress::default());
    }
}

/// JSON of any layout.
pub fn json(bytes: &[u8]) {
    fuzzing::content("json", bytes);
}

/// JSON, one object a line.
pub fn jsonl(bytes: &[u8]) {
    fuzzing::content("jsonl", bytes);
}

/// A file of pairs, opened and checked.
pub fn pairs(bytes: &[u8]) {
    if let Ok(pairs) = PairFile::open(bytes) {
        let _ = pairs.check();
    }
}

/// Headers of 7z archives, with the checksums that they need to be looked at.
pub fn seven_zip(bytes: &[u8]) {
    fuzzing::seven_zip(bytes);
}

/// RAR archives before version 5 and of it, as the first byte chooses.
pub fn rar(bytes: &[u8]) {
    fuzzing::rar(bytes);
}

/// Workbooks in the XML of Excel 2003.
pub fn spreadsheet_ml(bytes: &[u8]) {
    fuzzing::content("spreadsheetml", bytes);
}

/// Database dumps.
pub fn sql(bytes: &[u8]) {
    fuzzing::content("sql", bytes);
}

/// Free text.
pub fn text(bytes: &[u8]) {
    fuzzing::content("text", bytes);
}

/// Spreadsheets.
pub fn workbook(bytes: &[u8]) {
    fuzzing::workbook(bytes);
}

/// XML of any kind.
pub fn xml(bytes: &[u8]) {
    fuzzing::content("xml", bytes);
}
