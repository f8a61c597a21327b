//! What is the layout that `breach.toml` does not state? Recognised by a file's beginning or, failing that, by its
//! name.

pub(in crate::ingest) mod cyrillic;
mod delimiter;
mod dialect;
mod encoding;
mod format;
mod magic;
mod marks;
mod sql;

pub(crate) use delimiter::NOWHERE;
pub(in crate::ingest) use delimiter::{Separation, plain_width, separation, separators};
pub(in crate::ingest) use dialect::dialect;
pub(in crate::ingest) use encoding::{encoding, is_binary};
pub(in crate::ingest) use format::format;
pub(in crate::ingest) use magic::{DOCUMENT, LEAVE_OUT, check_magic};

/// Bytes of a file that are inspected for what `breach.toml` does not state.
pub(in crate::ingest) const HEAD: usize = 1 << 20;
