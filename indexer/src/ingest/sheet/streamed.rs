//! The sheets of a workbook that is one text, in which each is known only once those before it are read.

use super::rows::TakeCells;
use crate::ingest::error::Failure;
use crate::ingest::survey::TABLES;

/// Sheets that come one after the other.
pub(super) trait StreamedSheets {
    /// Goes into the next sheet and gives its name, if there is one.
    fn next_sheet(&mut self) -> Result<Option<String>, Failure>;

    /// Every row of the sheet.
    fn rows(&mut self, sheet: &mut dyn TakeCells) -> Result<(), Failure>;
}

/// Shows every sheet: what `taker` gives for its name takes its cells, until it has enough. What comes after rows that were
/// not read is not sought out.
pub(super) fn show_each<T: TakeCells>(
    sheets: &mut impl StreamedSheets,
    mut taker: impl FnMut(String) -> T,
    mut shown: impl FnMut(T),
) -> Result<(), Failure> {
    for _ in 0..TABLES {
        let Some(name) = sheets.next_sheet()? else {
            break;
        };
        let mut sheet = taker(name);
        match sheets.rows(&mut sheet) {
            Err(failure) if failure.is_early_end() => {
                shown(sheet);
                return Err(failure);
            }
            Err(failure) if !failure.is_stop() => return Err(failure),
            Err(_) => {
                shown(sheet);
                break;
            }
            Ok(()) => shown(sheet),
        }
    }
    Ok(())
}
