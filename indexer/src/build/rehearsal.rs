use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use exposure_index::breach::{BreachId, ClassSet};
use exposure_index::identifier::{ByKind, Identifier};
use exposure_index::index::Identifiers;

use super::guard::{self, Share};
use super::{BuildError, Progress, Stage};
use crate::ingest::{self, Breach, ReadOptions, Sink, Tally};

/// What a build would read.
#[derive(Debug)]
pub struct Rehearsal {
    /// What was met in each breach.
    pub breaches: BTreeMap<BreachId, Rehearsed>,
    /// Why a build would be refused, breach by breach.
    pub complaints: Vec<BuildError>,
    /// Bytes of the dumps on the disk.
    pub bytes: u64,
    /// How long the reading took, on one thread.
    pub duration: Duration,
}

/// What was met in a breach.
#[derive(Clone, Debug, Default)]
pub struct Rehearsed {
    /// What was counted.
    pub tally: Tally,
    /// Identifiers met, each as often as it was met.
    pub met: Identifiers,
}

/// Reads the breaches as a build does, and nothing more: no identifier is evaluated, no file is written or fingerprinted.
///
/// Breaches that look misread are complained about at the end, so that all of them are told at once.
///
/// # Errors
/// [`BuildError`] if a dump cannot be read to its end.
pub fn rehearse(
    breaches: &[Breach],
    reading: &ReadOptions,
    limit: Share,
    progress: &Progress,
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
        let mut counter = Counter::default();
        let tally = ingest::read(breach, &reading, progress.ingest(), &mut counter)?;
        let id = &breach.metadata.id;
        rehearsal
            .complaints
            .extend(guard::check(id, &tally, limit).err());
        let met: Identifiers = counter.0.present().collect();
        progress.tagged(met.values().sum(), 0);
        rehearsal
            .breaches
            .insert(id.clone(), Rehearsed { tally, met });
    }
    rehearsal.duration = begun.elapsed();
    Ok(rehearsal)
}

/// Counts identifiers.
#[derive(Default)]
struct Counter(ByKind);

impl Sink for Counter {
    fn record(&mut self, identifiers: &mut Vec<Identifier>, _: ClassSet) -> ControlFlow<()> {
        for identifier in identifiers.iter() {
            self.0.add(identifier.kind(), 1);
        }
        ControlFlow::Continue(())
    }
}
