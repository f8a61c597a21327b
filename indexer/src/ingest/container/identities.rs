use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use age::x25519;
use exposure_index::secret::{self, SecretFileError};

/// Maximum size of an identity file, in bytes; one identity takes less than two hundred.
const MAX_LENGTH: u64 = 64 << 10;

/// The secret keys that open dumps encrypted with age.
///
/// An identity file is what `age-keygen` writes: a line `AGE-SECRET-KEY-1…` for each identity, and comments after `#`.
/// It must be accessible only to its owner.
#[derive(Clone, Default)]
pub struct Identities(Arc<Vec<x25519::Identity>>);

/// Shows only the number of identities.
impl fmt::Debug for Identities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identities({})", self.0.len())
    }
}

impl Identities {
    /// Reads the identities of every file.
    ///
    /// # Errors
    /// [`IdentityError`] if a file cannot be read, others may access it, or it holds anything but identities.
    pub fn load<P: AsRef<Path>>(files: &[P]) -> Result<Self, IdentityError> {
        let mut identities = Vec::new();
        for file in files {
            identities.extend(read(file.as_ref())?);
        }
        Ok(Self(Arc::new(identities)))
    }

    pub(in crate::ingest) fn iter(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.0.iter().map(|identity| identity as &dyn age::Identity)
    }
}

/// Why identities could not be read. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The file cannot be read, or others may read it too.
    #[error("identity file {0}")]
    File(SecretFileError),
    /// A line of the file is not an identity.
    #[error(
        "identity file {}, line {line}: expected AGE-SECRET-KEY-1…, as age-keygen writes it; identities of plugins and \
         SSH keys are not read, and an encrypted identity file must be decrypted first",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// The file holds at most comments.
    #[error("identity file {}: holds no identity", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// Not a source: the message contains it already.
impl From<SecretFileError> for IdentityError {
    fn from(error: SecretFileError) -> Self {
        Self::File(error)
    }
}

fn read(path: &Path) -> Result<Vec<x25519::Identity>, IdentityError> {
    let text = secret::read_file(path, MAX_LENGTH)?;
    let path = || path.to_owned();
    let identities = parse(&text).map_err(|line| IdentityError::Format { path: path(), line })?;
    if identities.is_empty() {
        return Err(IdentityError::Empty { path: path() });
    }
    Ok(identities)
}

/// The identities of a file, or the first line, from 1, that is not an identity.
fn parse(text: &str) -> Result<Vec<x25519::Identity>, usize> {
    let lines = (1..).zip(text.lines().map(str::trim));
    let identities = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    identities
        .map(|(number, line)| line.parse().map_err(|_| number))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use age::secrecy::ExposeSecret;

    use super::*;

    fn file(text: &str, mode: u32) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        file
    }

    #[test]
    fn an_identity_file_is_read_as_age_keygen_writes_it() {
        let secret = x25519::Identity::generate().to_string();
        let text = format!(
            "# created: 2026-11-23\n# public key: age1\n{}\n",
            secret.expose_secret()
        );
        let file = file(&text, 0o600);
        let identities = Identities::load(&[file.path()]).unwrap();
        assert_eq!(identities.iter().count(), 1);
        assert_eq!(format!("{identities:?}"), "Identities(1)");
    }

    #[test]
    fn a_file_that_others_may_read_or_that_holds_something_else_is_refused_without_showing_it() {
        let refusal = |text: &str, mode| {
            let file = file(text, mode);
            Identities::load(&[file.path()]).err().unwrap().to_string()
        };
        let secret = x25519::Identity::generate().to_string();
        let spoilt = secret.expose_secret().replace("KEY-1", "KEY-1X");
        assert!(refusal(secret.expose_secret(), 0o644).contains("chmod 600"));
        assert!(refusal("# nothing\n", 0o600).contains("holds no identity"));
        let refusal = refusal(&format!("\n{spoilt}\n"), 0o600);
        assert!(refusal.contains("line 2"), "{refusal}");
        assert!(!refusal.contains(&spoilt[20..]), "{refusal}");
    }
}
