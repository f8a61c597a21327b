//! SQL dumps: a bounded [`lexer`], the [`statements`] that bring rows, and what [`table`] they belong to.

mod copy;
mod create;
mod escapes;
mod lexer;
mod plain;
mod row;
mod statements;
mod strings;
mod table;
mod tuple;

#[cfg(test)]
mod tests;

use std::io::Read;

use super::columns::Columns;
use super::description::Dialect;
use super::error::Failure;
use super::intake::{Intake, Nowhere};
use super::resolve::FileRules;
use super::sniff::{self, HEAD};
use super::window::Window;
use lexer::Lexer;
use statements::Dump;
use table::{Show, Table};

/// Reads the rows of one table from a MySQL or PostgreSQL dump.
pub(super) fn read(
    mut window: Window<impl Read>,
    rules: &FileRules,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    let dialect = match rules.entry.dialect {
        Some(dialect) => dialect,
        None => sniff::dialect(window.peek(HEAD)?),
    };
    if let Some(reading) = intake.reading() {
        reading.dialect = Some(dialect);
    }
    let table = Table::new(rules.entry.table.as_deref(), &rules.columns);
    Dump::new(Lexer::new(window, dialect), table, intake).read()
}

/// Gives `show` the rows of every table that a dump begins with: the table's name, its columns' names, the cells.
pub(super) fn show_rows(head: &[u8], dialect: Dialect, show: &mut Show<'_>) -> Result<(), Failure> {
    let no_columns = Columns(Vec::new());
    let mut nowhere = Nowhere;
    let mut intake = Intake::new(&mut nowhere);
    let table = Table::shown_to(show, &no_columns);
    Dump::new(Lexer::new(Window::new(head), dialect), table, &mut intake).read()
}
