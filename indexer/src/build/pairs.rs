use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;

use memmap2::Mmap;

use super::entry::Entry;
use super::exposures::{BreachNumber, ExposureNumber};
use super::merge::Merge;
use super::roster::{Member, Roster};
use super::run::Run;
use super::sorter::RunSorter;
use super::{BuildError, Memory};
use crate::breach::BreachId;
use crate::durable;
use crate::generation::Draft;
use crate::identifier::Identifier;
use crate::oprf::{KeyId, SecretKey, Tag};
use crate::pairs::{Fingerprint, PairFile, PairKey, PairKind, PairList, PairWriter};

/// The folder of the runs of pairs among a build's temporary files.
const FOLDER: &str = "pairs";
/// Most pairs of a kind in a record: one that has more is about many people, and its pairs are about nobody.
const MAX_OF_RECORD: usize = 64;

/// Collects the pairs of records and sorts them by breach, kind and fingerprint.
pub(super) struct PairCollector {
    key: PairKey,
    sorter: RunSorter,
}

/// The fingerprints that dumps hold: a sorted sequence of [entries](entry).
pub(super) struct CollectedPairs {
    pub(super) runs: Vec<Run>,
}

/// The lists of a breach and a kind, numbered in the order of both.
#[derive(Clone, Copy, PartialEq, Eq)]
struct ListNumber(u64);

impl PairCollector {
    /// Collects into a folder of its own in `scratch`. What an earlier process left there is removed: whoever goes on with a
    /// build reads the dumps from their beginning.
    pub(super) fn new(scratch: &Path, key: &SecretKey, memory: Memory) -> io::Result<Self> {
        let folder = scratch.join(FOLDER);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        Ok(Self {
            key: PairKey::of(key),
            sorter: RunSorter::new(&folder, memory.pair_entries()),
        })
    }

    /// Notes the pairs of a record of a breach.
    pub(super) fn record(
        &mut self,
        breach: BreachNumber,
        identifiers: &[&Identifier],
    ) -> Result<(), BuildError> {
        for kind in PairKind::ALL {
            let [ones, others] = kind.kinds().map(|kind| {
                let of_kind = identifiers.iter().filter(|one| one.kind() == kind);
                of_kind.copied().collect::<Vec<_>>()
            });
            if ones.len() * others.len() > MAX_OF_RECORD {
                continue;
            }
            for one in &ones {
                for other in &others {
                    let fingerprint = self.key.fingerprint(one, other);
                    let list = ListNumber::of(breach, kind);
                    self.sorter.push(entry(list, fingerprint))?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<CollectedPairs, BuildError> {
        let runs = self.sorter.finish()?.runs;
        Ok(CollectedPairs { runs })
    }
}

impl ListNumber {
    fn of(breach: BreachNumber, kind: PairKind) -> Self {
        let first = u64::from(breach.0) * PairKind::ALL.len() as u64;
        Self(first + u64::from(kind.code()))
    }

    fn breach(self) -> usize {
        self.0 as usize / PairKind::ALL.len()
    }

    fn kind(self) -> PairKind {
        PairKind::ALL[self.0 as usize % PairKind::ALL.len()]
    }
}

/// A fingerprint as an entry of a run, in whose tag its list stands before it.
const fn entry(list: ListNumber, fingerprint: Fingerprint) -> Entry {
    Entry {
        tag: Tag(list.0 << Fingerprint::BITS | fingerprint.bits()),
        exposure: ExposureNumber(0),
    }
}

/// Walks through collected pairs, list by list.
pub(super) struct PairWalk<'a> {
    merge: Merge<'a>,
    next: Option<Entry>,
}

impl CollectedPairs {
    /// The pairs from the first on, read through buffers of `bytes` bytes in all.
    pub(super) fn walk(&mut self, bytes: usize) -> Result<PairWalk<'_>, BuildError> {
        let mut merge = Merge::new(&mut self.runs, bytes)?;
        let next = merge.next()?;
        Ok(PairWalk { merge, next })
    }
}

impl PairWalk<'_> {
    /// The breach's number and the kind of the list that comes next.
    pub(super) fn next_list(&self) -> Option<(usize, PairKind)> {
        let list = self.next.map(list_of)?;
        Some((list.breach(), list.kind()))
    }

    /// The next fingerprint of that list.
    pub(super) fn next_of(
        &mut self,
        (breach, kind): (usize, PairKind),
    ) -> Result<Option<Fingerprint>, BuildError> {
        match self.next {
            Some(entry) if self.next_list() == Some((breach, kind)) => {
                self.next = self.merge.next()?;
                Ok(Some(Fingerprint::from_bits(entry.tag.0)))
            }
            _ => Ok(None),
        }
    }
}

const fn list_of(entry: Entry) -> ListNumber {
    ListNumber(entry.tag.0 >> Fingerprint::BITS)
}

/// Where the pairs of a generation come from.
pub(super) struct PairStock<'a> {
    /// Those of generations that go into it.
    pub(super) files: Vec<&'a PairFile<Mmap>>,
    /// Those of dumps, in the place of what files have of the same breaches.
    pub(super) dumps: Option<(&'a mut CollectedPairs, Vec<&'a BreachId>)>,
    /// For the buffers of all runs.
    pub(super) merge_bytes: usize,
}

