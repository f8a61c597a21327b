//! Which generation is served? The one that `CURRENT` names, once all of it has been read; until then the previous one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use exposure_index::generation::{FileKind, IndexDirectory};
use exposure_index::index::GenerationId;
use exposure_index::retrieval::Records;

use super::{Generations, ServeError, ServeRequirements, ServedGeneration};
use crate::observe::{Condition, Metrics, causes};
use crate::polling::{Attempts, FileState, LONGEST, WatchedFile};
use crate::retrieval::Retrieval;

/// Notices a new generation, or a new signature of the current one, and publishes it.
///
/// A new generation is opened, and every byte compared with its checksum, before it is swapped in. What
/// cannot be served is a [condition](Condition::Generation), and the current generation is still served. What
/// cannot be opened is tried again at every check; a damaged file when it has changed, at SIGHUP, and after growing
/// pauses: reading all of it each time would be too much load.
pub(crate) struct Watcher {
    directory: IndexDirectory,
    demands: ServeRequirements,
    generations: Arc<Generations>,
    retrieval: Option<Arc<Retrieval>>,
    metrics: Arc<Metrics>,
    damaged: Attempts<Copy>,
    /// Whether the generation opened at the start was compared with its checksums, which the start does not wait for.
    is_first_read: AtomicBool,
    /// Whether the current generation does not match them.
    is_broken: AtomicBool,
    /// The file that is served. A new one in its place, as after a repair, is loaded although its name is the same.
    open: Mutex<Copy>,
}

/// The state of a generation on the disk; a new copy counts as another.
#[derive(Clone, PartialEq)]
struct Copy {
    generation: GenerationId,
    file: Option<FileState>,
}

impl Copy {
    fn of(directory: &IndexDirectory, generation: GenerationId) -> Self {
        let folder = directory.path().join(generation.as_str());
        Self {
            generation,
            file: FileState::at(&folder.join(FileKind::Public.file_name())).ok(),
        }
    }
}

/// Outcome of a check.
enum Look {
    /// The generation that should be current is.
    Current(GenerationId),
    /// This generation should be current; it is open and checked.
    New(Box<ServedGeneration>, Copy, Option<Records>),
    /// The generation that should be current is damaged, and it is not yet time to read it again.
    Waiting,
}

impl Watcher {
    /// Makes a watcher of the directory that `generations` is served from, which checks it every `period`.
    #[must_use]
    pub(crate) fn new(
        directory: IndexDirectory,
        demands: ServeRequirements,
        generations: Arc<Generations>,
        metrics: Arc<Metrics>,
        period: Duration,
    ) -> Self {
        let open = Copy::of(&directory, generations.current().generation());
        Self {
            open: Mutex::new(open),
            directory,
            demands,
            generations,
            retrieval: None,
            metrics,
            damaged: Attempts::new(period, LONGEST),
            is_first_read: AtomicBool::new(false),
            is_broken: AtomicBool::new(false),
        }
    }

    /// Makes the watcher also keep the records of private retrieval up to date.
    #[must_use]
    pub(crate) fn with_retrieval(mut self, retrieval: Option<Arc<Retrieval>>) -> Self {
        self.retrieval = retrieval;
        self
    }

    /// Opens and checks the generation that should be served, unless it is already.
    fn next(&self) -> Result<Look, ServeError> {
        self.read_first()?;
        let wanted = self.directory.current()?;
        let copy = Copy::of(&self.directory, wanted);
        if self.is_served(&copy)? {
            return Ok(Look::Current(wanted));
        }
        if !self.damaged.may_try(&copy) {
            return Ok(Look::Waiting);
        }
        let served = ServedGeneration::open(&self.directory, wanted, &self.demands)?;
        if let Err(error) = served.check_sums() {
            self.damaged.record(copy);
            return Err(error);
        }
        served.prepare();
        let records = self.records(&served)?;
        Ok(Look::New(Box::new(served), copy, records))
    }

    /// Copies the records of the next generation, unless they are in memory: then it has only been signed again,
    /// or its file was replaced by one of the same root.
    fn records(&self, served: &ServedGeneration) -> Result<Option<Records>, ServeError> {
        let Some(retrieval) = &self.retrieval else {
            return Ok(None);
        };
        let current = retrieval.copies().current();
        let header = served.header();
        if current.generation() == header.generation && *current.root() == header.root {
            return Ok(None);
        }
        retrieval.copies().make_room();
        served.copy_records().map(Some)
    }

    /// Compares the file that was opened at the start with its checksums.
    fn read_first(&self) -> Result<(), ServeError> {
        if self.is_first_read.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let served = self.generations.current();
        served.prepare();
        // Not the file there by now, which may have been repaired.
        let copy = self.open().clone();
        served.check_sums().inspect_err(|error| {
            tracing::error!(
                "the index is damaged: {}; clients refuse the damaged parts; replace the file by mv, never by copying \
                 over it",
                causes(error)
            );
            self.damaged.record(copy);
            self.is_broken.store(true, Ordering::Relaxed);
            self.metrics.damaged(true);
        })
    }

    /// Returns whether a generation is current, whole, and from the present file and signature. One
    /// whose file is gone is still served.
    fn is_served(&self, copy: &Copy) -> Result<bool, ServeError> {
        let current = self.generations.current();
        Ok(current.generation() == copy.generation
            && !self.is_broken.load(Ordering::Relaxed)
            && (copy.file.is_none() || *self.open() == *copy)
            && current.attested() == self.directory.attested(copy.generation)?.as_ref())
    }

    fn open(&self) -> MutexGuard<'_, Copy> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Publishes a generation. Retrieval comes first: it must have the records that the index document names.
    fn make_current(&self, next: ServedGeneration, copy: Copy, records: Option<Records>) {
        if let Some((retrieval, records)) = self.retrieval.as_ref().zip(records) {
            retrieval.copies().replace(records);
        }
        let (generation, signer) = (next.generation(), next.signer());
        let signer = signer.map(tracing::field::display);
        tracing::info!(%generation, rows = next.header().rows, signer, "a new generation is served");
        self.metrics.reloaded(&next.gauges());
        self.generations.replace(next);
        *self.open() = copy;
        self.damaged.reset();
        self.is_broken.store(false, Ordering::Relaxed);
        self.conditions_met(generation);
    }

    fn conditions_met(&self, generation: GenerationId) {
        let conditions = self.metrics.conditions();
        conditions.met(Condition::Generation, generation.as_str());
    }
}

impl WatchedFile for Watcher {
    const CONDITION: Condition = Condition::Generation;

    fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    fn look(&self) {
        self.generations.sweep();
        if let Some(retrieval) = &self.retrieval {
            retrieval.copies().sweep();
        }
        match self.next() {
            Ok(Look::Current(generation)) => self.conditions_met(generation),
            Ok(Look::New(next, copy, records)) => self.make_current(*next, copy, records),
            Ok(Look::Waiting) => (),
            Err(error) => self.complain(&causes(&error)),
        }
    }

    fn forget(&self) {
        self.damaged.reset();
    }

    fn complain(&self, complaint: &str) {
        self.metrics.reload_failed();
        let wanted = self.directory.current();
        let wanted = wanted.map_or_else(|_| "unknown".to_owned(), |wanted| wanted.to_string());
        let mut is = self.generations.current().generation().to_string();
        if self.is_broken.load(Ordering::Relaxed) {
            is.push_str(", damaged");
        }
        let conditions = self.metrics.conditions();
        conditions.unmet(Condition::Generation, wanted, is, complaint);
    }
}
