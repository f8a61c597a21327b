//! What do the tests of every package draw from? Reproducible dice, and people who do not exist.

mod dice;
mod iin;
mod person;

pub use dice::Dice;
pub use iin::with_check_digit;
pub use person::Person;
