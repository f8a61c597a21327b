use object_store::UpdateVersion;

use super::{Store, StoreError};
use crate::index::GenerationId;

/// The object that names the current generation.
pub(super) const CURRENT: &str = "CURRENT";
/// More than a generation's name and a line end.
const MAX_LENGTH: u64 = 64;

/// The current generation of a store, and the version with which the store detects a concurrent write.
pub(super) type Current = (GenerationId, UpdateVersion);

impl Store {
    /// Returns the current generation; `None` if nothing was ever pushed.
    pub(super) async fn current(&self) -> Result<Option<Current>, StoreError> {
        let (place, expected) = (self.object(CURRENT), "the name of a generation");
        let parse = |name: &str| GenerationId::parse(name.trim_end());
        let read = self.read_as(&place, MAX_LENGTH, expected, parse).await?;
        Ok(read.map(|(generation, meta)| {
            let version = UpdateVersion {
                e_tag: meta.e_tag,
                version: meta.version,
            };
            (generation, version)
        }))
    }
}
