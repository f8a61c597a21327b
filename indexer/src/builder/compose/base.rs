//! Which generation is this one based on, and is it whole?

use exposure_index::generation::{FileKind, GenerationError, IndexDirectory, Lock};
use exposure_index::index::{
    BreachStatistics, CatalogueEntry, GenerationId, Hash, Header, Identifiers, Index,
};
use exposure_index::oprf::{KeyId, OfflineKey};
use exposure_index::pairs::PairFile;
use memmap2::Mmap;

use super::breach_list::{BreachEntry, BreachList};
use super::source::{IndexRows, KeyedFile};
use crate::builder::BuildError;
use crate::builder::keys;

/// A whole generation that another one is made from: the checksums of its files match.
pub(crate) struct Base {
    pub(crate) directory: IndexDirectory,
    public: Index<Mmap>,
    sealed: Option<Index<Mmap>>,
    /// The key of the sealed file, if there is one.
    offline: Option<OfflineKey>,
    pairs: Option<PairFile<Mmap>>,
}

impl Base {
    /// Opens the current generation.
    pub(crate) fn current(
        directory: &IndexDirectory,
        offline: Option<&OfflineKey>,
    ) -> Result<Self, BuildError> {
        Self::open(directory, directory.current()?, offline)
    }

    /// Opens the current generation, under the lock. Locking makes the directory; a mistyped one is reported instead.
    pub(crate) fn lock_current(
        directory: &IndexDirectory,
        offline: Option<&OfflineKey>,
    ) -> Result<(Lock, Self), BuildError> {
        directory.current()?;
        let lock = directory.lock()?;
        let base = Self::current(directory, offline)?;
        Ok((lock, base))
    }

    /// Opens a generation and reads it once, because nothing is made from a damaged one.
    pub(crate) fn open(
        directory: &IndexDirectory,
        generation: GenerationId,
        offline: Option<&OfflineKey>,
    ) -> Result<Self, BuildError> {
        let public = directory.open_public(generation)?;
        let sealed = directory.open_sealed(&public)?;
        let key_of = |sealed: &Index<Mmap>| {
            let own = sealed.header().key_id;
            keys::check_own(public.header().key_id, own)?;
            keys::of_sealed(own, offline)
        };
        let base = Self {
            offline: sealed.as_ref().map(key_of).transpose()?.cloned(),
            directory: directory.clone(),
            pairs: directory.check_pairs(public.header())?,
            public,
            sealed,
        };
        for file in base.files() {
            file.check_sums()
                .map_err(|source| base.damaged(file, source))?;
        }
        Ok(base)
    }

    /// Returns the public file and, if there is one, the sealed file.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Index<Mmap>> {
        std::iter::once(&self.public).chain(&self.sealed)
    }

    /// Returns both files, and the key of the sealed one.
    pub(crate) fn files_with_keys(&self) -> impl Iterator<Item = KeyedFile<'_, Mmap>> {
        let public = KeyedFile {
            index: &self.public,
            offline: None,
        };
        let sealed = self.sealed.iter().map(|index| KeyedFile {
            index,
            offline: self.offline.as_ref(),
        });
        std::iter::once(public).chain(sealed)
    }

    /// Returns its pairs, if they were kept.
    pub(crate) const fn pairs(&self) -> Option<&PairFile<Mmap>> {
        self.pairs.as_ref()
    }

    /// Returns the header of the public file.
    pub(crate) const fn header(&self) -> &Header {
        self.public.header()
    }

    pub(crate) const fn generation(&self) -> GenerationId {
        self.header().generation
    }

    pub(crate) const fn root(&self) -> Hash {
        self.header().root
    }

    pub(crate) const fn key_id(&self) -> KeyId {
        self.header().key_id
    }

    pub(crate) const fn range_rows(&self) -> u32 {
        self.header().range_rows
    }

    /// Returns the breaches of both files, with the statistics of their dumps.
    pub(crate) fn breach_list(&self) -> Result<BreachList, BuildError> {
        let mut breach_list = BreachList::default();
        for file in self.files() {
            let damaged = |source| self.damaged(file, source);
            let catalogue = file.catalogue().map_err(damaged)?;
            let mut statistics = file.statistics().map_err(damaged)?;
            for entry in catalogue.breaches {
                let id = &entry.metadata.id;
                let read = statistics.breaches.remove(id);
                let pairs = self.pairs.as_ref();
                breach_list.insert(BreachEntry {
                    has_pairs: pairs
                        .is_some_and(|pairs| pairs.breaches().binary_search(id).is_ok()),
                    entry,
                    read: uncounted(read.unwrap_or_default()),
                })?;
            }
        }
        Ok(breach_list)
    }

    /// Returns the rows of both files for a generation with these breaches, except those that `is_left_out`.
    pub(crate) fn row_sources(
        &self,
        breach_list: &BreachList,
        is_left_out: impl Fn(&CatalogueEntry) -> bool,
    ) -> Result<Vec<IndexRows<'_, Mmap>>, BuildError> {
        self.files_with_keys()
            .map(|file| IndexRows::new(file, breach_list, &is_left_out))
            .collect()
    }

    fn damaged(
        &self,
        file: &Index<Mmap>,
        source: exposure_index::index::FormatError,
    ) -> BuildError {
        let kind = match file.header().sealed {
            true => FileKind::Sealed,
            false => FileKind::Public,
        };
        let folder = self.directory.path().join(self.generation().as_str());
        let path = folder.join(kind.file_name());
        GenerationError::Format { path, source }.into()
    }
}

/// Returns the statistics of a dump without the identifiers, which are counted again.
fn uncounted(read: BreachStatistics) -> BreachStatistics {
    BreachStatistics {
        identifiers: Identifiers::new(),
        recovered: Identifiers::new(),
        ..read
    }
}
