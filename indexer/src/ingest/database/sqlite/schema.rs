//! Which tables does an SQLite database have, and how is one queried?

use rusqlite::{Connection, Row};

use super::fault;
use crate::ingest::Fault;
use crate::ingest::database::{TABLE_LIMIT, Table};
use crate::ingest::error::Failure;

/// Tables that hold rows of their own: no virtual ones, whose rows are in others, and none of SQLite's own.
const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/// The columns that are stored, and not computed from others.
const COLUMNS: &str = "SELECT name FROM pragma_table_info(?1)";

/// Returns the user tables.
pub(super) fn tables(connection: &Connection) -> Result<Vec<Table>, Failure> {
    let names = names(connection, TABLES, None)?;
    if names.len() > TABLE_LIMIT {
        return Err(Fault::BadDatabase {
            what: "it has more than 10,000 tables",
        }
        .into());
    }
    let table = |name: String| {
        let columns = self::names(connection, COLUMNS, Some(&name))?;
        Ok(Table { name, columns })
    };
    names.into_iter().map(table).collect()
}

fn names(connection: &Connection, query: &str, of: Option<&str>) -> Result<Vec<String>, Failure> {
    let mut statement = connection.prepare(query).map_err(fault)?;
    let name = |row: &Row<'_>| {
        let name = row.get_ref(0)?.as_bytes().unwrap_or_default();
        Ok(String::from_utf8_lossy(name).into_owned())
    };
    let names = match of {
        Some(of) => statement.query_map([of], name),
        None => statement.query_map([], name),
    };
    let names = names.map_err(fault)?.take(TABLE_LIMIT + 1);
    names.collect::<Result<_, _>>().map_err(fault)
}

/// The rows of a table in the order in which they are stored, without an index, which may be damaged.
pub(super) fn query(table: &Table, wanted: &[usize]) -> String {
    let columns = wanted.iter().map(|&place| quoted(&table.columns[place]));
    let columns = columns.collect::<Vec<_>>().join(", ");
    format!("SELECT {columns} FROM {} NOT INDEXED", quoted(&table.name))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
