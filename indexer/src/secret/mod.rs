//! Who else can read this? Files that only their owner may read, and passphrases.

mod file;
mod passphrase;

pub use file::SecretFileError;
pub use passphrase::Passphrase;

pub(crate) use file::{create, read};
