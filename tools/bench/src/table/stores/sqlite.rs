use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::table::rows::Rows;
use crate::table::store::{OnDisk, Store};

const FILE: &str = "tags.sqlite";

/// SQLite: the tag is the row's own number, all rows in one transaction, the file mapped.
pub(in crate::table) struct Sqlite(Connection);

impl Store for Sqlite {
    const NAME: &'static str = "SQLite";

    fn make(rows: &Rows, folder: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(folder.join(FILE))?;
        connection.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             CREATE TABLE tags (tag INTEGER PRIMARY KEY, exposures INTEGER NOT NULL); BEGIN",
        )?;
        let mut insert = connection.prepare("INSERT INTO tags VALUES (?, ?)")?;
        rows.each(|pair| {
            insert.execute(params![signed(pair.tag), pair.exposures])?;
            Ok(())
        })?;
        drop(insert);
        connection.execute_batch("COMMIT")?;
        drop(connection);
        Self::open(folder)
    }

    fn exposures(&mut self, tag: u64) -> anyhow::Result<Option<u16>> {
        let mut select = self
            .0
            .prepare_cached("SELECT exposures FROM tags WHERE tag = ?")?;
        Ok(select
            .query_row([signed(tag)], |row| row.get(0))
            .optional()?)
    }
}

impl OnDisk for Sqlite {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let connection =
            Connection::open_with_flags(folder.join(FILE), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        // SQLite's own bound of what it maps is 2 GiB.
        connection.execute_batch("PRAGMA mmap_size = 2147418112; BEGIN")?;
        Ok(Self(connection))
    }
}

/// SQLite's integers have a sign; with the first bit turned over they keep the order, which is quicker to insert.
const fn signed(tag: u64) -> i64 {
    (tag ^ (1 << 63)) as i64
}
