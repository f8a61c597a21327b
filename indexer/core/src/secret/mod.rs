//! Who else can read this? Files that only their owner may read, and passphrases.

mod file;
mod passphrase;

pub use file::{SecretFileError, read as read_file};
pub use passphrase::Passphrase;

pub(crate) use file::{create, drop_byte_order_mark, read};
