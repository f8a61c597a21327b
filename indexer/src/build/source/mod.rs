//! Where do rows come from? From dumps, tagged and sorted in runs, or from an index file that was built before.

mod dump;
mod file;
mod sealed;

pub(super) use dump::DumpStock;
use exposure_index::identifier::Kind;
use exposure_index::oprf::Tag;
pub(super) use file::FileStock;

use super::BuildError;
use super::sets::{SetNumber, SetTable};

/// A row, or a part of one: other sources may have rows with the same tag, and so may this one.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) tag: Tag,
    pub(super) set: SetNumber,
    pub(super) kind: Kind,
}

/// Rows in ascending order of tags, read chunk by chunk.
pub(super) trait Source: Send {
    /// Adds every row up to the tag `last` that was not given before. The sets of earlier chunks are forgotten.
    fn read_until(
        &mut self,
        last: Tag,
        sets: &mut SetTable<'_>,
        rows: &mut Vec<Row>,
    ) -> Result<(), BuildError>;
}
