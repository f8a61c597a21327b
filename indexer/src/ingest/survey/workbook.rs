//! What do the sheets of a workbook hold? Samples for `inspect`.

use std::io::{self, Read};

use calamine::{DataRef, Reader, Xlsx};
use jiff::Span;
use jiff::civil::date;

use super::cells::cell;
use super::{COLUMNS, LOOKED_AT, Layout, ROWS, Sample, TABLES, Take, Text, lines};
use crate::ingest::container::{Office, ReadSeek};
use crate::ingest::describe::description::Format;
use crate::ingest::error::Failure;
use crate::ingest::sheet::rows::TakeCells;
use crate::ingest::sheet::workbook::check_size;
use crate::ingest::sheet::xlsx::{UNPACKED_LIMIT, cells, guarded, text};
use crate::ingest::sheet::{html, markup, ods, spreadsheet_ml, xls, xlsb};
use crate::ingest::text::document;
use crate::ingest::{Encoding, Fault};

/// Samples every sheet of a workbook that has rows.
pub(super) fn survey(
    office: Office,
    workbook: &mut dyn ReadSeek,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    if let Some(parts) = document::parts(workbook)? {
        return survey_document(workbook, &parts, take);
    }
    match office {
        Office::OpenXml if xlsb::is_binary(workbook)? => xlsb::show(workbook, Rows::of, |rows| {
            rows.give(Format::Xlsb, None, take);
        }),
        Office::OpenXml => survey_open_xml(workbook, take),
        Office::OpenDocument => ods::show(workbook, Rows::of, |rows| {
            rows.give(Format::Ods, None, take);
        }),
    }
}

/// Samples the text of a letter, if there are identifiers in it.
fn survey_document(
    document: &mut dyn ReadSeek,
    parts: &[String],
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let mut text = Vec::new();
    document::each_part(document, parts, |part| {
        let left = (LOOKED_AT - text.len().min(LOOKED_AT)) as u64;
        part.take(left).read_to_end(&mut text)?;
        Ok(())
    })?;
    let text = Text {
        whole: text.len() < LOOKED_AT,
        encoding: Encoding::Utf8,
        text,
    };
    let mut sample = lines::prose(&text).ok_or(Fault::NothingFound)?;
    sample.layout.encoding = None;
    take(sample);
    Ok(())
}

/// Samples every sheet of a workbook that is written as text.
pub(super) fn survey_markup(
    kind: markup::Kind,
    text: &Text,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let encoding = Some(text.encoding);
    let bytes = &text.text[..];
    let outcome = match kind {
        markup::Kind::Html => html::show(bytes, Rows::of, |rows| {
            rows.give(Format::Html, encoding, take);
        }),
        markup::Kind::SpreadsheetMl => spreadsheet_ml::show(bytes, Rows::of, |rows| {
            rows.give(Format::SpreadsheetMl, encoding, take);
        }),
        markup::Kind::FlatOpenDocument => ods::show_flat(bytes, Rows::of, |rows| {
            rows.give(Format::Ods, encoding, take);
        }),
        markup::Kind::WebArchive => Err(Fault::WebArchive.into()),
    };
    match outcome {
        // It was cut off by the limit of inspection.
        Err(failure) if failure.is_early_end() && !text.whole => Ok(()),
        outcome => outcome,
    }
}

/// Samples every sheet of an old binary workbook.
pub(super) fn survey_old(workbook: &mut dyn Read, take: &mut Take<'_>) -> Result<(), Failure> {
    xls::show(workbook, Rows::of, |rows| {
        rows.give(Format::Xls, None, take);
    })
}

fn survey_open_xml(workbook: &mut dyn ReadSeek, take: &mut Take<'_>) -> Result<(), Failure> {
    check_size(workbook, UNPACKED_LIMIT)?;
    let mut book = guarded(|| Xlsx::new(io::BufReader::new(workbook)))?;
    for name in book.sheet_names().into_iter().take(TABLES) {
        let mut reader = match guarded(|| book.worksheet_cells_reader(&name)) {
            Ok(reader) => reader,
            // A sheet with only a chart has no cells.
            Err(Failure::Fault(_)) => continue,
            Err(failure) => return Err(failure),
        };
        let mut rows = Rows::of(name);
        match cells(|| guarded(|| reader.next_cell()), shown, &mut rows) {
            Err(failure) if !failure.is_stop() => return Err(failure),
            _ => rows.give(Format::Xlsx, None, take),
        }
    }
    Ok(())
}

