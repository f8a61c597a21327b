//! How does a build run? `build`, `add`, `update` and `rekey`, from breaches and keys to a summary.

use std::collections::BTreeMap;
use std::slice;
use std::time::{Duration, Instant};

use exposure_index::breach::BreachId;
use exposure_index::generation::{Draft, FileKind, IndexDirectory, Lock};
use exposure_index::index::{
    BreachStatistics, CatalogueEntry, GenerationId, Hash, Header, Identifiers,
};
use exposure_index::oprf::{KeyId, SecretKey, evaluate};
use exposure_index::progress::Cancel;

use crate::builder::compose::base::Base;
use crate::builder::compose::breach_list::{BreachEntry, BreachList};
use crate::builder::compose::source::DumpRows;
use crate::builder::compose::writer::{Generation, RowSources, WriteResult};
use crate::builder::history::{History, Operation};
use crate::builder::journal::{BuildInputs, BuildSettings, Journal, ResumeState};
use crate::builder::keys::{self, Keys};
use crate::builder::pairs::PairSources;
use crate::builder::read::collect::{Collection, TaggedDumps, collect};
use crate::builder::read::dump_reader::ErasedInputs;
use crate::builder::report::{ReadCost, Report, ReportDigest};
use crate::builder::{
    BreachListError, BuildError, BuildProgress, KeysError, Memory, ResumePoint, Share,
};
use crate::erasure::{Eraser, ErasureError};
use crate::ingest::{Breach, LeftOut, Passage, PassageTally, ReadOptions, Reject, today};

/// Default of the minimum average of rows per range.
pub const DEFAULT_RANGE_ROWS: u32 = 4096;

/// Options of a build.
#[derive(Clone, Debug)]
pub struct Options {
    /// Options of reading the dumps.
    pub reading: ReadOptions,
    /// Memory to use.
    pub memory: Memory,
    /// Threads that evaluate; one per core if `None`.
    pub threads: Option<usize>,
    /// Minimum average of rows per range; if `None`, that of the generation that the build is based on, or else
    /// [`DEFAULT_RANGE_ROWS`].
    pub range_rows: Option<u32>,
    /// The share of rows, and of each kind's cells, that may be unreadable.
    pub max_rejects: Share,
    /// What to do about an interrupted build.
    pub start: Start,
    /// Maximum time between checkpoints, from which a build can be resumed.
    pub checkpoint: Duration,
    /// Requests that it stop.
    pub cancel: Cancel,
    /// Whether the new generation becomes current at once.
    pub activation: Activation,
    /// Whether to keep the pairs of the breaches that are read, even if the generation that they are added to has none.
    pub pairs: bool,
}

/// Whether a new generation becomes current at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// As soon as it is whole.
    #[default]
    AtOnce,
    /// When an operator has checked it and publishes it; until then the previous one stays.
    Later,
}

/// What to do about an interrupted build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// Refuses to start while an interrupted build exists.
    #[default]
    RefuseInterrupted,
    /// Resumes it, if there is one.
    Resume,
    /// Discards it and starts over.
    Discard,
}

/// Result of a build.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The new generation.
    pub generation: GenerationId,
    /// The root of its public file.
    pub root: Hash,
    /// Digest of what two builds from the same dumps, with the same key and settings, have in common.
    pub report: ReportDigest,
    /// Different identifiers of accepted rows, in the public and the sealed file together.
    pub identifiers: Identifiers,
    /// Other different identifiers, which only rejected rows hold.
    pub recovered: Identifiers,
    /// Statistics of each breach.
    pub breaches: BTreeMap<BreachId, BreachStatistics>,
    /// Entries of warning lists of older generations that have expired since: left out.
    pub expired: u64,
    /// Entries of each warning list that are left out, by reason.
    pub left_out: BTreeMap<BreachId, BTreeMap<LeftOut, u64>>,
    /// Entries of each warning list that are refused, by the allow list that names them.
    pub allowed: BTreeMap<BreachId, BTreeMap<String, u64>>,
    /// The first rejected rows of each breach, with places and reasons.
    pub rejects: BTreeMap<BreachId, Vec<Reject>>,
    /// Text of each breach that is in no row.
    pub passed_over: BTreeMap<BreachId, BTreeMap<Passage, PassageTally>>,
    /// Identifiers met, with repetitions.
    pub met: u64,
    /// Evaluations of the OPRF. A build that was resumed has evaluated some identifiers again.
    pub evaluated: u64,
    /// Tags that were not kept in memory, for lack of room or because the build was resumed; their identifiers are
    /// evaluated again when met again.
    pub forgotten: u64,
    /// Largest size of temporary files, in bytes.
    pub temporary_bytes: u64,
    /// Bytes of the generation's files.
    pub index_bytes: u64,
    /// Bytes of their file of pairs, if pairs are kept.
    pub pair_bytes: Option<u64>,
    /// Number of times that it was resumed.
    pub resumed: u32,
    /// Time that it took since it began or was last resumed.
    pub duration: Duration,
}

