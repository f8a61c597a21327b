//! The tables of an HTML page, which portals and programs name like a workbook. Each table is a sheet, named by its
//! number from 1; a table within another is a separate one, and so is the rest of the outer one. It streams: a row is
//! held, and the cells that continue in later rows.

mod tokens;

use std::collections::BTreeMap;
use std::io::{self, Read};

use html_escape::decode_html_entities;

use super::rows::{COLUMN_LIMIT, ROW_LIMIT, Sheets, TakeCells};
use super::streamed::{CellDiscarder, StreamedSheets, show_each};
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::{Fault, RECORD_LIMIT};
use tokens::{Token, Tokens};

/// Maximum bytes of text that continues in later rows.
const CARRIED_LIMIT: usize = 4 << 20;

/// The elements that begin a line of their own.
const LINES: [&str; 5] = ["br", "p", "div", "li", "dd"];

/// Reads the wanted tables of a page, already converted to UTF-8.
pub(in crate::ingest) fn read(
    text: impl Read,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let mut page = Page::new(text);
    let mut sheets = Sheets::new(rules, builder);
    while let Some(name) = page.next_table(&mut |text| sheets.pass_over_text(text))? {
        if sheets.wants(&name) {
            sheets.sheet(&name, |sheet| page.rows(sheet))?;
        } else {
            sheets.pass_over(&name);
            page.rows(&mut CellDiscarder)?;
        }
    }
    match page.tables {
        0 => Err(Fault::NoTable.into()),
        _ => Ok(sheets.end()?),
    }
}

/// Shows every table of a page: `taker` returns for each name the receiver of its cells, which stops when it has
/// enough.
pub(in crate::ingest) fn show<T: TakeCells>(
    text: impl Read,
    taker: impl FnMut(String) -> T,
    shown: impl FnMut(T),
) -> Result<(), Failure> {
    show_each(&mut Page::new(text), taker, shown)
}

struct Page<R> {
    tokens: Tokens<R>,
    /// Number of tables so far.
    tables: usize,
    /// Number of open tables.
    open: usize,
    /// Whether the page has begun as a complete one and has not ended.
    is_open: bool,
    /// Token that was read ahead.
    pending: Option<Token>,
}

/// The cell that is being read.
struct Cell {
    column: usize,
    columns: usize,
    rows: u32,
    /// The number that it shows rounded.
    number: Option<String>,
    text: String,
}

/// The row that is being read, with cells of earlier rows.
#[derive(Default)]
struct Row {
    number: u32,
    next: usize,
    cell: Option<Cell>,
    /// By column: the number of further rows, and the text.
    carried: BTreeMap<usize, (u32, String)>,
    is_filled: bool,
}

impl<R: Read> StreamedSheets for Page<R> {
    fn next_sheet(&mut self) -> Result<Option<String>, Failure> {
        self.next_table(&mut |_| {})
    }

    /// Every row of the table, up to its end or to a table in it.
    fn rows(&mut self, sheet: &mut dyn TakeCells) -> Result<(), Failure> {
        let mut row = Row::default();
        loop {
            match self.next()? {
                Some(Token::Open(name, more)) => match &*name {
                    "table" => {
                        row.end(sheet)?;
                        self.pending = Some(Token::Open(name, more));
                        return sheet.end_row();
                    }
                    "tr" => row.end(sheet)?,
                    "td" | "th" => row.begin_cell(&more, sheet)?,
                    name if LINES.contains(&name) => row.add("\n"),
                    _ => {}
                },
                Some(Token::Close(name)) => match &*name {
                    "table" => {
                        self.open = self.open.saturating_sub(1);
                        row.end(sheet)?;
                        return sheet.end_row();
                    }
                    "tr" => row.end(sheet)?,
                    "td" | "th" => row.end_cell(sheet)?,
                    _ => {}
                },
                Some(Token::Text(text)) => row.add(&decode_html_entities(&text)),
                Some(Token::Hidden(_)) => {}
                None => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            }
        }
    }
}

impl<R: Read> Page<R> {
    const fn new(text: R) -> Self {
        Self {
            tokens: Tokens::new(text),
            tables: 0,
            open: 0,
            is_open: false,
            pending: None,
        }
    }

