//! How is the offline key kept in a file?

use std::fmt::Write as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::key_file::{self, AskPassphrase};
use super::{KeyFileError, OfflineKey};
use crate::secret::Passphrase;

/// The first field, and the version of the file.
const FIRST: (&str, &str) = ("tekser-offline-key", "1");
/// An upper bound on the size of such a file.
const MAX_LENGTH: usize = 512;

/// Writes a key to a new file, as text:
///
/// ```text
/// tekser-offline-key: 1
/// id: <hex>
/// secret: <hex>
/// ```
///
/// It has mode 0600, is flushed to the disk, and is encrypted if there is a passphrase. An existing file is never
/// overwritten.
///
/// # Errors
/// [`KeyFileError::File`], also if the file exists.
pub fn create_offline_key(
    path: &Path,
    key: &OfflineKey,
    passphrase: Option<&Passphrase>,
) -> Result<(), KeyFileError> {
    // Holds the whole text, so that no reallocation leaves a copy of the secret behind.
    let mut text = Zeroizing::new(String::with_capacity(MAX_LENGTH));
    let (name, version) = FIRST;
    let written = write!(
        text,
        "# Secret. Keep it off public servers: with it and a stolen sealed.idx, anyone can confirm guesses of \
         who is in sensitive breaches.\n{name}: {version}\nid: {}\nsecret: {}\n",
        key.id(),
        *key.secret(),
    );
    debug_assert!(written.is_ok(), "a String takes everything");
    key_file::create(path, &text, passphrase)
}

/// Reads a key from its file. For an encrypted file, calls `ask` for the passphrase and takes about a second.
///
/// # Errors
/// [`KeyFileError`] if the file cannot be read, others may access it, the passphrase is wrong, or it is not the file of an
/// offline key.
pub fn load_offline_key(path: &Path, ask: AskPassphrase<'_>) -> Result<OfflineKey, KeyFileError> {
    let text = key_file::read_or_unlock(path, ask)?;
    parse(&text).map_err(|(line, what)| {
        let path = path.to_owned();
        KeyFileError::Format { path, line, what }
    })
}

/// A fault: the line, from 1 (0 for the whole file), and what was expected there.
type Fault = (usize, &'static str);

fn parse(text: &str) -> Result<OfflineKey, Fault> {
    let lines = (1..).zip(text.lines().map(str::trim));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let (name, version) = FIRST;
    let (line, found) = field(
        lines.next(),
        name,
        "expected the line tekser-offline-key: 1",
    )?;
    if found != version {
        return Err((
            line,
            "this version of the offline key's file needs a newer program",
        ));
    }
    let (id_line, id) = field(lines.next(), "id", "expected the id")?;
    let (line, secret) = field(lines.next(), "secret", "expected the secret")?;
    let key = key_of(secret).ok_or((line, "expected the hex of a secret of 32 bytes"))?;
    if key.id().to_string() != id {
        return Err((id_line, "the secret does not belong to the id"));
    }
    match lines.next() {
        Some((line, _)) => Err((line, "expected nothing after the secret")),
        None => Ok(key),
    }
}

/// The number of a line `NAME: VALUE`, and the value.
fn field<'a>(
    line: Option<(usize, &'a str)>,
    name: &str,
    expected: &'static str,
) -> Result<(usize, &'a str), Fault> {
    let (number, line) = line.ok_or((0, expected))?;
    let value = line.strip_prefix(name);
    let value = value.and_then(|rest| rest.strip_prefix(':'));
    let value = value.ok_or((number, expected))?;
    Ok((number, value.trim()))
}

fn key_of(hex: &str) -> Option<OfflineKey> {
    let decoded = Zeroizing::new(HEXLOWER.decode(hex.as_bytes()).ok()?);
    let secret: Zeroizing<[u8; OfflineKey::LENGTH]> =
        Zeroizing::new(decoded.as_slice().try_into().ok()?);
    Some(OfflineKey::from_bytes(&secret))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn nobody(_: &Path) -> Result<Passphrase, String> {
        Err("asked".to_owned())
    }

    #[test]
    fn an_offline_key_comes_back_from_its_file_which_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("offline.key");
        let key = OfflineKey::generate().expect("a key");
        create_offline_key(&path, &key, None).expect("written");
        let mode = fs::metadata(&path).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let read = load_offline_key(&path, &nobody).expect("read");
        assert!(read.secret() == key.secret());
        assert!(create_offline_key(&path, &key, None).is_err());
    }

    #[test]
    fn an_encrypted_offline_key_opens_with_its_passphrase() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("offline.key");
        let passphrase = Passphrase::new(Zeroizing::new("correct horse".to_owned()));
        let passphrase = passphrase.expect("a passphrase");
        let key = OfflineKey::generate().expect("a key");
        create_offline_key(&path, &key, Some(&passphrase)).expect("written");
        let text = fs::read_to_string(&path).expect("read");
        assert!(!text.contains(&*key.secret()));
        let opened = load_offline_key(&path, &|_| Ok(passphrase.clone())).expect("opened");
        assert_eq!(opened.id(), key.id());
        assert!(load_offline_key(&path, &nobody).is_err());
    }

    #[test]
    fn a_spoilt_file_of_an_offline_key_is_refused_by_line_and_without_its_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("offline.key");
        let key = OfflineKey::from_bytes(&[7; OfflineKey::LENGTH]);
        create_offline_key(&path, &key, None).expect("written");
        let text = fs::read_to_string(&path).expect("read");
        let secret = key.secret();
        for (line, what, with) in [
            (2, "tekser-offline-key: 1", "tekser-offline-key: 2"),
            (2, "tekser-offline-key: 1", "tekser-key: 1"),
            (3, "id: ", "id: 00"),
            (4, "secret: ", "secret: 00"),
            (4, "secret: ", "share: "),
            (3, "secret: 07", "secret: 08"),
        ] {
            fs::write(&path, text.replacen(what, with, 1)).expect("written");
            let refused = load_offline_key(&path, &nobody).err().expect("refused");
            let message = refused.to_string();
            assert!(message.contains(&format!("line {line}")), "{message}");
            assert!(!message.contains(&*secret), "{message}");
        }
        fs::write(&path, "").expect("written");
        assert!(load_offline_key(&path, &nobody).is_err());
    }
}
