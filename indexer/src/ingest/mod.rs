//! What does this dump hold? From a folder with a `breach.toml` to identifiers and the classes leaked with them.
//!
//! Everything is streamed: bytes pass from `container` through `encoding` into a bounded `window`, where
//! one reader per format cuts them into records for the `intake`. Memory does not grow with the dump; only
//! the shared texts of spreadsheets, archives within archives and what decoders refer back to are held, up to stated
//! bounds.

mod cells;
mod code_page;
mod columns;
mod combo;
mod container;
mod csv;
mod cutter;
mod description;
mod empty;
mod encoding;
mod error;
mod expected;
mod fingerprint;
mod fixed;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
#[cfg_attr(not(feature = "age"), path = "no_identities.rs")]
mod identities;
mod intake;
mod json;
mod jsonl;
mod kz1048;
mod lines;
mod markup;
mod nearest;
mod ods;
mod options;
mod preamble;
mod progress;
mod read;
mod reading;
mod records;
mod recover;
mod resolve;
mod separators;
mod share;
mod sheet;
mod sniff;
mod sql;
pub(crate) mod survey;
mod tally;
mod text;
mod window;
mod workbook;
mod xls;
mod xlsx;

#[cfg(test)]
mod matrix;
#[cfg(test)]
mod tests;

pub use code_page::Encoding;
pub(crate) use container::{container_of, is_meant};
pub(crate) use description::{DESCRIPTION, PLACEHOLDER, word};
pub use description::{Dialect, Format};
pub(crate) use empty::is_filler as is_empty_cell;
pub use error::{Fault, IngestError};
pub use fingerprint::{BadFingerprint, ContentDigest, Fingerprint, Fingerprints};
pub use identities::{Identities, IdentityError};
pub use intake::Sink;
pub(crate) use nearest::{did_you_mean, nearest};
pub use options::ReadOptions;
pub use progress::Progress;
pub use read::{read, read_each};
pub use reading::Reading;
pub(crate) use recover::search as search_text;
pub(crate) use resolve::DescribedFile;
pub use resolve::{Breach, InputFile, description_of};
pub use separators::Delimiter;
pub use share::{BadShare, Share};
pub use survey::{Known, LOOKED_AT};
pub use tally::{
    CellTally, ColumnTally, FileTally, Passage, PassageTally, Reason, Reject, RejectTally,
    RowPlace, Tally,
};

/// Longest record, line or tuple that is read, in bytes; what is longer is rejected and reading resumes after it.
pub const RECORD_LIMIT: usize = 1 << 20;
