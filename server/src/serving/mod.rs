//! Which index is served, and which were until now?

mod evaluators;
mod log;
mod served;
mod shelf;
mod watcher;

pub use evaluators::Evaluators;
pub use log::{ServedLog, ServedLogError};
pub use served::{Demands, ServeError, Served};
pub use shelf::Shelf;
pub use watcher::Watcher;
