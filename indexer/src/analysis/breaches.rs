use exposure_index::breach::BreachId;
use exposure_index::generation::FileKind;
use exposure_index::index::{BreachOrdinal, BreachStatistics, CatalogueEntry, Index};

use super::AnalysisError;

/// Place of a breach in a [`Corpus`](super::Corpus), whose breaches are in order of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BreachPlace(pub u32);

impl BreachPlace {
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A breach of a [`Corpus`](super::Corpus).
#[derive(Clone, Debug)]
pub(crate) struct CorpusBreach {
    /// Entry of the catalogue.
    pub entry: CatalogueEntry,
    /// Counts of what was read from its dump.
    pub statistics: BreachStatistics,
    /// File that holds it.
    pub(super) file: FileKind,
    /// Place in the catalogue of that file.
    pub(super) ordinal: BreachOrdinal,
}

impl CorpusBreach {
    /// Returns the breach's short name.
    #[must_use]
    pub(crate) const fn id(&self) -> &BreachId {
        &self.entry.metadata.id
    }
}

/// Returns the breaches of a file, by id.
pub(super) fn of_file<D: AsRef<[u8]>>(
    file: FileKind,
    index: &Index<D>,
) -> Result<Vec<CorpusBreach>, AnalysisError> {
    let damaged = |source| AnalysisError::Damaged { file, source };
    let (catalogue, mut statistics) = (
        index.catalogue().map_err(damaged)?,
        index.statistics().map_err(damaged)?,
    );
    let ordinals = (0..=u16::MAX).map(BreachOrdinal);
    let breaches = ordinals.zip(catalogue.breaches).map(|(ordinal, entry)| {
        let statistics = statistics.breaches.remove(&entry.metadata.id);
        CorpusBreach {
            statistics: statistics.unwrap_or_default(),
            entry,
            file,
            ordinal,
        }
    });
    Ok(breaches.collect())
}

/// Returns the breaches of both files, by id.
pub(super) fn merged(
    public: Vec<CorpusBreach>,
    sealed: Vec<CorpusBreach>,
) -> Result<Vec<CorpusBreach>, AnalysisError> {
    let mut breaches = public;
    breaches.extend(sealed);
    breaches.sort_by(|one, other| one.id().cmp(other.id()));
    match BreachId::duplicate(breaches.iter().map(CorpusBreach::id)) {
        Some(id) => Err(AnalysisError::DuplicateBreach { id: id.clone() }),
        None => Ok(breaches),
    }
}