/// The first rows of a sheet; one without cells does not count.
struct Rows {
    sheet: String,
    rows: Vec<Vec<String>>,
    /// Lines of the rows, from 1.
    lines: Vec<u64>,
    present: u32,
    row: Vec<String>,
}

impl Rows {
    const fn of(sheet: String) -> Self {
        Self {
            sheet,
            rows: Vec::new(),
            lines: Vec::new(),
            present: 0,
            row: Vec::new(),
        }
    }

    /// Returns the rows taken, if there are any.
    fn give(self, format: Format, encoding: Option<Encoding>, take: &mut Take<'_>) {
        if self.rows.is_empty() {
            return;
        }
        take(Sample {
            whole: self.rows.len() < ROWS,
            layout: Layout {
                sheet: Some(self.sheet),
                ..Layout::of(format, encoding)
            },
            names: None,
            rows: self.rows,
            lines: self.lines,
        });
    }
}

impl TakeCells for Rows {
    fn go_to(&mut self, row: u32) -> Result<(), Failure> {
        if row != self.present {
            self.end_row()?;
            self.present = row;
        }
        Ok(())
    }

    fn put(&mut self, column: usize, text: String) {
        if text.is_empty() || column >= COLUMNS {
            return;
        }
        if column >= self.row.len() {
            self.row.resize(column + 1, String::new());
        }
        self.row[column] = cell(text.as_bytes());
    }

    /// Stops the reading where there are enough rows.
    fn end_row(&mut self) -> Result<(), Failure> {
        if !self.row.is_empty() {
            self.rows.push(std::mem::take(&mut self.row));
            self.lines.push(u64::from(self.present) + 1);
        }
        match self.rows.len() {
            ROWS => Err(Failure::Stopped),
            _ => Ok(()),
        }
    }

    fn repeat_row(&mut self, _: u64) {}
}

/// Writes a cell like [`text`], but a date as a date.
fn shown(value: &DataRef<'_>) -> String {
    let day = match value {
        DataRef::DateTime(date) if date.is_datetime() => day(date.as_f64()),
        _ => None,
    };
    day.unwrap_or_else(|| text(value))
}

/// The date of a serial number, which counts days from the end of 1899.
#[expect(clippy::cast_possible_truncation, reason = "casts from f64 saturate")]
fn day(serial: f64) -> Option<String> {
    let days = Span::new().try_days(serial as i64).ok()?;
    Some(date(1899, 12, 30).checked_add(days).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::DumpSecrets;
    use crate::ingest::survey::survey;

    /// Format, sheet and rows of everything in a file.
    fn samples(book: &[u8]) -> Vec<(Format, Option<String>, Vec<Vec<String>>)> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), book).unwrap();
        let mut samples = Vec::new();
        survey(
            file.path(),
            "book",
            &DumpSecrets::default(),
            &mut |_, sample| {
                samples.push((sample.layout.format, sample.layout.sheet, sample.rows));
            },
        )
        .unwrap();
        samples
    }

    #[test]
    fn sheets_with_cells_are_reported_of_every_office() {
        let rows = vec![vec!["ab".to_owned(), "Тел".to_owned()]];
        let sheet = Some("Екі".to_owned());
        let open_document = ods::tests::spreadsheet(&ods::tests::row(&["ab", "Тел"]));
        assert_eq!(
            samples(&open_document),
            [(Format::Ods, sheet.clone(), rows.clone())]
        );
        let old = xls::tests::workbook_with(&[xls::tests::header()]);
        assert_eq!(samples(&old), [(Format::Xls, sheet, rows)]);
    }

    #[test]
    fn a_sheet_of_many_rows_is_reported_by_its_first_and_keeps_no_other_from_being_listed() {
        let row = ods::tests::row(&["ab"]);
        let more = format!(
            "{}</table:table><table:table table:name=\"Үш\">{row}",
            row.repeat(ROWS + 9)
        );
        let rows: Vec<usize> = samples(&ods::tests::spreadsheet(&more))
            .iter()
            .map(|(_, _, rows)| rows.len())
            .collect();
        assert_eq!(rows, [ROWS, 1]);
    }

    #[test]
    fn a_serial_number_is_reported_as_its_date() {
        assert_eq!(day(1.0).as_deref(), Some("1899-12-31"));
        assert_eq!(day(45_000.75).as_deref(), Some("2023-03-15"));
        assert_eq!(day(1e300), None);
    }
}
