//! Which rows do the sheets of an xlsx workbook hold?

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Cell, DataRef, Reader, SheetType, Xlsx, XlsxError};

use super::rows::{COLUMN_LIMIT, ROW_LIMIT, Sheets, TakeCells};
use super::workbook::check_size;
use crate::ingest::Fault;
use crate::ingest::container::ReadSeek;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::format::jsonl::float_text;
use crate::ingest::record_builder::RecordBuilder;

/// Largest workbook that is read, in bytes of XML: its shared texts are held in memory.
pub(in crate::ingest) const UNPACKED_LIMIT: u64 = 512 << 20;

/// Reads the wanted sheets of a workbook.
pub(in crate::ingest) fn read(
    workbook: &mut dyn ReadSeek,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    check_size(workbook, UNPACKED_LIMIT)?;
    let mut book = guarded(|| Xlsx::new(io::BufReader::new(workbook)))?;
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

/// Gives every cell of a sheet, written by `text`.
pub(in crate::ingest) fn cells<'c>(
    mut next: impl FnMut() -> Result<Option<Cell<DataRef<'c>>>, Failure>,
    text: impl Fn(&DataRef<'_>) -> String,
    sheet: &mut dyn TakeCells,
) -> Result<(), Failure> {
    while let Some(cell) = next()? {
        let (row, column) = cell.get_position();
        if row >= ROW_LIMIT || column as usize >= COLUMN_LIMIT {
            return Err(Fault::BadWorkbook.into());
        }
        sheet.go_to(row)?;
        sheet.put(column as usize, text(cell.get_value()));
    }
    sheet.end_row()
}

/// Returns the names of the sheets, including hidden ones, and whether they consist of cells; others are charts and the
/// like.
fn names<S: io::Read + io::Seek>(book: &Xlsx<S>) -> Result<Vec<(String, bool)>, Fault> {
    let sheets = book.sheets_metadata().iter();
    let sheets = sheets.map(|sheet| (sheet.name.clone(), sheet.typ == SheetType::WorkSheet));
    let sheets: Vec<(String, bool)> = sheets.collect();
    match sheets.is_empty() {
        true => Err(Fault::BadWorkbook),
        false => Ok(sheets),
    }
}

/// Returns calamine's result, its errors without details of the workbook's content.
///
/// calamine computes the positions of cells without checking for overflow, so a forged `r="ZZZZZZZ1"` panics where
/// overflow is checked. After that nothing of the workbook is used again.
pub(in crate::ingest) fn guarded<T>(
    read: impl FnOnce() -> Result<T, XlsxError>,
) -> Result<T, Failure> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(XlsxError::Io(error))) => Err(error.into()),
        Ok(Err(_)) | Err(_) => Err(Fault::BadWorkbook.into()),
    }
}

/// Writes a cell as people read it, without trailing `.0`, and without exponent unless digits are lost; an error value
/// is empty.
pub(in crate::ingest) fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => float_text(*number),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(date) => date.as_f64().to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

#[cfg(test)]
pub(in crate::ingest) mod tests {
    use std::io::{Cursor, Write};

    use proptest::prelude::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::super::workbook::STYLES_LIMIT;
    use super::*;
    use crate::ingest::Passage;
    use crate::ingest::error::Names;
    use crate::ingest::tests::{read_folder, read_folder_files};
    use crate::ingest::{IngestError, RECORD_LIMIT};

    const ENTRY: &str = "path = \"book.xlsx\"\ncolumns.\"Тел\" = { identifier = \"phone\" }";

    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    fn sheet(rows: &str) -> String {
        format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
    }

    /// A part of a package that leads to others, by the kind of the relation and the target.
    fn relations(to: &[(&str, &str)]) -> String {
        let relation = |(place, (kind, target)): (usize, &(&str, &str))| {
            format!(
                "<Relationship Id=\"r{place}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>"
            )
        };
        let all: String = to.iter().enumerate().map(relation).collect();
        format!("<Relationships>{all}</Relationships>")
    }

    /// A row of texts without places of its row and cells.
    pub(in crate::ingest) fn row(cells: &[&str]) -> String {
        let cell = |text: &&str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
        let cells: String = cells.iter().map(cell).collect();
        format!("<row>{cells}</row>")
    }

    /// A workbook whose sheet «Екі» has the rows.
    pub(in crate::ingest) fn workbook_of(rows: &str) -> Vec<u8> {
        parts_with("", rows, &[])
    }

    /// A workbook of two sheets with these rows.
    fn two_sheets(one: &str, other: &str) -> Vec<u8> {
        parts_with(one, other, &[])
    }

