use std::path::Path;

use exposure_index::index::Index;
use exposure_index::oprf::Tag;
use memmap2::Mmap;

use crate::random_index::index_in;
use crate::table::rows::{Rows, packed};
use crate::table::store::{OnDisk, Store};

/// The index of this project.
pub(in crate::table) struct Tekser(Index<Mmap>);

impl Store for Tekser {
    const NAME: &'static str = "Tekser's index";

    fn make(rows: &Rows, folder: &Path) -> anyhow::Result<Self> {
        rows.0.write(folder)?;
        Self::open(folder)
    }

    fn contains(&mut self, tag: u64) -> anyhow::Result<bool> {
        Ok(self.0.find(Tag(tag))?.is_some())
    }

    fn exposures(&mut self, tag: u64) -> anyhow::Result<Option<u16>> {
        let row = self.0.find(Tag(tag))?;
        Ok(row
            .map(|row| row.exposures())
            .transpose()?
            .map(|exposures| packed(&exposures)))
    }
}

impl OnDisk for Tekser {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let index = index_in(folder);
        Ok(Self(index.open_public(index.current()?)?))
    }
}
