use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::rt;
use exposure_index::generation::IndexDirectory;
use exposure_index::index::GenerationId;
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval};

use super::told::Told;
use super::{Demands, ServeError, Served, Shelf};
use crate::observe::{Metrics, causes};

/// Notices a new generation, or a new signature of the one in force, and puts it in force.
///
/// What is new is opened, and every byte of it compared with its checksum, aside; only then is it swapped in. What
/// cannot be served is told once, and the generation in force goes on being served. What cannot be opened is tried again
/// at every look; what is damaged only at SIGHUP, since reading it all again each time would be a load of its own.
pub struct Watcher {
    directory: IndexDirectory,
    demands: Demands,
    shelf: Arc<Shelf>,
    metrics: Arc<Metrics>,
    damaged: Mutex<Option<GenerationId>>,
}

impl Watcher {
    /// A watcher over the directory that `shelf` is served from.
    #[must_use]
    pub const fn new(
        directory: IndexDirectory,
        demands: Demands,
        shelf: Arc<Shelf>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            directory,
            demands,
            shelf,
            metrics,
            damaged: Mutex::new(None),
        }
    }

    /// Looks every `period`, and at once and at everything when told to, for as long as the server runs.
    pub async fn run(self, period: Duration, look_now: Arc<Notify>) {
        let watcher = Arc::new(self);
        let mut told = Told::default();
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => (),
                () = look_now.notified() => {
                    told.clear();
                    *watcher.damaged() = None;
                }
            }
            watcher.look(&mut told).await;
        }
    }

    /// One look.
    async fn look(self: &Arc<Self>, told: &mut Told) {
        self.shelf.sweep();
        let watcher = Arc::clone(self);
        let looked = rt::task::spawn_blocking(move || watcher.next()).await;
        match looked {
            Ok(Ok(None)) => told.clear(),
            Ok(Ok(Some(next))) => {
                told.clear();
                self.put_in_force(next);
            }
            Ok(Err(error)) => self.complain(&causes(&error), told),
            Err(_) => self.complain("opening it failed inside", told),
        }
    }

    /// The generation that should be served and is not yet, open and checked.
    fn next(&self) -> Result<Option<Served>, ServeError> {
        let wanted: GenerationId = self.directory.current()?;
        if self.is_served(wanted)? || *self.damaged() == Some(wanted) {
            return Ok(None);
        }
        let served = Served::open(&self.directory, wanted, &self.demands)?;
        if let Err(error) = served.check_sums() {
            *self.damaged() = Some(wanted);
            return Err(error);
        }
        served.prepare();
        Ok(Some(served))
    }

    /// Whether a generation is in force already, with the signature that lies beside it now.
    fn is_served(&self, generation: GenerationId) -> Result<bool, ServeError> {
        let current = self.shelf.current();
        Ok(current.generation() == generation
            && current.attested() == self.directory.attested(generation)?.as_ref())
    }

    /// The generation that was read and found damaged last.
    fn damaged(&self) -> MutexGuard<'_, Option<GenerationId>> {
        self.damaged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_in_force(&self, next: Served) {
        let signer = next.signer().map(tracing::field::display);
        tracing::info!(generation = %next.generation(), rows = next.header().rows, signer, "a new generation is in force");
        self.metrics.reloaded(&next);
        self.shelf.replace(next);
    }

    fn complain(&self, complaint: &str, told: &mut Told) {
        self.metrics.reload_failed();
        if told.is_news(complaint) {
            let still = self.shelf.current().generation();
            tracing::error!(%still, "the new generation cannot be served, the old one still is: {complaint}");
        }
    }
}
