//! How do rows become one file? Dumps are read, identifiers evaluated once each, tags sorted in runs on the disk, and
//! the runs merged into the writer of a new generation.
//!
//! ```text
//! ingest ─► batches ─► memo ─► bulk OPRF ─► (tag, exposure) ─► sorted runs ─┐
//!                                                     index files of old ─┴► merge ─► filter ─► public.idx, sealed.idx
//! ```
//!
//! Whatever command makes a generation, from whatever inputs, the same set of breaches gives the same ranges, postings
//! and statistics.
//!
//! Only tags and numbers of exposures are written on the way, and a journal from which an interrupted build can
//! be resumed. A report says what went in.

pub(crate) mod compose;
mod error;
pub(crate) mod exposures;
pub(crate) mod history;
pub(crate) mod journal;
pub(crate) mod keys;
mod memory;
pub(crate) mod operations;
pub(crate) mod pairs;
mod progress;
pub(crate) mod read;
mod report;
pub(crate) mod sort;

pub use error::{BreachListError, BuildError, GuardError, KeysError, MergeError, ResumeError};
pub use history::Operation;
pub use journal::Change;
pub use keys::Keys;
pub(crate) use keys::{check_own as check_own_key, of_sealed as key_of_sealed};
pub use memory::{MIN_MEMORY, Memory};
pub use operations::derive::{MergeSummary, Parts, Watch, merge, remove, update_metadata};
pub(crate) use operations::erase::without_erased;
pub use operations::erase::{Erasure, erase, restore};
pub use operations::from_dumps::{
    Activation, DEFAULT_RANGE_ROWS, KeyChange, Options, Start, Summary, add, build, rekey, update,
};
pub use operations::rehearsal::{BreachRehearsal, Rehearsal, rehearse};
pub use progress::{BuildProgress, ResumePoint, Snapshot, Stage};
pub use report::ReportDigest;

pub use crate::ingest::Share;