    fn next(&mut self) -> Result<Option<Token>, Failure> {
        let token = match self.pending.take() {
            Some(token) => Some(token),
            None => self.tokens.next()?,
        };
        match &token {
            Some(Token::Open(name, _)) if name == "html" => self.is_open = true,
            Some(Token::Close(name)) if name == "html" => self.is_open = false,
            // A page that has begun and does not end was cut off.
            None if self.is_open || self.open > 0 => {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            _ => {}
        }
        Ok(token)
    }

    /// Enters the next table and returns its name, if there is one; `outside` takes the text before it.
    fn next_table(&mut self, outside: &mut dyn FnMut(&str)) -> Result<Option<String>, Failure> {
        loop {
            match self.next()? {
                Some(Token::Open(name, more)) => match &*name {
                    "table" => {
                        self.open += 1;
                        break;
                    }
                    // Rows after a nested table.
                    "tr" if self.open > 0 => {
                        self.pending = Some(Token::Open(name, more));
                        break;
                    }
                    _ => {}
                },
                Some(Token::Close(name)) if name == "table" => {
                    self.open = self.open.saturating_sub(1);
                }
                Some(Token::Close(_)) => {}
                Some(Token::Text(text) | Token::Hidden(text)) => {
                    let text = decode_html_entities(&text);
                    if !text.trim().is_empty() {
                        outside(&text);
                    }
                }
                None => return Ok(None),
            }
        }
        self.tables += 1;
        Ok(Some(self.tables.to_string()))
    }
}

impl Row {
    fn add(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell
            && cell.text.len() + text.len() <= RECORD_LIMIT
        {
            cell.text.push_str(text);
        }
    }

    fn begin_cell(&mut self, more: &str, sheet: &mut dyn TakeCells) -> Result<(), Failure> {
        self.end_cell(sheet)?;
        while self.carried.contains_key(&self.next) {
            self.put_carried(self.next, sheet)?;
            self.next += 1;
        }
        let count =
            |name: &str| attribute(more, name).and_then(|text| text.trim().parse::<u64>().ok());
        let columns = count("colspan").map_or(1, |count| {
            usize::try_from(count)
                .unwrap_or(COLUMN_LIMIT)
                .clamp(1, COLUMN_LIMIT)
        });
        let rows = count("rowspan").map_or(1, |count| {
            u32::try_from(count)
                .unwrap_or(ROW_LIMIT)
                .clamp(1, ROW_LIMIT)
        });
        if self.next + columns > COLUMN_LIMIT {
            return Err(Fault::BadWorkbook.into());
        }
        self.cell = Some(Cell {
            column: self.next,
            columns,
            rows,
            number: attribute(more, "x:num").filter(|number| !number.is_empty()),
            text: String::new(),
        });
        self.next += columns;
        Ok(())
    }

    fn end_cell(&mut self, sheet: &mut dyn TakeCells) -> Result<(), Failure> {
        let Some(cell) = self.cell.take() else {
            return Ok(());
        };
        let text = cell.number.unwrap_or_else(|| lines(&cell.text));
        if cell.rows > 1 {
            let carried: usize = self.carried.values().map(|(_, text)| text.len()).sum();
            if carried + text.len() > CARRIED_LIMIT {
                return Err(Fault::BadWorkbook.into());
            }
            for column in cell.column..cell.column + cell.columns {
                let text = if column == cell.column {
                    text.clone()
                } else {
                    String::new()
                };
                // This row counts as one of them.
                self.carried.insert(column, (cell.rows, text));
            }
            return self.put_carried(cell.column, sheet);
        }
        self.put(cell.column, text, sheet)
    }

    fn put(
        &mut self,
        column: usize,
        text: String,
        sheet: &mut dyn TakeCells,
    ) -> Result<(), Failure> {
        if self.number >= ROW_LIMIT {
            return Err(Fault::BadWorkbook.into());
        }
        if !self.is_filled {
            sheet.go_to(self.number)?;
            self.is_filled = true;
        }
        sheet.put(column, text);
        Ok(())
    }

    fn put_carried(&mut self, column: usize, sheet: &mut dyn TakeCells) -> Result<(), Failure> {
        let text = self.carried.get(&column).map(|(_, text)| text.clone());
        self.put(column, text.unwrap_or_default(), sheet)
    }

