//! Which passwords may open an encrypted archive or workbook?

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use exposure_index::secret::{self, SecretFileError};
use zeroize::Zeroizing;

use crate::ingest::Fault;

/// Maximum size of a password file, in bytes.
const MAX_LENGTH: u64 = 64 << 10;

/// Maximum number of passwords: each costs up to a second per member.
const LIMIT: usize = 64;

/// The passwords that are tried on encrypted archives and workbooks, in the order of their files.
///
/// A password file has one password per line. It must be accessible only to its owner.
#[derive(Clone, Default)]
pub struct Passwords(Arc<Vec<Zeroizing<String>>>);

/// Shows only the number of passwords.
impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Passwords({})", self.0.len())
    }
}

impl Passwords {
    /// Reads the passwords of every file.
    ///
    /// # Errors
    /// [`PasswordFileError`] if a file cannot be read, others may access it, or it holds no password or too many.
    pub fn load<P: AsRef<Path>>(files: &[P]) -> Result<Self, PasswordFileError> {
        let mut passwords = Vec::new();
        for file in files {
            let path = file.as_ref();
            let text = secret::read_file(path, MAX_LENGTH).map_err(PasswordFileError::File)?;
            let before = passwords.len();
            passwords.extend(lines(&text));
            if passwords.len() == before {
                let path = path.to_owned();
                return Err(PasswordFileError::Empty { path });
            }
        }
        match passwords.len() {
            0..=LIMIT => Ok(Self(Arc::new(passwords))),
            _ => Err(PasswordFileError::TooMany { limit: LIMIT }),
        }
    }

    pub(in crate::ingest) fn iter(&self) -> impl Iterator<Item = &Zeroizing<String>> {
        self.0.iter()
    }

    pub(in crate::ingest) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the fault to report if no password fits.
    pub(in crate::ingest) fn fault(&self) -> Fault {
        match self.is_empty() {
            true => Fault::Encrypted,
            false => Fault::WrongPassword,
        }
    }

    #[cfg(any(test, feature = "fuzzing"))]
    pub(in crate::ingest) fn of(passwords: &[&str]) -> Self {
        let passwords = passwords
            .iter()
            .map(|text| Zeroizing::new((*text).to_owned()));
        Self(Arc::new(passwords.collect()))
    }
}

/// The lines that are not empty; spaces belong to a password.
fn lines(text: &str) -> impl Iterator<Item = Zeroizing<String>> {
    text.lines()
        .filter(|line| !line.is_empty())
        .map(|line| Zeroizing::new(line.to_owned()))
}

/// Why passwords could not be read. No variant holds one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordFileError {
    /// The file cannot be read, or others may read it too.
    #[error("password file {0}")]
    File(SecretFileError),
    /// The file has only empty lines.
    #[error("password file {}: holds no password; write one per line", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// There are more passwords than are tried.
    #[error("more than {limit} passwords; leave only those of these dumps in the password files")]
    TooMany {
        /// Maximum number of passwords.
        limit: usize,
    },
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn loaded(text: &str, mode: u32) -> Result<Passwords, PasswordFileError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        Passwords::load(&[file.path()])
    }

    #[test]
    fn a_password_is_a_line_with_its_spaces_and_is_never_shown() {
        let passwords = loaded("құпия сөз \r\n\nsecond\n", 0o600).unwrap();
        let all: Vec<&str> = passwords.iter().map(|text| text.as_str()).collect();
        assert_eq!(all, ["құпия сөз ", "second"]);
        assert_eq!(format!("{passwords:?}"), "Passwords(2)");
    }

    #[test]
    fn a_file_that_others_may_read_or_that_holds_nothing_is_refused_without_showing_it() {
        let said = |text: &str, mode| loaded(text, mode).err().unwrap().to_string();
        let open = said("s3cret-word\n", 0o644);
        assert!(
            open.contains("chmod 600") && !open.contains("s3cret"),
            "{open}"
        );
        assert!(said("\n\n", 0o600).contains("one per line"));
        let many = said(&"s3cret\n".repeat(LIMIT + 1), 0o600);
        assert!(many.contains("64") && !many.contains("s3cret"), "{many}");
    }
}
