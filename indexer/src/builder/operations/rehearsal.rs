//! What would a build read, and how long would it take? Reads the dumps without evaluating them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use exposure_index::breach::{BreachId, ClassSet};
use exposure_index::identifier::{ByKind, Identifier};
use exposure_index::index::Identifiers;
use exposure_index::oprf::{BulkEvaluator, Inputs, SecretKey};

use crate::builder::read::guard;
use crate::builder::{BuildError, BuildProgress, GuardError, Share, Stage};
use crate::ingest::{self, Breach, IngestError, ReadOptions, Sink, Tally};

/// Number of timed evaluations per thread.
const TRIALS: u64 = 512;

/// Ratio of a build's time to that of its reading or its evaluations, whichever is longer: sorting and merging add to
/// it.
const OVERHEAD: f64 = 1.1;

/// Result of reading dumps as a build would.
#[derive(Debug)]
pub struct Rehearsal {
    /// What was read from each breach.
    pub breaches: BTreeMap<BreachId, BreachRehearsal>,
    /// Reasons to refuse a build: the files that cannot be read, then the faults of each breach.
    pub complaints: Vec<BuildError>,
    /// Bytes of the dumps on the disk.
    pub bytes: u64,
    /// Time of the reading, on one thread.
    pub duration: Duration,
}

/// What was read from a breach.
#[derive(Clone, Debug, Default)]
pub struct BreachRehearsal {
    /// Counts of its rows and cells.
    pub tally: Tally,
    /// Identifiers met, with repetitions.
    pub met: Identifiers,
    /// The keys of its `breach.toml` that are still to be filled in before a build.
    pub open: Vec<String>,
}

impl Rehearsal {
    /// Returns an upper bound on the time of a build that evaluates on `threads`, one per core if `None`: an identifier
    /// that is met again is not evaluated again while there is memory. Measures how fast this machine evaluates.
    ///
    /// # Errors
    /// Fails if no threads can be started, or the operating system's random number generator failed.
    pub(crate) fn build_time(&self, threads: Option<usize>) -> Result<Duration, BuildError> {
        let met: u64 = self
            .breaches
            .values()
            .flat_map(|breach| breach.met.values())
            .sum();
        let evaluating = met as f64 / evaluations_a_second(threads)?;
        let longest = evaluating.max(self.duration.as_secs_f64());
        Ok(Duration::from_secs_f64(longest * OVERHEAD))
    }
}

/// Measures the number of identifiers evaluated per second, under a throwaway key.
fn evaluations_a_second(threads: Option<usize>) -> Result<f64, BuildError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build()?;
    let key = SecretKey::generate().map_err(|_| BuildError::Randomness)?;
    let evaluator = BulkEvaluator::new(&key);
    let trials = TRIALS * pool.current_num_threads() as u64;
    let mut inputs = Inputs::default();
    (0..trials).for_each(|number| inputs.push(&number.to_le_bytes()));
    let begun = Instant::now();
    pool.install(|| evaluator.par_tags(&inputs));
    Ok(trials as f64 / begun.elapsed().as_secs_f64().max(1e-6))
}

/// Reads the breaches as a build does, and nothing more: no identifier is evaluated, no file is written or
/// fingerprinted.
///
/// Files that cannot be read and breaches that look misread are reported together at the end.
///
/// # Errors
/// [`BuildError`] if the reading was stopped.
pub fn rehearse(
    breaches: &[Breach],
    reading: &ReadOptions,
    limit: Share,
    progress: &BuildProgress,
) -> Result<Rehearsal, BuildError> {
    let begun = Instant::now();
    let bytes = breaches.iter().map(Breach::bytes).sum();
    progress.begin(Stage::Reading, bytes);
    let reading = ReadOptions {
        fingerprints: false,
        ..reading.clone()
    };
    let mut rehearsal = Rehearsal {
        breaches: BTreeMap::new(),
        complaints: Vec::new(),
        bytes,
        duration: Duration::ZERO,
    };
    for breach in breaches {
        let mut counter = Counter {
            met: ByKind::default(),
            progress,
        };
        let (tally, unread) = ingest::read_each(breach, &reading, progress.work(), &mut counter)?;
        rehearsal
            .complaints
            .extend(complaints(breach, &tally, unread, limit));
        let met: Identifiers = counter.met.present().collect();
        let open = breach.open_keys().map(str::to_owned).collect();
        let rehearsed = BreachRehearsal { tally, met, open };
        rehearsal
            .breaches
            .insert(breach.metadata.id.clone(), rehearsed);
    }
    rehearsal.duration = begun.elapsed();
    Ok(rehearsal)
}

/// Returns what cannot be read, and the other faults. A breach with unreadable files is not reported as empty.
fn complaints(
    breach: &Breach,
    tally: &Tally,
    unread: Vec<IngestError>,
    limit: Share,
) -> Vec<BuildError> {
    let found_nothing = |complaint: &GuardError| {
        matches!(
            complaint,
            GuardError::NoRows { .. } | GuardError::NoIdentifiers { .. }
        )
    };
    let mut others = guard::complaints(&breach.metadata.id, tally, limit);
    others.retain(|complaint| unread.is_empty() || !found_nothing(complaint));
    let unread = unread.into_iter();
    unread
        .map(|source| BuildError::unread(breach, source))
        .chain(others.into_iter().map(BuildError::from))
        .collect()
}

/// Counts identifiers.
struct Counter<'p> {
    met: ByKind,
    progress: &'p BuildProgress,
}

impl Sink for Counter<'_> {
    fn record(&mut self, identifiers: &mut Vec<Identifier>, _: ClassSet) -> ControlFlow<()> {
        for identifier in identifiers.iter() {
            self.met.add(identifier.kind(), 1);
        }
        self.progress.met(identifiers.len() as u64);
        ControlFlow::Continue(())
    }
}
