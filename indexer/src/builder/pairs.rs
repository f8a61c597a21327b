//! Which identifiers were in one record? Pairs collected, sorted and written.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;

use exposure_index::breach::BreachId;
use exposure_index::durable;
use exposure_index::generation::Draft;
use exposure_index::identifier::Identifier;
use exposure_index::oprf::{KeyId, SecretKey};
use exposure_index::pairs::{Fingerprint, PairFile, PairKey, PairKind, PairList, PairWriter};
use exposure_index::progress::Cancel;
use memmap2::Mmap;

use super::compose::base::Base;
use super::compose::breach_list::{BreachEntry, BreachList};
use super::exposures::BreachNumber;
use super::sort::kway_merge::KWayMerge;
use super::sort::record::Record;
use super::sort::run::Run;
use super::sort::sorter::{RunSorter, SortedRuns};
use super::{BuildError, Memory};
use crate::ingest::Breach;

/// The folder of the runs of pairs among a build's temporary files.
const FOLDER: &str = "pairs";
/// Maximum number of pairs of a kind in a record: a record that has more is about many people, and its pairs mean
/// nothing.
const MAX_OF_RECORD: usize = 64;

/// Collects the pairs of records and sorts them by breach, kind and fingerprint.
pub(crate) struct PairCollector {
    key: PairKey,
    sorter: RunSorter<ListedPair>,
    breaches: Vec<BreachId>,
    /// Places among the breaches, by the numbers of those that are read.
    places: Vec<usize>,
}

/// The pairs that dumps hold.
pub(crate) struct CollectedPairs {
    runs: Vec<Run<ListedPair>>,
    /// Largest size of all runs, in bytes.
    most_bytes: u64,
    /// Ids of the breaches, in order.
    breaches: Vec<BreachId>,
}

impl PairCollector {
    /// Collects into a folder of its own in `scratch`. What an earlier process left there is removed: a process that
    /// resumes a build reads the dumps from their beginning.
    pub(crate) fn new(
        scratch: &Path,
        key: &SecretKey,
        breaches: &[Breach],
        memory: Memory,
    ) -> io::Result<Self> {
        let folder = scratch.join(FOLDER);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        let ids = breaches.iter().map(|breach| &breach.metadata.id);
        let mut sorted: Vec<BreachId> = ids.clone().cloned().collect();
        sorted.sort_unstable();
        Ok(Self {
            key: PairKey::of(key),
            sorter: RunSorter::new(&folder, memory.pair_entries()),
            places: ids
                .map(|id| sorted.partition_point(|one| one < id))
                .collect(),
            breaches: sorted,
        })
    }

    /// Notes the pairs of a record of a breach.
    pub(crate) fn record(
        &mut self,
        breach: BreachNumber,
        identifiers: &[Identifier],
    ) -> Result<(), BuildError> {
        let place = self.places[usize::from(breach.0)];
        for kind in PairKind::ALL {
            let [ones, others] = kind.kinds().map(|kind| {
                let of_kind = identifiers.iter().filter(move |one| one.kind() == kind);
                of_kind.collect::<Vec<_>>()
            });
            if ones.len() * others.len() > MAX_OF_RECORD {
                continue;
            }
            for one in &ones {
                for other in &others {
                    let fingerprint = self.key.fingerprint(one, other);
                    self.sorter.push(List { place, kind }.pair(fingerprint))?;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<CollectedPairs, BuildError> {
        let SortedRuns { runs, most_bytes } = self.sorter.finish()?;
        Ok(CollectedPairs {
            runs,
            most_bytes,
            breaches: self.breaches,
        })
    }
}

/// The list of pairs of one breach and one kind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct List {
    place: usize,
    kind: PairKind,
}

impl List {
    fn pair(self, fingerprint: Fingerprint) -> ListedPair {
        let number = self.place * PairKind::ALL.len() + usize::from(self.kind.code());
        ListedPair((number as u64) << Fingerprint::BITS | fingerprint.bits())
    }

    fn of(ListedPair(bits): ListedPair) -> Self {
        let number = (bits >> Fingerprint::BITS) as usize;
        Self {
            place: number / PairKind::ALL.len(),
            kind: PairKind::ALL[number % PairKind::ALL.len()],
        }
    }
}

/// A fingerprint after the number of its list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListedPair(u64);

impl Record for ListedPair {
    type Bytes = [u8; 8];

    fn to_bytes(self) -> Self::Bytes {
        self.0.to_le_bytes()
    }

    fn from_bytes(bytes: Self::Bytes) -> Self {
        Self(u64::from_le_bytes(bytes))
    }

    /// Drops repetitions: a list has each fingerprint once.
    fn absorbs(&mut self, next: &Self) -> bool {
        self == next
    }
}

/// Walks through collected pairs, list by list.
pub(crate) struct PairWalk<'a> {
    breaches: &'a [BreachId],
    merge: KWayMerge<'a, ListedPair>,
    next: Option<ListedPair>,
}

impl CollectedPairs {
    pub(crate) const fn most_bytes(&self) -> u64 {
        self.most_bytes
    }

    /// Walks through the pairs from the first, with buffers of `bytes` bytes in all.
    pub(crate) fn walk(&mut self, bytes: usize) -> Result<PairWalk<'_>, BuildError> {
        let mut merge = KWayMerge::new(&mut self.runs, bytes)?;
        let next = merge.next()?;
        Ok(PairWalk {
            breaches: &self.breaches,
            merge,
            next,
        })
    }
}

impl PairWalk<'_> {
    /// Returns the list of a breach and a kind, if the breach was read.
    pub(crate) fn list(&self, breach: &BreachId, kind: PairKind) -> Option<List> {
        let place = self.breaches.binary_search(breach).ok()?;
        Some(List { place, kind })
    }

