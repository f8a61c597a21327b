use std::path::Path;

use anyhow::Context;
use heed::types::Bytes;
use heed::{
    CommitOrAbort, Database, Env, EnvFlags, EnvOpenOptions, IntegerComparator, PutFlags, RoTxn,
    WithTls,
};

use crate::table::rows::Rows;
use crate::table::store::{OnDisk, Store};

type Tags = Database<'static, Bytes, Bytes, IntegerComparator>;

/// Room in the map; the file is as long as what is in it.
const MAP_BYTES: usize = 1 << 36;
const DATABASE: &str = "tags";

/// LMDB by the crate `heed`: integer keys, put in by appending, read in one transaction.
pub(in crate::table) struct Lmdb {
    transaction: RoTxn<'static, WithTls>,
    tags: Tags,
}

impl Store for Lmdb {
    const NAME: &'static str = "LMDB (heed)";

    fn make(rows: &Rows, folder: &Path) -> anyhow::Result<Self> {
        let environment = environment(folder)?;
        environment
            .create_databases_and_commit(environment.write_txn()?, |opener, transaction| {
                let options = opener.database_options().types::<Bytes, Bytes>();
                let mut options = options.key_comparator::<IntegerComparator>();
                let tags = options.name(DATABASE).create(transaction)?;
                rows.each(|pair| {
                    let (key, value) = (pair.tag.to_ne_bytes(), pair.exposures.to_ne_bytes());
                    Ok(tags.put_with_flags(transaction, PutFlags::APPEND, &key, &value)?)
                })?;
                anyhow::Ok(CommitOrAbort::<_, ()>::Commit(tags))
            })?
            .unwrap_commit();
        environment.force_sync()?;
        environment.prepare_for_closing().wait();
        Self::open(folder)
    }

    fn exposures(&mut self, tag: u64) -> anyhow::Result<Option<u16>> {
        let value = self.tags.get(&self.transaction, &tag.to_ne_bytes())?;
        let value = value.map(<[u8; 2]>::try_from).transpose()?;
        Ok(value.map(u16::from_ne_bytes))
    }
}

impl OnDisk for Lmdb {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let environment = environment(folder)?;
        let tags = environment
            .open_databases_and_commit(environment.read_txn()?, |opener, transaction| {
                let options = opener.database_options().types::<Bytes, Bytes>();
                let mut options = options.key_comparator::<IntegerComparator>();
                let tags = options.name(DATABASE).open(transaction)?;
                let tags = tags.context("LMDB has no such database")?;
                anyhow::Ok(CommitOrAbort::<_, ()>::Commit(tags))
            })?
            .unwrap_commit();
        let transaction = environment.static_read_txn()?;
        Ok(Self { transaction, tags })
    }
}

/// LMDB without reading ahead, which its documentation advises for random access, and without waiting for the disk.
#[expect(unsafe_code, reason = "LMDB maps a file that others could change")]
fn environment(folder: &Path) -> anyhow::Result<Env> {
    let mut options = EnvOpenOptions::new();
    options.map_size(MAP_BYTES).max_dbs(1);
    // SAFETY: with NO_SYNC a crash of the system may break the file, which is made for this run alone; the folder is this
    // benchmark's own, so nobody else writes to the file.
    Ok(unsafe {
        options
            .flags(EnvFlags::NO_READ_AHEAD | EnvFlags::NO_SYNC)
            .open(folder)?
    })
}
