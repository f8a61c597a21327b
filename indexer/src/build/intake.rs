use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::mpsc::SyncSender;

use super::exposures::{BreachNumber, ExposureNumber, ExposureTable, KindExposure};
use super::guard::{self, Share};
use super::pairs::{CollectedPairs, PairCollector};
use super::trail::{Place, Trail};
use super::{BuildError, Interrupt, Progress};
use crate::breach::{ClassSet, DataClass};
use crate::erasure::{Eraser, InputMac};
use crate::identifier::Identifier;
use crate::ingest::{self, Breach, FileTally, IngestError, ReadOptions, Sink, Tally};
use zeroize::Zeroizing;

use crate::oprf::Inputs;

/// The OPRF inputs of erased identifiers that were met.
pub(super) type Erased = BTreeMap<InputMac, Zeroizing<Vec<u8>>>;

/// OPRF inputs and, for each, the exposure it was met with.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) inputs: Inputs,
    pub(super) exposures: Vec<ExposureNumber>,
    /// Where in the dumps the batch ends.
    pub(super) end: Place,
    /// Nothing comes after this batch: everything has been read, and nothing was wrong with it.
    pub(super) is_last: bool,
}

/// What reading all dumps told, apart from the batches sent.
pub(super) struct Intake {
    pub(super) exposures: ExposureTable,
    /// In the order of the breaches.
    pub(super) tallies: Vec<Tally>,
    /// The classes of each breach, in the order of the breaches: the declared ones and what was met besides.
    pub(super) classes: Vec<Vec<DataClass>>,
    /// Identifiers met, each as often as it was met.
    pub(super) met: u64,
    /// Those among them that nobody may be told of.
    pub(super) erased: Erased,
}

impl Intake {
    fn new(
        breaches: &[Breach],
        mut exposures: ExposureTable,
        tallies: Vec<Tally>,
        met: u64,
        erased: Erased,
    ) -> Self {
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
            met,
            erased,
        }
    }
}

/// How to read and whereto.
pub(super) struct Reading<'a> {
    pub(super) options: &'a ReadOptions,
    pub(super) limit: Share,
    /// Who is not to be told of.
    pub(super) eraser: Option<&'a Eraser>,
    pub(super) progress: &'a Progress,
    pub(super) interrupt: &'a Interrupt,
    /// Identifiers in a batch.
    pub(super) batch: usize,
    pub(super) batches: SyncSender<Batch>,
}

/// Reads all breaches, in order, and sends what they hold in batches, but for what had been done before. Refuses a
/// breach that looks misread as soon as it has been read.
pub(super) fn read_all(
    breaches: &[Breach],
    reading: Reading<'_>,
    trail: Trail,
    pairs: Option<PairCollector>,
) -> Result<(Intake, Option<CollectedPairs>), BuildError> {
    let mut tallies = Vec::with_capacity(breaches.len());
    let mut sink = BatchSink {
        reading,
        breach: BreachNumber(0),
        files: 0,
        breaches,
        exposures: ExposureTable::default(),
        trail,
        pairs,
        input: Zeroizing::default(),
        erased: Erased::new(),
        batch: Batch::default(),
        failed: None,
    };
    for (number, breach) in (0..).map(BreachNumber).zip(breaches) {
        sink.breach = number;
        sink.files = 0;
        let tally = sink.read(breach)?;
        tracing::debug!(breach = %breach.metadata.id, rows = tally.rows, rejected = tally.rejected_rows, "read");
        guard::check(&breach.metadata.id, &tally, sink.reading.limit)?;
        tallies.push(tally);
    }
    sink.trail.check_end()?;
    sink.batch.is_last = true;
    // The receiver is gone only if the build has failed, which its own error tells.
    let _ = sink.send();
    let met = sink.trail.identifiers();
    let pairs = sink.pairs.map(PairCollector::finish).transpose()?;
    let intake = Intake::new(breaches, sink.exposures, tallies, met, sink.erased);
    Ok((intake, pairs))
}

struct BatchSink<'a> {
    reading: Reading<'a>,
    breaches: &'a [Breach],
    breach: BreachNumber,
    /// Files of the breach that have been read.
    files: u32,
    exposures: ExposureTable,
    trail: Trail,
    pairs: Option<PairCollector>,
    /// The OPRF input of the present identifier.
    input: Zeroizing<Vec<u8>>,
    erased: Erased,
    batch: Batch,
    failed: Option<BuildError>,
}

