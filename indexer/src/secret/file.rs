use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::durable;

const OWNER_ONLY: u32 = 0o600;

/// Why a file that is its owner's alone could not be read or written. Holds nothing of what is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretFileError {
    /// Reading, writing or creating failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is a file already where one is to be made.
    #[error(
        "{path} exists already; a key is never overwritten. Choose another name, or move the file away"
    )]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Others than the owner may read or write the file.
    #[error("{path} has mode {mode:04o}: others may read it. Run: chmod 600 {path}")]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file is longer than any of its kind.
    #[error("{path} is longer than {most} bytes, so it is not the file that was meant")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// How long it may be.
        most: u64,
    },
}

/// The text of a file that nobody but its owner may access, if it has no more than `most` bytes.
pub(crate) fn read(path: &Path, most: u64) -> Result<Zeroizing<String>, SecretFileError> {
    let file = File::open(path).map_err(io_error(path))?;
    let mode = file
        .metadata()
        .map_err(io_error(path))?
        .permissions()
        .mode()
        & 0o7777;
    if mode & 0o077 != 0 {
        let path = path.to_owned();
        return Err(SecretFileError::Permissions { path, mode });
    }
    // Room for all of it, so that no reallocation leaves a copy of the secret behind.
    let mut text = Zeroizing::new(String::with_capacity(most as usize + 1));
    file.take(most + 1)
        .read_to_string(&mut text)
        .map_err(io_error(path))?;
    if text.len() as u64 > most {
        let path = path.to_owned();
        return Err(SecretFileError::TooLong { path, most });
    }
    Ok(text)
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
    fn what_others_may_read_or_what_is_too_long_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        create(&path, "secret").unwrap();
        let told = |most| read(&path, most).err().unwrap().to_string();
        assert!(told(5).contains("longer than 5 bytes"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(told(6).contains("mode 0640: others may read it. Run: chmod 600"));
    }
}
