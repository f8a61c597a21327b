use exposure_index::generation::{IndexDirectory, Lock};
use exposure_index::oprf::{KeyId, OfflineKey};

use super::{ErasureError, Erasures};

/// Gives an index directory without tombstones for a key those of the directories that are merged into it, as far as
/// that needs no identifier: the largest set among them. Returns how many are left over: only the identifiers could
/// match them to those of the directory.
///
/// # Errors
/// [`ErasureError`] if a file cannot be read or written, is damaged, or is encrypted under another offline key.
pub(crate) fn carry_over(
    directory: &IndexDirectory,
    lock: &Lock,
    others: &[IndexDirectory],
    key_id: KeyId,
    offline: Option<&OfflineKey>,
) -> Result<usize, ErasureError> {
    let mut theirs = Vec::new();
    for other in others {
        theirs.extend(Erasures::load(other.path(), key_id, offline)?);
    }
    theirs.sort_by_key(Erasures::len);
    // One without a tag could be in any of the other indexes.
    let most = theirs.iter().rposition(|one| one.untagged() == 0);
    let own = match (Erasures::load(directory.path(), key_id, offline)?, offline) {
        (None, Some(offline)) => {
            most.map(|most| theirs.remove(most).put_into(directory, offline, lock))
        }
        (own, _) => own.map(Ok),
    };
    let own = own.transpose()?;
    let lost = |theirs: &Erasures| {
        own.as_ref()
            .map_or(theirs.len(), |own| own.lacks_of(theirs))
    };
    Ok(theirs.iter().map(lost).sum())
}
