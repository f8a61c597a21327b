use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::collect::{Collected, collect};
use super::guard::Share;
use super::journal::{Journal, Origin, Told};
use super::publish::{Generation, Written};
use super::report::{Report, ReportDigest};
use super::{BuildError, Interrupt, Memory, Progress};
use crate::breach::BreachId;
use crate::generation::{Draft, IndexDirectory, Lock};
use crate::index::{BreachStatistics, GenerationId, Hash, Header, Identifiers};
use crate::ingest::{Breach, ReadOptions, Reject};
use crate::oprf::SecretKey;

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
    /// What to do about a build that did not end.
    pub start: Start,
    /// After how much time, at the most, what has been done is on the disk to be gone on with.
    pub checkpoint: Duration,
    /// A wish to stop.
    pub interrupt: Interrupt,
}

/// What to do about a build that was begun before and did not end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// Refuse to build while there is one.
    #[default]
    Anew,
    /// Go on with it, if there is one.
    Resume,
    /// Throw away what was done of it.
    Discard,
}

/// What a build did.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The new generation, in force now.
    pub generation: GenerationId,
    /// The root of its public file.
    pub root: Hash,
    /// The digest of what two builds from the same dumps, with the same key and settings, have in common.
    pub report: ReportDigest,
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
    /// Evaluations of the OPRF. A build that was gone on with has evaluated some identifiers again.
    pub evaluated: u64,
    /// Tags that were not kept in memory for want of room; their identifiers were evaluated again when met again.
    pub forgotten: u64,
    /// Bytes of temporary files at their most.
    pub temporary_bytes: u64,
    /// Bytes of the generation's files.
    pub index_bytes: u64,
    /// How often it was gone on with after it had been stopped.
    pub resumed: u32,
    /// How long it took, since it was gone on with for the last time.
    pub duration: Duration,
}

/// Builds a new generation from the breaches and puts it in force.
///
/// Time: one evaluation of the OPRF per different identifier, on all threads; sorting and merging are O(n log n) and a
/// few percent of that. Memory: as [`Options::memory`] says, whatever the size of the dumps. Disk: 12 bytes per
/// different pair of identifier and exposure while it runs, and the index.
///
/// A build that ends early, whether it fails, is [stopped](Options::interrupt) or killed, can be gone on with by
/// [`Start::Resume`] from the last checkpoint, if it has come to one. What is published then does not differ.
///
/// # Errors
/// [`BuildError`]; nothing is published then, and nothing of the attempt remains but what can be gone on with.
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
    let key_id = key.public_key().id();
    let origin = Origin::new(key_id, options.range_rows, &options.reading, breaches);
    let (draft, journal) = begin(directory, &lock, options.start, origin)?;
    let mut collected = collect(&draft.scratch()?, journal, key, breaches, options, progress)?;
    let written = Generation {
        draft: &draft,
        key_id,
        range_rows: options.range_rows,
        breaches,
        intake: &collected.intake,
        merge_bytes: options.memory.merge_bytes(),
        progress,
        interrupt: &options.interrupt,
    }
    .write(&mut collected.sorted.runs)?;
    let report = Report {
        options,
        key_id,
        breaches,
        collected: &collected,
        written: &written,
        begun: draft.time(),
        duration: begun.elapsed(),
    };
    let digest = report.write(&draft).map_err(BuildError::Report)?;
    draft.publish()?;
    tracing::info!(generation = %written.header.generation, "published");
    Ok(summary(
        written,
        breaches,
        collected,
        digest,
        begun.elapsed(),
    ))
}

/// A new draft, or the one that is gone on with, and what its journal tells.
fn begin<'lock>(
    directory: &IndexDirectory,
    lock: &'lock Lock,
    start: Start,
    origin: Origin,
) -> Result<(Draft<'lock>, (Journal, Told)), BuildError> {
    let unfinished = match start {
        Start::Anew => None,
        Start::Resume => directory.resume(lock)?,
        Start::Discard => {
            directory.discard(lock)?;
            None
        }
    };
    if let Some(draft) = unfinished {
        let (journal, mut told) = Journal::resume(draft.journal(), origin)?;
        told.checkpoint.resumed += 1;
        tracing::info!(generation = %draft.id(), identifiers = told.checkpoint.identifiers, "resumed");
        return Ok((draft, (journal, told)));
    }
    let draft = directory.draft(lock)?;
    let journal = Journal::begin(draft.journal(), origin);
    Ok((draft, (journal, Told::default())))
}

fn summary(
    written: Written,
    breaches: &[Breach],
    collected: Collected,
    report: ReportDigest,
    duration: Duration,
) -> Summary {
    let Header {
        generation, root, ..
    } = written.header;
    let ids = breaches.iter().map(|breach| breach.metadata.id.clone());
    let rejects = ids
        .zip(collected.intake.tallies)
        .map(|(id, tally)| (id, tally.rejects))
        .collect();
    Summary {
        generation,
        root,
        report,
        identifiers: written.identifiers,
        recovered: written.recovered,
        breaches: written.breaches,
        rejects,
        met: collected.intake.met,
        evaluated: collected.counts.evaluated,
        forgotten: collected.counts.forgotten,
        temporary_bytes: collected.sorted.most_bytes,
        index_bytes: written.bytes,
        resumed: collected.resumed,
        duration,
    }
}
