//! What does a public log hold? Its lines, read and checked.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::PublicLogError;
use super::entry::{Entry, Link};
use super::error::Fault;
use crate::index::GenerationId;
use crate::statement::{Statement, Trust};

/// Longest line that is read, in bytes; a line has less than three thousand.
pub(super) const MAX_LINE: u64 = 64 << 10;

/// A public log: a file to which lines are only ever appended.
pub struct PublicLog {
    pub(super) path: PathBuf,
}

impl PublicLog {
    /// The log at `path`, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the log and checks its chain. O(its length).
    ///
    /// # Errors
    /// [`PublicLogError`] with the first line that does not hold.
    pub fn entries(&self) -> Result<Vec<Entry>, PublicLogError> {
        let file = File::open(&self.path).map_err(|source| self.io(source))?;
        Ok(self.read(BufReader::new(&file))?.entries)
    }

    /// The entry of a generation in a log that holds.
    ///
    /// # Errors
    /// [`PublicLogError::Missing`], [`PublicLogError::Contradiction`] if another statement is there.
    pub fn find(
        &self,
        entries: &[Entry],
        generation: GenerationId,
        statement: &Statement,
    ) -> Result<Entry, PublicLogError> {
        let path = || self.path.clone();
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
    /// [`PublicLogError::Signature`] with the first that nobody trusted signed.
    pub fn check_signatures(&self, entries: &[Entry], trust: &Trust) -> Result<(), PublicLogError> {
        for entry in entries {
            if let Err(source) = entry.signer(trust) {
                return Err(PublicLogError::Signature {
                    path: self.path.clone(),
                    line: entry.number,
                    source,
                });
            }
        }
        Ok(())
    }

    /// The text of the log, of `most` bytes at most, once its chain is known to hold. O(its length).
    ///
    /// # Errors
    /// [`PublicLogError`] if it is longer, or with the first line that does not hold.
    pub fn text(&self, most: u64) -> Result<String, PublicLogError> {
        let file = File::open(&self.path).map_err(|source| self.io(source))?;
        let mut text = String::new();
        let read = file.take(most + 1).read_to_string(&mut text);
        if read.map_err(|source| self.io(source))? as u64 > most {
            let path = self.path.clone();
            return Err(PublicLogError::TooLong { path, most });
        }
        self.read(text.as_bytes())?;
        Ok(text)
    }

    pub(super) fn read(&self, mut lines: impl BufRead) -> Result<Chain, PublicLogError> {
        let mut chain = Chain {
            entries: Vec::new(),
            last: Link::first(),
        };
        let (mut line, mut length) = (Vec::new(), 0);
        loop {
            line.clear();
            let mut bounded = Read::by_ref(&mut lines).take(MAX_LINE);
            let read = bounded.read_until(b'\n', &mut line);
            if read.map_err(|source| self.io(source))? == 0 {
                return Ok(chain);
            }
            let number = chain.last.number + 1;
            let entry = text(&line).and_then(|text| chain.last.follow(text));
            let entry = entry.map_err(|fault| self.broken(fault, number, length))?;
            chain.entries.push(entry);
            length += line.len() as u64;
        }
    }

    fn broken(&self, fault: Fault, line: u64, length: u64) -> PublicLogError {
        let path = self.path.clone();
        match fault {
            Fault::Torn => PublicLogError::Torn { path, line, length },
            fault => PublicLogError::Broken { path, line, fault },
        }
    }

    pub(super) fn io(&self, source: io::Error) -> PublicLogError {
        PublicLogError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

/// The line, if it is not one that was cut because it is too long.
fn text(line: &[u8]) -> Result<&str, Fault> {
    let is_cut = line.len() as u64 == MAX_LINE && !line.ends_with(b"\n");
    let text = str::from_utf8(line).ok().filter(|_| !is_cut);
    text.ok_or(Fault::Syntax)
}

/// A log that holds, and where it goes on.
pub(super) struct Chain {
    pub(super) entries: Vec<Entry>,
    pub(super) last: Link,
}

pub(super) fn find(entries: &[Entry], generation: GenerationId) -> Option<&Entry> {
    entries
        .iter()
        .find(|entry| entry.statement.generation == generation.as_str())
}
