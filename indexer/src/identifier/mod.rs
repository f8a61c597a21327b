//! What is this value, written one way? The nine kinds of identifier and their normalisation.

mod kind;

pub use kind::{Kind, UnknownKind};
