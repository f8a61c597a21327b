//! Two institutions answer queries of which neither learns which range is fetched; clients find what they would have found.

mod answers;
mod soak;
mod town;

pub(crate) use town::Town;
