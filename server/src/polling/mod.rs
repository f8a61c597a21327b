//! When is a file on the disk checked again, and a failed attempt repeated?

mod attempts;
mod seen;
mod watch;

pub(crate) use attempts::{Attempts, LONGEST};
pub(crate) use seen::FileState;
pub(crate) use watch::{WatchedFile, watch};
