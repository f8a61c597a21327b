//! Which rows does an SQL dump hold? A bounded [`lexer`] cuts it into tokens and accounts for all of its
//! text ([`account`]); [`statements`] finds the statements that bring rows ([`insert`], [`select`], [`copy`]) and those
//! that say which columns they have ([`create`]); [`table`] knows which rows are wanted.

mod account;
mod alter;
mod comments;
mod copy;
mod create;
mod escapes;
mod insert;
mod lexer;
mod plain;
mod resume;
mod row;
mod select;
mod statements;
mod strings;
mod table;
mod tuple;
mod value;

#[cfg(test)]
mod tests;

use std::io::Read;

use crate::ingest::describe::columns::Columns;
use crate::ingest::describe::description::Dialect;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::{NullSink, RecordBuilder};
use crate::ingest::text::sniff::{self, HEAD};
use crate::ingest::text::window::Window;
use lexer::Lexer;
use statements::Dump;
pub(in crate::ingest) use table::TableName;
use table::{Show, Table};

/// Reads the rows of one table from a MySQL or PostgreSQL dump.
pub(in crate::ingest) fn read(
    mut window: Window<impl Read>,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let dialect = match rules.entry.dialect {
        Some(dialect) => dialect,
        None => sniff::dialect(window.peek(HEAD)?),
    };
    if let Some(reading) = builder.reading() {
        reading.dialect = Some(dialect);
    }
    let mut table = Table::new(rules.entry.table.as_deref(), &rules.columns);
    Dump::new(Lexer::new(window, dialect, builder), &mut table).read()
}

/// Gives `show` the rows of every table that a dump begins with: the table, its columns' names, the cells.
pub(in crate::ingest) fn show_rows(
    head: &[u8],
    dialect: Dialect,
    show: &mut Show<'_>,
) -> Result<(), Failure> {
    let no_columns = Columns(Vec::new());
    let mut nowhere = NullSink;
    let mut builder = RecordBuilder::new(&mut nowhere);
    let mut table = Table::shown_to(show, &no_columns);
    let lexer = Lexer::new(Window::new(head), dialect, &mut builder);
    Dump::new(lexer, &mut table).read()
}
