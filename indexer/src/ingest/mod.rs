//! What does this dump hold? From a folder with a `breach.toml` to identifiers and the classes leaked with them.
//!
//! Everything is streamed: bytes pass from `container` through `encoding` into a bounded `window`, where
//! one reader per format cuts them into records for the `builder`. Memory does not grow with the dump; only
//! the shared texts of spreadsheets, archives within archives and the windows of decoders are held, up to stated
//! bounds.

// A truncated number of a dump would be a different number.
#![cfg_attr(
    not(test),
    warn(
        clippy::cast_lossless,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss
    )
)]

mod container;
mod database;
mod describe;
mod empty;
mod error;
mod fingerprint;
mod form;
mod format;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod meter;
mod options;
mod read;
mod record_builder;
mod recover;
mod share;
mod sheet;
pub(crate) mod survey;
mod tally;
mod text;
mod warning;

#[cfg(test)]
mod elsewhere;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod tests;

pub(crate) use exposure_index::progress::Progress;

pub use container::identities::{Identities, IdentityError};
pub use container::passwords::{PasswordFileError, Passwords};
pub(crate) use container::siblings::is_part;
pub(crate) use container::{container_of, is_meant};
pub(crate) use describe::description::{DESCRIPTION, PLACEHOLDER, word};
pub use describe::description::{Dialect, Format};
pub use describe::layout::DetectedLayout;
pub(crate) use describe::nearest::{did_you_mean, nearest};
pub use describe::resolve::{Breach, InputFile, description_of};
pub(crate) use describe::resolve::{DescribedFile, check_distinct};
pub(crate) use empty::is_filler as is_empty_cell;
pub use error::{Fault, IngestError};
pub use fingerprint::{BadFingerprint, ContentDigest, Fingerprint, Fingerprints};
pub use options::{DumpSecrets, ReadOptions};
pub use read::read;
pub(crate) use read::read_each;
pub use record_builder::Sink;
pub(crate) use recover::search as search_text;
pub use share::{BadShare, Share};
pub(crate) use survey::Known;
pub use survey::{LOOKED_AT, PassedOver};
pub use tally::{
    CellTally, ColumnTally, FileTally, LeftOut, Passage, PassageTally, Reason, Reject, RejectTally,
    RowPlace, Tally,
};
pub use text::code_page::Encoding;
pub use text::separators::Delimiter;
pub(crate) use text::sniff::NOWHERE;
pub use warning::{AllowListError, AllowLists};
pub(crate) use warning::{day, today};

/// Longest record, line or tuple that is read, in bytes; a longer one is rejected and reading resumes after it.
pub const RECORD_LIMIT: usize = 1 << 20;
