//! SQL dumps: a bounded [`lexer`], the [`statements`] that bring rows, and what [`table`] they belong to.

mod copy;
mod create;
mod escapes;
mod lexer;
mod row;
mod statements;
mod strings;
mod table;
mod tuple;

#[cfg(test)]
mod tests;

use std::io::Read;

use super::error::Failure;
use super::intake::Intake;
use super::resolve::FileRules;
use super::sniff::{self, HEAD};
use super::window::Window;
use lexer::Lexer;
use statements::Dump;
use table::Table;

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
    let table = Table::new(rules.entry.table.as_deref(), &rules.columns);
    Dump::new(Lexer::new(window, dialect), table, intake).read()
}
