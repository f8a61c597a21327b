//! What is known about this leak? Its metadata, as `breach.toml` states it and the catalogue shows it.

mod class;
mod date;
mod metadata;

pub use class::{BadClass, ClassSet, DataClass};
pub use date::{BadDate, PartialDate};
pub use metadata::{BadBreachId, BreachId, Localised, Metadata, Status};
