//! What is this in the terms of [Have I Been Pwned]? Its model of a breach, which other programs know.
//!
//! [Have I Been Pwned]: https://haveibeenpwned.com/api/v3

mod breach;

pub use crate::breach::hibp_class::{class_of, name_of, slug};
pub use breach::Breach;
