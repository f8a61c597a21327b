//! How does the current generation of a store get into the cache, and what is reported while it does not?

use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use exposure_index::generation::{GenerationError, IndexDirectory};
use exposure_index::statement::Trust;
pub(crate) use exposure_index::store::{Address as StoreAddress, StoreError};
use exposure_index::store::{Offer, Store};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::Generations;
use crate::observe::{Condition, Metrics, causes, supervise};
use crate::polling::Attempts;

/// Shortest time between two checks of a store, whose requests cost money: three of them every five seconds come to
/// less than a dollar a month at Amazon's prices.
const SHORTEST: Duration = Duration::from_secs(5);
/// Time after which a store that does not answer is reported. The request itself may take longer.
const SLOW: Duration = Duration::from_secs(3);
/// Longest time until a failed write to the local disk is tried again.
const LONGEST: Duration = Duration::from_secs(300);
/// Longest time until a useless object of hundreds of megabytes is fetched again. A store that damaged it once
/// need not do so again.
const LONGEST_OF_OFFER: Duration = Duration::from_secs(3600);

/// Keeps the current generation of a store in a cache, an index directory from which it is served.
///
/// What is new is fetched, checked and published in the cache, where the [`Watcher`](super::Watcher) notices it.
/// A failed fetch shows as a [condition](Condition::Store), and the cache's generation is still served. A store that
/// does not answer is asked again at the next check. An object that was fetched and is useless is fetched again when
/// the store has another one, at SIGHUP, and after growing pauses.
pub(crate) struct Mirror {
    runtime: Runtime,
    looker: StorePoller,
    is_filled: bool,
}

struct StorePoller {
    store: Store,
    cache: IndexDirectory,
    trust: Trust,
    /// The store's offer that the cache was last known to have.
    cached: Mutex<Option<Offer>>,
    refused: Attempts<Offer>,
}

/// Outcome of a check.
enum Look {
    /// The cache has what the store has.
    Cached,
    /// The store's generation was fetched.
    Fetched,
    /// The store's generation was useless, and it is not yet time to fetch it again.
    Waiting,
}

