//! What do the tests of every package draw from? Dice that fall the same way every time, and people who do not exist.

mod dice;
mod iin;
mod person;

pub use dice::Dice;
pub use iin::with_check_digit;
pub use person::Person;
