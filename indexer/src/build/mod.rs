//! How do rows become one file? Dumps are read, identifiers evaluated once each, tags sorted in runs on the disk, and
//! the runs merged into the writer of a new generation.
//!
//! ```text
//! ingest ─► batches ─► memo ─► bulk OPRF ─► (tag, exposure) ─► sorted runs ─┐
//!                                                     index files of old ─┴► merge ─► filter ─► public.idx, sealed.idx
//! ```
//!
//! Whatever a generation is made from, by whichever command, the same set of breaches gives the same ranges, postings and
//! statistics.
//!
//! Nothing but tags and numbers of exposures is written on the way, and a journal by which a build that did not end can
//! be resumed. A report says what went in.

mod base;
mod collect;
mod compare;
mod counted;
mod diff;
mod entry;
mod erase;
mod error;
mod exposures;
mod gather;
mod guard;
mod intake;
mod journal;
mod keys;
mod made;
mod memo;
mod memory;
mod merge;
mod pairs;
mod passwords;
mod pipeline;
mod progress;
mod publish;
mod recompose;
mod record;
mod rehearsal;
mod report;
mod roster;
mod run;
mod sealed;
mod sets;
mod sorter;
mod source;
mod tagger;
mod trail;

pub use compare::{Combination, Comparison, Known, Origins, Provenance, compare};
pub use diff::{BreachChange, BreachDifference, Difference, Sides, diff};
pub use erase::{Erasure, erase, restore, without_erased};
pub use error::BuildError;
pub use journal::Change;
pub use keys::Keys;
pub(crate) use keys::{check_own as check_own_key, of_sealed as key_of_sealed};
pub use made::Operation;
pub use memory::{MIN_MEMORY, Memory};
pub use passwords::{BreachPasswords, PasswordOptions, PasswordSummary, build_passwords};
pub use pipeline::{
    DEFAULT_RANGE_ROWS, Force, Options, Rekeying, Start, Summary, add, build, rekey, update,
};
pub use progress::{Progress, ResumePoint, Snapshot, Stage};
pub use recompose::{Merged, Parts, Watch, merge, remove, update_metadata};
pub use rehearsal::{Rehearsal, Rehearsed, rehearse};
pub use report::ReportDigest;

pub use crate::ingest::Share;
