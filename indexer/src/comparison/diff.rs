//! What changed from one generation to another?

use std::collections::BTreeMap;

use exposure_index::breach::BreachId;
use exposure_index::generation::{FileKind, IndexDirectory};
use exposure_index::identifier::Kind;
use exposure_index::index::{BreachOrdinal, GenerationId};
use exposure_index::oprf::OfflineKey;
use serde::Serialize;

use crate::builder::compose::base::Base;
use crate::builder::compose::breach_list::{BreachList, FilePosition};
use crate::builder::compose::row_merger::{Chunk, RowMerger};
use crate::builder::compose::source::{IndexRows, Source};
use crate::builder::exposures::BreachNumber;
use crate::builder::operations::derive::Watch;
use crate::builder::{BuildError, Stage};

/// Changes from one generation to another.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Every breach that is in either, with the changes of its identifiers.
    pub breaches: BTreeMap<BreachId, BreachDifference>,
    /// Changes of the identifiers over all breaches.
    pub identifiers: BTreeMap<Kind, Sides>,
}

/// Changes in a breach.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct BreachDifference {
    /// Change of the breach itself.
    pub change: BreachChange,
    /// Changes of its identifiers.
    pub identifiers: BTreeMap<Kind, Sides>,
}

/// Change of a breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreachChange {
    /// The breach is only in the later generation.
    Added,
    /// The breach is only in the earlier generation.
    Removed,
    /// The breach is in both, but its metadata or classes changed.
    DescriptionChanged,
    /// The breach is in both, with the same metadata.
    Kept,
}

/// Numbers of different identifiers on each side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sides {
    /// Only in the earlier generation.
    pub gone: u64,
    /// Only in the later generation.
    pub new: u64,
    /// In both.
    pub kept: u64,
}

/// Compares two generations of an index row by row, public and sealed files together.
///
/// Time: O(rows) of both.
///
/// # Errors
/// [`BuildError`] if a generation cannot be read or they were made with different keys.
pub fn diff(
    directory: &IndexDirectory,
    offline: Option<&OfflineKey>,
    from: GenerationId,
    to: GenerationId,
    watch: Watch<'_>,
) -> Result<Difference, BuildError> {
    let open = |generation| Base::open(directory, generation, offline);
    let (before, after) = (open(from)?, open(to)?);
    crate::builder::operations::from_dumps::check_key(before.key_id(), after.key_id())?;
    let compared = GenerationPair {
        lists: [before.breach_list()?, after.breach_list()?],
        bases: [&before, &after],
    };
    compared.difference(watch)
}

/// Two generations. The merge treats them as one: the breaches of the second are numbered after those of the first.
struct GenerationPair<'a> {
    bases: [&'a Base; 2],
    lists: [BreachList; 2],
}

impl GenerationPair<'_> {
    fn difference(&self, watch: Watch<'_>) -> Result<Difference, BuildError> {
        let mut difference = self.breaches();
        let stocks = self.stocks()?;
        let rows = stocks.iter().map(IndexRows::rows).sum();
        watch.progress.begin(Stage::Counting, rows);
        let mut sources: Vec<Box<dyn Source + '_>> = Vec::new();
        for row_sources in &stocks {
            sources.push(row_sources.open()?);
        }
        let placed = self.placed();
        RowMerger::new(sources, &placed, &[], rows).each_chunk(|chunk| {
            watch.cancel.check()?;
            self.count(chunk, &mut difference);
            watch.progress.advance(chunk.read);
            Ok(())
        })?;
        Ok(difference)
    }

    /// Returns the changes of breaches, with nothing counted yet.
    fn breaches(&self) -> Difference {
        let [before, after] = &self.lists;
        let ids = before.members().iter().chain(after.members());
        let change = |id| match (before.get(id), after.get(id)) {
            (Some(_), None) => BreachChange::Removed,
            (Some(one), Some(other)) if one.entry == other.entry => BreachChange::Kept,
            (Some(_), Some(_)) => BreachChange::DescriptionChanged,
            (None, _) => BreachChange::Added,
        };
        let breaches = ids.map(|member| {
            let difference = BreachDifference {
                change: change(member.id()),
                identifiers: BTreeMap::new(),
            };
            (member.id().clone(), difference)
        });
        Difference {
            breaches: breaches.collect(),
            identifiers: BTreeMap::new(),
        }
    }

    fn stocks(&self) -> Result<Vec<IndexRows<'_, memmap2::Mmap>>, BuildError> {
        let [before, after] = &self.lists;
        let first = before.members().len() as u16;
        let mut stocks = Vec::new();
        for file in self.bases[0].files_with_keys() {
            stocks.push(IndexRows::numbered(file, |id| before.number(id))?);
        }
        for file in self.bases[1].files_with_keys() {
            let number = |id: &BreachId| {
                let BreachNumber(number) = after.number(id)?;
                Some(BreachNumber(number.checked_add(first)?))
            };
            stocks.push(IndexRows::numbered(file, number)?);
        }
        Ok(stocks)
    }

    /// Returns arbitrary positions, since nothing is written.
    fn placed(&self) -> Vec<FilePosition> {
        let breaches = self
            .lists
            .iter()
            .map(|breach_list| breach_list.members().len())
            .sum();
        let nowhere = FilePosition {
            file: FileKind::Public,
            ordinal: BreachOrdinal(0),
        };
        vec![nowhere; breaches]
    }

    fn count(&self, chunk: &Chunk<'_>, difference: &mut Difference) {
        for row in &chunk.rows {
            let mut sides_of_row = [false; 2];
            let mut of_breaches: BTreeMap<&BreachId, [bool; 2]> = BTreeMap::new();
            for held in chunk.sets.held(row.set) {
                let (side, id) = self.meaning(held.breach);
                sides_of_row[side] = true;
                of_breaches.entry(id).or_default()[side] = true;
            }
            let of_file = difference.identifiers.entry(row.kind).or_default();
            of_file.count(sides_of_row);
            for (id, sides) in of_breaches {
                if let Some(breach) = difference.breaches.get_mut(id) {
                    breach.identifiers.entry(row.kind).or_default().count(sides);
                }
            }
        }
    }

    /// Returns the generation and the breach of a number.
    fn meaning(&self, BreachNumber(number): BreachNumber) -> (usize, &BreachId) {
        let [before, after] = &self.lists;
        let (number, first) = (usize::from(number), before.members().len());
        match number.checked_sub(first) {
            None => (0, before.members()[number].id()),
            Some(number) => (1, after.members()[number].id()),
        }
    }
}

impl Sides {
    fn count(&mut self, [before, after]: [bool; 2]) {
        let side = match (before, after) {
            (true, true) => &mut self.kept,
            (true, false) => &mut self.gone,
            (false, _) => &mut self.new,
        };
        *side += 1;
    }
}
