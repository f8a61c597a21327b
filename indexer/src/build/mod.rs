//! How do rows become one file? Dumps are read, identifiers evaluated once each, tags sorted in runs on the disk, and
//! the runs merged into the writer of a new generation.
//!
//! ```text
//! ingest ─► batches ─► memo ─► bulk OPRF ─► (tag, exposure) ─► sorted runs ─► k-way merge ─► public.idx, sealed.idx
//! ```
//!
//! Nothing but tags and numbers of exposures is written on the way, and a journal by which a build that did not end can
//! be gone on with. A report tells what went in.

mod collect;
mod entry;
mod error;
mod exposures;
mod guard;
mod intake;
mod interrupt;
mod journal;
mod memo;
mod memory;
mod merge;
mod pipeline;
mod progress;
mod publish;
mod recovery;
mod rehearsal;
mod report;
mod run;
mod sorter;
mod tagger;
mod trail;

pub use error::BuildError;
pub use guard::Share;
pub use interrupt::{Interrupt, Stop};
pub use journal::Change;
pub use memory::{MIN_MEMORY, Memory};
pub use pipeline::{Options, Start, Summary, build};
pub use progress::{Progress, Snapshot, Stage};
pub use rehearsal::{Rehearsal, Rehearsed, rehearse};
pub use report::ReportDigest;
