//! What does the key make of these elements? The server's half of RFC 9497.

mod elements;
mod evaluator;

pub(crate) use elements::blinded_elements;
pub(crate) use evaluator::Evaluator;
