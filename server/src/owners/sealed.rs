//! Which sensitive leaks is this identifier in? The one place of the server where a sealed file is opened.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use exposure_index::audit::Pseudonyms;
use exposure_index::breach::BreachId;
use exposure_index::generation::{GenerationError, IndexDirectory};
use exposure_index::identifier::Identifier;
use exposure_index::index::{Catalogue, Exposure, FormatError, GenerationId, Index};
use exposure_index::messages::BreachDocument;
use exposure_index::oprf::{
    KeyFile, KeyFileError, OfflineKey, OprfError, SecretKey, evaluate, load_offline_key,
};
use exposure_index::statement::{self, StatementError, Trust};
use memmap2::Mmap;

use crate::observe::causes;

/// Why sealed leaks cannot be looked up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum SealedError {
    /// A file of the index cannot be opened.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// There is nothing that this service is for.
    #[error("generation {0} has no sealed file: this service has nothing to show")]
    NoSealedFile(GenerationId),
    /// A key is not that of the index, so that nothing would be found.
    #[error("{0} is not the key that this index was made with")]
    WrongKey(&'static str),
    /// A key cannot be read.
    #[error("a key cannot be used")]
    Key(#[from] KeyFileError),
    /// No trusted key has signed the generation.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// A file is damaged.
    #[error("the index is damaged: run tekser-indexer verify")]
    Format(#[from] FormatError),
    /// The identifier has no tag.
    #[error(transparent)]
    Oprf(#[from] OprfError),
}

/// The sealed file of the current generation, with both keys.
pub(super) struct SealedIndex {
    directory: IndexDirectory,
    trust: Trust,
    key: SecretKey,
    offline: OfflineKey,
    open: ArcSwap<Opened>,
}

struct Opened {
    generation: GenerationId,
    sealed: Index<Mmap>,
    catalogue: Catalogue,
}

impl SealedIndex {
    /// Opens the current generation with the key of its tags and the offline key.
    pub(super) fn open(
        directory: PathBuf,
        key: &Path,
        offline: &Path,
        trust: Trust,
    ) -> Result<Self, SealedError> {
        let directory = IndexDirectory::at(directory);
        let key = KeyFile::at(key).read()?.secret().clone();
        // A service starts by itself, so that nobody is there to type a passphrase.
        let offline = load_offline_key(offline, &|_| {
            Err(
                "a service cannot ask for it: give it a file that tekser-indexer key decrypt made"
                    .to_owned(),
            )
        })?;
        let opened = Opened::current(&directory, &trust, &key, &offline)?;
        Ok(Self {
            directory,
            trust,
            key,
            offline,
            open: ArcSwap::from_pointee(opened),
        })
    }

    /// The pseudonyms that follow from the offline key.
    pub(super) fn pseudonyms(&self) -> Pseudonyms {
        Pseudonyms::new(&self.offline)
    }

    /// The generation that answers, the current one if it can be opened.
    pub(super) fn generation(&self) -> GenerationId {
        let open = self.open.load();
        let is_newer = |current: &GenerationId| *current != open.generation;
        if self.directory.current().ok().filter(is_newer).is_some() {
            match Opened::current(&self.directory, &self.trust, &self.key, &self.offline) {
                Ok(opened) => self.open.store(Arc::new(opened)),
                Err(error) => tracing::error!(
                    "the current generation cannot be opened; the one before is asked: {}",
                    causes(&error)
                ),
            }
        }
        self.open.load().generation
    }

    /// The sensitive leaks that identifiers of one person are in, each with all classes that leaked with one of them.
    pub(super) fn of_all(&self, asked: &[Identifier]) -> Result<Vec<BreachDocument>, SealedError> {
        let open = self.open.load_full();
        let mut found = BTreeMap::<BreachId, BreachDocument>::new();
        for identifier in asked {
            let tag = evaluate(&self.key, &identifier.oprf_input())?.tag();
            let Some(row) = open.sealed.find(self.offline.sealed_tag(tag))? else {
                continue;
            };
            for leak in row
                .exposures()?
                .into_iter()
                .filter_map(|one| open.described(one))
            {
                let known = found.entry(leak.metadata.id.clone());
                known
                    .and_modify(|known| unite(known, &leak))
                    .or_insert(leak);
            }
        }
        Ok(found.into_values().collect())
    }
}

fn unite(known: &mut BreachDocument, other: &BreachDocument) {
    for class in &other.classes {
        if !known.classes.contains(class) {
            known.classes.push(class.clone());
        }
    }
}

impl Opened {
    fn current(
        directory: &IndexDirectory,
        trust: &Trust,
        key: &SecretKey,
        offline: &OfflineKey,
    ) -> Result<Self, SealedError> {
        let generation = directory.current()?;
        let public = directory.open_public(generation)?;
        if public.header().key_id != key.public_key().id() {
            return Err(SealedError::WrongKey("--key"));
        }
        let sealed = directory.open_sealed(&public)?;
        let sealed = sealed.ok_or(SealedError::NoSealedFile(generation))?;
        if sealed.header().key_id != offline.id() {
            return Err(SealedError::WrongKey("--offline-key"));
        }
        if let Some(checked) = statement::check(directory, &public, trust)? {
            checked.statement.check_sealed(sealed.header())?;
        }
        Ok(Self {
            generation,
            catalogue: sealed.catalogue()?,
            sealed,
        })
    }

    /// The leak of an exposure, with the classes of this exposure alone. A warning list is no leak, wherever it is.
    fn described(&self, exposure: Exposure) -> Option<BreachDocument> {
        let entry = self.catalogue.get(exposure.breach)?;
        let places = exposure.classes.places();
        let classes = places.filter_map(|place| entry.classes.get(place).cloned());
        entry.metadata.is_leak().then(|| BreachDocument {
            metadata: entry.metadata.clone(),
            classes: classes.collect(),
            identifiers: Default::default(),
        })
    }
}
