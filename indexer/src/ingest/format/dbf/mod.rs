//! Tables of dBase III and IV, Clipper, FoxPro and Visual FoxPro, with their memos.
//!
//! Rows marked as deleted are read like the others, and counted separately: nobody deleted them from the leak. The code
//! page is recognised by the text of the first rows, because the byte that states it is often 0 or wrong; if they are
//! ASCII, the byte counts. A chunk of rows is held, and a memo.

mod cell;
mod header;
mod memo;
mod rows;
#[cfg(test)]
pub(in crate::ingest) mod tests;

use std::io::Read;

use crate::ingest::container::ReadSeek;
use crate::ingest::describe::columns::Column;
use crate::ingest::describe::description::Format;
use crate::ingest::describe::layout::DetectedLayout;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::{Passage, Reason};
use crate::ingest::text::sniff;
use crate::ingest::{Encoding, Fault};
use cell::{Cell, cell, decoded};
use header::{Field, Header};
pub(in crate::ingest) use header::{HEAD, is_table, memo_endings};
use memo::{Memos, NoMemo};
use rows::{Mark, Rows, is_filling};

/// Bytes of text of the first rows that show the code page.
const SNIFFED: usize = 64 << 10;

/// Minimum length of a cell that is examined for it, in bytes.
const SHORTEST: usize = 3;

/// A table's name, and its memos, if they were found.
pub(in crate::ingest) struct Table<'t> {
    pub(in crate::ingest) rows: &'t mut dyn Read,
    pub(in crate::ingest) memos: Option<&'t mut dyn ReadSeek>,
    pub(in crate::ingest) name: &'t str,
}

/// Reads the rows of a table.
pub(in crate::ingest) fn read(
    table: Table<'_>,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let (header, mut rows) = Rows::open(table.rows)?;
    let encoding = encoding(&header, &mut rows, rules.entry.encoding)?;
    builder.read_as(DetectedLayout::new(Format::Dbf, Some(encoding)));
    let names = names(&header, encoding);
    let columns = match rules.has_header() {
        true => rules.columns.by_name(&names)?,
        false => rules.columns.by_number(names.len())?,
    };
    let memos = memos(&header, table.memos)?;
    let needs_memos = columns
        .iter()
        .any(|&(place, _)| field(&header, place).kind == b'M');
    if memos.is_none() && needs_memos {
        return Err(missing_memos(&header, table.name).into());
    }
    let mut reader = Reader {
        header: &header,
        columns,
        encoding,
        memos,
        builder,
    };
    reader.rows(&mut rows)?;
    reader.behind(&mut rows)
}

/// Shows the first rows of a table, with the names of its columns.
pub(in crate::ingest) fn show(
    table: Table<'_>,
    stated: Option<Encoding>,
    limit: usize,
) -> Result<TablePreview, Failure> {
    let (header, mut rows) = Rows::open(table.rows)?;
    let encoding = encoding(&header, &mut rows, stated)?;
    let mut memos = memos(&header, table.memos)?;
    if memos.is_none() && header.fields.iter().any(|field| field.kind == b'M') {
        return Err(missing_memos(&header, table.name).into());
    }
    let names = names(&header, encoding);
    let mut shown = Vec::new();
    let mut is_whole = true;
    while shown.len() < limit {
        let Some((_, _, row)) = rows.next()? else {
            break;
        };
        let row = row.to_vec();
        let text = |place| match text(&header, place, &row, encoding, &mut memos, &mut false) {
            Ok(Text::Is(text)) => Ok(text),
            Ok(_) | Err(NoMemo::Reject(_)) => Ok(String::new()),
            Err(NoMemo::Io(error)) => Err(error),
        };
        shown.push((0..names.len()).map(text).collect::<Result<_, _>>()?);
        is_whole = shown.len() < limit;
    }
    Ok(TablePreview {
        encoding,
        names,
        rows: shown,
        is_whole,
    })
}

/// The first rows of a table.
pub(in crate::ingest) struct TablePreview {
    pub(in crate::ingest) encoding: Encoding,
    pub(in crate::ingest) names: Vec<String>,
    pub(in crate::ingest) rows: Vec<Vec<String>>,
    /// Whether these are all rows.
    pub(in crate::ingest) is_whole: bool,
}

/// The text of a cell.
enum Text {
    Is(String),
    Opaque,
}

struct Reader<'r, 'h, 'm, 'b, 'a> {
    header: &'h Header,
    columns: Vec<(usize, &'r Column)>,
    encoding: Encoding,
    memos: Option<Memos<'m>>,
    builder: &'b mut RecordBuilder<'a>,
}

