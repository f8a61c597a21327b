//! SpreadsheetML, the XML of Excel 2003, which programs such as 1C write under the name of `.xls`. It streams: a row is
//! held.

use std::io::{BufRead, BufReader, Read};

use quick_xml::events::{BytesStart, Event};

use super::rows::{COLUMN_LIMIT, ROW_LIMIT, TakeCells};
use super::streamed::{StreamedSheets, read_each, show_each};
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::text::markup::Markup;
use crate::ingest::{Fault, RECORD_LIMIT};

/// Reads the wanted sheets of a workbook, already converted to UTF-8.
pub(in crate::ingest) fn read(
    text: impl Read,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let mut workbook = Workbook(Markup::new(BufReader::new(text)));
    read_each(&mut workbook, rules, builder)
}

/// Shows every sheet of a workbook: `taker` returns for each name the receiver of its cells, which stops when it has
/// enough.
pub(in crate::ingest) fn show<T: TakeCells>(
    text: impl Read,
    taker: impl FnMut(String) -> T,
    shown: impl FnMut(T),
) -> Result<(), Failure> {
    let mut workbook = Workbook(Markup::new(BufReader::new(text)));
    show_each(&mut workbook, taker, shown)
}

struct Workbook<R>(Markup<R>);

impl<R: BufRead> StreamedSheets for Workbook<R> {
    fn next_sheet(&mut self) -> Result<Option<String>, Failure> {
        loop {
            match self.0.next()? {
                Event::Start(start) if local(&start) == "Worksheet" => {
                    return Ok(Some(attribute(&start, "Name")?.unwrap_or_default()));
                }
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    fn rows(&mut self, sheet: &mut dyn TakeCells) -> Result<(), Failure> {
        let mut next = 0_u32;
        loop {
            let stated = match self.0.next()? {
                Event::Start(start) if local(&start) == "Row" => number(&start, "Index")?,
                Event::End(end) if end.local_name().into_inner() == "Worksheet" => {
                    return sheet.end_row();
                }
                _ => continue,
            };
            let row = stated.map_or(next, |stated| stated.saturating_sub(1));
            if row < next || row >= ROW_LIMIT {
                return Err(Fault::BadWorkbook.into());
            }
            sheet.go_to(row)?;
            self.row(sheet)?;
            next = row + 1;
        }
    }
}

impl<R: BufRead> Workbook<R> {
    fn row(&mut self, sheet: &mut dyn TakeCells) -> Result<(), Failure> {
        let mut next = 0_usize;
        loop {
            let (stated, merged) = match self.0.next()? {
                Event::Start(start) if local(&start) == "Cell" => {
                    (number(&start, "Index")?, number(&start, "MergeAcross")?)
                }
                Event::End(end) if end.local_name().into_inner() == "Row" => return Ok(()),
                _ => continue,
            };
            let column = stated.map_or(next, |stated| (stated as usize).saturating_sub(1));
            if column < next || column >= COLUMN_LIMIT {
                return Err(Fault::BadWorkbook.into());
            }
            let text = self.cell()?;
            sheet.put(column, text);
            next = column
                .saturating_add(merged.unwrap_or(0) as usize)
                .saturating_add(1);
        }
    }

    /// The text of the cell that has begun, without its notes and up to [`RECORD_LIMIT`].
    fn cell(&mut self) -> Result<String, Failure> {
        let (mut text, mut data, mut notes) = (String::new(), 0_u32, 0_u32);
        loop {
            match self.0.next()? {
                Event::Start(start) => match local(&start) {
                    "Comment" => notes += 1,
                    "Data" => data += 1,
                    _ => {}
                },
                Event::End(end) => match end.local_name().into_inner() {
                    "Cell" => return Ok(text),
                    "Comment" => notes = notes.saturating_sub(1),
                    "Data" => data = data.saturating_sub(1),
                    _ => {}
                },
                Event::Text(piece) if data > 0 && notes == 0 => {
                    add(&mut text, &piece.xml10_content());
                }
                Event::CData(piece) if data > 0 && notes == 0 => {
                    add(&mut text, &piece.xml10_content());
                }
                Event::GeneralRef(reference) if data > 0 && notes == 0 => {
                    add(
                        &mut text,
                        &crate::ingest::text::markup::character(&reference)?,
                    );
                }
                _ => {}
            }
        }
    }
}

fn add(text: &mut String, piece: &str) {
    if text.len() + piece.len() <= RECORD_LIMIT {
        text.push_str(piece);
    }
}

fn local<'s>(start: &'s BytesStart<'_>) -> &'s str {
    start.local_name().into_inner()
}

/// An attribute by its local name.
fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, Failure> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Fault::BadWorkbook)?;
        if attribute.key.local_name().into_inner() == name {
            return crate::ingest::text::markup::value(&attribute).map(Some);
        }
    }
    Ok(None)
}

