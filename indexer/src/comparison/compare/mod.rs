//! Where does this dump come from? A dump that is not in the index, compared with what is.

mod provenance;

use std::collections::{BTreeMap, HashMap};
use std::iter::Peekable;
use std::path::Path;
use std::slice;
use std::time::{Duration, Instant};

use exposure_index::breach::BreachId;
use exposure_index::generation::{FileKind, IndexDirectory};
use exposure_index::identifier::Kind;
use exposure_index::index::{BreachOrdinal, BreachStatistics, GenerationId};
use exposure_index::pairs::{Fingerprint, PairKind, PairList};
pub use provenance::{Combination, Known, Origins, Provenance};
use rustc_hash::FxBuildHasher;

use self::provenance::Counts;
use crate::builder::compose::base::Base;
use crate::builder::compose::breach_list::{BreachEntry, BreachList, FilePosition};
use crate::builder::compose::row_merger::{Chunk, RowMerger};
use crate::builder::compose::sets::SetNumber;
use crate::builder::compose::source::{DumpRows, IndexRows, Source};
use crate::builder::exposures::BreachNumber;
use crate::builder::history::Operation;
use crate::builder::journal::{BuildInputs, BuildSettings, Journal};
use crate::builder::keys::Keys;
use crate::builder::operations::from_dumps::check_key;
use crate::builder::pairs::CollectedPairs;
use crate::builder::read::collect::{Collection, TaggedDumps, collect};
use crate::builder::{BuildError, BuildProgress, Options, Stage};
use crate::erasure::Eraser;
use crate::ingest::Breach;

/// Comparison of a dump with the breaches of an index.
#[derive(Debug)]
pub struct Comparison {
    /// The generation that the dump was compared with.
    pub generation: GenerationId,
    /// Its different identifiers.
    pub identifiers: Origins<Kind>,
    /// Its different pairs; `None` if the index keeps none.
    pub pairs: Option<Origins<PairKind>>,
    /// Upper bound on the expected number of pairs that are found in a breach by chance alone.
    pub pairs_by_chance: f64,
    /// Breaches of the index whose pairs were not kept.
    pub without_pairs: Vec<BreachId>,
    /// Whether the index has a breach of its name, which it was not compared with.
    pub is_in_index: bool,
    /// Counts of what was read from the dump.
    pub read: BreachStatistics,
    /// Evaluations of the OPRF.
    pub evaluated: u64,
    /// Time that the comparison took.
    pub duration: Duration,
}

/// Compares a dump with the current generation, which does not change. Runs are kept in `scratch`, an empty folder,
/// which the caller removes. Identifiers that were erased are left out of the dump.
///
/// Time: one evaluation of the OPRF per different identifier of the dump, and O(rows). Memory: as [`Options::memory`]
/// says.
///
/// # Errors
/// [`BuildError`], among others if the key is not that of the index.
pub fn compare(
    directory: &IndexDirectory,
    keys: Keys<'_>,
    dump: &Breach,
    scratch: &Path,
    options: &Options,
    progress: &BuildProgress,
) -> Result<Comparison, BuildError> {
    let begun = Instant::now();
    options.memory.check()?;
    let base = Base::current(directory, keys.offline)?;
    check_key(base.key_id(), keys.tags_id())?;
    let mut collected = read(&base, keys, dump, scratch, options, progress)?;
    let (dumps, has_pairs) = (slice::from_ref(dump), collected.pairs.is_some());
    let read = BreachList::of_dumps(dumps, &collected.read, has_pairs);
    let compared = DumpComparison {
        base: &base,
        breach_list: base.breach_list()?,
        dump: &dump.metadata.id,
    };
    let identifiers = compared.identifiers(&mut collected, options, progress)?;
    let pairs = match collected.pairs.as_mut() {
        Some(pairs) => Some(compared.pairs(pairs, options)?),
        None => None,
    };
    Ok(Comparison {
        generation: base.generation(),
        identifiers,
        pairs_by_chance: pairs
            .as_ref()
            .map_or(0.0, |pairs| compared.by_chance(pairs)),
        pairs,
        without_pairs: compared.without_pairs(),
        is_in_index: compared.breach_list.get(compared.dump).is_some(),
        read: read.members()[0].read.clone(),
        evaluated: collected.counts.evaluated,
        duration: begun.elapsed(),
    })
}

