use data_encoding::HEXLOWER;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::Fault;
use crate::statement::canonical;

/// The contents of a line. Its members must include its number and the hash of the line before.
pub trait ChainedLine: Serialize + DeserializeOwned {
    /// The line's number, from 1.
    fn number(&self) -> u64;

    /// SHA-256 of the line before with its line end, hexadecimal; 64 zeros in the first.
    fn previous(&self) -> &str;

    /// Returns whether its other members are an entry of such a file.
    fn is_valid(&self) -> bool {
        true
    }
}

/// The place of the next line: the number of lines and the hash of the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    number: u64,
    hash: String,
}

impl Link {
    /// Returns the link of an empty file.
    pub(super) fn first() -> Self {
        Self {
            number: 0,
            hash: "0".repeat(64),
        }
    }

    /// The number of the line that follows.
    #[must_use]
    pub const fn next_number(&self) -> u64 {
        self.number + 1
    }

    /// Returns the `previous` of the next line.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Reads the line that follows, with its line end, and moves on to it.
    pub(super) fn follow<L: ChainedLine>(&mut self, line: &str) -> Result<L, Fault> {
        let text = line.strip_suffix('\n').ok_or(Fault::Torn)?;
        let entry: L = serde_json::from_str(text).map_err(|_| Fault::Syntax)?;
        let written = to_line(&entry).map_err(|_| Fault::Syntax)?;
        if written != line || !entry.is_valid() {
            return Err(Fault::Syntax);
        }
        if entry.number() != self.next_number() {
            return Err(Fault::Number);
        }
        if entry.previous() != self.hash {
            return Err(Fault::Chain);
        }
        self.pass(line);
        Ok(entry)
    }

    /// Moves on to the line that follows.
    pub(super) fn pass(&mut self, line: &str) {
        self.number += 1;
        self.hash = HEXLOWER.encode(&Sha256::digest(line));
    }
}

/// The line, with its line end.
pub(super) fn to_line(entry: &impl Serialize) -> serde_json::Result<String> {
    canonical(entry).map(|json| format!("{json}\n"))
}