impl Reader<'_, '_, '_, '_, '_> {
    fn rows(&mut self, rows: &mut Rows<'_>) -> Result<(), Failure> {
        while let Some((mark, number, row)) = rows.next()? {
            match mark {
                Mark::Unknown => self.reject(number, Reason::NotDbf, row)?,
                mark => {
                    self.row(number, row)?;
                    if mark == Mark::Deleted {
                        self.builder.count_deleted();
                    }
                }
            }
        }
        Ok(())
    }

    fn row(&mut self, number: u64, row: &[u8]) -> Result<(), Failure> {
        let mut is_damaged = false;
        let mut texts = Vec::with_capacity(self.columns.len());
        for &(place, _) in &self.columns {
            match text(
                self.header,
                place,
                row,
                self.encoding,
                &mut self.memos,
                &mut is_damaged,
            ) {
                Ok(text) => texts.push(text),
                Err(NoMemo::Reject(reason)) => return self.reject(number, reason, row),
                Err(NoMemo::Io(error)) => return Err(error.into()),
            }
        }
        for ((_, column), text) in self.columns.iter().zip(texts) {
            match text {
                Text::Is(text) => self.builder.cell(column, &text),
                Text::Opaque => self.builder.opaque_cell(column),
            }
        }
        if let Some(reading) = self.builder.reading().filter(|_| is_damaged) {
            reading.damaged_lines += 1;
        }
        self.builder.end_record()
    }

    /// Rejects a row, whose texts are searched.
    fn reject(&mut self, number: u64, reason: Reason, row: &[u8]) -> Result<(), Failure> {
        let texts = (0..self.header.fields.len()).map(|place| {
            let text = text(
                self.header,
                place,
                row,
                self.encoding,
                &mut None,
                &mut false,
            );
            match text {
                Ok(Text::Is(text)) => text,
                _ => String::new(),
            }
        });
        let line = texts.collect::<Vec<_>>().join("\t");
        self.builder.reject_row(number, reason, line.as_bytes())
    }

    /// Passes over the bytes after the rows, unless they are padding.
    fn behind(&mut self, rows: &mut Rows<'_>) -> Result<(), Failure> {
        let mut is_begun = false;
        while let Some(rest) = rows.behind()? {
            if is_filling(&rest) {
                continue;
            }
            let text = decoded(&rest, self.encoding, &mut false);
            match std::mem::replace(&mut is_begun, true) {
                false => self
                    .builder
                    .pass_over(rows.given() + 1, Passage::Footer, text.as_bytes()),
                true => self
                    .builder
                    .pass_over_more(Passage::Footer, text.as_bytes()),
            }
        }
        Ok(())
    }
}

/// The user's columns.
fn shown(header: &Header) -> impl Iterator<Item = &Field> {
    header.fields.iter().filter(|field| !field.is_system)
}

/// Returns the shown column at a place.
fn field(header: &Header, place: usize) -> &Field {
    // Cannot fail for the places of names; any other is empty.
    shown(header).nth(place).unwrap_or(&header.fields[0])
}

fn names(header: &Header, encoding: Encoding) -> Vec<String> {
    // A name may be in another code page than the rows.
    let name = |field: &Field| match str::from_utf8(&field.name) {
        Ok(name) => name.to_owned(),
        Err(_) => decoded(&field.name, encoding, &mut false),
    };
    shown(header).map(name).collect()
}

fn text(
    header: &Header,
    place: usize,
    row: &[u8],
    encoding: Encoding,
    memos: &mut Option<Memos<'_>>,
    is_damaged: &mut bool,
) -> Result<Text, NoMemo> {
    let bits = header.fields.iter().find(|field| field.kind == b'0');
    Ok(Text::Is(
        match cell(field(header, place), header.dialect, row, bits) {
            Cell::Text(bytes) => decoded(bytes, encoding, is_damaged),
            Cell::Made(text) => text,
            Cell::Memo(number) => match memos {
                Some(memos) => decoded(&memos.read(number)?, encoding, is_damaged),
                None => String::new(),
            },
            Cell::Opaque => return Ok(Text::Opaque),
            Cell::Empty => String::new(),
        },
    ))
}

fn memos<'m>(
    header: &Header,
    source: Option<&'m mut dyn ReadSeek>,
) -> Result<Option<Memos<'m>>, Failure> {
    match (header.memo, source) {
        (Some(kind), Some(source)) => Ok(Some(Memos::open(source, kind)?)),
        _ => Ok(None),
    }
}

fn missing_memos(header: &Header, name: &str) -> Fault {
    let ending = header.memo.map_or("dbt", |kind| kind.endings()[0]);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    Fault::MissingMemos {
        file: format!("{stem}.{ending}"),
    }
}

/// The code page of a table: as stated, or by the text of its first rows, or else by the stating byte.
fn encoding(
    header: &Header,
    rows: &mut Rows<'_>,
    stated: Option<Encoding>,
) -> Result<Encoding, Failure> {
    if let Some(stated) = stated {
        return Ok(stated);
    }
    let sample = rows.peek()?.to_vec();
    let mut text = Vec::new();
    for row in sample.chunks_exact(header.row_length) {
        for field in header.fields.iter().filter(|field| field.kind == b'C') {
            if let Cell::Text(cell) = cell(field, header.dialect, row, None)
                && cell.len() >= SHORTEST
            {
                text.extend_from_slice(cell);
                text.push(b'\n');
            }
        }
        if text.len() >= SNIFFED {
            break;
        }
    }
    let by_driver = header.encoding;
    if text.is_ascii() {
        return Ok(by_driver.unwrap_or(Encoding::Utf8));
    }
    match (sniff::encoding(&text), by_driver) {
        (Ok(Encoding::Utf8), Some(by_driver)) if str::from_utf8(&text).is_err() => Ok(by_driver),
        (Ok(sniffed), _) => Ok(sniffed),
        (Err(_), Some(by_driver)) => Ok(by_driver),
        (Err(_), None) => Err(Fault::UnknownEncoding.into()),
    }
}
