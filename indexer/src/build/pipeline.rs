use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::{Duration, Instant};

use super::guard::Share;
use super::intake::{self, Intake};
use super::publish::{Generation, Written};
use super::sorter::{RunSorter, Sorted};
use super::tagger::{Counts, Tagger};
use super::{BuildError, Memory, Progress, Stage};
use crate::breach::BreachId;
use crate::generation::{Draft, IndexDirectory};
use crate::index::{BreachStatistics, GenerationId, Hash, Header, Identifiers};
use crate::ingest::{Breach, ReadOptions, Reject};
use crate::oprf::SecretKey;

/// Batches read ahead while the last one is evaluated.
const BATCHES_AHEAD: usize = 4;

/// How to build.
#[derive(Clone, Debug)]
pub struct Options {
    /// How to read the dumps.
    pub reading: ReadOptions,
    /// How much memory to use.
    pub memory: Memory,
    /// Threads that evaluate; one per core if `None`.
    pub threads: Option<usize>,
    /// Rows per range at least, on average.
    pub range_rows: u32,
    /// The share of rows, and of each kind's cells, that may be unreadable.
    pub max_rejects: Share,
}

/// What a build did.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The new generation, in force now.
    pub generation: GenerationId,
    /// The root of its public file.
    pub root: Hash,
    /// Different identifiers of whole rows, in the public and the sealed file together.
    pub identifiers: Identifiers,
    /// Different identifiers besides, which only rejected rows hold.
    pub recovered: Identifiers,
    /// What was read of each breach.
    pub breaches: BTreeMap<BreachId, BreachStatistics>,
    /// The first rejected rows of each breach: where, and why.
    pub rejects: BTreeMap<BreachId, Vec<Reject>>,
    /// Identifiers met, each as often as it was met.
    pub met: u64,
    /// Evaluations of the OPRF.
    pub evaluated: u64,
    /// Tags that were not kept in memory for want of room; their identifiers were evaluated again when met again.
    pub forgotten: u64,
    /// Bytes of temporary files at their most.
    pub temporary_bytes: u64,
    /// Bytes of the generation's files.
    pub index_bytes: u64,
    /// How long it took.
    pub duration: Duration,
}

/// Builds a new generation from the breaches and puts it in force.
///
/// Time: one evaluation of the OPRF per different identifier, on all threads; sorting and merging are O(n log n) and a
/// few percent of that. Memory: as [`Options::memory`] says, whatever the size of the dumps. Disk: 12 bytes per
/// different pair of identifier and exposure while it runs, and the index.
///
/// # Errors
/// [`BuildError`]; nothing is published then, and nothing of the attempt remains.
pub fn build(
    directory: &IndexDirectory,
    key: &SecretKey,
    breaches: &[Breach],
    options: &Options,
    progress: &Progress,
) -> Result<Summary, BuildError> {
    let begun = Instant::now();
    if breaches.len() > usize::from(u16::MAX) {
        return Err(BuildError::TooManyBreaches {
            got: breaches.len(),
        });
    }
    options.memory.check()?;
    let lock = directory.lock()?;
    let draft = directory.draft(&lock)?;
    let (mut sorted, intake, counts) = collect(&draft, key, breaches, options, progress)?;
    let written = Generation {
        draft: &draft,
        key_id: key.public_key().id(),
        range_rows: options.range_rows,
        breaches,
        intake: &intake,
        merge_bytes: options.memory.merge_bytes(),
        progress,
    }
    .write(&mut sorted.runs)?;
    let temporary_bytes = sorted.most_bytes;
    drop(sorted);
    draft.publish()?;
    tracing::info!(generation = %written.header.generation, "published");
    Ok(summary(
        written,
        breaches,
        intake,
        counts,
        temporary_bytes,
        begun.elapsed(),
    ))
}

/// Reads the dumps and tags what they hold, side by side.
fn collect(
    draft: &Draft<'_>,
    key: &SecretKey,
    breaches: &[Breach],
    options: &Options,
    progress: &Progress,
) -> Result<(Sorted, Intake, Counts), BuildError> {
    progress.begin(Stage::Reading, breaches.iter().map(Breach::bytes).sum());
    let memory = options.memory;
    let mut sorter = RunSorter::new(&draft.scratch()?, memory.sorter_entries());
    let mut tagger = Tagger::new(key, memory.memo_bytes(), progress)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.unwrap_or(0))
        .build()?;
    let (sender, batches) = sync_channel(BATCHES_AHEAD);
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            intake::read_all(
                breaches,
                &options.reading,
                options.max_rejects,
                progress,
                sender,
            )
        });
        let tagging = pool.install(|| {
            batches
                .into_iter()
                .try_for_each(|batch| tagger.tag(&batch, &mut sorter))?;
            sorter.finish()
        });
        let intake = reading
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match (tagging, intake) {
            // A failed tagger stops the reader, whose complaint about that says less.
            (Err(error), _) | (_, Err(error)) => Err(error),
            (Ok(sorted), Ok(intake)) => Ok((sorted, intake, tagger.counts())),
        }
    })
}

fn summary(
    written: Written,
    breaches: &[Breach],
    intake: Intake,
    counts: Counts,
    temporary_bytes: u64,
    duration: Duration,
) -> Summary {
    let Header {
        generation, root, ..
    } = written.header;
    let ids = breaches.iter().map(|breach| breach.metadata.id.clone());
    let rejects = ids
        .zip(intake.tallies)
        .map(|(id, tally)| (id, tally.rejects))
        .collect();
    Summary {
        generation,
        root,
        identifiers: written.identifiers,
        recovered: written.recovered,
        breaches: written.breaches,
        rejects,
        met: counts.met,
        evaluated: counts.evaluated,
        forgotten: counts.forgotten,
        temporary_bytes,
        index_bytes: written.bytes,
        duration,
    }
}
