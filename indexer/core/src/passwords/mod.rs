//! How often did this password leak? A file of its own, outside any index: SHA-1 of frequent passwords, and how
//! often, as Have I Been Pwned's clients ask for them.
//!
//! Unlike a tag, such a hash is undone by guessing. So the file holds only passwords that many people have used, and
//! none that is or contains an identifier. The reader works on any `AsRef<[u8]>`, checks every bound before it is used,
//! and refuses a broken file with the part and the offset; FORMAT.md describes the layout.

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
