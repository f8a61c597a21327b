//! How do dumps become sorted runs? Reading, evaluating and sorting run side by side.

use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use exposure_index::oprf::SecretKey;
use exposure_index::progress::{Cancel, Cancelled};
use jiff::civil::Date;

use super::dump_reader::{self, Batch, ReadResult, ReaderConfig};
use super::replay_check::{ReplayCheck, ReplayPosition};
use super::tagger::{Counts, Tagger};
use crate::builder::journal::{Checkpoint, Journal, ResumeState, RunFile};
use crate::builder::pairs::{CollectedPairs, PairCollector};
use crate::builder::sort::run::Run;
use crate::builder::sort::sorter::{RunSorter, SortedRuns};
use crate::builder::{BuildError, BuildProgress, Options, Stage};
use crate::erasure::Eraser;
use crate::ingest::{Breach, ReadOptions};

/// Batches read ahead while the last one is evaluated.
const BATCHES_AHEAD: usize = 4;

/// Contents of the dumps, sorted by tag.
pub(crate) struct TaggedDumps {
    pub(crate) sorted: SortedRuns,
    pub(crate) read: ReadResult,
    pub(crate) counts: Counts,
    pub(crate) pairs: Option<CollectedPairs>,
    /// Number of times that the build has been resumed.
    pub(crate) resumed: u32,
    /// Day on which entries of warning lists had to hold, if there are such lists.
    pub(crate) as_of: Option<Date>,
}

impl TaggedDumps {
    /// Returns the largest size of temporary files, in bytes.
    pub(crate) fn temporary_bytes(&self) -> u64 {
        let pairs = self.pairs.as_ref().map_or(0, CollectedPairs::most_bytes);
        self.sorted.most_bytes + pairs
    }
}

/// A request to read and tag dumps.
pub(crate) struct Collection<'a> {
    /// A folder for temporary files.
    pub(crate) scratch: &'a Path,
    pub(crate) journal: Journal,
    /// What an earlier process did.
    pub(crate) resumed: ResumeState,
    pub(crate) key: &'a SecretKey,
    pub(crate) breaches: &'a [Breach],
    /// Erased identifiers, which must not be found.
    pub(crate) eraser: Option<&'a Eraser>,
    pub(crate) keeps_pairs: bool,
    pub(crate) options: &'a Options,
    pub(crate) progress: &'a BuildProgress,
}

/// Reads the dumps and tags what they hold, side by side. Continues where the journal ends.
pub(crate) fn collect(collection: Collection<'_>) -> Result<TaggedDumps, BuildError> {
    let Collection {
        scratch,
        journal,
        resumed,
        key,
        breaches,
        eraser,
        keeps_pairs,
        options,
        progress,
    } = collection;
    progress.begin(Stage::Reading, breaches.iter().map(Breach::bytes).sum());
    let mut collector = Collector::new(
        scratch,
        journal,
        &resumed.checkpoint,
        key,
        options,
        progress,
    )?;
    let as_of = resumed.as_of;
    let reading = ReadOptions {
        as_of,
        ..options.reading.clone()
    };
    let replay = ReplayCheck::new(key, resumed);
    let pairs = keeps_pairs.then(|| PairCollector::new(scratch, key, breaches, options.memory));
    let pairs = pairs.transpose()?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.unwrap_or(0))
        .build()?;
    let (sender, batches) = sync_channel(BATCHES_AHEAD);
    let config = ReaderConfig {
        options: &reading,
        limit: options.max_rejects,
        eraser,
        progress,
        cancel: &options.cancel,
        batch: options.memory.batch_identifiers(),
        batches: sender,
    };
    thread::scope(|scope| {
        let reading = scope.spawn(|| dump_reader::read_all(breaches, config, replay, pairs));
        let tagging = pool.install(|| {
            batches
                .into_iter()
                .try_for_each(|batch| collector.take(batch))
        });
        let read = reading
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // A failed tagger stops the reader, whose own error says less.
        tagging?;
        Ok(TaggedDumps {
            as_of,
            ..collector.finish(read?)?
        })
    })
}

/// Tags and sorts batches, and notes in the journal how far it is.
struct Collector<'a> {
    tagger: Tagger<'a>,
    sorter: RunSorter,
    journal: Journal,
    cancel: &'a Cancel,
    /// Time between two checkpoints, at most.
    interval: Duration,
    last: Instant,
    /// Position of what has been tagged since the last checkpoint, if anything.
    fresh: Option<ReplayPosition>,
    resumed: u32,
}

impl<'a> Collector<'a> {
    fn new(
        scratch: &Path,
        journal: Journal,
        done: &Checkpoint,
        key: &SecretKey,
        options: &'a Options,
        progress: &'a BuildProgress,
    ) -> Result<Self, BuildError> {
        let memory = options.memory;
        let mut sorter = RunSorter::new(scratch, memory.sorter_entries());
        sorter.take_up(done)?;
        // A resumed build starts without tags in memory.
        let counts = Counts {
            evaluated: done.evaluated,
            forgotten: done.evaluated,
        };
        Ok(Self {
            tagger: Tagger::new(key, memory.memo_bytes(), counts, progress)?,
            sorter,
            journal,
            cancel: &options.cancel,
            interval: options.checkpoint,
            last: Instant::now(),
            fresh: None,
            resumed: done.resumed,
        })
    }

    fn take(&mut self, batch: Batch) -> Result<(), BuildError> {
        // Before the batch: a run that is spilled within a batch is in no checkpoint.
        if self.sorter.room() < batch.exposures.len() || self.last.elapsed() >= self.interval {
            self.checkpoint()?;
        }
        self.tagger.tag(&batch, &mut self.sorter)?;
        self.advance(batch.end);
        if batch.is_last {
            return self.checkpoint();
        }
        if let Some(stop) = self.cancel.requested() {
            self.checkpoint()?;
            return Err(Cancelled { stop }.into());
        }
        Ok(())
    }

    fn advance(&mut self, mut end: ReplayPosition) {
        if let Some(before) = self.fresh.take() {
            end.files.splice(0..0, before.files);
        }
        self.fresh = Some(end);
    }

    /// Makes everything that was tagged so far outlive the process.
    fn checkpoint(&mut self) -> Result<(), BuildError> {
        self.last = Instant::now();
        let Some(ReplayPosition {
            identifiers,
            digest,
            files,
        }) = self.fresh.take()
        else {
            return Ok(());
        };
        self.sorter.spill()?;
        let counts = self.tagger.counts();
        self.journal.record(Checkpoint {
            identifiers,
            digest,
            runs: self.sorter.runs().iter().map(listed).collect(),
            files,
            evaluated: counts.evaluated,
            forgotten: counts.forgotten,
            temporary_bytes: self.sorter.most_bytes(),
            resumed: self.resumed,
        })?;
        self.sorter.remove_replaced();
        tracing::debug!(identifiers, "checkpoint");
        Ok(())
    }

    fn finish(
        self,
        (read, pairs): (ReadResult, Option<CollectedPairs>),
    ) -> Result<TaggedDumps, BuildError> {
        Ok(TaggedDumps {
            sorted: self.sorter.finish()?,
            read,
            counts: self.tagger.counts(),
            pairs,
            resumed: self.resumed,
            as_of: None,
        })
    }
}

fn listed(run: &Run) -> RunFile {
    RunFile {
        name: run.name(),
        entries: run.entries(),
    }
}
