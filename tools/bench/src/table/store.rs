use std::path::Path;

use super::rows::Rows;
use crate::files::bytes_below;

/// What a store can return for a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoreContent {
    /// Where it leaked and with which classes.
    Exposures,
    /// Whether it exists.
    Membership,
}

/// A table or database of tags that is being compared.
pub(super) trait Store: Sized {
    /// Name in the tables.
    const NAME: &'static str;
    const CONTENT: StoreContent = StoreContent::Exposures;

    /// Makes it of all rows, in order of their tags, in an empty folder, and opens it.
    fn make(rows: &Rows, folder: &Path) -> anyhow::Result<Self>;

    /// Returns the bytes that it takes: of its files, or of memory.
    fn bytes(&self, folder: &Path) -> anyhow::Result<u64> {
        let _ = self;
        bytes_below(folder)
    }

    /// Returns whether the tag exists.
    fn contains(&mut self, tag: u64) -> anyhow::Result<bool> {
        Ok(self.exposures(tag)?.is_some())
    }

    /// Returns what is known about the tag, in two bits per breach; 0 from a store that returns only membership.
    fn exposures(&mut self, tag: u64) -> anyhow::Result<Option<u16>>;
}

/// A store that is in files.
pub(super) trait OnDisk: Store {
    /// Opens what was made before.
    fn open(folder: &Path) -> anyhow::Result<Self>;
}
