//! Parsers that take a file apart and keep nothing: what reading costs at least.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use tekser_demo::synth::TableFormat;

const BUFFER: usize = 1 << 16;

/// The rows of a file.
pub(super) fn rows(format: TableFormat, path: &Path) -> anyhow::Result<u64> {
    let file = File::open(path)?;
    match format {
        TableFormat::Csv => csv_rows(file),
        TableFormat::Jsonl => json_rows(file),
        TableFormat::Sql => sql_rows(file),
    }
}

/// The crate `csv`, records of bytes, one record's memory for all.
fn csv_rows(file: File) -> anyhow::Result<u64> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(file);
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record)? {
        black_box(&record);
        rows += 1;
    }
    Ok(rows)
}

/// `serde_json`, a line at a time, into its own tree: which members are wanted is known at run time only.
fn json_rows(file: File) -> anyhow::Result<u64> {
    let mut reader = BufReader::with_capacity(BUFFER, file);
    let (mut line, mut rows) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut line)? > 0 {
        black_box(serde_json::from_slice::<Value>(&line)?);
        line.clear();
        rows += 1;
    }
    Ok(rows)
}

/// No crate reads the rows of SQL dumps. This splitter knows quotes, backslashes, commas and parentheses, cuts every
/// cell out into one buffer, and trusts that a line holds whole rows.
fn sql_rows(file: File) -> anyhow::Result<u64> {
    let mut reader = BufReader::with_capacity(BUFFER, file);
    let (mut line, mut rows) = (Vec::new(), 0);
    let mut row = SqlRow::default();
    while reader.read_until(b'\n', &mut line)? > 0 {
        if line.first() == Some(&b'(') {
            row.split(&line).context("a row is cut off")?;
            black_box(&row);
            rows += 1;
        }
        line.clear();
    }
    Ok(rows)
}

#[derive(Default)]
struct SqlRow {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl SqlRow {
    /// Splits the row that a line begins with; `None` if it does not end.
    fn split(&mut self, line: &[u8]) -> Option<()> {
        self.text.clear();
        self.ends.clear();
        let mut bytes = line.get(1..)?.iter();
        let mut in_text = false;
        loop {
            match (*bytes.next()?, in_text) {
                (b'\'', _) => in_text = !in_text,
                (b'\\', true) => self.text.push(*bytes.next()?),
                (b',', false) => self.ends.push(self.text.len()),
                (b')', false) => {
                    self.ends.push(self.text.len());
                    return Some(());
                }
                (byte, _) => self.text.push(byte),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_split_at_the_commas_between_texts() {
        let mut row = SqlRow::default();
        assert_eq!(row.split(b"('a,\\'b)',NULL,1),\n"), Some(()));
        assert_eq!(row.text, b"a,'b)NULL1");
        assert_eq!(row.ends, [5, 9, 10]);
        assert_eq!(row.split(b"('a"), None);
    }
}
