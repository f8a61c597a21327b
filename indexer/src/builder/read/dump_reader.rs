//! How do identifiers get from the readers to the evaluators? In batches, with their exposures.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::mpsc::SyncSender;

use exposure_index::breach::{ClassSet, DataClass};
use exposure_index::identifier::Identifier;
use exposure_index::oprf::Inputs;
use exposure_index::progress::Cancel;

use super::guard;
use super::replay_check::{ReplayCheck, ReplayPosition};
use crate::builder::exposures::{BreachNumber, ExposureNumber, ExposureTable, KindExposure};
use crate::builder::pairs::{CollectedPairs, PairCollector};
use crate::builder::{BuildError, BuildProgress, Share};
use crate::erasure::{Eraser, InputMac};
use crate::ingest::{self, Breach, FileTally, IngestError, ReadOptions, Sink, Tally};
use zeroize::Zeroizing;

/// The OPRF inputs of erased identifiers that were met.
pub(crate) type ErasedInputs = BTreeMap<InputMac, Zeroizing<Vec<u8>>>;

/// OPRF inputs and, for each, the exposure it was met with.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) inputs: Inputs,
    pub(crate) exposures: Vec<ExposureNumber>,
    /// Position in the dumps at which the batch ends.
    pub(crate) end: ReplayPosition,
    /// Whether this is the last batch: everything has been read without an error.
    pub(crate) is_last: bool,
}

/// Result of reading all dumps, apart from the batches sent.
pub(crate) struct ReadResult {
    pub(crate) exposures: ExposureTable,
    /// Tallies in the order of the breaches.
    pub(crate) tallies: Vec<Tally>,
    /// Classes of each breach, in the order of the breaches: the declared ones, and others that were met.
    pub(crate) classes: Vec<Vec<DataClass>>,
    /// Identifiers met, with repetitions.
    pub(crate) met: u64,
    /// Those among them that must not be found.
    pub(crate) erased: ErasedInputs,
}

impl ReadResult {
    fn new(
        breaches: &[Breach],
        mut exposures: ExposureTable,
        tallies: Vec<Tally>,
        met: u64,
        erased: ErasedInputs,
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

/// What a reader needs: options and destination.
pub(crate) struct ReaderConfig<'a> {
    pub(crate) options: &'a ReadOptions,
    pub(crate) limit: Share,
    /// Erased identifiers, which must not be found.
    pub(crate) eraser: Option<&'a Eraser>,
    pub(crate) progress: &'a BuildProgress,
    pub(crate) cancel: &'a Cancel,
    /// Number of identifiers in a batch.
    pub(crate) batch: usize,
    pub(crate) batches: SyncSender<Batch>,
}

/// Reads all breaches, in order, and sends what they hold in batches, except for what was done before. Refuses a
/// breach that looks misread as soon as it has been read.
pub(crate) fn read_all(
    breaches: &[Breach],
    reading: ReaderConfig<'_>,
    replay: ReplayCheck,
    pairs: Option<PairCollector>,
) -> Result<(ReadResult, Option<CollectedPairs>), BuildError> {
    let mut tallies = Vec::with_capacity(breaches.len());
    let mut sink = BatchSink {
        reading,
        breach: BreachNumber(0),
        files: 0,
        breaches,
        exposures: ExposureTable::default(),
        replay,
        pairs,
        input: Zeroizing::default(),
        erased: ErasedInputs::new(),
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
    sink.replay.check_end()?;
    sink.batch.is_last = true;
    // The receiver is gone only if the build has failed, which its own error reports.
    let _ = sink.send();
    let met = sink.replay.identifiers();
    let pairs = sink.pairs.map(PairCollector::finish).transpose()?;
    let result = ReadResult::new(breaches, sink.exposures, tallies, met, sink.erased);
    Ok((result, pairs))
}

struct BatchSink<'a> {
    reading: ReaderConfig<'a>,
    breaches: &'a [Breach],
    breach: BreachNumber,
    /// Number of files of the breach that have been read.
    files: u32,
    exposures: ExposureTable,
    replay: ReplayCheck,
    pairs: Option<PairCollector>,
    /// OPRF input of the present identifier.
    input: Zeroizing<Vec<u8>>,
    erased: ErasedInputs,
    batch: Batch,
    failed: Option<BuildError>,
}

impl BatchSink<'_> {
    fn read(&mut self, breach: &Breach) -> Result<Tally, BuildError> {
        let progress = self.reading.progress.work();
        let options = ReadOptions {
            cancel: self.reading.cancel.clone(),
            ..self.reading.options.clone()
        };
        match ingest::read(breach, &options, progress, self) {
            Err(IngestError::Stopped) => Err(self.stopped()),
            outcome => outcome.map_err(|source| BuildError::unread(breach, source)),
        }
    }

