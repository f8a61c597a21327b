//! OpenDocument spreadsheets, read from their XML as it comes.
//!
//! Not by calamine, which holds a whole workbook and writes repeated cells out: a kilobyte of made-up repetitions takes
//! gigabytes there.

use std::io::{BufRead, BufReader, Read};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::rows::{COLUMN_LIMIT, ROW_LIMIT, TakeCells};
use super::streamed::{StreamedSheets, read_each, show_each};
use super::workbook::check_size;
use super::xlsx::UNPACKED_LIMIT;
use crate::ingest::container::ReadSeek;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::format::jsonl::float_text;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::text::markup::{self, Markup};
use crate::ingest::text::sniff;
use crate::ingest::{Fault, RECORD_LIMIT};

/// The part that holds the cells.
const CONTENT: &str = "content.xml";

/// The part that holds the type of the document.
const TYPE: &str = "mimetype";

/// Longest type that is read, in bytes.
const LONGEST_TYPE: u64 = 128;

/// Reads the wanted sheets of a spreadsheet.
pub(in crate::ingest) fn read(
    workbook: &mut dyn ReadSeek,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    open(workbook, |spreadsheet| {
        read_each(spreadsheet, rules, builder)
    })
}

/// Shows every sheet of a spreadsheet: `taker` returns for each name the receiver of its cells, which stops when it has
/// enough.
pub(in crate::ingest) fn show<T: TakeCells>(
    workbook: &mut dyn ReadSeek,
    taker: impl FnMut(String) -> T,
    shown: impl FnMut(T),
) -> Result<(), Failure> {
    open(workbook, |spreadsheet| show_each(spreadsheet, taker, shown))
}

/// Reads the wanted sheets of a spreadsheet that is one XML text, already converted to UTF-8.
pub(in crate::ingest) fn read_flat(
    text: impl Read,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let mut spreadsheet = Spreadsheet(Markup::new(BufReader::new(text)));
    read_each(&mut spreadsheet, rules, builder)
}

/// Shows every sheet of such a spreadsheet, as [`show`] does.
pub(in crate::ingest) fn show_flat<T: TakeCells>(
    text: impl Read,
    taker: impl FnMut(String) -> T,
    shown: impl FnMut(T),
) -> Result<(), Failure> {
    let mut spreadsheet = Spreadsheet(Markup::new(BufReader::new(text)));
    show_each(&mut spreadsheet, taker, shown)
}