impl BatchSink<'_> {
    fn read(&mut self, breach: &Breach) -> Result<Tally, BuildError> {
        let progress = self.reading.progress.ingest();
        let options = ReadOptions {
            stop: self.reading.interrupt.flag(),
            ..self.reading.options.clone()
        };
        match ingest::read(breach, &options, progress, self) {
            Err(IngestError::Stopped) => Err(self.stopped()),
            outcome => Ok(outcome?),
        }
    }

    /// Why the reading was stopped. Where somebody wished it, what has been read is sent all the same, for a checkpoint.
    fn stopped(&mut self) -> BuildError {
        if let Some(failed) = self.failed.take() {
            return failed;
        }
        match self.reading.interrupt.check() {
            Ok(()) => BuildError::Ingest(IngestError::Stopped),
            Err(interrupted) => {
                if !self.trail.is_done() {
                    let _ = self.send();
                }
                interrupted
            }
        }
    }

    fn push(
        &mut self,
        identifier: &Identifier,
        classes: ClassSet,
        recovered: bool,
    ) -> Result<(), BuildError> {
        let exposure = self.exposures.number(KindExposure {
            kind: identifier.kind(),
            breach: self.breach,
            classes,
            recovered,
        })?;
        self.input.clear();
        identifier.write_oprf_input(&mut self.input);
        self.trail.pass(&self.input, exposure);
        if !self.is_erased() {
            self.batch.inputs.push(&self.input);
            self.batch.exposures.push(exposure);
        }
        Ok(())
    }

    /// Whether nobody may be told of the present identifier: it is kept apart then, so that its tag can be learnt.
    fn is_erased(&mut self) -> bool {
        let Some(eraser) = self.reading.eraser else {
            return false;
        };
        let mac = eraser.mac(&self.input);
        if !eraser.holds(mac) {
            return false;
        }
        self.erased.entry(mac).or_insert_with(|| self.input.clone());
        true
    }

    /// Notes which identifiers stand together in a record, erased ones excepted.
    fn pair(&mut self, identifiers: &[Identifier]) -> Result<(), BuildError> {
        let (Some(pairs), eraser) = (&mut self.pairs, self.reading.eraser) else {
            return Ok(());
        };
        let is_told = |identifier: &&Identifier| {
            let mac = |eraser: &Eraser| eraser.mac(&Zeroizing::new(identifier.oprf_input()));
            !eraser.is_some_and(|eraser| eraser.holds(mac(eraser)))
        };
        let told: Vec<&Identifier> = identifiers.iter().filter(is_told).collect();
        pairs.record(self.breach, &told)
    }

    fn end_record(&mut self) -> Result<ControlFlow<()>, BuildError> {
        if !self.trail.is_done() {
            let is_full = self.batch.inputs.len() >= self.reading.batch;
            return Ok(if is_full {
                self.send()
            } else {
                ControlFlow::Continue(())
            });
        }
        self.batch.inputs.clear();
        self.batch.exposures.clear();
        self.reading.interrupt.check()?;
        Ok(ControlFlow::Continue(()))
    }

    fn send(&mut self) -> ControlFlow<()> {
        let mut batch = std::mem::take(&mut self.batch);
        batch.end = self.trail.place();
        match self.reading.batches.send(batch) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn take(
        &mut self,
        identifiers: &mut Vec<Identifier>,
        classes: ClassSet,
        recovered: bool,
    ) -> ControlFlow<()> {
        let began = self.trail.identifiers();
        let pushed = identifiers
            .drain(..)
            .try_for_each(|identifier| self.push(&identifier, classes, recovered));
        let outcome = pushed
            .and_then(|()| self.trail.check(began))
            .and_then(|()| self.end_record());
        self.or_fail(outcome)
    }

    /// Ends the reading on an error, which is told when it has ended.
    fn or_fail(&mut self, outcome: Result<ControlFlow<()>, BuildError>) -> ControlFlow<()> {
        outcome.unwrap_or_else(|error| {
            self.failed = Some(error);
            ControlFlow::Break(())
        })
    }
}

impl Sink for BatchSink<'_> {
    fn record(&mut self, identifiers: &mut Vec<Identifier>, classes: ClassSet) -> ControlFlow<()> {
        match self.pair(identifiers) {
            Ok(()) => self.take(identifiers, classes, false),
            Err(error) => self.or_fail(Err(error)),
        }
    }

    fn recovered(
        &mut self,
        identifiers: &mut Vec<Identifier>,
        classes: ClassSet,
    ) -> ControlFlow<()> {
        self.take(identifiers, classes, true)
    }

    fn end_file(&mut self, file: &FileTally) -> ControlFlow<()> {
        let place = self.files;
        self.files += 1;
        let id = &self.breaches[usize::from(self.breach.0)].metadata.id;
        let outcome = self.trail.end_file((self.breach, id), place, file);
        self.or_fail(outcome.map(|()| ControlFlow::Continue(())))
    }
}