    /// Returns why the reading was stopped. On request, what has been read is sent anyway, for a checkpoint.
    fn stopped(&mut self) -> BuildError {
        if let Some(failed) = self.failed.take() {
            return failed;
        }
        match self.reading.cancel.check() {
            Ok(()) => BuildError::Ingest(IngestError::Stopped),
            Err(interrupted) => {
                if !self.replay.is_done() {
                    let _ = self.send();
                }
                interrupted.into()
            }
        }
    }

    /// Puts an identifier into the batch. Returns whether it may be found.
    fn push(
        &mut self,
        identifier: &Identifier,
        classes: ClassSet,
        recovered: bool,
    ) -> Result<bool, BuildError> {
        let exposure = self.exposures.number(KindExposure {
            kind: identifier.kind(),
            breach: self.breach,
            classes,
            recovered,
        })?;
        self.input.clear();
        identifier.write_oprf_input(&mut self.input);
        self.replay.pass(&self.input, exposure);
        let is_kept = !self.is_erased();
        if is_kept {
            self.batch.inputs.push(&self.input);
            self.batch.exposures.push(exposure);
        }
        Ok(is_kept)
    }

    /// Returns whether the present identifier must not be found: it is then kept apart, so that its tag can be learnt.
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

    fn end_record(&mut self) -> Result<ControlFlow<()>, BuildError> {
        if !self.replay.is_done() {
            let is_full = self.batch.inputs.len() >= self.reading.batch;
            return Ok(if is_full {
                self.send()
            } else {
                ControlFlow::Continue(())
            });
        }
        self.batch.inputs.clear();
        self.batch.exposures.clear();
        self.reading.cancel.check()?;
        Ok(ControlFlow::Continue(()))
    }

    fn send(&mut self) -> ControlFlow<()> {
        let mut batch = std::mem::take(&mut self.batch);
        batch.end = self.replay.place();
        match self.reading.batches.send(batch) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }

    /// Pushes the identifiers of a record, and keeps those that may be found.
    fn push_all(
        &mut self,
        identifiers: &mut Vec<Identifier>,
        classes: ClassSet,
        recovered: bool,
    ) -> Result<(), BuildError> {
        let began = self.replay.identifiers();
        self.reading.progress.met(identifiers.len() as u64);
        let mut outcome = Ok(());
        identifiers.retain(
            |identifier| match self.push(identifier, classes, recovered) {
                Ok(is_kept) => is_kept,
                Err(error) => {
                    outcome = Err(error);
                    false
                }
            },
        );
        outcome.and_then(|()| Ok(self.replay.check(began)?))
    }

    /// Takes a record, and notes which identifiers are together in it.
    fn take(
        &mut self,
        identifiers: &mut Vec<Identifier>,
        classes: ClassSet,
    ) -> Result<ControlFlow<()>, BuildError> {
        self.push_all(identifiers, classes, false)?;
        let is_leak = self.breaches[usize::from(self.breach.0)].metadata.is_leak();
        // Identifiers that are together in an entry of a warning list are not recorded.
        if let Some(pairs) = self.pairs.as_mut().filter(|_| is_leak) {
            pairs.record(self.breach, identifiers)?;
        }
        self.end_record()
    }

    /// Ends the reading on an error, which is reported when it has ended.
    fn or_fail(&mut self, outcome: Result<ControlFlow<()>, BuildError>) -> ControlFlow<()> {
        outcome.unwrap_or_else(|error| {
            self.failed = Some(error);
            ControlFlow::Break(())
        })
    }
}

impl Sink for BatchSink<'_> {
    fn record(&mut self, identifiers: &mut Vec<Identifier>, classes: ClassSet) -> ControlFlow<()> {
        let outcome = self.take(identifiers, classes);
        self.or_fail(outcome)
    }

    /// Takes the identifiers of a rejected row. It is not known which belong together, so it has no pairs.
    fn recovered(
        &mut self,
        identifiers: &mut Vec<Identifier>,
        classes: ClassSet,
    ) -> ControlFlow<()> {
        let pushed = self.push_all(identifiers, classes, true);
        let outcome = pushed.and_then(|()| self.end_record());
        self.or_fail(outcome)
    }

    fn end_file(&mut self, file: &FileTally) -> ControlFlow<()> {
        let place = self.files;
        self.files += 1;
        let id = &self.breaches[usize::from(self.breach.0)].metadata.id;
        let outcome = self.replay.end_file(self.breach, id, place, file);
        self.or_fail(outcome.map(ControlFlow::Continue).map_err(BuildError::from))
    }
}
