//! What does a server say about the index that it serves, and who evaluates for it?

mod document;
mod evaluators;

pub use document::index_document;
pub use evaluators::{BadEvaluator, Evaluators, RemoteEvaluator};
