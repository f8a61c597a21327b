use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::Fault;
use crate::index::GenerationId;
use crate::statement::{ReleaseKeyId, Statement, StatementError, Trust, canonical};

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The line's number, from 1.
    pub number: u64,
    /// SHA-256 of the line before with its line end, hexadecimal; 64 zeros in the first.
    pub previous: String,
    /// The signature over the statement, if it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// What the generation holds. Written as it is signed, so that its text can be cut out of the line.
    pub statement: Statement,
}

/// Where the next line begins: how many there are, and the hash of the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) number: u64,
    pub(super) hash: String,
}

impl Link {
    /// Of a log without a line.
    pub(super) fn first() -> Self {
        Self {
            number: 0,
            hash: "0".repeat(64),
        }
    }

    /// Reads the line that follows, with its line end, and moves on to it.
    pub(super) fn follow(&mut self, line: &str) -> Result<Entry, Fault> {
        let text = line.strip_suffix('\n').ok_or(Fault::Torn)?;
        let entry: Entry = serde_json::from_str(text).map_err(|_| Fault::Syntax)?;
        let written = entry.to_line().map_err(|_| Fault::Syntax)?;
        let statement = entry.statement.to_text().map_err(|_| Fault::Syntax)?;
        if written != line || Statement::parse(&statement).is_err() {
            return Err(Fault::Syntax);
        }
        if entry.number != self.number + 1 {
            return Err(Fault::Number);
        }
        if entry.previous != self.hash {
            return Err(Fault::Chain);
        }
        *self = Self {
            number: entry.number,
            hash: HEXLOWER.encode(&Sha256::digest(line)),
        };
        Ok(entry)
    }
}

impl Entry {
    /// The trusted key whose holder signed what the line states.
    ///
    /// # Errors
    /// [`StatementError`] if nobody trusted did.
    pub fn signer(&self, trust: &Trust) -> Result<ReleaseKeyId, StatementError> {
        match &self.signature {
            Some(signature) => trust.verify(&self.statement.to_text()?, signature),
            None => Err(match GenerationId::parse(&self.statement.generation) {
                Some(generation) => StatementError::Unsigned { generation },
                None => StatementError::Syntax,
            }),
        }
    }

    /// The line, with its line end.
    pub(super) fn to_line(&self) -> serde_json::Result<String> {
        canonical(self).map(|json| format!("{json}\n"))
    }
}
