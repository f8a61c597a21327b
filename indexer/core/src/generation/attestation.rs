//! Who answers for a generation? Its statement and signature on the disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::error::io_error;
use super::{GenerationError, IndexDirectory, Lock};
use crate::durable::Replacement;
use crate::index::GenerationId;

/// Maximum length of either file, in bytes; both have less than two thousand.
const MAX_LENGTH: u64 = 64 << 10;
/// Everyone may read who answers for a generation, and nobody changes it.
const MODE: u32 = 0o444;

/// A file added to a generation after it was published: who answers for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attestation {
    /// What the generation holds, in figures.
    Statement,
    /// The signature over the statement.
    Signature,
}

impl Attestation {
    /// Both, in the order in which they are written.
    pub const ALL: [Self; 2] = [Self::Statement, Self::Signature];

    /// The file's name in its generation's folder.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Statement => "statement.json",
            Self::Signature => "statement.json.minisig",
        }
    }
}

/// The texts of both files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementTexts {
    /// Text of [`Attestation::Statement`].
    pub statement: String,
    /// Text of [`Attestation::Signature`].
    pub signature: String,
}

impl StatementTexts {
    /// Returns one of the two texts.
    #[must_use]
    pub fn text(&self, attestation: Attestation) -> &str {
        match attestation {
            Attestation::Statement => &self.statement,
            Attestation::Signature => &self.signature,
        }
    }
}

impl IndexDirectory {
    /// Returns the path of a file of a generation.
    #[must_use]
    pub fn attestation(&self, generation: GenerationId, attestation: Attestation) -> PathBuf {
        let folder = self.path().join(generation.as_str());
        folder.join(attestation.file_name())
    }

    /// Returns statement and signature of a generation, if it has them. The content is not checked.
    ///
    /// # Errors
    /// [`GenerationError`] if a file cannot be read or is not a short text.
    pub fn attested(
        &self,
        generation: GenerationId,
    ) -> Result<Option<StatementTexts>, GenerationError> {
        let read = |attestation| read_if_there(&self.attestation(generation, attestation));
        let statement = read(Attestation::Statement)?;
        let signature = read(Attestation::Signature)?;
        Ok(statement
            .zip(signature)
            .map(|(statement, signature)| StatementTexts {
                statement,
                signature,
            }))
    }

    /// Adds statement and signature to a published generation, under the lock. Both files are complete before either
    /// gets its name. The signature gets its name last, so no signature lacks its statement.
    ///
    /// # Errors
    /// [`GenerationError`] if there is no such generation or a file cannot be written.
    pub fn attest(
        &self,
        generation: GenerationId,
        attested: &StatementTexts,
        _lock: &Lock,
    ) -> Result<(), GenerationError> {
        write(&self.path().join(generation.as_str()), attested)
    }
}

/// Writes both files into the folder of a generation, the signature last.
pub(super) fn write(folder: &Path, attested: &StatementTexts) -> Result<(), GenerationError> {
    let write = |attestation: Attestation| {
        let path = folder.join(attestation.file_name());
        let text = attested.text(attestation).as_bytes();
        Replacement::write(&path, MODE, text).map_err(io_error(&path))
    };
    let statement = write(Attestation::Statement)?;
    let signature = write(Attestation::Signature)?;
    for file in [statement, signature] {
        file.put_in_place().map_err(io_error(folder))?;
    }
    Ok(())
}

fn read_if_there(path: &Path) -> Result<Option<String>, GenerationError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(io_error(path)(source)),
    };
    let mut text = String::new();
    let length = file.take(MAX_LENGTH + 1).read_to_string(&mut text);
    if length.map_err(io_error(path))? as u64 > MAX_LENGTH {
        return Err(io_error(path)(io::ErrorKind::FileTooLarge.into()));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn directory() -> (tempfile::TempDir, IndexDirectory, GenerationId) {
        let folder = tempfile::tempdir().unwrap();
        let generation = GenerationId::parse("20261122-201530-3f9a1c2b").unwrap();
        fs::create_dir(folder.path().join(generation.as_str())).unwrap();
        let directory = IndexDirectory::at(folder.path());
        (folder, directory, generation)
    }

    fn attested(text: &str) -> StatementTexts {
        StatementTexts {
            statement: text.to_owned(),
            signature: format!("signature of {text}"),
        }
    }

    #[test]
    fn what_was_attested_is_read_again_and_can_be_attested_again() {
        let (_folder, directory, generation) = directory();
        let lock = directory.lock().unwrap();
        assert_eq!(directory.attested(generation).unwrap(), None);
        for text in ["one", "another"] {
            directory
                .attest(generation, &attested(text), &lock)
                .unwrap();
            assert_eq!(
                directory.attested(generation).unwrap(),
                Some(attested(text))
            );
        }
        let path = directory.attestation(generation, Attestation::Signature);
        let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, MODE);
    }

    #[test]
    fn files_left_by_a_killed_signer_are_not_an_attestation_and_do_not_block() {
        let (folder, directory, generation) = directory();
        let lock = directory.lock().unwrap();
        let place = folder.path().join(generation.as_str());
        fs::write(place.join(".draft-statement.json.minisig"), "half").unwrap();
        fs::write(place.join(Attestation::Statement.file_name()), "unsigned").unwrap();
        assert_eq!(directory.attested(generation).unwrap(), None);
        directory
            .attest(generation, &attested("one"), &lock)
            .unwrap();
        assert_eq!(fs::read_dir(place).unwrap().count(), 2);
    }

    #[test]
    fn a_text_without_end_is_not_read() {
        let (_folder, directory, generation) = directory();
        for attestation in [Attestation::Statement, Attestation::Signature] {
            let path = directory.attestation(generation, attestation);
            fs::write(path, "x".repeat(MAX_LENGTH as usize + 1)).unwrap();
        }
        assert!(directory.attested(generation).is_err());
    }
}
