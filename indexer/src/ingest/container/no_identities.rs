use std::path::Path;

/// The secret keys that open dumps encrypted with age: none, in a program that was built without the feature `age`.
#[derive(Clone, Debug, Default)]
pub struct Identities(());

impl Identities {
    /// Refuses every file.
    ///
    /// # Errors
    /// [`IdentityError::Absent`] if a file is named.
    pub fn load<P: AsRef<Path>>(files: &[P]) -> Result<Self, IdentityError> {
        match files {
            [] => Ok(Self::default()),
            _ => Err(IdentityError::Absent),
        }
    }
}

/// Why identities could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The program was built without this feature.
    #[error(
        "--identity: this tekser-indexer was built without the feature `age`, which it needs to read encrypted dumps; install \
         the package, or build it with --features full"
    )]
    Absent,
}
