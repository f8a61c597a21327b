use exposure_index::oprf::{KeyId, OfflineKey, SecretKey};

use super::KeysError;
use crate::ingest::Breach;

/// The keys for making a generation from dumps.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// The key of the tags, which evaluators hold or have shares of.
    pub tags: &'a SecretKey,
    /// The key of the sealed file and of the tombstones, if there are any.
    pub offline: Option<&'a OfflineKey>,
}

impl<'a> Keys<'a> {
    pub(crate) fn tags_id(&self) -> KeyId {
        self.tags.public_key().id()
    }

    /// Refuses dumps of sensitive breaches before any is read if there is no offline key.
    pub(crate) fn check(&self, breaches: &[Breach]) -> Result<(), KeysError> {
        let mut breaches = breaches.iter();
        match breaches.any(|breach| breach.metadata.sensitive) {
            true => needed(self.offline).map(drop),
            false => Ok(()),
        }
    }

    pub(crate) fn needed(&self) -> Result<&'a OfflineKey, KeysError> {
        needed(self.offline)
    }
}

/// Returns the offline key, or an error if it is missing.
pub(crate) fn needed(offline: Option<&OfflineKey>) -> Result<&OfflineKey, KeysError> {
    offline.ok_or(KeysError::NoOfflineKey)
}

/// Refuses a sealed file under the key of the public one, as in old sealed files.
pub(crate) fn check_own(public: KeyId, sealed: KeyId) -> Result<(), KeysError> {
    match public == sealed {
        true => Err(KeysError::SealedUnderPublicKey),
        false => Ok(()),
    }
}

/// Returns the offline key, if it is the one that a sealed file was made with.
pub(crate) fn of_sealed(
    made_with: KeyId,
    offline: Option<&OfflineKey>,
) -> Result<&OfflineKey, KeysError> {
    let key = needed(offline)?;
    match key.id() == made_with {
        true => Ok(key),
        false => Err(KeysError::OtherOfflineKey {
            made_with,
            given: key.id(),
        }),
    }
}
