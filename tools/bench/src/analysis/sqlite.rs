use std::fs;
use std::path::{Path, PathBuf};

use exposure_index::index::Exposure;
use rusqlite::{Connection, params};

use crate::random_index::RandomIndex;

/// An SQLite database with one row per identifier and its breaches as bits of one integer, and an index that covers all
/// that is asked: of the usual ways to store such data in SQLite, the one with the least to read.
pub(super) struct Sqlite {
    connection: Connection,
    path: PathBuf,
}

impl Sqlite {
    /// Writes the rows of an index to a database at `path`.
    ///
    /// # Errors
    /// Fails if the database cannot be written.
    pub(super) fn of(index: &RandomIndex<'_>, path: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(path)?;
        // Half of the file stays in memory, as ours does in the page cache.
        connection.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA mmap_size = 4000000000;
             CREATE TABLE identifier (tag INTEGER PRIMARY KEY, kind TEXT NOT NULL, breaches INTEGER NOT NULL);
             BEGIN",
        )?;
        let mut insert = connection.prepare("INSERT INTO identifier VALUES (?, ?, ?)")?;
        index.each_row(|tag, kind, exposures| {
            // SQLite's integers have a sign; with the first bit turned over they keep the order, which is quicker to
            // insert.
            let tag = (tag.0 ^ (1 << 63)) as i64;
            insert.execute(params![tag, kind.name(), bits(exposures)])?;
            Ok(())
        })?;
        drop(insert);
        connection.execute_batch(
            "COMMIT; CREATE INDEX identifier_breaches ON identifier (breaches, kind); ANALYZE",
        )?;
        Ok(Self {
            connection,
            path: path.to_owned(),
        })
    }

    /// Returns the numbers that a question gives, one per row.
    pub(super) fn counts(&self, sql: &str) -> anyhow::Result<Vec<u64>> {
        let mut question = self.connection.prepare(sql)?;
        let counts = question.query_map([], |row| row.get::<_, i64>(0))?;
        let counts = counts.map(|count| Ok(u64::try_from(count?)?));
        counts.collect()
    }

    pub(super) fn bytes(&self) -> anyhow::Result<u64> {
        Ok(fs::metadata(&self.path)?.len())
    }
}

fn bits(exposures: &[Exposure]) -> i64 {
    exposures
        .iter()
        .fold(0, |bits, exposure| bits | 1 << exposure.breach.0)
}