/// Opens a spreadsheet whose size is within bounds.
fn open(
    workbook: &mut dyn ReadSeek,
    read: impl FnOnce(&mut Spreadsheet<&mut dyn BufRead>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    check_size(workbook, UNPACKED_LIMIT)?;
    let mut archive = ZipArchive::new(workbook).map_err(|_| Fault::BadWorkbook)?;
    if is_other_document(&mut archive) {
        return Err(sniff::DOCUMENT.into());
    }
    let content = archive.by_name(CONTENT).map_err(|_| Fault::BadWorkbook)?;
    let mut content = BufReader::new(content);
    read(&mut Spreadsheet(Markup::new(&mut content)))
}

/// Whether an OpenDocument file is a letter, slides or the like, by the part that holds its type.
fn is_other_document(archive: &mut ZipArchive<&mut dyn ReadSeek>) -> bool {
    let Ok(part) = archive.by_name(TYPE) else {
        return false;
    };
    let mut text = String::new();
    let is_read = part.take(LONGEST_TYPE).read_to_string(&mut text).is_ok();
    let kind = text.strip_prefix("application/vnd.oasis.opendocument.");
    is_read && kind.is_some_and(|kind| !kind.starts_with("spreadsheet"))
}

struct Spreadsheet<R>(Markup<R>);

/// A cell and its number of repetitions.
#[derive(Default)]
struct Cell {
    text: String,
    times: usize,
}

impl<R: BufRead> StreamedSheets for Spreadsheet<R> {
    fn next_sheet(&mut self) -> Result<Option<String>, Failure> {
        loop {
            match self.0.next()? {
                Event::Start(table) if table.name().0 == "table:table" => {
                    return Ok(Some(attribute(&table, "table:name")?.unwrap_or_default()));
                }
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// A repeated row is taken once and counted `times`.
    fn rows(&mut self, sheet: &mut dyn TakeCells) -> Result<(), Failure> {
        let mut row = 0_u32;
        loop {
            let times = match self.0.next()? {
                Event::Start(start) if start.name().0 == "table:table-row" => {
                    repeated(&start, "table:number-rows-repeated")?
                }
                Event::End(end) if end.name().0 == "table:table" => return sheet.end_row(),
                _ => continue,
            };
            sheet.go_to(row)?;
            let filled = self.row(sheet)?;
            row = row.saturating_add(u32::try_from(times).unwrap_or(u32::MAX));
            if filled && row > ROW_LIMIT {
                return Err(Fault::BadWorkbook.into());
            }
            if filled && times > 1 {
                sheet.end_row()?;
                sheet.repeat_row(times as u64 - 1);
            }
        }
    }
}

impl<R: BufRead> Spreadsheet<R> {
    /// The cells of a row; false if all are empty.
    fn row(&mut self, sheet: &mut dyn TakeCells) -> Result<bool, Failure> {
        let (mut column, mut filled) = (0_usize, false);
        loop {
            let cell = match self.0.next()? {
                Event::Start(start) if is_cell(start.name().0) => {
                    let mut cell = Cell {
                        text: value(&start)?.unwrap_or_default(),
                        times: repeated(&start, "table:number-columns-repeated")?,
                    };
                    let shown = self.shown()?;
                    if cell.text.is_empty() {
                        cell.text = shown;
                    }
                    cell
                }
                Event::End(end) if end.name().0 == "table:table-row" => return Ok(filled),
                _ => continue,
            };
            if cell.text.is_empty() {
                column = column.saturating_add(cell.times);
                continue;
            }
            let end = column.saturating_add(cell.times);
            if end > COLUMN_LIMIT {
                return Err(Fault::BadWorkbook.into());
            }
            (column..end).for_each(|place| sheet.put(place, cell.text.clone()));
            (column, filled) = (end, true);
        }
    }

    /// The text of the cell that has begun, paragraph by paragraph, without its notes and up to [`RECORD_LIMIT`].
    fn shown(&mut self) -> Result<String, Failure> {
        let (mut text, mut notes) = (String::new(), 0_u32);
        loop {
            let piece = match self.0.next()? {
                Event::End(end) if is_cell(end.name().0) => return Ok(text),
                Event::Start(start) if start.name().0 == "office:annotation" => {
                    notes += 1;
                    continue;
                }
                Event::End(end) if end.name().0 == "office:annotation" => {
                    notes = notes.saturating_sub(1);
                    continue;
                }
                Event::Text(piece) => piece.xml10_content().into_owned(),
                Event::GeneralRef(reference) => markup::character(&reference)?,
                Event::Start(start) => match start.name().0 {
                    "text:p" if !text.is_empty() => "\n".to_owned(),
                    "text:line-break" => "\n".to_owned(),
                    "text:s" | "text:tab" => " ".to_owned(),
                    _ => continue,
                },
                _ => continue,
            };
            if notes == 0 && text.len() + piece.len() <= RECORD_LIMIT {
                text.push_str(&piece);
            }
        }
    }
}

fn is_cell(name: &str) -> bool {
    matches!(name, "table:table-cell" | "table:covered-table-cell")
}

/// Returns the stated value of the cell: displayed numbers may lose digits.
fn value(cell: &BytesStart<'_>) -> Result<Option<String>, Failure> {
    if let Some(number) = attribute(cell, "office:value")? {
        let number: f64 = number.parse().map_err(|_| Fault::BadWorkbook)?;
        return Ok(Some(float_text(number)));
    }
    for name in [
        "office:string-value",
        "office:date-value",
        "office:boolean-value",
    ] {
        if let Some(text) = attribute(cell, name)? {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, Failure> {
    let attribute = element
        .try_get_attribute(name)
        .map_err(|_| Fault::BadWorkbook)?;
    attribute
        .map(|attribute| markup::value(&attribute))
        .transpose()
}

/// Returns the number of repetitions of an element, by default one.
fn repeated(element: &BytesStart<'_>, name: &str) -> Result<usize, Failure> {
    match attribute(element, name)? {
        Some(times) => Ok(times.parse().map_err(|_| Fault::BadWorkbook)?),
        None => Ok(1),
    }
}

#[cfg(test)]
pub(in crate::ingest) mod tests {
    use std::io::{Cursor, Write};

    use proptest::prelude::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::ingest::IngestError;
    use crate::ingest::tests::{read_folder, read_folder_files};

    const ENTRY: &str =
        "path = \"book.ods\"\nsheet = \"Екі\"\ncolumns.\"Тел\" = { identifier = \"phone\" }";

    /// A spreadsheet of an empty sheet «Бір» and «Екі» with the given rows.
    pub(in crate::ingest) fn spreadsheet(rows: &str) -> Vec<u8> {
        document("spreadsheet", rows)
    }

    fn document(kind: &str, rows: &str) -> Vec<u8> {
        let kind = format!("application/vnd.oasis.opendocument.{kind}");
        let content = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:body><office:spreadsheet>\
             <table:table table:name=\"Бір\"><table:table-row><table:table-cell/></table:table-row></table:table>\
             <table:table table:name=\"Екі\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
        );
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [
            ("mimetype", &*kind),
            ("META-INF/manifest.xml", "<manifest:manifest/>"),
            ("content.xml", &content),
        ] {
            writer
                .start_file(name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    pub(in crate::ingest) fn row(cells: &[&str]) -> String {
        let cell = |text: &&str| {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
            )
        };
        let cells: String = cells.iter().map(cell).collect();
        format!("<table:table-row>{cells}</table:table-row>")
    }

    #[test]
    fn cells_are_read_by_their_values_and_texts() {
        let header = "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
        let number = "<table:table-row><table:table-cell/><table:table-cell office:value-type=\"float\" office:value=\"87090000002\"><text:p>8,7E+10</text:p></table:table-cell></table:table-row>";
        let note = "<table:table-row><table:table-cell/><table:table-cell><office:annotation><text:p>87090000009</text:p></office:annotation>\
            <text:p>8&#32;<text:span>709</text:span><text:s/>000</text:p><text:p></text:p></table:table-cell></table:table-row>";
        let tail = "<table:table-row table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
        let rows = [
            header,
            &row(&["Аты", "Тел"]),
            &row(&["a &amp; b", "8 709 000 00 01"]),
            number,
            note,
            &row(&["x", "87090000003", "more: +77090000004"]),
            tail,
        ];
        let (collected, tally) = read_folder(ENTRY, &[("book.ods", &spreadsheet(&rows.concat()))]);
        assert_eq!(collected.values(), ["+77090000001", "+77090000002"]);
        assert_eq!(
            collected.recovered_values(),
            ["+77090000003", "+77090000004"]
        );
        assert_eq!((tally.rows, tally.rejected_rows), (4, 1));
        assert_eq!(tally.rejects[0].line, 8);
        assert_eq!(
            tally.cells[&exposure_index::identifier::Kind::Phone].invalid,
            1
        );
    }

    #[test]
    fn a_repeated_row_is_counted_with_its_repetitions() {
        let twice = row(&["87090000001"])
            .replace("-row>", "-row table:number-rows-repeated=\"7\">")
            .replace(
                "</table:table-row table:number-rows-repeated=\"7\">",
                "</table:table-row>",
            );
        let rows = format!("{}{twice}", row(&["Тел"]));
        let (collected, tally) = read_folder(ENTRY, &[("book.ods", &spreadsheet(&rows))]);
        assert_eq!((collected.values().len(), tally.rows), (1, 7));
    }

    fn fault(rows: &str) -> Option<Fault> {
        let rows = format!("{}{rows}", row(&["Тел"]));
        match read_folder_files(ENTRY, &[("book.ods", &spreadsheet(&rows))]) {
            Err(IngestError::File { fault, .. }) => Some(fault),
            _ => None,
        }
    }

    #[test]
    fn repetitions_beyond_a_sheet_s_bounds_are_refused_and_cost_nothing() {
        let cell = |columns: u64, rows: u64| {
            fault(&format!(
                "<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell table:number-columns-repeated=\"{columns}\">\
                 <text:p>87090000001</text:p></table:table-cell></table:table-row>"
            ))
        };
        assert_eq!(cell(16_384, 1_000_000), None);
        assert_eq!(cell(16_385, 1), Some(Fault::BadWorkbook));
        assert_eq!(cell(1, 1_048_576), Some(Fault::BadWorkbook));
        assert_eq!(cell(u64::MAX, 1), Some(Fault::BadWorkbook));
        let empty = "<table:table-row table:number-rows-repeated=\"18446744073709551615\"><table:table-cell table:number-columns-repeated=\"18446744073709551615\"/></table:table-row>";
        assert_eq!(fault(&empty.repeat(3)), None);
        let long = format!(
            "<table:table-row><table:table-cell table:number-columns-repeated=\"16384\"><text:p>{}</text:p></table:table-cell></table:table-row>",
            "x".repeat(100_000)
        );
        assert_eq!(fault(&long), None);
    }

    #[test]
    fn all_sheets_with_the_columns_are_read() {
        let people = |phone: &str| row(&["Тел"]) + &row(&[phone]);
        let more = format!(
            "{}</table:table><table:table table:name=\"Үш\">{}",
            people("87090000001"),
            people("87090000002")
        );
        let entry = ENTRY.replace("sheet = \"Екі\"\n", "");
        let (collected, tally) = read_folder(&entry, &[("book.ods", &spreadsheet(&more))]);
        assert_eq!(collected.values(), ["+77090000001", "+77090000002"]);
        assert_eq!(tally.rows, 2);
        let (collected, _) = read_folder(ENTRY, &[("book.ods", &spreadsheet(&more))]);
        assert_eq!(collected.values(), ["+77090000001"]);
    }

    #[test]
    fn a_letter_is_refused_with_what_makes_text_of_it() {
        for kind in ["text", "presentation"] {
            let letter = document(kind, &row(&["Тел"]));
            match read_folder_files(ENTRY, &[("book.ods", &letter)]) {
                Err(IngestError::File { fault, .. }) => assert_eq!(fault, sniff::DOCUMENT),
                _ => panic!("{kind} is read"),
            }
        }
    }

    #[test]
    fn a_sheet_that_is_not_there_is_reported_by_name() {
        let entry = ENTRY.replace("Екі", "Үш");
        let failed = read_folder_files(&entry, &[("book.ods", &spreadsheet(""))]);
        let sheet = "Үш".to_owned();
        assert!(
            matches!(failed, Err(IngestError::File { fault, .. }) if fault == Fault::MissingSheet { sheet })
        );
    }

    proptest! {
        #[test]
        fn a_damaged_spreadsheet_is_read_or_refused(rows in "(</?table:table-(row|cell)( table:number-(rows|columns)-repeated=\"[0-9]{1,3}\")?/?>|<text:p>|[0-9&;#x]{0,5}|</text:p>|</?office:annotation>){0,20}") {
            // Excludes panics where elements are not nested as they should be, and sums of repetitions that overflow.
            let _ = fault(&rows);
        }
    }
}
