//! What is known about this leak? Its metadata, as `breach.toml` states it and the catalogue shows it.

mod class;
mod date;
pub(crate) mod hibp_class;
mod listed;
mod metadata;

pub use class::{BadClass, ClassSet, DataClass};
pub use date::{BadDate, PartialDate};
pub use listed::CLASSES;
pub use metadata::{BadBreachId, BreachId, Localised, Metadata, Status};
