//! Which generations have there been? A public log, of which nobody can change a line unnoticed.
//!
//! Each line holds the hash of the line before it. The owner of a copy, or only of the last line's hash, notices if an
//! earlier line is changed or taken away. FORMAT.md says how to check one with `sha256sum` and `jq` alone.

mod append;
mod entry;
mod error;
mod file;

pub use append::AppendOutcome;
pub use entry::Entry;
pub use error::PublicLogError;
pub use file::PublicLog;