impl<'a> PairStock<'a> {
    /// Those of generations alone; `None` if none of them has any.
    pub(super) fn of_files(files: impl Iterator<Item = &'a PairFile<Mmap>>) -> Option<Self> {
        let files: Vec<_> = files.collect();
        (!files.is_empty()).then_some(Self {
            files,
            dumps: None,
            merge_bytes: 0,
        })
    }

    /// Writes the file of pairs of a draft, and gives its bytes. Breaches whose pairs nobody collected are not in it.
    pub(super) fn write(
        self,
        draft: &Draft<'_>,
        key_id: KeyId,
        roster: &Roster,
    ) -> Result<u64, BuildError> {
        let known = roster.members().iter().map(Member::id);
        let known: Vec<&BreachId> = known.filter(|id| self.knows(id)).collect();
        let file = File::options()
            .create_new(true)
            .read(true)
            .write(true)
            .open(draft.pairs())?;
        let out = BufWriter::with_capacity(1 << 20, file);
        let mut writer = PairWriter::new(out, key_id, draft.id(), known.iter().copied())?;
        for (place, breach) in known.iter().enumerate() {
            for kind in PairKind::ALL {
                let lists = self.lists(breach, kind);
                let mut merged = united(&lists);
                writer.list(place, kind, || Ok::<_, BuildError>(merged.next()))?;
            }
        }
        if let Some((pairs, breaches)) = self.dumps {
            let mut walk = pairs.walk(self.merge_bytes)?;
            while let Some((breach, kind)) = walk.next_list() {
                let place = known.binary_search(&breaches[breach]);
                let place = place.unwrap_or_else(|place| place);
                writer.list(place, kind, || walk.next_of((breach, kind)))?;
            }
        }
        let file = writer.finish()?.into_inner();
        let file = file.map_err(io::IntoInnerError::into_error)?;
        durable::sync_file(&file)?;
        Ok(file.metadata()?.len())
    }

    fn knows(&self, breach: &BreachId) -> bool {
        let mut files = self.files.iter();
        self.is_read(breach) || files.any(|file| file.place(breach).is_some())
    }

    fn is_read(&self, breach: &BreachId) -> bool {
        let dumps = self.dumps.as_ref();
        dumps.is_some_and(|(_, breaches)| breaches.contains(&breach))
    }

    /// What the files have of a breach that was not read.
    fn lists(&self, breach: &BreachId, kind: PairKind) -> Vec<PairList<'_>> {
        let files = self.files.iter().filter(|_| !self.is_read(breach));
        files
            .filter_map(|file| Some(file.list(file.place(breach)?, kind)))
            .collect()
    }
}

/// The fingerprints of several lists, ascending, each once.
fn united(lists: &[PairList<'_>]) -> impl Iterator<Item = Fingerprint> {
    let mut iters: Vec<_> = lists.iter().map(|list| list.iter().peekable()).collect();
    std::iter::from_fn(move || {
        let least = iters
            .iter_mut()
            .filter_map(|iter| iter.peek().copied())
            .min()?;
        for iter in &mut iters {
            iter.next_if(|fingerprint| *fingerprint == least);
        }
        Some(least)
    })
}
