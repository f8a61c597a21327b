//! Excel's binary workbooks of 2007 and later, [MS-XLSB]. Of these the shared texts are held.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Reader, SheetType, Xlsb, XlsbError};
use zip::ZipArchive;

use super::rows::{Sheets, TakeCells};
use super::workbook::check_size;
use super::xlsx::{UNPACKED_LIMIT, cells, text};
use crate::ingest::Fault;
use crate::ingest::container::ReadSeek;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::survey::TABLES;

/// Part that only binary workbooks have.
const WORKBOOK: &str = "xl/workbook.bin";

/// Whether an Office Open XML workbook is a binary one. The stream is left at its beginning.
pub(in crate::ingest) fn is_binary(workbook: &mut dyn ReadSeek) -> Result<bool, Failure> {
    let is_binary = ZipArchive::new(&mut *workbook)
        .is_ok_and(|archive| archive.index_for_name(WORKBOOK).is_some());
    workbook.seek(io::SeekFrom::Start(0))?;
    Ok(is_binary)
}

/// Reads the wanted sheets of a workbook.
pub(in crate::ingest) fn read(
    workbook: &mut dyn ReadSeek,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let mut book = open(workbook)?;
    let mut sheets = Sheets::new(rules, builder);
    for (name, has_cells) in names(&book)? {
        if !has_cells {
            sheets.pass_over(&name);
            continue;
        }
        sheets.sheet(&name, |sheet| {
            let mut reader = guarded(|| book.worksheet_cells_reader(&name))?;
            cells(|| guarded(|| reader.next_cell()), text, sheet)
        })?;
    }
    Ok(sheets.end()?)
}

/// Shows every sheet of a workbook: `taker` returns for each name the receiver of its cells, which stops when it has
/// enough.
pub(in crate::ingest) fn show<T: TakeCells>(
    workbook: &mut dyn ReadSeek,
    mut taker: impl FnMut(String) -> T,
    mut shown: impl FnMut(T),
) -> Result<(), Failure> {
    let mut book = open(workbook)?;
    let sheets = names(&book)?
        .into_iter()
        .filter(|(_, has_cells)| *has_cells);
    for (name, _) in sheets.take(TABLES) {
        let mut rows = taker(name.clone());
        let mut reader = guarded(|| book.worksheet_cells_reader(&name))?;
        match cells(|| guarded(|| reader.next_cell()), text, &mut rows) {
            Err(failure) if !failure.is_stop() => return Err(failure),
            _ => shown(rows),
        }
    }
    Ok(())
}

type Book<'w> = Xlsb<io::BufReader<&'w mut dyn ReadSeek>>;

fn open(workbook: &mut dyn ReadSeek) -> Result<Book<'_>, Failure> {
    check_size(workbook, UNPACKED_LIMIT)?;
    guarded(|| Xlsb::new(io::BufReader::new(workbook)))
}

/// The names of the sheets, and whether they are made of cells.
fn names(book: &Book<'_>) -> Result<Vec<(String, bool)>, Fault> {
    let sheets = book.sheets_metadata().iter();
    let sheets = sheets.map(|sheet| (sheet.name.clone(), sheet.typ == SheetType::WorkSheet));
    let sheets: Vec<(String, bool)> = sheets.collect();
    match sheets.is_empty() {
        true => Err(Fault::BadWorkbook),
        false => Ok(sheets),
    }
}

/// Returns calamine's result. It trusts the lengths that records state, so forged ones panic; after that nothing of the
/// workbook is used again.
fn guarded<T>(read: impl FnOnce() -> Result<T, XlsbError>) -> Result<T, Failure> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(XlsbError::Io(error))) => Err(error.into()),
        Ok(Err(_)) | Err(_) => Err(Fault::BadWorkbook.into()),
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::tests::{read_folder, read_folder_files};

    /// Made by hand after [MS-XLSB]; `pyxlsb` read two sheets in it, and these rows in the first.
    const BOOK: &[u8] = include_bytes!("tests/book.xlsb");

    const ENTRY: &str = "path = \"a.xlsb\"\ncolumns.\"Телефон\" = { identifier = \"phone\" }";

    #[test]
    fn the_rows_of_a_binary_workbook_are_read() {
        let (found, tally) = read_folder(ENTRY, &[("a.xlsb", BOOK)]);
        assert_eq!(found.values(), ["+77090000001", "+77090000002"]);
        assert_eq!((tally.rows, tally.rejected_rows), (2, 0));
    }

    #[test]
    fn a_binary_workbook_that_is_cut_or_damaged_is_refused_or_read() {
        for place in 0..BOOK.len() {
            assert!(
                read_folder_files(ENTRY, &[("a.xlsb", &BOOK[..place])]).is_err(),
                "{place}"
            );
            let mut damaged = BOOK.to_vec();
            damaged[place] ^= 0x55;
            let _ = read_folder_files(ENTRY, &[("a.xlsb", &damaged)]);
        }
    }
}
