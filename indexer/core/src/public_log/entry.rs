use serde::{Deserialize, Serialize};

use crate::hash_chain::ChainedLine;
use crate::index::GenerationId;
use crate::statement::{ReleaseKeyId, Statement, StatementError, Trust};

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
    /// Statement of the generation, written as it is signed, so that its text can be cut out of the line.
    pub statement: Statement,
}

impl ChainedLine for Entry {
    fn number(&self) -> u64 {
        self.number
    }

    fn previous(&self) -> &str {
        &self.previous
    }

    fn is_valid(&self) -> bool {
        let statement = self.statement.to_text();
        statement.is_ok_and(|text| Statement::parse(&text).is_ok())
    }
}

impl Entry {
    /// Returns the trusted key whose holder signed the line's statement.
    ///
    /// # Errors
    /// [`StatementError`] if no trusted key signed it.
    pub fn signer(&self, trust: &Trust) -> Result<ReleaseKeyId, StatementError> {
        match &self.signature {
            Some(signature) => trust.verify(&self.statement.to_text()?, signature),
            None => Err(match GenerationId::parse(&self.statement.generation) {
                Some(generation) => StatementError::Unsigned { generation },
                None => StatementError::Syntax,
            }),
        }
    }
}
