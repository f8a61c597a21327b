//! Key files encrypted with a passphrase cannot be used: this program was built without the feature `age`.

use std::path::Path;

use zeroize::Zeroizing;

use super::KeyFileError;
use crate::secret::Passphrase;

/// Encrypts nothing.
pub(super) fn lock(_: &str, _: &Passphrase, path: &Path) -> Result<String, KeyFileError> {
    Err(absent(path))
}

/// Decrypts nothing.
pub(super) fn unlock(
    _: &str,
    _: &Passphrase,
    path: &Path,
    _: usize,
) -> Result<Zeroizing<String>, KeyFileError> {
    Err(absent(path))
}

fn absent(path: &Path) -> KeyFileError {
    let path = path.to_owned();
    KeyFileError::Absent { path }
}
