//! Key files encrypted with a passphrase: age's scrypt recipient, armored, so that `age` itself opens them, too.

use std::io::Read;
use std::iter;

use age::armor::ArmoredReader;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, scrypt};
use zeroize::Zeroizing;

use crate::secret::Passphrase;

/// Binary logarithm of scrypt's cost: 256 MiB and about a second, as age's own program takes.
#[cfg(not(test))]
const WORK: u8 = 18;
/// In tests it is not the passphrase that is tried.
#[cfg(test)]
const WORK: u8 = 10;
/// The most that is done for a file that says it needs more: 4 GiB, as age advises.
const MAX_WORK: u8 = 22;

/// Why a locked text does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It was locked with another passphrase.
    Passphrase,
    /// It is not what a passphrase locks, or was damaged.
    Broken,
}

/// Encrypts a text; `None` if the system gives no randomness.
pub(super) fn lock(text: &str, passphrase: &Passphrase) -> Option<String> {
    let mut recipient = scrypt::Recipient::new(secret(passphrase));
    recipient.set_work_factor(WORK);
    age::encrypt_and_armor(&recipient, text.as_bytes()).ok()
}

/// Decrypts what [`lock`] gave, of which no more than `most` bytes are taken.
pub(super) fn unlock(
    locked: &str,
    passphrase: &Passphrase,
    most: usize,
) -> Result<Zeroizing<String>, Refusal> {
    let mut identity = scrypt::Identity::new(secret(passphrase));
    identity.set_max_work_factor(MAX_WORK);
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(locked.as_bytes()));
    let plain = decryptor
        .and_then(|decryptor| decryptor.decrypt(iter::once(&identity as &dyn age::Identity)))
        .map_err(|error| refusal(&error))?;
    // Room for all of it, so that no reallocation leaves a copy of the secret behind.
    let mut text = Zeroizing::new(String::with_capacity(most));
    let read = plain.take(most as u64).read_to_string(&mut text);
    read.map_err(|_| Refusal::Broken)?;
    Ok(text)
}

fn refusal(error: &DecryptError) -> Refusal {
    match error {
        DecryptError::DecryptionFailed => Refusal::Passphrase,
        _ => Refusal::Broken,
    }
}

fn secret(passphrase: &Passphrase) -> SecretString {
    SecretString::from(passphrase.expose().to_owned())
}
