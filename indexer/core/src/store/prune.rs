use std::collections::BTreeSet;

use futures_util::TryStreamExt;
use object_store::ObjectStoreExt;

use super::{Store, StoreError};
use crate::durable;
use crate::index::GenerationId;

impl Store {
    /// Removes generations older than `current` except the `keep` newest, counting that one, and returns how many.
    /// Newer ones stay: a process may be about to push one.
    ///
    /// # Errors
    /// [`StoreError`] if they cannot be listed or removed.
    pub async fn prune(&self, current: GenerationId, keep: usize) -> Result<usize, StoreError> {
        let generations = self.generations().await?;
        let older = generations.range(..current).rev();
        let spent: Vec<_> = older.skip(keep.saturating_sub(1)).copied().collect();
        for generation in &spent {
            self.remove(*generation).await?;
        }
        Ok(spent.len())
    }

    async fn generations(&self) -> Result<BTreeSet<GenerationId>, StoreError> {
        let prefix = &self.prefix;
        let listed = self.objects.list_with_delimiter(Some(prefix)).await;
        let folders = listed.map_err(self.failed(prefix))?.common_prefixes;
        let names = folders.iter().filter_map(|folder| folder.filename());
        Ok(names.filter_map(GenerationId::parse).collect())
    }

    /// Removes all objects of a generation, whichever process put them there.
    async fn remove(&self, generation: GenerationId) -> Result<(), StoreError> {
        let folder = self.folder(generation);
        let listed = self
            .objects
            .list(Some(&folder))
            .try_collect::<Vec<_>>()
            .await;
        for object in listed.map_err(self.failed(&folder))? {
            let removed = durable::request(self.objects.delete(&object.location)).await;
            removed.map_err(self.failed(&object.location))?;
        }
        Ok(())
    }
}
