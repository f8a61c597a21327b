use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use exposure_index::index::GenerationId;
use exposure_index::progress::Progress;

/// Stage of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Dumps are read and identifiers evaluated; counted in bytes of the dumps on the disk.
    Reading,
    /// The rows of the new index are counted; counted in entries of the runs.
    Counting,
    /// The index is written; counted in entries of the runs.
    Writing,
    /// Dumps are read and passwords sealed; counted in bytes of the dumps on the disk.
    ReadingPasswords,
    /// Passwords are counted; counted in entries of the runs.
    CountingPasswords,
}

impl Stage {
    const ALL: [Self; 5] = [
        Self::Reading,
        Self::Counting,
        Self::Writing,
        Self::ReadingPasswords,
        Self::CountingPasswords,
    ];
}

/// Progress of a build, shared with the thread that shows it; every number only grows, except for a new stage.
#[derive(Default)]
pub struct BuildProgress {
    /// Progress of the stage, in its unit.
    work: Progress,
    stage: AtomicU8,
    identifiers: AtomicU64,
    evaluated: AtomicU64,
    resumed: OnceLock<ResumePoint>,
}

/// Point at which a build is resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResumePoint {
    /// The generation that is being built.
    pub generation: GenerationId,
    /// Identifiers met up to that point, with repetitions.
    pub identifiers: u64,
    /// Files read to their end up to that point.
    pub files: usize,
}

/// Progress of a build at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot {
    /// The stage.
    pub stage: Stage,
    /// Amount done, in its unit.
    pub done: u64,
    /// Total amount.
    pub total: u64,
    /// Identifiers or passwords met so far, with repetitions.
    pub identifiers: u64,
    /// Evaluations of the OPRF so far.
    pub evaluated: u64,
    /// Point at which the build is resumed, if it was interrupted.
    pub resumed: Option<ResumePoint>,
}

impl BuildProgress {
    /// Returns the present progress.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            stage: Stage::ALL[usize::from(self.stage.load(Ordering::Relaxed))],
            done: self.work.done(),
            total: self.work.total(),
            identifiers: self.identifiers.load(Ordering::Relaxed),
            evaluated: self.evaluated.load(Ordering::Relaxed),
            resumed: self.resumed.get().copied(),
        }
    }

    pub(crate) fn begin(&self, stage: Stage, total: u64) {
        tracing::info!(?stage, total, "stage begins");
        self.work.begin(total);
        self.stage.store(stage as u8, Ordering::Relaxed);
    }

    /// Records once that a build is resumed, and where.
    pub(crate) fn resume(&self, point: ResumePoint) {
        let _ = self.resumed.set(point);
    }

    pub(crate) fn advance(&self, amount: u64) {
        self.work.advance(amount);
    }

    /// Counts identifiers or passwords that were met.
    pub(crate) fn met(&self, identifiers: u64) {
        self.identifiers.fetch_add(identifiers, Ordering::Relaxed);
    }

    /// Counts evaluations.
    pub(crate) fn evaluated(&self, evaluations: u64) {
        self.evaluated.fetch_add(evaluations, Ordering::Relaxed);
    }

    /// Returns the progress of the present stage; while dumps are read, in their bytes.
    pub(crate) const fn work(&self) -> &Progress {
        &self.work
    }
}