/// Builds a new generation from the breaches and publishes it.
///
/// Time: one evaluation of the OPRF per different identifier, on all threads; sorting and merging are O(n log n) and a
/// few percent of that. Memory: as [`Options::memory`] says, whatever the size of the dumps. Disk: 12 bytes per
/// different pair of identifier and exposure while it runs, and the index. The rows of the sealed file are also sorted
/// in memory: 16 bytes each.
///
/// A build that ends early, whether it fails, is [stopped](Options::cancel) or killed, can be resumed with
/// [`Start::Resume`] from the last checkpoint, if there is one. The result is the same.
///
/// # Errors
/// [`BuildError`]; nothing is published then, and only what can be resumed remains.
pub fn build(
    directory: &IndexDirectory,
    keys: Keys<'_>,
    breaches: &[Breach],
    options: &Options,
    progress: &BuildProgress,
) -> Result<Summary, BuildError> {
    options.memory.check()?;
    check_filled_in(breaches)?;
    keys.check(breaches)?;
    let lock = directory.lock()?;
    check_current_key(directory, keys.tags_id())?;
    check_current_offline(directory, keys)?;
    let own = Eraser::open(directory.path(), keys.tags_id(), keys.offline)?;
    // A person erased under another key, which may be lost, stays erased.
    let is_of_other_key = own.is_none();
    let eraser = match own {
        None => Eraser::inherit(directory.path(), keys.offline)?,
        own => own,
    };
    let request = BuildRequest {
        directory,
        keys,
        breaches,
        options,
        progress,
    };
    DumpBuild {
        request,
        lock: &lock,
        operation: Operation::Build,
        base: None,
        eraser,
        is_of_other_key,
    }
    .publish()
}

/// Adds breaches to the current generation: only their identifiers are evaluated. The published result is what a build
/// of all breaches would have given.
///
/// Time: as [`build`] for the new breaches, and O(rows) for the old ones.
///
/// # Errors
/// [`BuildError`], among others if a breach is already in the index; the current generation then stays.
pub fn add(
    directory: &IndexDirectory,
    keys: Keys<'_>,
    breaches: &[Breach],
    options: &Options,
    progress: &BuildProgress,
) -> Result<Summary, BuildError> {
    let request = BuildRequest {
        directory,
        keys,
        breaches,
        options,
        progress,
    };
    request.onto_base(Operation::Add)
}

/// Replaces the data and the metadata of breaches that are in the current generation, in one step.
///
/// Time: as [`add`].
///
/// # Errors
/// [`BuildError`], among others if a breach is not in the index; the current generation then stays.
pub fn update(
    directory: &IndexDirectory,
    keys: Keys<'_>,
    breaches: &[Breach],
    options: &Options,
    progress: &BuildProgress,
) -> Result<Summary, BuildError> {
    let request = BuildRequest {
        directory,
        keys,
        breaches,
        options,
        progress,
    };
    request.onto_base(Operation::Update)
}

/// Keys of a change of keys, and what it may leave behind.
pub struct KeyChange<'a> {
    /// The keys of the new index; the offline key is that of the current one.
    pub new: Keys<'a>,
    /// The key of the current index, under which identifiers may have been erased.
    pub old: &'a SecretKey,
    /// Whether breaches of the current index may be missing among the dumps.
    pub allow_missing: bool,
}

