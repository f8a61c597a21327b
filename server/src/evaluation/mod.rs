//! What does the key make of these elements? The server's half of RFC 9497.

mod elements;
mod evaluator;

pub use elements::{BadElements, blinded_elements};
pub use evaluator::Evaluator;
