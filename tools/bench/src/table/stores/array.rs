use std::path::Path;

use crate::table::rows::Rows;
use crate::table::store::Store;

/// Two arrays in memory, one of the tags in order and one of what is known about them, and binary search.
pub(in crate::table) struct SortedArray {
    tags: Vec<u64>,
    exposures: Vec<u16>,
}

impl Store for SortedArray {
    const NAME: &'static str = "sorted array, binary search";

    fn make(rows: &Rows, _folder: &Path) -> anyhow::Result<Self> {
        let capacity = rows.0.rows as usize;
        let mut tags = Vec::with_capacity(capacity);
        let mut exposures = Vec::with_capacity(capacity);
        rows.each(|pair| {
            tags.push(pair.tag);
            exposures.push(pair.exposures);
            Ok(())
        })?;
        Ok(Self { tags, exposures })
    }

    fn bytes(&self, _folder: &Path) -> anyhow::Result<u64> {
        Ok((size_of_val(&*self.tags) + size_of_val(&*self.exposures)) as u64)
    }

    fn exposures(&mut self, tag: u64) -> anyhow::Result<Option<u16>> {
        let place = self.tags.binary_search(&tag).ok();
        Ok(place.map(|place| self.exposures[place]))
    }
}
