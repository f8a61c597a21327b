//! Was a line changed since? Files to which lines are only ever appended, each with the hash of the line before it.
//!
//! The owner of a copy, or only of the last line's hash, notices if an earlier line is changed or removed. A line is
//! one object of canonical JSON and a line feed; its other members belong to its [`ChainedLine`].

mod error;
mod file;
mod link;

pub use error::{ChainError, Fault};
#[cfg(test)]
pub(crate) use file::MAX_LINE;
pub use file::{Appender, ChainState, HashChain};
pub use link::{ChainedLine, Link};
