//! Who was shown sealed leaks, and when? A line for each answer, before it is given, under a pseudonym.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use exposure_index::audit::{Audit, Pseudonyms, Requester};
use exposure_index::hash_chain::{ChainError, ChainState};
use exposure_index::index::GenerationId;
use jiff::Timestamp;

/// The audit of this service.
pub(super) struct OwnersAudit {
    file: Mutex<Audit>,
    pseudonyms: Pseudonyms,
}

impl OwnersAudit {
    /// Opens the file, which no other process may have open.
    pub(super) fn open(path: &Path, pseudonyms: Pseudonyms) -> Result<Self, ChainError> {
        let file = Mutex::new(Audit::open(path)?);
        Ok(Self { file, pseudonyms })
    }

    /// Checks that the file could be opened, also while a running service has it open, and logs if one has.
    pub(super) fn check(path: &Path) -> Result<(), ChainError> {
        match Audit::check(path)? {
            ChainState::Absent => tracing::info!("there is no audit yet; the first start makes it"),
            ChainState::Free => {}
            ChainState::Locked => {
                tracing::info!("a running service has the audit open; its lines were checked");
            }
        }
        Ok(())
    }

    /// Records that a person is about to see what is known of so many of their identifiers.
    pub(super) fn note(
        &self,
        generation: GenerationId,
        asked: u64,
        name: &str,
    ) -> Result<(), ChainError> {
        let pseudonym = self.pseudonyms.of(name, Timestamp::now());
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.note(generation, asked, Requester::Owner { pseudonym })
    }
}
