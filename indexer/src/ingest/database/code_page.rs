//! Which code page are the texts of this table in? What a database states is often only where its program was
//! installed, so the texts themselves are examined first.

use std::borrow::Cow;

use super::{Cell, Row, Tables};
use crate::ingest::error::Failure;
use crate::ingest::text::code_page::Encoding;
use crate::ingest::text::sniff;

/// Bytes of text that show the code page.
const ENOUGH: usize = 1 << 18;

/// Maximum number of rows examined for it.
const ROWS: usize = 20_000;

/// Decodes the cells of a table.
pub(in crate::ingest) struct Decoder {
    /// The code page of texts that are not Unicode; `None` if there are none, or nothing shows it.
    pub(in crate::ingest) encoding: Option<Encoding>,
}

/// The text of a cell.
pub(in crate::ingest) enum DecodedCell<'c> {
    Text(Cow<'c, str>),
    /// A text with bytes that are not characters.
    Damaged(Cow<'c, str>),
    /// The cell is not a text.
    Opaque,
}

impl Decoder {
    /// Returns a decoder for the stated code page, or the one that the first rows of the table show.
    pub(in crate::ingest) fn of(
        tables: &mut dyn Tables,
        table: usize,
        wanted: &[usize],
        stated: Option<Encoding>,
    ) -> Result<Self, Failure> {
        let encoding = match stated {
            _ if tables.is_unicode() => None,
            Some(encoding) => Some(encoding),
            None => recognised(tables, table, wanted)?,
        };
        Ok(Self { encoding })
    }

    /// The text of a cell.
    pub(in crate::ingest) fn text<'c>(&self, cell: &'c Cell<'_>) -> DecodedCell<'c> {
        match cell {
            Cell::Empty => DecodedCell::Text(Cow::Borrowed("")),
            Cell::Text(text) => DecodedCell::Text(Cow::Borrowed(text)),
            Cell::Opaque => DecodedCell::Opaque,
            Cell::Coded(bytes) => match self.encoding {
                Some(encoding) if encoding != Encoding::Utf8 => {
                    let mut text = Vec::new();
                    encoding.decode(bytes, &mut text);
                    DecodedCell::Text(Cow::Owned(String::from_utf8_lossy(&text).into_owned()))
                }
                _ => match String::from_utf8_lossy(bytes) {
                    text @ Cow::Borrowed(_) => DecodedCell::Text(text),
                    text @ Cow::Owned(_) => DecodedCell::Damaged(text),
                },
            },
        }
    }
}

/// Returns the code page that the texts of the first rows look like, or else the one that the database states; `None`
/// if every text is ASCII.
fn recognised(
    tables: &mut dyn Tables,
    table: usize,
    wanted: &[usize],
) -> Result<Option<Encoding>, Failure> {
    let (mut sample, mut rows) = (Vec::new(), 0);
    let outcome = tables.rows(table, wanted, &mut |row| {
        if let Row::Cells(cells) = row {
            cells.iter().for_each(|cell| add(cell, &mut sample));
        }
        rows += 1;
        match sample.len() >= ENOUGH || rows >= ROWS {
            true => Err(Failure::Stopped),
            false => Ok(()),
        }
    });
    match outcome {
        Err(failure) if !failure.is_stop() => return Err(failure),
        _ => {}
    }
    if sample.is_empty() {
        return Ok(None);
    }
    let sniffed = sniff::encoding(&sample).ok();
    let single =
        sniffed.filter(|encoding| !matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be));
    Ok(single.or_else(|| tables.code_page()))
}

/// Adds a text in a code page, if it has letters that show which.
fn add(cell: &Cell<'_>, sample: &mut Vec<u8>) {
    if let Cell::Coded(bytes) = cell
        && !bytes.is_ascii()
        && sample.len() < ENOUGH
    {
        sample.extend_from_slice(bytes);
        sample.push(b'\n');
    }
}