/// Why there is nothing to serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum MirrorError {
    /// The store has nothing to serve, and neither has the cache.
    #[error(
        "nothing could be fetched from the store, and the cache has no usable generation, so there is nothing to serve"
    )]
    Nothing(#[source] StoreError),
    /// The store cannot be used.
    #[error("the store cannot be used")]
    Store(#[from] StoreError),
    /// The system refused a thread or a network resource.
    #[error("the client of the store cannot be started")]
    System(#[from] io::Error),
}

impl Mirror {
    /// Makes a mirror of the store at `address` in `cache`. Asks the store nothing yet.
    ///
    /// # Errors
    /// [`MirrorError`] if the environment's settings are not enough for a client.
    pub(crate) fn new(
        address: &StoreAddress,
        cache: IndexDirectory,
        trust: Trust,
    ) -> Result<Self, MirrorError> {
        Ok(Self {
            runtime: Builder::new_current_thread().enable_all().build()?,
            looker: StorePoller {
                store: Store::open(address)?,
                cache,
                trust,
                cached: Mutex::default(),
                refused: Attempts::new(SHORTEST, LONGEST_OF_OFFER),
            },
            is_filled: false,
        })
    }

    /// Checks that the store can be reached and has a generation, and fetches nothing.
    ///
    /// # Errors
    /// [`MirrorError::Store`] if it cannot, or has none.
    pub(crate) fn reach(&self) -> Result<(), MirrorError> {
        self.runtime.block_on(self.looker.store.offer())?;
        Ok(())
    }

    /// Fetches the current generation of the store, for an empty cache. One that can be served need not wait
    /// for it.
    ///
    /// # Errors
    /// [`MirrorError::Nothing`] if nothing could be fetched.
    pub(crate) fn fill(&mut self) -> Result<(), MirrorError> {
        let looked = self.runtime.block_on(self.looker.look());
        looked.map_err(MirrorError::Nothing)?;
        self.is_filled = true;
        Ok(())
    }

    /// Checks the store at once, every `period`, and when asked, for as long as the process runs, on a thread of its
    /// own: what is fetched has hundreds of megabytes.
    ///
    /// # Errors
    /// [`MirrorError::System`] if the thread cannot be started.
    pub(crate) fn watch(
        self,
        period: Duration,
        look_now: Arc<Notify>,
        generations: Arc<Generations>,
        metrics: Arc<Metrics>,
    ) -> Result<(), MirrorError> {
        if self.is_filled {
            metrics.fetched(true);
        }
        let Self {
            runtime, looker, ..
        } = self;
        let watched = async move {
            let watch = || looker.watch(period.max(SHORTEST), &look_now, &generations, &metrics);
            supervise("store", Arc::clone(&metrics), watch).await;
        };
        thread::Builder::new()
            .name("mirror".to_owned())
            .spawn(move || runtime.block_on(watched))?;
        Ok(())
    }
}

impl StorePoller {
    async fn watch(
        &self,
        period: Duration,
        look_now: &Notify,
        generations: &Generations,
        metrics: &Metrics,
    ) {
        let mut pause = period;
        loop {
            let looked = self.look_aloud(metrics).await;
            self.report(&looked, metrics);
            pause = pause_after(&looked, period, pause);
            if let Err(error) = self.sweep(generations) {
                tracing::warn!("old generations stay in the cache: {}", causes(&error));
            }
            tokio::select! {
                () = sleep(pause) => (),
                () = look_now.notified() => {
                    metrics.conditions().ask(Condition::Store);
                    self.refused.reset();
                    *self.cached() = None;
                }
            }
        }
    }

    fn report(&self, looked: &Result<Look, StoreError>, metrics: &Metrics) {
        match looked {
            Ok(Look::Waiting) => (),
            Ok(look) => {
                if matches!(look, Look::Fetched) {
                    metrics.fetched(true);
                }
                metrics.conditions().met(Condition::Store, self.name());
            }
            Err(error) => {
                metrics.fetched(false);
                self.complain(&causes(error), metrics);
            }
        }
    }

    fn complain(&self, complaint: &str, metrics: &Metrics) {
        let should = "what the store has";
        let conditions = metrics.conditions();
        conditions.unmet(Condition::Store, should, self.name(), complaint);
    }

    /// Returns the name of the cache's current generation.
    fn name(&self) -> String {
        let current = self.cache.current();
        current.map_or_else(|_| "none".to_owned(), |current| current.to_string())
    }

    /// Checks the store once.
    async fn look(&self) -> Result<Look, StoreError> {
        let offer = self.store.offer().await?;
        self.take(offer).await
    }

    /// Checks the store once, and reports meanwhile if it takes long to answer.
    async fn look_aloud(&self, metrics: &Metrics) -> Result<Look, StoreError> {
        let mut offer = pin!(self.store.offer());
        let offer = match timeout(SLOW, &mut offer).await {
            Ok(offer) => offer,
            Err(_) => {
                self.complain("it has not answered yet", metrics);
                offer.await
            }
        };
        self.take(offer?).await
    }

    /// Fetches the offered object if the cache lacks it.
    async fn take(&self, offer: Offer) -> Result<Look, StoreError> {
        if self.cached().as_ref() == Some(&offer) {
            return Ok(Look::Cached);
        }
        if !self.refused.may_try(&offer) {
            return Ok(Look::Waiting);
        }
        match self.store.fetch(&offer, &self.cache, &self.trust).await {
            Ok(is_new) => {
                *self.cached() = Some(offer);
                Ok(if is_new { Look::Fetched } else { Look::Cached })
            }
            Err(error) => {
                if error.is_of_the_offer() {
                    self.refused.record(offer);
                }
                Err(error)
            }
        }
    }

    /// Removes generations from the cache that are neither current nor still served.
    fn sweep(&self, generations: &Generations) -> Result<(), GenerationError> {
        let current = self.cache.current()?;
        let is_spent =
            |generation: &_| *generation != current && generations.get(generation).is_none();
        let mut spent = self
            .cache
            .generations()?
            .into_iter()
            .filter(is_spent)
            .peekable();
        if spent.peek().is_none() {
            return Ok(());
        }
        let lock = self.cache.lock()?;
        spent.try_for_each(|generation| self.cache.remove(&lock, generation))
    }

    fn cached(&self) -> MutexGuard<'_, Option<Offer>> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the pause after a check, given the pause before it.
fn pause_after(looked: &Result<Look, StoreError>, period: Duration, pause: Duration) -> Duration {
    match looked {
        // The store answered, and may have another object the next time.
        Err(error) if error.is_of_the_offer() => period,
        // A file of hundreds of megabytes was fetched needlessly.
        Err(StoreError::Io(_) | StoreError::Generation(_)) => (pause * 2).min(LONGEST),
        _ => period,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_asked_again_at_the_next_look_and_a_disk_that_refuses_is_written_to_less_and_less()
    {
        let gone = || StoreError::Empty {
            address: String::new(),
        };
        let full = || StoreError::Io(io::ErrorKind::StorageFull.into());
        let (period, long) = (SHORTEST, LONGEST - SHORTEST);
        assert_eq!(pause_after(&Ok(Look::Cached), period, long), period);
        assert_eq!(pause_after(&Err(gone()), period, long), period);
        assert_eq!(pause_after(&Err(full()), period, period), 2 * period);
        assert_eq!(pause_after(&Err(full()), period, long), LONGEST);
    }
}
