//! Which table of a database is meant?

use super::Table;
use crate::ingest::Fault;
use crate::ingest::describe::resolve::FileRules;

/// Returns the place of the table that `breach.toml` names, or of the only one.
pub(super) fn wanted(tables: &[Table], rules: &FileRules) -> Result<usize, Fault> {
    let Some(stated) = &rules.entry.table else {
        return match tables {
            [] => Err(Fault::NoTables),
            [_] => Ok(0),
            _ => Err(Fault::SeveralTables),
        };
    };
    let exact = tables.iter().position(|table| table.name == *stated);
    let found = exact.or_else(|| tables.iter().position(|table| is_called(table, stated)));
    found.ok_or_else(|| Fault::MissingTable {
        table: stated.clone(),
    })
}

/// Returns the tables other than `wanted` that no other `[[file]]` reads or has counted.
pub(super) fn passed_over(tables: &[Table], wanted: usize, rules: &FileRules) -> usize {
    if !rules.is_first {
        return 0;
    }
    let is_read = |table: &Table| {
        let mut others = rules
            .others
            .iter()
            .filter_map(|other| other.table.as_deref());
        others.any(|other| is_called(table, other))
    };
    let others = tables
        .iter()
        .enumerate()
        .filter(|(place, _)| *place != wanted);
    others.filter(|(_, table)| !is_read(table)).count()
}

fn is_called(table: &Table, stated: &str) -> bool {
    table.name.to_lowercase() == stated.to_lowercase()
}
