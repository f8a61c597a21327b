//! What is known about this leak, or this warning list? Its metadata, as `breach.toml` states it and the catalogue shows it.

mod class;
mod date;
pub(crate) mod hibp_class;
mod listed;
mod metadata;
mod warning;

pub use class::{BadClass, ClassSet, DataClass};
pub use date::{BadDate, PartialDate};
pub use listed::CLASSES;
pub use metadata::{BadBreachId, BreachId, Localised, Metadata, Status};
pub use warning::{Month, REASONS, Warning};
