//! Which index is served, and which were until now?

mod ending;
mod feed;
mod generations;
mod hibp;
mod log;
#[cfg_attr(not(feature = "store"), path = "no_mirror.rs")]
mod mirror;
mod passwords;
mod served;
mod watcher;

pub use feed::Feeds;
pub use generations::Generations;
pub use hibp::HibpDocuments;
pub use log::{ServedLog, ServedLogError};
pub use mirror::{Mirror, MirrorError, StoreAddress, StoreError};
pub use passwords::{ServedPasswords, ServedPasswordsError};
pub use served::{ServeError, ServeRequirements, Served};
pub use watcher::Watcher;