/// Builds all breaches again under another key. The index under the old key stays current until the new one is whole;
/// the tombstones of erased identifiers are carried over.
///
/// Time: as [`build`].
///
/// # Errors
/// [`BuildError`], among others if a breach of the current index is not among the dumps.
pub fn rekey(
    directory: &IndexDirectory,
    keys: &KeyChange<'_>,
    breaches: &[Breach],
    options: &Options,
    progress: &BuildProgress,
) -> Result<Summary, BuildError> {
    options.memory.check()?;
    check_filled_in(breaches)?;
    keys.new.check(breaches)?;
    let (lock, base) = Base::lock_current(directory, keys.new.offline)?;
    let old = keys.old.public_key().id();
    check_key(base.key_id(), old)?;
    if keys.new.tags_id() == old {
        return Err(KeysError::SameKey.into());
    }
    if !keys.allow_missing {
        check_none_is_missing(&base.breach_list()?, breaches)?;
    }
    let request = BuildRequest {
        directory,
        keys: keys.new,
        breaches,
        options: &Options {
            range_rows: options.range_rows.or(Some(base.range_rows())),
            pairs: options.pairs || base.pairs().is_some(),
            ..options.clone()
        },
        progress,
    };
    DumpBuild {
        request,
        lock: &lock,
        operation: Operation::Rekey,
        base: None,
        eraser: Eraser::open(directory.path(), old, keys.new.offline)?
            .map(|eraser| eraser.untagged()),
        is_of_other_key: true,
    }
    .publish()
}

/// Refuses drafts: their placeholders must not be published.
pub(crate) fn check_filled_in(breaches: &[Breach]) -> Result<(), BuildError> {
    Ok(breaches.iter().try_for_each(Breach::check_filled_in)?)
}

fn check_none_is_missing(
    breach_list: &BreachList,
    breaches: &[Breach],
) -> Result<(), BreachListError> {
    let is_read = |id: &BreachId| breaches.iter().any(|breach| breach.metadata.id == *id);
    let ids = breach_list.members().iter().map(BreachEntry::id);
    let missing: Vec<BreachId> = ids.filter(|id| !is_read(id)).cloned().collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(BreachListError::MissingDumps { breaches: missing }),
    }
}

/// The request of a command that reads dumps.
#[derive(Clone, Copy)]
struct BuildRequest<'a> {
    directory: &'a IndexDirectory,
    keys: Keys<'a>,
    breaches: &'a [Breach],
    options: &'a Options,
    progress: &'a BuildProgress,
}

impl BuildRequest<'_> {
    /// Publishes the current generation with these breaches.
    fn onto_base(&self, operation: Operation) -> Result<Summary, BuildError> {
        self.options.memory.check()?;
        check_filled_in(self.breaches)?;
        self.keys.check(self.breaches)?;
        let (lock, base) = Base::lock_current(self.directory, self.keys.offline)?;
        check_key(base.key_id(), self.keys.tags_id())?;
        let breach_list = base.breach_list()?;
        for breach in self.breaches {
            check_presence(operation, &breach_list, &breach.metadata.id)?;
        }
        DumpBuild {
            request: *self,
            lock: &lock,
            operation,
            base: Some(&base),
            eraser: Eraser::open(self.directory.path(), base.key_id(), self.keys.offline)?,
            is_of_other_key: false,
        }
        .publish()
    }
}

/// Checks that a breach to add is not in the index, and that a breach to update is.
fn check_presence(
    operation: Operation,
    breach_list: &BreachList,
    breach: &BreachId,
) -> Result<(), BreachListError> {
    let breach = breach.clone();
    match (operation, breach_list.get(&breach).is_some()) {
        (Operation::Add, true) => Err(BreachListError::AlreadyThere { breach }),
        (Operation::Update, false) => Err(BreachListError::NotThere { breach }),
        _ => Ok(()),
    }
}

/// Refuses to build if a generation of another key is current, which clients would meet in the middle of a look-up. One
/// that does not open passes: a build from dumps replaces it.
fn check_current_key(directory: &IndexDirectory, request: KeyId) -> Result<(), KeysError> {
    let current = directory
        .current()
        .and_then(|generation| directory.open_public(generation));
    current.map_or(Ok(()), |index| check_key(index.header().key_id, request))
}

/// Refuses to build if there is a sealed file of another offline key, since the tombstones could then not be read. A
/// sealed file that does not open, or has no key of its own yet, passes: a build from dumps replaces it.
fn check_current_offline(directory: &IndexDirectory, keys: Keys<'_>) -> Result<(), KeysError> {
    let sealed = directory
        .current()
        .and_then(|generation| directory.open(generation, FileKind::Sealed));
    match (sealed, keys.offline) {
        (Ok(Some(sealed)), offline @ Some(_)) if sealed.header().key_id != keys.tags_id() => {
            keys::of_sealed(sealed.header().key_id, offline).map(drop)
        }
        _ => Ok(()),
    }
}

pub(crate) fn check_key(made_with: KeyId, given: KeyId) -> Result<(), KeysError> {
    match made_with == given {
        true => Ok(()),
        false => Err(KeysError::OtherKey { made_with, given }),
    }
}

