//! How is a file kept private to its owner?

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::process::{Uid, geteuid};
use zeroize::Zeroizing;

use crate::durable;

const OWNER_ONLY: u32 = 0o600;
/// The byte order mark that some editors write before a text in UTF-8. It is not part of the text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Why a file that is private to its owner could not be read or written. Never contains its content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretFileError {
    /// Reading, writing or creating failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// The file to be created exists already.
    #[error(
        "{path} exists already; a key is never overwritten. Choose another name, or move the file away"
    )]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Others than the owner may read or write the file.
    #[error("{path} has mode {mode:04o}: others can read it. Run: chmod 600 {path}")]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is longer than any of its kind.
    #[error("{path} is longer than {most} bytes: name the right file")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Maximum length, in bytes.
        most: u64,
    },
    /// The file is not text in UTF-8.
    #[error(
        "{path} is not text in UTF-8: save it as UTF-8, or write it again with the program that made it"
    )]
    Encoding {
        /// The file.
        path: PathBuf,
    },
}

/// Reads the text of a file that only its owner may access, of at most `most` bytes; without a byte order mark.
///
/// A file owned by root may also be readable by a group, if this process is not root: that is how services get their
/// secrets.
///
/// # Errors
/// [`SecretFileError`] if the file cannot be read, is longer, or others may read it.
pub fn read(path: &Path, most: u64) -> Result<Zeroizing<String>, SecretFileError> {
    let file = File::open(path).map_err(io_error(path))?;
    let metadata = file.metadata().map_err(io_error(path))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if !is_private(mode, Uid::from_raw(metadata.uid()), geteuid()) {
        let path = path.to_owned();
        return Err(SecretFileError::Permissions { path, mode });
    }
    // Room for all of it, so that no reallocation leaves a copy of the secret behind.
    let room = usize::try_from(most + 1).unwrap_or_default();
    let mut text = Zeroizing::new(String::with_capacity(room));
    let read = file.take(most + 1).read_to_string(&mut text);
    read.map_err(|source| match source.kind() {
        io::ErrorKind::InvalidData => SecretFileError::Encoding {
            path: path.to_owned(),
        },
        _ => io_error(path)(source),
    })?;
    if text.len() as u64 > most {
        let path = path.to_owned();
        return Err(SecretFileError::TooLong { path, most });
    }
    drop_byte_order_mark(&mut text);
    Ok(text)
}

/// Drops the mark that a text may begin with, in place, so that no copy of a secret is left behind.
pub(crate) fn drop_byte_order_mark(text: &mut String) {
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len_utf8());
    }
}

/// Returns whether the file is private to its owner, or was given by root to a service that may only read it.
///
/// That is how services get secrets: systemd's credentials belong to root and have an access list, which shows as
/// the group's bits; those of Kubernetes belong to root and a group. PostgreSQL checks its keys by the same rule.
fn is_private(mode: u32, owner: Uid, reader: Uid) -> bool {
    let is_handed_over = owner.is_root() && !reader.is_root();
    let for_others = if is_handed_over { 0o037 } else { 0o077 };
    mode & for_others == 0
}

/// Writes a new file with mode 0600 and flushes it to the disk. An existing file is never overwritten.
pub(crate) fn create(path: &Path, text: &str) -> Result<(), SecretFileError> {
    match durable::create_file(path, OWNER_ONLY, text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let path = path.to_owned();
            Err(SecretFileError::Exists { path })
        }
        created => created.map_err(io_error(path)),
    }
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> SecretFileError {
    move |source| SecretFileError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_its_owner_can_read_what_was_created_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        create(&path, "first").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, OWNER_ONLY);
        assert!(create(&path, "second").is_err());
        assert_eq!(*read(&path, 5).unwrap(), "first");
    }

    #[test]
    fn a_service_may_be_handed_a_secret_of_roots_through_a_group_and_through_nothing_else() {
        let (root, service, other) = (Uid::ROOT, Uid::from_raw(990), Uid::from_raw(991));
        assert!(is_private(0o400, service, service));
        assert!(is_private(0o440, root, service));
        assert!(is_private(0o640, root, service));
        for (mode, owner, reader) in [
            (0o440, service, service),
            (0o440, other, service),
            (0o440, root, root),
            (0o460, root, service),
            (0o444, root, service),
            (0o404, root, service),
        ] {
            assert!(!is_private(mode, owner, reader), "{mode:o}");
        }
    }

    #[test]
    fn a_text_may_begin_with_a_byte_order_mark_and_must_be_utf_8() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        create(&path, "\u{feff}se\u{feff}cret").unwrap();
        assert_eq!(*read(&path, 20).unwrap(), "se\u{feff}cret");
        fs::write(&path, b"\xff\xfes\0e\0").unwrap();
        let error = read(&path, 20).err().unwrap().to_string();
        assert!(error.contains("is not text in UTF-8"), "{error}");
    }

    #[test]
    fn what_others_may_read_or_what_is_too_long_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        create(&path, "secret").unwrap();
        let refusal = |most| read(&path, most).err().unwrap().to_string();
        assert!(refusal(5).contains("longer than 5 bytes"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(refusal(6).contains("mode 0640: others can read it. Run: chmod 600"));
    }
}
