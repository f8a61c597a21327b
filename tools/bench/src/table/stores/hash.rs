use std::path::Path;

use hashbrown::HashMap;

use crate::table::rows::Rows;
use crate::table::store::Store;

/// A hash map in memory.
pub(in crate::table) struct Hash(HashMap<u64, u16>);

impl Store for Hash {
    const NAME: &'static str = "hashbrown, in memory";

    fn make(rows: &Rows, _folder: &Path) -> anyhow::Result<Self> {
        let mut map = HashMap::with_capacity(rows.0.rows as usize);
        rows.each(|pair| {
            map.insert(pair.tag, pair.exposures);
            Ok(())
        })?;
        Ok(Self(map))
    }

    fn bytes(&self, _folder: &Path) -> anyhow::Result<u64> {
        Ok(self.0.allocation_size() as u64)
    }

    fn exposures(&mut self, tag: u64) -> anyhow::Result<Option<u16>> {
        Ok(self.0.get(&tag).copied())
    }
}