/// A build of a generation from dumps, with or without what was built before.
struct DumpBuild<'a> {
    request: BuildRequest<'a>,
    lock: &'a Lock,
    operation: Operation,
    base: Option<&'a Base>,
    /// Erased identifiers, which must not be found.
    eraser: Option<Eraser>,
    /// Whether its tombstones are those of another key, and have no file for this one yet.
    is_of_other_key: bool,
}

impl<'a> DumpBuild<'a> {
    fn publish(mut self) -> Result<Summary, BuildError> {
        let begun = Instant::now();
        if self.request.breaches.len() > usize::from(u16::MAX) {
            let got = self.request.breaches.len();
            return Err(BreachListError::TooManyBreaches { got }.into());
        }
        let (draft, journal, resumed) = self.begin()?;
        let scratch = draft.scratch()?;
        let breaches = self.request.breaches;
        let mut collected = collect(Collection {
            scratch: &scratch,
            journal,
            resumed,
            key: self.request.keys.tags,
            breaches,
            eraser: self.eraser.as_ref(),
            keeps_pairs: self.keeps_pairs(),
            options: self.request.options,
            progress: self.request.progress,
        })?;
        self.learn_tags(&collected.read.erased)?;
        let breach_list = self.breach_list(&collected)?;
        let written = self.write(&draft, &breach_list, &mut collected)?;
        let report = Report {
            history: self.history(),
            reading: Some(ReadCost {
                options: self.request.options,
                breaches,
                collected: &collected,
            }),
            breach_list: &breach_list,
            written,
            begun,
        };
        let summary = report.publish(draft, self.request.options.activation)?;
        Ok(summary.with_dumps(breaches, collected))
    }

    /// Returns a new draft, or the one that is resumed, and the state in its journal.
    fn begin(&self) -> Result<(Draft<'a>, Journal, ResumeState), BuildError> {
        let (directory, lock) = (self.request.directory, self.lock);
        let unfinished = match self.request.options.start {
            Start::RefuseInterrupted => None,
            Start::Resume => directory.resume(lock)?,
            Start::Discard => {
                directory.discard(lock)?;
                None
            }
        };
        let origin = self.origin();
        if let Some(draft) = unfinished {
            let (journal, mut state) = Journal::resume(draft.journal(), origin)?;
            state.checkpoint.resumed += 1;
            tracing::info!(generation = %draft.id(), identifiers = state.checkpoint.identifiers, "resumed");
            self.request.progress.resume(ResumePoint {
                generation: draft.id(),
                identifiers: state.checkpoint.identifiers,
                files: state.files.len(),
            });
            return Ok((draft, journal, state));
        }
        let draft = directory.draft(lock)?;
        let (journal, state) = Journal::begin(draft.journal(), origin);
        Ok((draft, journal, state))
    }

    fn origin(&self) -> BuildInputs {
        BuildInputs::new(&BuildSettings {
            operation: self.operation,
            base: self.base.map(Base::generation),
            key_id: self.request.keys.tags_id(),
            range_rows: self.range_rows(),
            reading: &self.request.options.reading,
            keeps_pairs: self.keeps_pairs(),
            breaches: self.request.breaches,
        })
    }

    /// Returns whether pairs are kept: a build based on a generation with pairs keeps them, too.
    fn keeps_pairs(&self) -> bool {
        self.request.options.pairs || self.base.is_some_and(|base| base.pairs().is_some())
    }

    fn range_rows(&self) -> u32 {
        let of_base = self.base.map(Base::range_rows);
        let range_rows = self.request.options.range_rows.or(of_base);
        range_rows.unwrap_or(DEFAULT_RANGE_ROWS)
    }

    /// Returns the breaches that were read, and those of the base that they do not replace.
    fn breach_list(&self, collected: &TaggedDumps) -> Result<BreachList, BuildError> {
        let has_pairs = collected.pairs.is_some();
        let mut breach_list =
            BreachList::of_dumps(self.request.breaches, &collected.read, has_pairs);
        if let Some(base) = self.base {
            for member in base.breach_list()?.members() {
                if breach_list.get(member.id()).is_none() {
                    breach_list.insert(member.clone())?;
                }
            }
        }
        breach_list.expire(collected.as_of.unwrap_or_else(today));
        Ok(breach_list)
    }

