//! What `breach.toml` leaves out, recognised by a file's beginning or, failing that, by its name.

pub(super) mod cyrillic;
mod delimiter;
mod dialect;
mod encoding;
mod format;
mod magic;
mod marks;
mod sql;

pub(super) use delimiter::{Separation, plain_width, separation, separators};
pub(super) use dialect::dialect;
pub(super) use encoding::{encoding, is_binary};
pub(super) use format::format;
pub(super) use magic::{DOCUMENT, check_magic};

/// How much of a file is looked at to say what `breach.toml` leaves out, in bytes.
pub(super) const HEAD: usize = 1 << 20;