fn number(start: &BytesStart<'_>, name: &str) -> Result<Option<u32>, Failure> {
    let text = attribute(start, name)?;
    let number = text.map(|text| text.trim().parse().map_err(|_| Fault::BadWorkbook));
    Ok(number.transpose()?)
}

#[cfg(test)]
mod tests {
    use crate::ingest::Passage;
    use crate::ingest::tests::{read_folder, read_folder_files};

    const ENTRY: &str = "path = \"a.xls\"\ncolumns.\"Телефон\" = { identifier = \"phone\" }\ncolumns.\"ИИН\" = { identifier = \"iin\" }";

    const BOOK: &str = "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n\
        <ss:Workbook xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\n\
        <ss:Worksheet ss:Name=\"Бос\"><ss:Table/></ss:Worksheet>\n\
        <ss:Worksheet ss:Name=\"Екі\"><ss:Table>\n\
        <ss:Row><ss:Cell><ss:Data ss:Type=\"String\">ФИО</ss:Data></ss:Cell><ss:Cell ss:Index=\"3\"><ss:Data>Телефон</ss:Data></ss:Cell>\
        <ss:Cell><ss:Data>ИИН</ss:Data></ss:Cell></ss:Row>\n\
        <ss:Row ss:Index=\"5\"><ss:Cell ss:MergeAcross=\"1\"><ss:Data>Әсия &amp; <B>Қ</B>&#1099;з</ss:Data>\
        <ss:Comment><ss:Data>87090000009</ss:Data></ss:Comment></ss:Cell>\
        <ss:Cell><ss:Data ss:Type=\"Number\">87090000001</ss:Data></ss:Cell></ss:Row>\n\
        <ss:Row><ss:Cell/><ss:Cell/><ss:Cell><ss:Data>+7 709 000 00 02</ss:Data></ss:Cell></ss:Row>\n\
        </ss:Table></ss:Worksheet></ss:Workbook>";

    #[test]
    fn cells_are_where_their_indices_say_and_notes_are_not_cells() {
        let utf16: Vec<u8> = format!("\u{feff}{BOOK}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for book in [BOOK.as_bytes(), &utf16] {
            let (found, tally) = read_folder(ENTRY, &[("a.xls", book)]);
            assert_eq!(found.values(), ["+77090000001", "+77090000002"]);
            assert_eq!((tally.rows, tally.rejected_rows), (2, 0));
        }
    }

    #[test]
    fn the_sheet_that_is_named_is_read_and_the_others_are_counted() {
        let entry = format!("sheet = \"Екі\"\n{ENTRY}");
        let (found, tally) = read_folder(&entry, &[("a.xls", BOOK.as_bytes())]);
        assert_eq!(found.values().len(), 2);
        assert_eq!(tally.passed_over[&Passage::OtherSheet].passages, 1);
    }

    #[test]
    fn a_workbook_that_is_cut_off_anywhere_ends_early() {
        let begin = BOOK.find("<ss:Worksheet").unwrap();
        for end in begin..BOOK.len() - 1 {
            if BOOK.is_char_boundary(end) {
                let cut = read_folder_files(ENTRY, &[("a.xls", &BOOK.as_bytes()[..end])]);
                assert!(cut.is_err(), "{end}");
            }
        }
    }
}