    /// Returns the next fingerprint of a list, if the walk has come to it; `None` at its end.
    pub(crate) fn next_of(&mut self, list: List) -> Result<Option<Fingerprint>, BuildError> {
        let Some(pair) = self.next.filter(|pair| List::of(*pair) == list) else {
            return Ok(None);
        };
        self.next = self.merge.next()?;
        Ok(Some(Fingerprint::from_bits(pair.0)))
    }
}

/// Sources of the pairs of a generation.
pub(crate) struct PairSources<'a> {
    /// Generations that go into it.
    bases: &'a [Base],
    /// Pairs of dumps, which replace those that the bases have of the same breaches.
    dumps: Option<&'a mut CollectedPairs>,
    /// Memory for the buffers of all runs, in bytes.
    merge_bytes: usize,
}

impl<'a> PairSources<'a> {
    /// Takes the pairs of dumps, and of the generation that they are added to.
    pub(crate) const fn of_dumps(
        bases: &'a [Base],
        dumps: &'a mut CollectedPairs,
        merge_bytes: usize,
    ) -> Self {
        Self {
            bases,
            dumps: Some(dumps),
            merge_bytes,
        }
    }

    /// Takes the pairs of generations alone; `None` if none of them has any.
    pub(crate) fn of_bases(bases: &'a [Base]) -> Option<Self> {
        let has_pairs = bases.iter().any(|base| base.pairs().is_some());
        has_pairs.then_some(Self {
            bases,
            dumps: None,
            merge_bytes: 0,
        })
    }

    /// Writes the file of pairs of a draft, with those breaches of the list that have any kept, and returns its bytes.
    pub(crate) fn write(
        self,
        draft: &Draft<'_>,
        key_id: KeyId,
        breach_list: &BreachList,
        cancel: &Cancel,
    ) -> Result<u64, BuildError> {
        let walk = self.dumps.map(|dumps| dumps.walk(self.merge_bytes));
        let mut walk = walk.transpose()?;
        let kept = breach_list
            .members()
            .iter()
            .filter(|member| member.has_pairs);
        let kept: Vec<&BreachId> = kept.map(BreachEntry::id).collect();
        let file = File::options()
            .create_new(true)
            .read(true)
            .write(true)
            .open(draft.pairs())?;
        let out = BufWriter::with_capacity(1 << 20, file);
        let mut writer = PairWriter::new(out, key_id, draft.id(), kept.iter().copied())?;
        for (breach, kind) in kept.into_iter().flat_map(lists) {
            let mut next = next_of(walk.as_mut(), self.bases, breach, kind);
            writer.list(|| {
                cancel.check()?;
                next()
            })?;
        }
        let file = writer.finish()?.into_inner();
        let file = file.map_err(io::IntoInnerError::into_error)?;
        durable::sync_file(&file)?;
        Ok(file.metadata()?.len())
    }
}

fn lists(breach: &BreachId) -> impl Iterator<Item = (&BreachId, PairKind)> {
    PairKind::ALL.into_iter().map(move |kind| (breach, kind))
}

/// Returns the fingerprints of a breach and a kind: those of its dump if it was read, else those of the bases.
fn next_of<'a>(
    walk: Option<&'a mut PairWalk<'_>>,
    bases: &'a [Base],
    breach: &BreachId,
    kind: PairKind,
) -> Box<dyn FnMut() -> Result<Option<Fingerprint>, BuildError> + 'a> {
    match walk.and_then(|walk| Some((walk.list(breach, kind)?, walk))) {
        Some((list, walk)) => Box::new(move || walk.next_of(list)),
        None => {
            let mut pairs = united(bases, breach, kind);
            Box::new(move || Ok(pairs.next()))
        }
    }
}

/// Returns the fingerprints that generations have of a breach and a kind, ascending, each once.
fn united<'a>(
    bases: &'a [Base],
    breach: &BreachId,
    kind: PairKind,
) -> impl Iterator<Item = Fingerprint> + use<'a> {
    let lists = bases.iter().filter_map(Base::pairs);
    let lists = lists.filter_map(|pairs: &PairFile<Mmap>| pairs.list(breach, kind));
    let mut lists: Vec<_> = lists
        .map(|list: PairList<'a>| list.iter().peekable())
        .collect();
    std::iter::from_fn(move || {
        let heads = lists.iter_mut().filter_map(|list| list.peek().copied());
        let least = heads.min()?;
        for list in &mut lists {
            list.next_if(|fingerprint| *fingerprint == least);
        }
        Some(least)
    })
}
