//! Who was shown sealed leaks, and when? A line for each answer, before it is given, under a pseudonym.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use exposure_index::audit::{Audit, Requester};
use exposure_index::hash_chain::ChainError;
use exposure_index::index::GenerationId;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of a pseudonym.
const PSEUDONYM: usize = 16;

/// The audit of this service.
pub(super) struct OwnersAudit {
    file: Mutex<Audit>,
    secret: Zeroizing<[u8; 64]>,
}

impl OwnersAudit {
    /// Opens the file, whose pseudonyms are made with this secret.
    pub(super) fn open(path: &Path, secret: Zeroizing<[u8; 64]>) -> Result<Self, ChainError> {
        let file = Mutex::new(Audit::open(path)?);
        Ok(Self { file, secret })
    }

    /// Records that a person is about to see what is known of so many of their identifiers.
    pub(super) fn note(
        &self,
        generation: GenerationId,
        asked: u64,
        name: &str,
    ) -> Result<(), ChainError> {
        let pseudonym = self.pseudonym(name, Timestamp::now());
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.note(generation, asked, Requester::Owner { pseudonym })
    }

    /// The same for one person within a calendar month (UTC): lines of a month can be counted for each person, and without the
    /// secret nobody follows a person into the next.
    fn pseudonym(&self, name: &str, now: Timestamp) -> String {
        let month = now.strftime("%Y-%m").to_string();
        let mac = Hmac::<Sha256>::new((&*self.secret).into());
        let mac = mac.chain_update(month).chain_update(name);
        HEXLOWER.encode(&mac.finalize().into_bytes()[..PSEUDONYM])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_one_persons_for_one_month_under_one_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = |name: &str, secret| {
            OwnersAudit::open(&folder.path().join(name), Zeroizing::new([secret; 64]))
                .expect("an audit")
        };
        let (audit, other) = (open("a", 1), open("b", 2));
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let december = audit.pseudonym("person", at("2026-12-01T00:00:00Z"));
        assert_eq!(december.len(), 2 * PSEUDONYM);
        assert_eq!(
            december,
            audit.pseudonym("person", at("2026-12-31T23:59:59Z"))
        );
        for different in [
            audit.pseudonym("person", at("2027-01-01T00:00:00Z")),
            audit.pseudonym("another", at("2026-12-01T00:00:00Z")),
            other.pseudonym("person", at("2026-12-01T00:00:00Z")),
        ] {
            assert_ne!(december, different);
        }
    }
}
