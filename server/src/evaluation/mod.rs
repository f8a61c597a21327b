//! What does the key make of these elements, and may this client have it made? The server's half of RFC 9497.

mod elements;
mod evaluator;
mod gate;

pub use elements::{BadElements, blinded_elements};
pub use evaluator::Evaluator;
pub use gate::Gate;