    fn write(
        &self,
        draft: &Draft<'_>,
        breach_list: &BreachList,
        collected: &mut TaggedDumps,
    ) -> Result<WriteResult, BuildError> {
        let ids = self
            .request
            .breaches
            .iter()
            .map(|breach| &breach.metadata.id);
        let dumps = DumpRows {
            numbers: ids.filter_map(|id| breach_list.number(id)).collect(),
            runs: &mut collected.sorted.runs,
            exposures: &collected.read.exposures,
        };
        let merge_bytes = self.request.options.memory.merge_bytes();
        let pairs = collected.pairs.as_mut().map(|pairs| {
            let bases = self.base.map_or(&[][..], slice::from_ref);
            PairSources::of_dumps(bases, pairs, merge_bytes)
        });
        let is_replaced = |entry: &CatalogueEntry| self.is_read(&entry.metadata.id);
        let files = self
            .base
            .map(|base| base.row_sources(breach_list, is_replaced));
        Generation {
            draft,
            key_id: self.request.keys.tags_id(),
            offline: self.request.keys.offline,
            range_rows: self.range_rows(),
            breach_list,
            row_sources: RowSources {
                files: files.transpose()?.unwrap_or_default(),
                dumps: Some(dumps),
                pairs,
            },
            erased: &self.eraser.as_ref().map_or_else(Vec::new, Eraser::tags),
            merge_bytes,
            progress: self.request.progress,
            cancel: &self.request.options.cancel,
        }
        .write()
    }

    /// Evaluates the erased identifiers whose tags were not known, as after a change of keys, so that rows of
    /// indexes can be recognised as theirs from now on.
    fn learn_tags(&mut self, met: &ErasedInputs) -> Result<(), BuildError> {
        let Some(eraser) = &mut self.eraser else {
            return Ok(());
        };
        let known = eraser.tags().len();
        for (mac, input) in met {
            let tag = evaluate(self.request.keys.tags, input)
                .map_err(ErasureError::from)?
                .tag();
            eraser.erase(*mac, tag)?;
        }
        if self.is_of_other_key || eraser.tags().len() > known {
            let keys = &self.request.keys;
            let folder = self.request.directory.path();
            eraser.write(folder, keys.tags_id(), keys.needed()?)?;
        }
        Ok(())
    }

    fn is_read(&self, id: &BreachId) -> bool {
        let mut breaches = self.request.breaches.iter();
        breaches.any(|breach| breach.metadata.id == *id)
    }

    fn history(&self) -> History {
        let ids = self
            .request
            .breaches
            .iter()
            .map(|breach| breach.metadata.id.clone());
        let read: Vec<BreachId> = ids.collect();
        let history = match self.base {
            Some(base) => History::from_base(self.operation, base),
            None => History::by(self.operation),
        };
        let is_replaced = self.operation == Operation::Update;
        History {
            left_out: read.iter().filter(|_| is_replaced).cloned().collect(),
            read,
            erased: self.eraser.as_ref().map_or(0, |eraser| eraser.len() as u64),
            ..history
        }
    }
}

impl Summary {
    /// Summarises what was written without reading a dump.
    pub(crate) fn of(written: WriteResult, report: ReportDigest, duration: Duration) -> Self {
        let Header {
            generation, root, ..
        } = written.header;
        Self {
            generation,
            root,
            report,
            identifiers: written.identifiers,
            recovered: written.recovered,
            expired: written.expired,
            left_out: BTreeMap::new(),
            allowed: BTreeMap::new(),
            breaches: written.breaches,
            rejects: BTreeMap::new(),
            passed_over: BTreeMap::new(),
            met: 0,
            evaluated: 0,
            forgotten: 0,
            temporary_bytes: 0,
            index_bytes: written.bytes,
            pair_bytes: written.pair_bytes,
            resumed: 0,
            duration,
        }
    }

    /// Adds the results of reading dumps.
    fn with_dumps(self, breaches: &[Breach], collected: TaggedDumps) -> Self {
        let ids = breaches.iter().map(|breach| breach.metadata.id.clone());
        let temporary_bytes = collected.temporary_bytes();
        let (mut rejects, mut passed_over) = (BTreeMap::new(), BTreeMap::new());
        let (mut left_out, mut allowed) = (BTreeMap::new(), BTreeMap::new());
        for (id, tally) in ids.zip(collected.read.tallies) {
            left_out.insert(id.clone(), tally.left_out);
            allowed.insert(id.clone(), tally.allowed);
            rejects.insert(id.clone(), tally.rejects);
            passed_over.insert(id, tally.passed_over);
        }
        Self {
            left_out,
            allowed,
            rejects,
            passed_over,
            met: collected.read.met,
            evaluated: collected.counts.evaluated,
            forgotten: collected.counts.forgotten,
            temporary_bytes,
            resumed: collected.resumed,
            ..self
        }
    }
}
