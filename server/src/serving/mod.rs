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

pub(crate) use feed::Feeds;
pub(crate) use generations::Generations;
pub(crate) use hibp::HibpDocuments;
pub(crate) use log::ServedLog;
pub(crate) use mirror::{Mirror, MirrorError, StoreAddress, StoreError};
pub(crate) use passwords::ServedPasswords;
pub(crate) use served::{ServeError, ServeRequirements, ServedGeneration};
pub(crate) use watcher::Watcher;