/// Reads and evaluates the dump as `add` does.
fn read(
    base: &Base,
    keys: Keys<'_>,
    dump: &Breach,
    scratch: &Path,
    options: &Options,
    progress: &BuildProgress,
) -> Result<TaggedDumps, BuildError> {
    let (dumps, keeps_pairs) = (slice::from_ref(dump), base.pairs().is_some());
    let eraser = Eraser::open(base.directory.path(), base.key_id(), keys.offline)?;
    let origin = BuildInputs::new(&BuildSettings {
        operation: Operation::Add,
        base: Some(base.generation()),
        key_id: base.key_id(),
        range_rows: base.range_rows(),
        reading: &options.reading,
        keeps_pairs,
        breaches: dumps,
    });
    let (journal, resumed) = Journal::begin(scratch.join("journal"), origin);
    collect(Collection {
        scratch,
        journal,
        resumed,
        key: keys.tags,
        breaches: dumps,
        eraser: eraser.as_ref(),
        keeps_pairs,
        options,
        progress,
    })
}

/// A dump and the breaches of a generation. For the merge, the dump is numbered after them.
struct DumpComparison<'a> {
    base: &'a Base,
    breach_list: BreachList,
    dump: &'a BreachId,
}

impl DumpComparison<'_> {
    fn identifiers(
        &self,
        collected: &mut TaggedDumps,
        options: &Options,
        progress: &BuildProgress,
    ) -> Result<Origins<Kind>, BuildError> {
        let number = BreachNumber(self.breach_list.members().len() as u16);
        let mut dumps = DumpRows {
            numbers: vec![number],
            runs: &mut collected.sorted.runs,
            exposures: &collected.read.exposures,
        };
        let others = |id: &BreachId| {
            let is_other = id != self.dump && self.is_leak(id);
            is_other.then(|| self.breach_list.number(id)).flatten()
        };
        let stocks = self
            .base
            .files_with_keys()
            .map(|file| IndexRows::numbered(file, others));
        let stocks = stocks.collect::<Result<Vec<_>, _>>()?;
        let rows = stocks.iter().map(IndexRows::rows).sum::<u64>() + dumps.entries();
        let mut sources: Vec<Box<dyn Source + '_>> = Vec::new();
        for row_sources in &stocks {
            sources.push(row_sources.open()?);
        }
        sources.push(Box::new(dumps.open(options.memory.merge_bytes())?));
        let placed = self.placed();
        let mut counts: BTreeMap<Kind, Counts> = BTreeMap::new();
        progress.begin(Stage::Counting, rows);
        RowMerger::new(sources, &placed, &[], rows).each_chunk(|chunk| {
            options.cancel.check()?;
            count(chunk, number, &mut counts);
            progress.advance(chunk.read);
            Ok(())
        })?;
        Ok(self.origins(&counts))
    }

    /// Returns whether a breach is a leak: a dump is not compared with warning lists, since leaks are not made from
    /// them.
    fn is_leak(&self, id: &BreachId) -> bool {
        let member = self.breach_list.get(id);
        member.is_some_and(|member| member.entry.metadata.is_leak())
    }

    /// Returns arbitrary positions, since nothing is written.
    fn placed(&self) -> Vec<FilePosition> {
        let nowhere = FilePosition {
            file: FileKind::Public,
            ordinal: BreachOrdinal(0),
        };
        vec![nowhere; self.breach_list.members().len() + 1]
    }

    fn pairs(
        &self,
        collected: &mut CollectedPairs,
        options: &Options,
    ) -> Result<Origins<PairKind>, BuildError> {
        let mut counts: BTreeMap<PairKind, Counts> = BTreeMap::new();
        let mut walk = collected.walk(options.memory.merge_bytes())?;
        for kind in PairKind::ALL {
            options.cancel.check()?;
            let mut known = self.walks(kind);
            let Some(list) = walk.list(self.dump, kind) else {
                continue;
            };
            while let Some(fingerprint) = walk.next_of(list)? {
                let holders = known.iter_mut().filter_map(|(number, list)| {
                    while list.next_if(|one| *one < fingerprint).is_some() {}
                    (list.peek() == Some(&fingerprint)).then_some(*number)
                });
                counts.entry(kind).or_default().add(holders.collect(), 1);
            }
        }
        Ok(self.origins(&counts))
    }

    /// Returns the fingerprints of each breach that the dump is compared with, in the order of their numbers.
    fn walks(
        &self,
        kind: PairKind,
    ) -> Vec<(BreachNumber, Peekable<impl Iterator<Item = Fingerprint>>)> {
        let walks = self.lists(kind);
        walks
            .map(|(number, list)| (number, list.iter().peekable()))
            .collect()
    }

    fn lists(&self, kind: PairKind) -> impl Iterator<Item = (BreachNumber, PairList<'_>)> {
        let file = self.base.pairs().into_iter();
        let ids = file.flat_map(|file| file.breaches().iter().map(move |id| (file, id)));
        ids.filter(|(_, id)| *id != self.dump)
            .filter_map(move |(file, id)| {
                Some((self.breach_list.number(id)?, file.list(id, kind)?))
            })
    }

    /// Estimates how many of the dump's pairs match a fingerprint by chance: each new pair does with the share of all
    /// fingerprints that the lists hold. Pairs that are not recognised as new would be fewer if none matched by chance.
    fn by_chance(&self, pairs: &Origins<PairKind>) -> f64 {
        let expected = |(kind, provenance): (&PairKind, &Provenance)| {
            let held: usize = self.lists(*kind).map(|(_, list)| list.len()).sum();
            provenance.all as f64 * held as f64 / Fingerprint::COUNT
        };
        pairs.kinds.iter().map(expected).sum()
    }

    fn without_pairs(&self) -> Vec<BreachId> {
        let members = self.breach_list.members().iter();
        let without = members
            .filter(|member| !member.has_pairs && member.entry.metadata.is_leak())
            .map(BreachEntry::id);
        without.filter(|id| *id != self.dump).cloned().collect()
    }

    fn origins<K: Ord + Copy>(&self, counts: &BTreeMap<K, Counts>) -> Origins<K> {
        let id = |BreachNumber(number): BreachNumber| {
            self.breach_list.members()[usize::from(number)].id().clone()
        };
        let kinds = counts.iter();
        Origins {
            all: Counts::sum(counts.values()).provenance(id),
            kinds: kinds
                .map(|(kind, counts)| (*kind, counts.provenance(id)))
                .collect(),
        }
    }
}

/// Counts the rows of a chunk that the dump holds, each under the other breaches that hold it.
fn count(chunk: &Chunk<'_>, dump: BreachNumber, counts: &mut BTreeMap<Kind, Counts>) {
    let mut rows: HashMap<(Kind, SetNumber), u64, FxBuildHasher> = HashMap::default();
    for row in &chunk.rows {
        *rows.entry((row.kind, row.set)).or_default() += 1;
    }
    for ((kind, set), count) in rows {
        let held = chunk.sets.held(set).iter().map(|held| held.breach);
        let (in_dump, others): (Vec<_>, Vec<_>) = held.partition(|breach| *breach == dump);
        if !in_dump.is_empty() {
            counts.entry(kind).or_default().add(others, count);
        }
    }
}
