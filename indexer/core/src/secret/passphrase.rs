use std::path::Path;

use zeroize::Zeroizing;

use super::{SecretFileError, read};

/// Longest file with a passphrase, in bytes.
const MAX_LENGTH: u64 = 1024;

/// A passphrase, which encrypts a secret file.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Returns the passphrase `text`; `None` if it is empty.
    #[must_use]
    pub fn new(text: Zeroizing<String>) -> Option<Self> {
        (!text.is_empty()).then_some(Self(text))
    }

    /// Reads the first line of a file that only its owner may access; `None` if it is empty.
    ///
    /// # Errors
    /// [`SecretFileError`] if the file cannot be read, is too long or others may access it.
    pub fn from_file(path: &Path) -> Result<Option<Self>, SecretFileError> {
        let text = read(path, MAX_LENGTH)?;
        let line = text.lines().next().unwrap_or_default();
        Ok(Self::new(Zeroizing::new(line.to_owned())))
    }

    /// Returns the passphrase. Copy it only into memory that is zeroed as well.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}
