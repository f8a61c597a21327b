//! How do rows become one file? Dumps are read, identifiers evaluated once each, tags sorted in runs on the disk, and
//! the runs merged into the writer of a new generation.
//!
//! ```text
//! ingest ─► batches ─► memo ─► bulk OPRF ─► (tag, exposure) ─► sorted runs ─► k-way merge ─► public.idx, sealed.idx
//! ```
//!
//! Nothing but tags and numbers of exposures is written on the way.

mod entry;
mod error;
mod exposures;
mod guard;
mod intake;
mod memo;
mod memory;
mod merge;
mod pipeline;
mod progress;
mod publish;
mod recovery;
mod run;
mod sorter;
mod tagger;

pub use error::BuildError;
pub use guard::Share;
pub use memory::{MIN_MEMORY, Memory};
pub use pipeline::{Options, Summary, build};
pub use progress::{Progress, Snapshot, Stage};
