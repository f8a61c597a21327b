use std::io::{self, SeekFrom};

use calamine::{DataRef, Reader, Xlsx, XlsxCellReader};
use jiff::Span;
use jiff::civil::date;

use super::cells::cell;
use super::{COLUMNS, Layout, ROWS, Sample, TABLES, Take};
use crate::ingest::Fault;
use crate::ingest::container::ReadSeek;
use crate::ingest::description::Format;
use crate::ingest::error::Failure;
use crate::ingest::sheet::{COLUMN_LIMIT, ROW_LIMIT};
use crate::ingest::workbook::check_size;
use crate::ingest::xlsx::{UNPACKED_LIMIT, guarded, text};

/// Samples every sheet of a workbook that has rows.
pub(super) fn survey(workbook: &mut dyn ReadSeek, take: &mut Take<'_>) -> Result<(), Failure> {
    check_size(workbook, UNPACKED_LIMIT)?;
    workbook.seek(SeekFrom::Start(0))?;
    let mut book = guarded(|| Xlsx::new(io::BufReader::new(workbook)))?;
    for name in book.sheet_names().into_iter().take(TABLES) {
        let cells = match guarded(|| book.worksheet_cells_reader(&name)) {
            Ok(cells) => cells,
            // A sheet of nothing but a diagram has no cells.
            Err(Failure::Fault(_)) => continue,
            Err(failure) => return Err(failure),
        };
        let rows = rows(cells)?;
        if !rows.is_empty() {
            take(sample(name, rows));
        }
    }
    Ok(())
}

fn sample(sheet: String, rows: Vec<Vec<String>>) -> Sample {
    Sample {
        whole: rows.len() < ROWS,
        layout: Layout {
            sheet: Some(sheet),
            ..Layout::of(Format::Xlsx, None)
        },
        names: None,
        rows,
    }
}

/// The first rows of a sheet; one without cells is none.
fn rows<S: io::Read + io::Seek>(
    mut cells: XlsxCellReader<'_, S>,
) -> Result<Vec<Vec<String>>, Failure> {
    let (mut rows, mut row, mut present) = (Vec::new(), Vec::new(), 0);
    while let Some(cell) = guarded(|| cells.next_cell())? {
        let (number, column) = cell.get_position();
        if number >= ROW_LIMIT || column as usize >= COLUMN_LIMIT {
            return Err(Fault::BadWorkbook.into());
        }
        if number != present && !row.is_empty() {
            rows.push(std::mem::take(&mut row));
        }
        if rows.len() == ROWS {
            return Ok(rows);
        }
        present = number;
        put(&mut row, column as usize, cell.get_value());
    }
    if !row.is_empty() {
        rows.push(row);
    }
    Ok(rows)
}

fn put(row: &mut Vec<String>, column: usize, value: &DataRef<'_>) {
    let text = shown(value);
    if text.is_empty() || column >= COLUMNS {
        return;
    }
    if column >= row.len() {
        row.resize(column + 1, String::new());
    }
    row[column] = cell(text.as_bytes());
}

/// A cell as [`text`] has it, but a date as a date.
fn shown(value: &DataRef<'_>) -> String {
    let day = match value {
        DataRef::DateTime(date) if date.is_datetime() => day(date.as_f64()),
        _ => None,
    };
    day.unwrap_or_else(|| text(value))
}

/// The date of a serial number, which counts days from the end of 1899.
fn day(serial: f64) -> Option<String> {
    let days = Span::new().try_days(serial as i64).ok()?;
    Some(date(1899, 12, 30).checked_add(days).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_told_as_its_date() {
        assert_eq!(day(1.0).as_deref(), Some("1899-12-31"));
        assert_eq!(day(45_000.75).as_deref(), Some("2023-03-15"));
        assert_eq!(day(1e300), None);
    }
}