    /// Ends the row, if it has begun.
    fn end(&mut self, sheet: &mut dyn TakeCells) -> Result<(), Failure> {
        self.end_cell(sheet)?;
        if !self.is_filled {
            return Ok(());
        }
        let rest: Vec<usize> = self
            .carried
            .range(self.next..)
            .map(|(column, _)| *column)
            .collect();
        for column in rest {
            self.put_carried(column, sheet)?;
        }
        self.carried.retain(|_, (rows, _)| {
            *rows -= 1;
            *rows > 0
        });
        self.number += 1;
        self.next = 0;
        self.is_filled = false;
        Ok(())
    }
}

/// Returns the lines of a text, with runs of spaces and line ends collapsed.
fn lines(text: &str) -> String {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.contains('\n') {
        // A line end in the page's text is a space to readers, and harmless where it is not.
        true => {
            let lines = text.lines().map(words).filter(|line| !line.is_empty());
            lines.collect::<Vec<_>>().join("\n")
        }
        false => words(text),
    }
}

/// Returns the value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let is_begin = |place: &usize| {
        let before = lower[..*place].chars().next_back();
        before.is_none_or(|c| c.is_ascii_whitespace() || matches!(c, '"' | '\''))
    };
    let mut places = lower
        .match_indices(name)
        .map(|(place, _)| place)
        .filter(is_begin);
    places.find_map(|place| {
        let value = tag[place + name.len()..]
            .trim_start()
            .strip_prefix('=')?
            .trim_start();
        let value = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next()?,
            _ => value
                .split(|c: char| c.is_ascii_whitespace() || c == '/')
                .next()?,
        };
        Some(decode_html_entities(value).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use encoding_rs::WINDOWS_1251;

    use super::*;
    use crate::ingest::tests::{read_folder, read_folder_files};
    use crate::ingest::{IngestError, Passage};

    const ENTRY: &str = "path = \"a.xls\"\ncolumns.\"Телефон\" = { identifier = \"phone\" }\ncolumns.\"ФИО\" = { class = \"names\" }";

    const PAGE: &str = "<html xmlns:x=\"urn:x\"><head><style>td { mso-number-format: 0 }</style></head><body>\n\
        <p>Отчёт по абонентам, тел. 87090000009</p>\n\
        <TABLE border=1><tr><th>ФИО<th>Город<th>Телефон</tr>\n\
        <tr><td>Әсия&nbsp;Қасымова</td><td rowspan=2>Алматы</td><td x:num=\"87090000001\">8.709E+10</td></tr>\n\
        <tr><td>Нұржан<br>Өмірұлы</td><td>+7&nbsp;709 000 00 02</td></tr>\n\
        <tr><td colspan=2>Пётр &lt;Иванов&gt;<td>87090000003\n\
        </table></body></html>";

    fn cells(page: &str) -> Vec<Vec<(u32, usize, String)>> {
        struct KeptCells(Vec<(u32, usize, String)>, u32);
        impl TakeCells for KeptCells {
            fn go_to(&mut self, row: u32) -> Result<(), Failure> {
                self.1 = row;
                Ok(())
            }
            fn put(&mut self, column: usize, text: String) {
                self.0.push((self.1, column, text));
            }
            fn end_row(&mut self) -> Result<(), Failure> {
                Ok(())
            }
            fn repeat_row(&mut self, _: u64) {}
        }
        let mut tables = Vec::new();
        show(
            page.as_bytes(),
            |_| KeptCells(Vec::new(), 0),
            |kept| tables.push(kept.0),
        )
        .unwrap();
        tables
    }

    #[test]
    fn a_page_called_a_workbook_is_read_by_its_tables_in_any_encoding() {
        let russian = PAGE.replace(['Ә', 'Қ', 'ұ', 'Ө', 'і'], "а");
        let windows = WINDOWS_1251.encode(&russian).0;
        for page in [PAGE.as_bytes(), &windows] {
            let (found, tally) = read_folder(ENTRY, &[("a.xls", page)]);
            assert_eq!(
                found.values(),
                ["+77090000001", "+77090000002", "+77090000003"]
            );
            assert_eq!((tally.rows, tally.rejected_rows), (3, 0));
            assert_eq!(tally.passed_over[&Passage::OtherValue].identifiers, 1);
        }
    }

    #[test]
    fn cells_that_go_on_in_later_rows_and_columns_keep_the_others_in_their_places() {
        let page =
            "<table><tr><td rowspan=3>a<td colspan=2>b<td>c<tr><td>d<td>e<td>f<tr><td>g</table>";
        let cell = |row, column, text: &str| (row, column, text.to_owned());
        assert_eq!(
            cells(page)[0],
            [
                cell(0, 0, "a"),
                cell(0, 1, "b"),
                cell(0, 3, "c"),
                cell(1, 0, "a"),
                cell(1, 1, "d"),
                cell(1, 2, "e"),
                cell(1, 3, "f"),
                cell(2, 0, "a"),
                cell(2, 1, "g"),
            ]
        );
    }

    #[test]
    fn a_table_within_a_table_is_one_of_its_own() {
        let page =
            "<table><tr><td>a<table><tr><td>b</table><tr><td>c</table><table><tr><td>d</table>";
        let texts = |table: Vec<(u32, usize, String)>| -> String {
            table.into_iter().map(|(.., text)| text).collect()
        };
        let found: Vec<String> = cells(page).into_iter().map(texts).collect();
        assert_eq!(found, ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_page_that_is_cut_off_anywhere_ends_early() {
        let begin = PAGE.find("<body").unwrap();
        for end in begin..PAGE.rfind("</html>").unwrap() + 6 {
            if PAGE.is_char_boundary(end) {
                let cut = read_folder_files(ENTRY, &[("a.xls", &PAGE.as_bytes()[..end])]);
                assert!(cut.is_err(), "{end}");
            }
        }
    }

    #[test]
    fn a_page_without_tables_is_refused_with_a_way_out() {
        let read = read_folder_files(
            ENTRY,
            &[("a.xls", b"<html><body>87090000001</body></html>")],
        );
        let Err(IngestError::File { fault, .. }) = read else {
            panic!();
        };
        assert_eq!(fault, Fault::NoTable);
    }
}
