//! Where do rows come from? From dumps, tagged and sorted in runs, or from an index file that was built before.

mod dump;
mod file;
mod sealed;

pub(crate) use dump::DumpRows;
use exposure_index::identifier::Kind;
use exposure_index::oprf::Tag;
pub(crate) use file::{IndexRows, KeyedFile};

use super::sets::{SetNumber, SetTable};
use crate::builder::BuildError;

/// A row, or a part of one: other sources may have rows with the same tag, and so may this one.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) tag: Tag,
    pub(crate) set: SetNumber,
    pub(crate) kind: Kind,
}

/// Rows in ascending order of tags, read chunk by chunk.
pub(crate) trait Source: Send {
    /// Adds every row up to the tag `last` that was not given before. The sets of earlier chunks are forgotten.
    fn read_until(
        &mut self,
        last: Tag,
        sets: &mut SetTable<'_>,
        rows: &mut Vec<Row>,
    ) -> Result<(), BuildError>;
}
