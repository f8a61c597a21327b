//! How often did this password leak? A file of its own, beside no index: SHA-1 of passwords that were met often, and how
//! often, as Have I Been Pwned's clients ask for them.
//!
//! Unlike a tag, such a hash is undone by guessing. So the file holds nothing but passwords that many have used, and none
//! that is or contains an identifier. The reader works on any `AsRef<[u8]>`, checks every bound before it is used, and
//! refuses a broken file with the part and the offset; FORMAT.md describes the layout.

mod error;
mod file;
mod hash;
mod layout;
mod writer;

#[cfg(test)]
mod tests;

pub use error::{Part, PasswordsError};
pub use file::{PasswordCount, Passwords, is_passwords};
pub use hash::{PasswordHash, PasswordPrefix, PasswordSuffix};
pub use layout::MIN_COUNT;
pub use writer::PasswordsWriter;