    /// A workbook of two sheets, «Бір» with the given rows and an empty «Екі».
    fn workbook(rows: &str) -> Vec<u8> {
        workbook_with(rows, &[])
    }

    /// The workbook with further parts.
    fn workbook_with(rows: &str, more: &[(&'static str, String)]) -> Vec<u8> {
        parts_with(rows, "", more)
    }

    fn parts_with(rows: &str, other: &str, more: &[(&'static str, String)]) -> Vec<u8> {
        let sheets = "<sheet name=\"Бір\" sheetId=\"1\" r:id=\"r0\"/><sheet name=\"Екі\" sheetId=\"2\" r:id=\"r1\"/>";
        let parts = [
            ("[Content_Types].xml", "<Types/>".to_owned()),
            (
                "_rels/.rels",
                relations(&[("officeDocument", "xl/workbook.xml")]),
            ),
            (
                "xl/workbook.xml",
                format!("<workbook xmlns:r=\"{RELATIONS}\"><sheets>{sheets}</sheets></workbook>"),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                relations(&[
                    ("worksheet", "worksheets/sheet1.xml"),
                    ("worksheet", "worksheets/sheet2.xml"),
                ]),
            ),
            ("xl/worksheets/sheet1.xml", sheet(rows)),
            ("xl/worksheets/sheet2.xml", sheet(other)),
        ];
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts.iter().chain(more) {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn text_cell(place: &str, text: &str) -> String {
        format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    }

    #[test]
    fn text_and_number_cells_are_read_and_short_rows_padded() {
        let rows = format!(
            "<row r=\"2\">{}{}</row><row r=\"4\">{}</row><row r=\"5\"><c r=\"B5\"><v>87090000002</v></c></row>\
             <row r=\"6\">{}</row><row r=\"7\"><c r=\"B7\"><v>7.7090000003E10</v></c><c r=\"C7\"><v>1</v></c></row>",
            text_cell("A2", "Аты"),
            text_cell("B2", "Тел"),
            text_cell("B4", "8 709 000 00 01"),
            text_cell("A6", "x"),
        );
        let (collected, tally) = read_folder(ENTRY, &[("book.xlsx", &workbook(&rows))]);
        assert_eq!(collected.values(), ["+77090000001", "+77090000002"]);
        assert_eq!((tally.rows, tally.rejected_rows), (4, 1));
        assert_eq!(tally.rejects[0].line, 7);
        assert_eq!(collected.recovered_values(), ["+77090000003"]);
    }

    #[test]
    fn all_sheets_with_the_columns_are_read_and_others_searched() {
        let people = |phone: &str| row(&["Аты", "тел"]) + &row(&["x", phone]);
        let (one, other) = (people("87090000001"), people("87090000002"));
        let (collected, tally) = read_folder(ENTRY, &[("book.xlsx", &two_sheets(&one, &other))]);
        assert_eq!(collected.values(), ["+77090000001", "+77090000002"]);
        assert_eq!((tally.rows, tally.rejected_rows), (2, 0));
        // A cover.
        let cover = row(&["Есеп", "2024"]);
        for book in [two_sheets(&cover, &one), two_sheets(&one, &cover)] {
            let (collected, tally) = read_folder(ENTRY, &[("book.xlsx", &book)]);
            assert_eq!(collected.values(), ["+77090000001"]);
            assert_eq!(tally.passed_over[&Passage::OtherValue].passages, 1);
        }
        assert!(fault(&two_sheets(&one, "")).is_none());
    }

    #[test]
    fn notes_above_and_below_the_rows_of_a_sheet_are_passed_over_and_searched() {
        let entry = ENTRY.replace(".xlsx\"", ".xlsx\"\nskip = 2");
        let read = |above: &str, below: &[&str]| {
            let people = row(&["Аты", "Тел"]) + &row(&["x", "87090000001"]);
            let rows = row(&["Клиенттер"]) + &row(&[above]) + &people + &row(below);
            read_folder(&entry, &[("book.xlsx", &workbook(&rows))])
        };
        let (collected, tally) = read("2024", &["Итого:", "1"]);
        assert_eq!(collected.values(), ["+77090000001"]);
        assert_eq!((tally.rows, tally.rejected_rows, tally.missed()), (1, 0, 0));
        assert_eq!(tally.passed_over[&Passage::Preamble].passages, 2);
        assert_eq!(tally.passed_over[&Passage::Footer].passages, 1);
        // A person in a note above was missed, and one below is read.
        let (collected, tally) = read("сұрақтар: +77090000002", &["Итого:", "87090000003"]);
        assert_eq!(collected.values(), ["+77090000001", "+77090000003"]);
        assert_eq!((tally.rows, tally.missed()), (2, 1));
    }

    #[test]
    fn sheets_of_people_without_the_columns_are_refused_by_their_names() {
        let people = row(&["Тел"]) + &row(&["87090000001"]);
        let others = row(&["Телефон"]) + &row(&["87090000002"]);
        let sheets = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            Names::from(names)
        };
        let found = fault(&two_sheets(&people, &others));
        assert_eq!(
            found,
            Some(Fault::SeveralSheets {
                sheets: sheets(&["Екі"])
            })
        );
        let column = "Тел".to_owned();
        let found = fault(&two_sheets(&others, &others));
        let expected = Fault::NoSheet {
            column: column.clone(),
            sheets: sheets(&["Бір", "Екі"]),
        };
        assert_eq!(found, Some(expected));
        assert_eq!(
            fault(&two_sheets(&others, "")),
            Some(Fault::MissingColumn { column })
        );
    }

    #[test]
    fn sheets_other_than_the_named_one_are_counted() {
        let people = row(&["Тел"]) + &row(&["87090000001"]);
        let book = two_sheets(&people, &people);
        let entry = format!("sheet = \"Екі\"\n{ENTRY}");
        let (collected, tally) = read_folder(&entry, &[("book.xlsx", &book)]);
        assert_eq!(collected.values().len(), 1);
        assert_eq!(tally.passed_over[&Passage::OtherSheet].passages, 1);
        let both = format!("{entry}\n[[file]]\nsheet = \"Бір\"\n{ENTRY}");
        let (collected, tally) = read_folder(&both, &[("book.xlsx", &book)]);
        assert_eq!(collected.values().len(), 2);
        assert!(tally.passed_over.is_empty());
    }

    #[test]
    fn a_missing_sheet_is_reported_by_name() {
        let entry = format!("sheet = \"Үш\"\n{ENTRY}");
        let failed = read_folder_files(&entry, &[("book.xlsx", &workbook(""))]);
        let fault = Fault::MissingSheet {
            sheet: "Үш".to_owned(),
        };
        assert!(matches!(failed, Err(IngestError::File { fault: found, .. }) if found == fault));
    }

    #[test]
    fn a_workbook_that_unpacks_to_more_than_the_bound_is_refused() {
        let book = workbook(&" ".repeat(RECORD_LIMIT));
        let outcome = check_size(&mut Cursor::new(book), RECORD_LIMIT as u64);
        assert!(matches!(
            outcome,
            Err(Failure::Fault(Fault::TooLarge { .. }))
        ));
    }

    fn fault(book: &[u8]) -> Option<Fault> {
        match read_folder_files(ENTRY, &[("book.xlsx", book)]) {
            Err(IngestError::File { fault, .. }) => Some(fault),
            _ => None,
        }
    }

    #[test]
    fn a_workbook_that_states_more_texts_than_it_can_hold_is_refused() {
        let texts = |count: &str| {
            let text = format!("<sst uniqueCount{count}><si><t>x</t></si></sst>");
            fault(&workbook_with("", &[("xl/sharedStrings.xml", text)]))
        };
        assert_eq!(texts("=\"1\""), None);
        for count in ["=\"100000000000\"", " = '0000000000000000000000999'"] {
            assert_eq!(texts(count), Some(Fault::BadWorkbook), "{count}");
        }
    }

    #[test]
    fn styles_beyond_their_bound_are_refused() {
        let styles = " ".repeat(STYLES_LIMIT as usize + 1);
        let book = workbook_with("", &[("xl/styles.xml", styles)]);
        let limit = STYLES_LIMIT;
        assert_eq!(fault(&book), Some(Fault::TooLarge { limit }));
    }

    #[test]
    fn a_cell_outside_of_a_sheet_s_bounds_is_refused() {
        let header = text_cell("A1", "Тел");
        let with = |place: &str| {
            let cell = text_cell(place, "87090000001");
            fault(&workbook(&format!(
                "<row r=\"1\">{header}</row><row>{cell}</row>"
            )))
        };
        assert_eq!(with("XFD1048576"), None);
        assert_eq!(with("XFE2"), Some(Fault::BadWorkbook));
        assert_eq!(with("A1048577"), Some(Fault::BadWorkbook));
    }

    proptest! {
        #[test]
        fn a_damaged_sheet_is_read_or_refused(rows in "(<row r=\"[0-9]{1,10}\">|<c r=\"[A-Z]{0,8}[0-9]{0,3}\"( t=\"[snb]\")?>|<v>|[0-9e.-]{0,5}|</v>|</c>|</row>){0,20}") {
            // Excludes panics where names of cells are turned into numbers, and indices of shared texts are used.
            let _ = read_folder_files(ENTRY, &[("book.xlsx", &workbook(&rows))]);
        }
    }
}
