//! The sheets of a workbook that is one text, in which each is known only once those before it are read.

use super::rows::{Sheets, TakeCells};
use crate::ingest::Fault;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::survey::TABLES;

/// Sheets that come one after the other.
pub(super) trait StreamedSheets {
    /// Enters the next sheet and returns its name, if there is one.
    fn next_sheet(&mut self) -> Result<Option<String>, Failure>;

    /// Every row of the sheet.
    fn rows(&mut self, sheet: &mut dyn TakeCells) -> Result<(), Failure>;
}

/// Reads the wanted sheets. A workbook without any sheet is damaged.
pub(super) fn read_each(
    workbook: &mut impl StreamedSheets,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let mut sheets = Sheets::new(rules, builder);
    let mut is_empty = true;
    while let Some(name) = workbook.next_sheet()? {
        is_empty = false;
        sheets.sheet(&name, |sheet| workbook.rows(sheet))?;
    }
    match is_empty {
        true => Err(Fault::BadWorkbook.into()),
        false => Ok(sheets.end()?),
    }
}

/// Shows every sheet: `taker` returns for each name the receiver of its cells, which stops when it has enough.
pub(super) fn show_each<T: TakeCells>(
    sheets: &mut impl StreamedSheets,
    mut taker: impl FnMut(String) -> T,
    mut shown: impl FnMut(T),
) -> Result<(), Failure> {
    for _ in 0..TABLES {
        let Some(name) = sheets.next_sheet()? else {
            break;
        };
        let mut sheet = Sample {
            taker: taker(name),
            is_full: false,
        };
        let outcome = sheets.rows(&mut sheet);
        if outcome.as_ref().err().is_none_or(Failure::is_early_end) {
            shown(sheet.taker);
        }
        outcome?;
    }
    Ok(())
}

/// A taker that may have enough before the sheet ends.
struct Sample<T> {
    taker: T,
    is_full: bool,
}

impl<T> Sample<T> {
    fn unless_full(
        &mut self,
        take: impl FnOnce(&mut T) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.is_full {
            return Ok(());
        }
        match take(&mut self.taker) {
            Err(failure) if failure.is_stop() => {
                self.is_full = true;
                Ok(())
            }
            outcome => outcome,
        }
    }
}

impl<T: TakeCells> TakeCells for Sample<T> {
    fn go_to(&mut self, row: u32) -> Result<(), Failure> {
        self.unless_full(|taker| taker.go_to(row))
    }

    fn put(&mut self, column: usize, text: String) {
        if !self.is_full {
            self.taker.put(column, text);
        }
    }

    fn end_row(&mut self) -> Result<(), Failure> {
        self.unless_full(TakeCells::end_row)
    }

    fn repeat_row(&mut self, times: u64) {
        if !self.is_full {
            self.taker.repeat_row(times);
        }
    }
}

/// Discards unwanted cells.
pub(super) struct CellDiscarder;

impl TakeCells for CellDiscarder {
    fn go_to(&mut self, _: u32) -> Result<(), Failure> {
        Ok(())
    }

    fn put(&mut self, _: usize, _: String) {}

    fn end_row(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn repeat_row(&mut self, _: u64) {}
}
