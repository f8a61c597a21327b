use object_store::ObjectMeta;

use super::digest::{MAX_LENGTH, SHA256SUMS};
use super::{Digests, PublicFile, Store, StoreError};
use crate::index::GenerationId;

/// The current generation of a store, with enough to tell whether it has changed since the last check.
#[derive(Clone, PartialEq)]
pub struct Offer {
    generation: GenerationId,
    pub(super) digests: Digests,
    pub(super) index: ObjectMeta,
}

impl Offer {
    /// The current generation.
    #[must_use]
    pub const fn generation(&self) -> GenerationId {
        self.generation
    }

    /// Returns the tag with which the store identifies its public file. A weak tag never satisfies a condition (RFC
    /// 9110, section 13.1.1); without a condition the digest decides.
    pub(super) fn strong_tag(&self) -> Option<&str> {
        let tag = self.index.e_tag.as_deref();
        tag.filter(|tag| !tag.starts_with("W/"))
    }

    /// Length of its public file, in bytes, as stated by the store.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.index.size
    }
}

impl Store {
    /// Returns the current generation. Three small requests.
    ///
    /// # Errors
    /// [`StoreError::Empty`] if nothing was ever pushed; [`StoreError`] if the store cannot be reached, or names files
    /// that do not exist.
    pub async fn offer(&self) -> Result<Offer, StoreError> {
        let empty = || StoreError::Empty {
            address: self.address().to_string(),
        };
        let (generation, _) = self.current().await?.ok_or_else(empty)?;
        let sums = self.folder(generation).join(SHA256SUMS);
        let missing = |object| StoreError::Missing {
            place: self.place(object),
        };
        let digests = self.digests(generation).await?;
        let file = self.file(generation, PublicFile::Index);
        let index = self.head(&file).await?;
        Ok(Offer {
            generation,
            digests: digests.ok_or_else(|| missing(&sums))?,
            index: index.ok_or_else(|| missing(&file))?,
        })
    }

    /// The digests of a generation's files; `None` if they do not exist.
    pub(super) async fn digests(
        &self,
        generation: GenerationId,
    ) -> Result<Option<Digests>, StoreError> {
        let place = self.folder(generation).join(SHA256SUMS);
        let expected = "a list of digests as sha256sum writes it";
        let parse = Digests::parse;
        let read = self.read_as(&place, MAX_LENGTH, expected, parse).await?;
        Ok(read.map(|(digests, _)| digests))
    }
}
