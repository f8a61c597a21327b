//! Key files encrypted with a passphrase: age's scrypt recipient, armored, which `age` itself opens, too.

use std::io::Read;
use std::iter;
use std::path::Path;

use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, scrypt};
use zeroize::Zeroizing;

use super::{KeyFileError, OprfError};
use crate::secret::{Passphrase, drop_byte_order_mark};

/// Binary logarithm of scrypt's cost: 256 MiB and about a second, as age's own program takes.
#[cfg(not(test))]
const WORK: u8 = 18;
/// Tests do not test the strength of passphrases.
#[cfg(test)]
const WORK: u8 = 10;
/// Upper bound for files: 4 GiB, as age advises.
const MAX_WORK: u8 = 22;

/// Encrypts the text of the file at `path`.
///
/// # Errors
/// [`OprfError::Randomness`] if the operating system's random number generator failed.
pub(super) fn lock(text: &str, passphrase: &Passphrase, _: &Path) -> Result<String, KeyFileError> {
    let mut recipient = scrypt::Recipient::new(secret(passphrase));
    recipient.set_work_factor(WORK);
    let locked = age::encrypt_and_armor(&recipient, text.as_bytes());
    Ok(locked.map_err(|_| OprfError::Randomness)?)
}

/// Decrypts what [`lock`] returned, at most `most` bytes.
///
/// # Errors
/// [`KeyFileError::Passphrase`] if it was locked with another passphrase, [`KeyFileError::Encryption`] if it is not
/// what a passphrase locks, or was damaged.
pub(super) fn unlock(
    locked: &str,
    passphrase: &Passphrase,
    path: &Path,
    most: usize,
) -> Result<Zeroizing<String>, KeyFileError> {
    let mut identity = scrypt::Identity::new(secret(passphrase));
    identity.set_max_work_factor(MAX_WORK);
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(locked.as_bytes()));
    let plain = decryptor
        .and_then(|decryptor| decryptor.decrypt(iter::once(&identity as &dyn age::Identity)))
        .map_err(|error| refusal(&error, path))?;
    // Large enough for everything, so that no reallocation leaves a copy of the secret behind.
    let mut text = Zeroizing::new(String::with_capacity(most));
    let read = plain.take(most as u64).read_to_string(&mut text);
    read.map_err(|_| KeyFileError::Encryption {
        path: path.to_owned(),
    })?;
    drop_byte_order_mark(&mut text);
    Ok(text)
}

fn refusal(error: &DecryptError, path: &Path) -> KeyFileError {
    let path = path.to_owned();
    match error {
        DecryptError::DecryptionFailed => KeyFileError::Passphrase { path },
        _ => KeyFileError::Encryption { path },
    }
}

fn secret(passphrase: &Passphrase) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}
