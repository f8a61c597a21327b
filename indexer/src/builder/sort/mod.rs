//! In which order? Tagged rows are sorted in runs on the disk, and the runs merged.

pub(crate) mod entry;
pub(crate) mod kway_merge;
pub(crate) mod record;
pub(crate) mod run;
pub(crate) mod sorter;
