//! When is a file on the disk checked again, and a failed attempt repeated?

mod attempts;
mod seen;
mod watch;

pub(crate) use attempts::{Attempts, LONGEST};
pub(crate) use seen::Seen;
pub(crate) use watch::{Watched, watch};
