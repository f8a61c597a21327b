//! Which breaches are in the generation in the making, and under which numbers?

use exposure_index::breach::{BreachId, ClassSet, DataClass};
use exposure_index::generation::FileKind;
use exposure_index::index::{BreachOrdinal, BreachStatistics, CatalogueEntry, Identifiers};

use super::BuildError;
use super::exposures::BreachNumber;
use super::intake::Intake;
use crate::ingest::{Breach, Tally};

/// The breaches of a generation in the making, by id; the place of one is its [`BreachNumber`].
#[derive(Clone, Default)]
pub(super) struct Roster {
    members: Vec<Member>,
}

/// A breach, and what reading its dump gave. Both follow from the dump alone: what is filtered out of its rows later
/// changes neither.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) entry: CatalogueEntry,
    /// Without the identifiers, which are counted when the rows are written.
    pub(super) read: BreachStatistics,
    /// Whether its pairs were kept, all of them: with only a part the others would seem new.
    pub(super) has_pairs: bool,
}

/// Which file a breach is in, and at which place of its catalogue.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub(super) file: FileKind,
    pub(super) ordinal: BreachOrdinal,
}

impl Roster {
    /// The breaches that were read from dumps, with their pairs or without.
    pub(super) fn of_dumps(breaches: &[Breach], intake: &Intake, has_pairs: bool) -> Self {
        let read = breaches.iter().zip(&intake.classes).zip(&intake.tallies);
        let members = read.map(|((breach, classes), tally)| Member {
            entry: CatalogueEntry {
                metadata: breach.metadata.clone(),
                classes: classes.clone(),
            },
            read: read_of(tally),
            has_pairs,
        });
        let mut members: Vec<Member> = members.collect();
        members.sort_by(|one, other| one.id().cmp(other.id()));
        Self { members }
    }

    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The number of a breach, if it is one of these.
    pub(super) fn number(&self, id: &BreachId) -> Option<BreachNumber> {
        let place = self.members.binary_search_by(|member| member.id().cmp(id));
        Some(BreachNumber(u16::try_from(place.ok()?).ok()?))
    }

    pub(super) fn get(&self, id: &BreachId) -> Option<&Member> {
        self.members.iter().find(|member| member.id() == id)
    }

    pub(super) fn get_mut(&mut self, id: &BreachId) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.id() == id)
    }

    /// Adds a breach that is not there yet.
    pub(super) fn insert(&mut self, member: Member) -> Result<(), BuildError> {
        let place = self
            .members
            .binary_search_by(|one| one.id().cmp(member.id()));
        let Err(place) = place else {
            let breach = member.id().clone();
            return Err(BuildError::AlreadyThere { breach });
        };
        self.members.insert(place, member);
        if self.members.len() > usize::from(u16::MAX) {
            let got = self.members.len();
            return Err(BuildError::TooManyBreaches { got });
        }
        Ok(())
    }

    /// Takes a breach out; `None` if it is not there.
    pub(super) fn remove(&mut self, id: &BreachId) -> Option<Member> {
        let place = self.members.iter().position(|member| member.id() == id)?;
        Some(self.members.remove(place))
    }

    pub(super) fn has_sealed(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.file() == FileKind::Sealed)
    }

    /// The breaches of a file, in the order of its catalogue.
    pub(super) fn of_file(&self, file: FileKind) -> impl Iterator<Item = &Member> {
        let members = self.members.iter();
        members.filter(move |member| member.file() == file)
    }

    /// Where each breach stands, by its number.
    pub(super) fn placed(&self) -> Vec<Placed> {
        let mut next = [0; 2];
        let place = |member: &Member| {
            let file = member.file();
            let ordinal = &mut next[file as usize];
            *ordinal += 1;
            Placed {
                file,
                ordinal: BreachOrdinal(*ordinal - 1),
            }
        };
        self.members.iter().map(place).collect()
    }
}

impl Member {
    pub(super) const fn id(&self) -> &BreachId {
        &self.entry.metadata.id
    }

    pub(super) const fn file(&self) -> FileKind {
        match self.entry.metadata.sensitive {
            true => FileKind::Sealed,
            false => FileKind::Public,
        }
    }

    /// Takes in another part of the same breach: what was counted is summed, the classes are united.
    pub(super) fn unite(&mut self, part: &Self) -> Result<(), BuildError> {
        if self.entry.metadata != part.entry.metadata {
            let breach = self.id().clone();
            return Err(BuildError::UnlikeParts { breach });
        }
        self.entry.classes = united(&self.entry.classes, &part.entry.classes);
        if self.entry.classes.len() > ClassSet::CAPACITY {
            let breach = self.id().clone();
            return Err(BuildError::TooManyClasses { breach });
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

/// What is in either list, sorted, each once.
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
