//! How fast is a tag found, in how many bytes, compared with other tables and databases?

mod figures;
mod measure;
mod rows;
mod store;
mod stores;

use std::path::Path;

pub use self::figures::{StoreFigures, TableFigures};
use self::measure::Measurement;
use self::rows::Rows;
pub use self::store::StoreContent;
use self::stores::{Fst, Hash, Hibp, Lmdb, Redb, SortedArray, Sqlite, Tekser};
use super::files::empty;

/// Makes every store of `rows` random tags in `folder`, one after another, and looks up the same tags in each. The
/// folder is emptied first, and nothing is left in it.
///
/// # Errors
/// Fails if a store cannot be made or read, or returns for a tag what was not put in.
pub fn measure_table(folder: &Path, rows: u64, rounds: u32) -> anyhow::Result<TableFigures> {
    empty(folder)?;
    let measurement = Measurement::new(Rows::new(rows), folder, rounds)?;
    let stores = vec![
        measurement.of_files::<Tekser>()?,
        measurement.of::<SortedArray>()?,
        measurement.of::<Hash>()?,
        measurement.of_files::<Lmdb>()?,
        measurement.of_files::<Redb>()?,
        measurement.of_files::<Sqlite>()?,
        measurement.of_files::<Fst>()?,
        measurement.of::<Hibp>()?,
    ];
    std::fs::remove_dir_all(folder)?;
    Ok(TableFigures { rows, stores })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All except hibp-verifier's, which is a million files however few tags there are: it is checked like the others
    /// in each run.
    #[test]
    fn every_store_returns_for_every_tag_what_was_put_in() {
        let folder = tempfile::tempdir().expect("a folder");
        let measurement = Measurement::new(Rows::new(20_000), folder.path(), 1).expect("a sample");
        let measured = [
            measurement.of_files::<Tekser>(),
            measurement.of::<SortedArray>(),
            measurement.of::<Hash>(),
            measurement.of_files::<Lmdb>(),
            measurement.of_files::<Redb>(),
            measurement.of_files::<Sqlite>(),
            measurement.of_files::<Fst>(),
        ];
        for store in measured {
            let store = store.expect("a store that returns the truth");
            assert!(store.bytes > 0 && store.hit_nanoseconds > 0.0, "{store:?}");
        }
    }
}
