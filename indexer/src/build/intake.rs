use std::ops::ControlFlow;
use std::sync::mpsc::SyncSender;

use super::exposures::{BreachNumber, ExposureNumber, ExposureTable, KindExposure};
use super::guard::{self, Share};
use super::{BuildError, Progress};
use crate::breach::{ClassSet, DataClass};
use crate::identifier::Identifier;
use crate::ingest::{self, Breach, IngestError, ReadOptions, Sink, Tally};
use crate::oprf::Inputs;

/// Identifiers in a batch: a second and a half of one core, a few megabytes.
const BATCH: usize = 32_768;

/// OPRF inputs and, for each, the exposure it was met with.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) inputs: Inputs,
    pub(super) exposures: Vec<ExposureNumber>,
}

/// What reading all dumps told, apart from the batches sent.
pub(super) struct Intake {
    pub(super) exposures: ExposureTable,
    /// In the order of the breaches.
    pub(super) tallies: Vec<Tally>,
    /// The classes of each breach, in the order of the breaches: the declared ones and what was met besides.
    pub(super) classes: Vec<Vec<DataClass>>,
}

impl Intake {
    fn new(breaches: &[Breach], mut exposures: ExposureTable, tallies: Vec<Tally>) -> Self {
        let mut classes = Vec::with_capacity(breaches.len());
        for (number, breach) in (0..).map(BreachNumber).zip(breaches) {
            let kept = breach.declared.union(exposures.classes_of(number));
            exposures.keep_classes(number, kept);
            let class = |place: usize| breach.classes[place].clone();
            classes.push(kept.places().map(class).collect());
        }
        Self {
            exposures,
            tallies,
            classes,
        }
    }
}

/// Reads all breaches, in order, and sends what they hold in batches. Refuses a breach that looks misread as soon as it
/// has been read.
pub(super) fn read_all(
    breaches: &[Breach],
    options: &ReadOptions,
    limit: Share,
    progress: &Progress,
    batches: SyncSender<Batch>,
) -> Result<Intake, BuildError> {
    let mut sink = BatchSink {
        breach: BreachNumber(0),
        exposures: ExposureTable::default(),
        batch: Batch::default(),
        batches,
        failed: None,
    };
    let mut tallies = Vec::with_capacity(breaches.len());
    for (number, breach) in (0..).map(BreachNumber).zip(breaches) {
        sink.breach = number;
        let tally = sink.read(breach, options, progress.ingest())?;
        tracing::debug!(breach = %breach.metadata.id, rows = tally.rows, rejected = tally.rejected_rows, "read");
        guard::check(&breach.metadata.id, &tally, limit)?;
        tallies.push(tally);
    }
    // The receiver is gone only if the build has failed, which its own error tells.
    let _ = sink.send();
    Ok(Intake::new(breaches, sink.exposures, tallies))
}

struct BatchSink {
    breach: BreachNumber,
    exposures: ExposureTable,
    batch: Batch,
    batches: SyncSender<Batch>,
    failed: Option<BuildError>,
}

impl BatchSink {
    fn read(
        &mut self,
        breach: &Breach,
        options: &ReadOptions,
        progress: &ingest::Progress,
    ) -> Result<Tally, BuildError> {
        match ingest::read(breach, options, progress, self) {
            Err(IngestError::Stopped) => Err(self
                .failed
                .take()
                .unwrap_or(BuildError::Ingest(IngestError::Stopped))),
            outcome => Ok(outcome?),
        }
    }

    fn push(
        &mut self,
        identifier: &Identifier,
        classes: ClassSet,
        recovered: bool,
    ) -> Result<(), BuildError> {
        let exposure = KindExposure {
            kind: identifier.kind(),
            breach: self.breach,
            classes,
            recovered,
        };
        self.batch.exposures.push(self.exposures.number(exposure)?);
        self.batch
            .inputs
            .push_with(|buffer| identifier.write_oprf_input(buffer));
        Ok(())
    }

    fn send(&mut self) -> ControlFlow<()> {
        match self.batches.send(std::mem::take(&mut self.batch)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl BatchSink {
    fn take(
        &mut self,
        identifiers: &mut Vec<Identifier>,
        classes: ClassSet,
        recovered: bool,
    ) -> ControlFlow<()> {
        for identifier in identifiers.drain(..) {
            if let Err(error) = self.push(&identifier, classes, recovered) {
                self.failed = Some(error);
                return ControlFlow::Break(());
            }
        }
        if self.batch.inputs.len() >= BATCH {
            self.send()
        } else {
            ControlFlow::Continue(())
        }
    }
}

impl Sink for BatchSink {
    fn record(&mut self, identifiers: &mut Vec<Identifier>, classes: ClassSet) -> ControlFlow<()> {
        self.take(identifiers, classes, false)
    }

    fn recovered(
        &mut self,
        identifiers: &mut Vec<Identifier>,
        classes: ClassSet,
    ) -> ControlFlow<()> {
        self.take(identifiers, classes, true)
    }
}
