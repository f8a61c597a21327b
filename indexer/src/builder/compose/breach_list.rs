//! Which breaches are in the new generation, and under which numbers?

use exposure_index::breach::{BreachId, ClassSet, DataClass};
use exposure_index::generation::FileKind;
use exposure_index::index::{BreachOrdinal, BreachStatistics, CatalogueEntry, Identifiers};

use jiff::civil::Date;

use crate::builder::exposures::BreachNumber;
use crate::builder::read::dump_reader::ReadResult;
use crate::builder::{BreachListError, MergeError};
use crate::ingest::{Breach, Tally};

/// The breaches of a new generation, by id; the place of one is its [`BreachNumber`].
#[derive(Clone, Default)]
pub(crate) struct BreachList {
    members: Vec<BreachEntry>,
}

/// A breach, and the statistics of its dump. Both follow from the dump alone: what is filtered out of its rows later
/// changes neither.
#[derive(Clone)]
pub(crate) struct BreachEntry {
    pub(crate) entry: CatalogueEntry,
    /// Statistics without the identifiers, which are counted when the rows are written.
    pub(crate) read: BreachStatistics,
    /// Whether all its pairs were kept: with only a part, the others would seem new.
    pub(crate) has_pairs: bool,
}

/// The file of a breach, and its place in the file's catalogue.
#[derive(Clone, Copy)]
pub(crate) struct FilePosition {
    pub(crate) file: FileKind,
    pub(crate) ordinal: BreachOrdinal,
}

impl BreachList {
    /// Lists the breaches that were read from dumps, with their pairs or without.
    pub(crate) fn of_dumps(breaches: &[Breach], result: &ReadResult, has_pairs: bool) -> Self {
        let read = breaches.iter().zip(&result.classes).zip(&result.tallies);
        let members = read.map(|((breach, classes), tally)| BreachEntry {
            entry: CatalogueEntry {
                metadata: breach.metadata.clone(),
                classes: classes.clone(),
            },
            read: read_of(tally),
            has_pairs,
        });
        let mut members: Vec<BreachEntry> = members.collect();
        members.sort_by(|one, other| one.id().cmp(other.id()));
        Self { members }
    }

    pub(crate) fn members(&self) -> &[BreachEntry] {
        &self.members
    }

    /// Returns the number of a breach, if it is in the list.
    pub(crate) fn number(&self, id: &BreachId) -> Option<BreachNumber> {
        let place = self.members.binary_search_by(|member| member.id().cmp(id));
        Some(BreachNumber(u16::try_from(place.ok()?).ok()?))
    }

    pub(crate) fn get(&self, id: &BreachId) -> Option<&BreachEntry> {
        self.members.iter().find(|member| member.id() == id)
    }

    pub(crate) fn get_mut(&mut self, id: &BreachId) -> Option<&mut BreachEntry> {
        self.members.iter_mut().find(|member| member.id() == id)
    }

    /// Adds a new breach.
    pub(crate) fn insert(&mut self, member: BreachEntry) -> Result<(), BreachListError> {
        let place = self
            .members
            .binary_search_by(|one| one.id().cmp(member.id()));
        let Err(place) = place else {
            let breach = member.id().clone();
            return Err(BreachListError::AlreadyThere { breach });
        };
        self.members.insert(place, member);
        if self.members.len() > usize::from(u16::MAX) {
            let got = self.members.len();
            return Err(BreachListError::TooManyBreaches { got });
        }
        Ok(())
    }

    /// Removes a breach; `None` if it is not in the list.
    pub(crate) fn remove(&mut self, id: &BreachId) -> Option<BreachEntry> {
        let place = self.members.iter().position(|member| member.id() == id)?;
        Some(self.members.remove(place))
    }

    /// Removes expired months from the classes of warning lists. Rows of an older generation
    /// that have no other month are then left out.
    pub(crate) fn expire(&mut self, today: Date) {
        for member in &mut self.members {
            if let Some(warning) = &member.entry.metadata.warning {
                let classes = &mut member.entry.classes;
                classes.retain(|class| warning.keeps(class, today));
            }
        }
    }

    pub(crate) fn has_sealed(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.file() == FileKind::Sealed)
    }

    /// Returns the breaches of a file, in the order of its catalogue.
    pub(crate) fn of_file(&self, file: FileKind) -> impl Iterator<Item = &BreachEntry> {
        let members = self.members.iter();
        members.filter(move |member| member.file() == file)
    }

    /// Returns the position of each breach, by its number.
    pub(crate) fn placed(&self) -> Vec<FilePosition> {
        let mut next = [0; 2];
        let place = |member: &BreachEntry| {
            let file = member.file();
            let ordinal = &mut next[file as usize];
            *ordinal += 1;
            FilePosition {
                file,
                ordinal: BreachOrdinal(*ordinal - 1),
            }
        };
        self.members.iter().map(place).collect()
    }
}

impl BreachEntry {
    pub(crate) const fn id(&self) -> &BreachId {
        &self.entry.metadata.id
    }

    pub(crate) const fn file(&self) -> FileKind {
        match self.entry.metadata.sensitive {
            true => FileKind::Sealed,
            false => FileKind::Public,
        }
    }

    /// Adds another part of the same breach: counts are summed, the classes are united.
    pub(crate) fn unite(&mut self, part: &Self) -> Result<(), MergeError> {
        if self.entry.metadata != part.entry.metadata {
            let breach = self.id().clone();
            return Err(MergeError::UnlikeParts { breach });
        }
        self.entry.classes = united(&self.entry.classes, &part.entry.classes);
        if self.entry.classes.len() > ClassSet::CAPACITY {
            let breach = self.id().clone();
            return Err(MergeError::TooManyClasses { breach });
        }
        self.has_pairs &= part.has_pairs;
        let (read, more) = (&mut self.read, &part.read);
        read.rows += more.rows;
        read.rejected_rows += more.rejected_rows;
        read.truncated_files += more.truncated_files;
        for (kind, cells) in &more.invalid_cells {
            *read.invalid_cells.entry(*kind).or_default() += cells;
        }
        Ok(())
    }
}

/// Returns what is in either list, sorted, each once.
fn united(one: &[DataClass], other: &[DataClass]) -> Vec<DataClass> {
    let mut classes: Vec<DataClass> = one.iter().chain(other).cloned().collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

fn read_of(tally: &Tally) -> BreachStatistics {
    let invalid = tally.cells.iter().filter(|(_, cells)| cells.invalid > 0);
    BreachStatistics {
        rows: tally.rows,
        rejected_rows: tally.rejected_rows,
        truncated_files: tally.truncated,
        identifiers: Identifiers::new(),
        recovered: Identifiers::new(),
        invalid_cells: invalid
            .map(|(kind, cells)| (*kind, cells.invalid))
            .collect(),
    }
}
