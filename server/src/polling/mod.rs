//! When is something on the disk looked at, and something that failed tried, again?

mod attempts;
mod looks;
mod seen;

pub(crate) use attempts::{Attempts, LONGEST};
pub(crate) use looks::Looks;
pub(crate) use seen::Seen;
