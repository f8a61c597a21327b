use std::path::Path;

use redb::{Database, ReadOnlyTable, ReadableDatabase, TableDefinition};

use crate::table::rows::Rows;
use crate::table::store::{OnDisk, Store};

const TAGS: TableDefinition<'_, u64, u16> = TableDefinition::new("tags");
const FILE: &str = "tags.redb";
/// Its own cache, since it does not map the file: all of it has room.
const CACHE_BYTES: usize = 8 << 30;

/// redb: put in by one transaction, compacted, read in one.
pub(in crate::table) struct Redb {
    tags: ReadOnlyTable<u64, u16>,
    /// The table reads from it.
    _database: Database,
}

impl Store for Redb {
    const NAME: &'static str = "redb";

    fn make(rows: &Rows, folder: &Path) -> anyhow::Result<Self> {
        let mut database = Database::builder()
            .set_cache_size(CACHE_BYTES)
            .create(folder.join(FILE))?;
        let transaction = database.begin_write()?;
        {
            let mut tags = transaction.open_table(TAGS)?;
            rows.each(|pair| {
                tags.insert(pair.tag, pair.exposures)?;
                Ok(())
            })?;
        }
        transaction.commit()?;
        database.compact()?;
        drop(database);
        Self::open(folder)
    }

    fn exposures(&mut self, tag: u64) -> anyhow::Result<Option<u16>> {
        Ok(self.tags.get(tag)?.map(|guard| guard.value()))
    }
}

impl OnDisk for Redb {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let database = Database::builder()
            .set_cache_size(CACHE_BYTES)
            .open(folder.join(FILE))?;
        Ok(Self {
            tags: database.begin_read()?.open_table(TAGS)?,
            _database: database,
        })
    }
}
