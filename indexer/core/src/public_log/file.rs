//! What does a public log hold? Its lines, read and checked.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::PublicLogError;
use super::entry::Entry;
use crate::hash_chain::HashChain;
use crate::index::GenerationId;
use crate::statement::{Statement, Trust};

/// A public log: a file to which lines are only ever appended.
pub struct PublicLog {
    pub(super) chain: HashChain,
}

impl PublicLog {
    /// The log at `path`, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            chain: HashChain::at(path),
        }
    }

    /// Returns the path of the log.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.chain.path()
    }

    /// Reads the log and checks its chain. O(its length).
    ///
    /// # Errors
    /// [`PublicLogError`] with the first invalid line.
    pub fn entries(&self) -> Result<Vec<Entry>, PublicLogError> {
        let mut entries = Vec::new();
        self.chain.each(|entry| entries.push(entry))?;
        Ok(entries)
    }

    /// Returns the entry of a generation in a valid log.
    ///
    /// # Errors
    /// [`PublicLogError::Missing`], [`PublicLogError::Contradiction`] if another statement is there.
    pub fn find(
        &self,
        entries: &[Entry],
        generation: GenerationId,
        statement: &Statement,
    ) -> Result<Entry, PublicLogError> {
        let path = || self.path().to_owned();
        match find(entries, generation) {
            None => Err(PublicLogError::Missing {
                path: path(),
                generation,
            }),
            Some(entry) if entry.statement.is_same_generation(statement) => Ok(entry.clone()),
            Some(entry) => Err(PublicLogError::Contradiction {
                path: path(),
                line: entry.number,
                generation,
            }),
        }
    }

    /// Checks that the holder of a trusted key signed every line.
    ///
    /// # Errors
    /// [`PublicLogError::Signature`] with the first line that no trusted key signed.
    pub fn check_signatures(&self, entries: &[Entry], trust: &Trust) -> Result<(), PublicLogError> {
        for entry in entries {
            if let Err(source) = entry.signer(trust) {
                return Err(PublicLogError::Signature {
                    path: self.path().to_owned(),
                    line: entry.number,
                    source,
                });
            }
        }
        Ok(())
    }

    /// The text of the log, of `most` bytes at most, once its chain is known to be valid. O(its length).
    ///
    /// # Errors
    /// [`PublicLogError`] if it is longer, or with the first invalid line.
    pub fn text(&self, most: u64) -> Result<String, PublicLogError> {
        let file = File::open(self.path()).map_err(|source| self.chain.io(source))?;
        let mut text = String::new();
        let read = file.take(most + 1).read_to_string(&mut text);
        if read.map_err(|source| self.chain.io(source))? as u64 > most {
            let path = self.path().to_owned();
            return Err(PublicLogError::TooLong { path, most });
        }
        self.chain.read(text.as_bytes(), drop::<Entry>)?;
        Ok(text)
    }
}

pub(super) fn find(entries: &[Entry], generation: GenerationId) -> Option<&Entry> {
    entries
        .iter()
        .find(|entry| entry.statement.generation == generation.as_str())
}
