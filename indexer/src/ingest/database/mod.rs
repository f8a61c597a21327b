//! What do the rows of this database say? Readers of files whose tables and columns have names.
//!
//! A reader lists the [`Tables`] and gives the rows of one; [`choice`] finds which table is meant, [`records`] makes
//! records of its rows. What a database keeps as bytes in a code page is decoded by [`code_page`].

mod access;
mod choice;
mod code_page;
mod cronos;
mod records;
#[cfg_attr(not(feature = "sqlite"), path = "no_sqlite.rs")]
mod sqlite;

use std::borrow::Cow;

use super::container::{Maker, Pages};
use super::describe::description::Format;
use super::describe::resolve::FileRules;
use super::error::Failure;
use super::record_builder::RecordBuilder;
use super::tally::Reason;
use super::text::code_page::Encoding;
pub(in crate::ingest) use code_page::{DecodedCell, Decoder};

/// Maximum number of tables; real databases have fewer.
const TABLE_LIMIT: usize = 10_000;

/// A table: its name and those of its columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::ingest) struct Table {
    pub(in crate::ingest) name: String,
    pub(in crate::ingest) columns: Vec<String>,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ingest) enum Cell<'c> {
    /// NULL.
    Empty,
    Text(Cow<'c, str>),
    /// Text in a code page that the database does not state, or may state wrongly.
    Coded(Cow<'c, [u8]>),
    /// Data that are not text, such as a picture.
    Opaque,
}

impl<'c> Cell<'c> {
    /// Bytes that may be a text.
    fn blob(bytes: &'c [u8]) -> Self {
        let is_plain = |c: char| !c.is_control() || c.is_whitespace();
        match str::from_utf8(bytes) {
            Ok("") => Self::Empty,
            Ok(text) if text.chars().all(is_plain) => Self::Text(Cow::Borrowed(text)),
            _ => Self::Opaque,
        }
    }

    /// The bytes of a text.
    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text.as_bytes()),
            Self::Coded(bytes) => Some(bytes),
            Self::Empty | Self::Opaque => None,
        }
    }
}

/// A row of a table.
pub(in crate::ingest) enum Row<'r> {
    /// The cells of the requested columns, in that order.
    Cells(&'r [Cell<'r>]),
    /// A row that cannot be read, with the texts found in it.
    Rejected(Reason, &'r [&'r [u8]]),
}

/// Takes the rows of a table, one by one.
pub(in crate::ingest) type TakeRow<'t> = dyn FnMut(Row<'_>) -> Result<(), Failure> + 't;

/// The user tables of a database, without those of the program itself.
pub(in crate::ingest) trait Tables {
    /// The tables, in the order of the database.
    fn list(&self) -> &[Table];

    /// Gives the rows of a table, with the columns at the places `wanted`.
    fn rows(
        &mut self,
        table: usize,
        wanted: &[usize],
        take: &mut TakeRow<'_>,
    ) -> Result<(), Failure>;

    /// Returns whether all its texts are Unicode.
    fn is_unicode(&self) -> bool {
        false
    }

    /// Returns the code page of texts that are not Unicode, for when the texts do not show it.
    fn code_page(&self) -> Option<Encoding> {
        None
    }
}

/// Returns the format of a database, as written in `breach.toml`.
pub(in crate::ingest) const fn format(maker: Maker) -> Format {
    match maker {
        Maker::Sqlite => Format::Sqlite,
        Maker::Access => Format::Access,
        Maker::Cronos => Format::Cronos,
    }
}

/// Opens a database.
pub(in crate::ingest) fn open<'p>(
    maker: Maker,
    pages: Pages<'p>,
) -> Result<Box<dyn Tables + 'p>, Failure> {
    match maker {
        Maker::Sqlite => sqlite::open(pages),
        Maker::Access => access::open(pages),
        Maker::Cronos => cronos::open(pages),
    }
}

/// Reads the chosen table.
pub(in crate::ingest) fn read(
    maker: Maker,
    pages: Pages<'_>,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let mut tables = open(maker, pages)?;
    records::read(format(maker), &mut *tables, rules, builder)
}
