//! When is something on the disk looked at, and something that failed tried, again?

mod attempts;
mod seen;
mod watch;

pub(crate) use attempts::{Attempts, LONGEST};
pub(crate) use seen::Seen;
pub(crate) use watch::{Watched, watch};
