//! Which entries of a warning list are valid? Their dates and reasons, and those that an allow list names.

mod allow;
mod date;
mod entry;
mod pattern;

pub use allow::{AllowListError, AllowLists};
pub(crate) use date::day;
pub(crate) use entry::today;
pub(super) use entry::{Entry, EntryCell, ListRules, Refusal, classes};
