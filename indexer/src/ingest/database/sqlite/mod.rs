//! SQLite databases, read by SQLite itself, configured to trust nothing in them: nothing is written, no extension or
//! virtual table is loaded, no trigger or view is run, and memory is bounded.
//!
//! Pages of a file on the disk are read as needed; a file out of a container is held in memory. A write-ahead log
//! next to the file is read with it, as if the program that wrote both had just ended; a rollback journal is refused,
//! since only writing would apply it.
//!
//! Deleted rows are not searched for, nor views and virtual tables: what these show is in the tables that are read.

mod header;
mod open;
mod schema;

#[cfg(test)]
mod tests;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, Statement};

use super::{Cell, Row, Table, Tables, TakeRow};
use crate::ingest::Fault;
use crate::ingest::container::{Pages, ReadSeek};
use crate::ingest::error::Failure;
use crate::ingest::format::jsonl::float_text;

/// Maximum size of a value, in bytes; a row with a larger one cannot be read.
const VALUE_LIMIT: usize = 64 << 20;

/// Memory limit of SQLite, in bytes: a database out of a container, cached pages, and values.
const MEMORY_LIMIT: u64 = 1 << 30;

pub(super) fn open(pages: Pages<'_>) -> Result<Box<dyn Tables + '_>, Failure> {
    let (connection, file) = open::open(pages)?;
    let tables = schema::tables(&connection)?;
    Ok(Box::new(Sqlite {
        connection,
        file,
        tables,
        owed: 0,
    }))
}

struct Sqlite<'p> {
    connection: Connection,
    /// The file, which is read along with the rows to show their progress; `None` if it is in memory.
    file: Option<&'p mut dyn ReadSeek>,
    tables: Vec<Table>,
    /// Bytes of rows for which the file has not been read along yet.
    owed: usize,
}

impl Tables for Sqlite<'_> {
    fn list(&self) -> &[Table] {
        &self.tables
    }

    fn rows(
        &mut self,
        table: usize,
        wanted: &[usize],
        take: &mut TakeRow<'_>,
    ) -> Result<(), Failure> {
        let (file, owed) = (&mut self.file, &mut self.owed);
        let mut follow = |bytes: usize| {
            *owed += bytes;
            read_along(file.as_deref_mut(), owed)
        };
        let query = schema::query(&self.tables[table], wanted);
        let statement = self.connection.prepare(&query).map_err(fault)?;
        each_row(statement, wanted.len(), &mut follow, take)
    }
}

/// Gives the rows of a query, and the length of each.
fn each_row(
    mut statement: Statement<'_>,
    width: usize,
    follow: &mut dyn FnMut(usize) -> Result<(), Failure>,
    take: &mut TakeRow<'_>,
) -> Result<(), Failure> {
    let mut rows = statement.query([]).map_err(fault)?;
    while let Some(row) = rows.next().map_err(fault)? {
        let values = (0..width).map(|place| row.get_ref(place).map_err(fault));
        let values = values.collect::<Result<Vec<_>, _>>()?;
        follow(values.iter().map(length).sum())?;
        let cells: Vec<Cell<'_>> = values.into_iter().map(cell).collect();
        take(Row::Cells(&cells))?;
    }
    Ok(())
}

/// Reads as much of the file as of rows: that counts progress, takes the fingerprint, and notices a request to stop.
fn read_along(file: Option<&mut (dyn ReadSeek + '_)>, owed: &mut usize) -> Result<(), Failure> {
    const CHUNK: usize = 64 * 1024;
    let Some(file) = file else {
        return Ok(());
    };
    let mut chunk = [0; CHUNK];
    while *owed >= CHUNK {
        *owed -= CHUNK;
        let _ = file.read(&mut chunk)?;
    }
    Ok(())
}

fn cell(value: ValueRef<'_>) -> Cell<'_> {
    match value {
        ValueRef::Null => Cell::Empty,
        ValueRef::Integer(number) => Cell::Text(number.to_string().into()),
        ValueRef::Real(number) => Cell::Text(float_text(number).into()),
        ValueRef::Text(bytes) => match str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text.into()),
            // Some programs store any bytes as UTF-8.
            Err(_) => Cell::Coded(bytes.into()),
        },
        ValueRef::Blob(bytes) => Cell::blob(bytes),
    }
}

fn length(value: &ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.len() + 2,
        ValueRef::Null => 1,
        _ => 8,
    }
}

/// Returns the fault without SQLite's own message, which may contain names of the database.
#[expect(clippy::needless_pass_by_value, reason = "as map_err wants it")]
fn fault(error: rusqlite::Error) -> Failure {
    let what = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => "its pages are damaged",
        Some(ErrorCode::OutOfMemory | ErrorCode::TooBig) => {
            let limit = MEMORY_LIMIT;
            return Fault::TooLarge { limit }.into();
        }
        Some(ErrorCode::SystemIoFailure) => "it ends early, or the disk failed",
        _ => "SQLite does not understand it",
    };
    Fault::BadDatabase { what }.into()
}
