use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use exposure_index::generation::{GenerationError, IndexDirectory};
use exposure_index::statement::Trust;
pub use exposure_index::store::{Address as StoreAddress, StoreError};
use exposure_index::store::{Offer, Store};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio::time::sleep;

use super::Shelf;
use super::told::Told;
use crate::observe::{Metrics, causes};

/// Shortest time between two looks at a store, whose requests cost money: three of them every five seconds come to less
/// than a dollar a month at Amazon's prices.
const SHORTEST: Duration = Duration::from_secs(5);
/// Longest time between two looks at a store that does not answer or has nothing of use.
const LONGEST: Duration = Duration::from_secs(300);

/// Keeps what a store has in force in a cache, an index directory from which it is served.
///
/// What is new is fetched and checked aside and put in force in the cache, where the [`Watcher`](super::Watcher) notices it.
/// What cannot be fetched is told once, and what the cache has goes on being served; what was fetched and is of no use is
/// fetched again only when the store has something else, or at SIGHUP.
pub struct Mirror {
    runtime: Runtime,
    looker: Looker,
    failed: bool,
}

struct Looker {
    store: Store,
    cache: IndexDirectory,
    trust: Trust,
    /// What the store had when it was last fetched, or found to be of no use.
    settled: Option<Offer>,
}

/// Why there is nothing to serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// The store has nothing for us.
    #[error(
        "nothing could be fetched from the store, and nothing was fetched earlier, so that there is nothing to serve"
    )]
    Nothing(#[source] StoreError),
    /// The store cannot be used.
    #[error("the store cannot be used")]
    Store(#[from] StoreError),
    /// The system refused a thread or what a network needs.
    #[error("the system gives no means to speak to a store")]
    System(#[from] io::Error),
}

impl Mirror {
    /// A mirror of the store at `address` in `cache`. Nothing is asked of the store yet.
    ///
    /// # Errors
    /// [`MirrorError`] if the environment's settings make no client.
    pub fn new(
        address: &StoreAddress,
        cache: IndexDirectory,
        trust: Trust,
    ) -> Result<Self, MirrorError> {
        Ok(Self {
            runtime: Builder::new_current_thread().enable_all().build()?,
            looker: Looker {
                store: Store::open(address)?,
                cache,
                trust,
                settled: None,
            },
            failed: false,
        })
    }

    /// Asks whether the store can be reached and has a generation, and fetches nothing.
    ///
    /// # Errors
    /// [`MirrorError::Store`] if it has none for us.
    pub fn reach(&self) -> Result<(), MirrorError> {
        self.runtime.block_on(self.looker.store.offer())?;
        Ok(())
    }

    /// Fetches what the store has in force. If that fails and the cache has a generation, that one is to be served.
    ///
    /// # Errors
    /// [`MirrorError::Nothing`] if it has none.
    pub fn fill(&mut self) -> Result<(), MirrorError> {
        let Err(error) = self.runtime.block_on(self.looker.look()) else {
            return Ok(());
        };
        let Ok(still) = self.looker.cache.current() else {
            return Err(MirrorError::Nothing(error));
        };
        self.failed = true;
        tracing::error!(%still, "nothing could be fetched from the store, what was fetched last is served: {}", causes(&error));
        Ok(())
    }

    /// Looks every `period`, and at once when told to, for as long as the process runs, on a thread of its own: what is
    /// fetched is written and read by the hundred megabytes.
    ///
    /// # Errors
    /// [`MirrorError::System`] if there is no thread.
    pub fn watch(
        self,
        period: Duration,
        look_now: Arc<Notify>,
        shelf: Arc<Shelf>,
        metrics: Arc<Metrics>,
    ) -> Result<(), MirrorError> {
        metrics.fetched(!self.failed);
        let Self {
            runtime, looker, ..
        } = self;
        let watched = looker.watch(period.max(SHORTEST), look_now, shelf, metrics);
        thread::Builder::new()
            .name("mirror".to_owned())
            .spawn(move || runtime.block_on(watched))?;
        Ok(())
    }
}

impl Looker {
    async fn watch(
        mut self,
        period: Duration,
        look_now: Arc<Notify>,
        shelf: Arc<Shelf>,
        metrics: Arc<Metrics>,
    ) {
        let (mut told, mut wait) = (Told::default(), period);
        loop {
            tokio::select! {
                () = sleep(wait) => (),
                () = look_now.notified() => {
                    told.clear();
                    self.settled = None;
                }
            }
            let looked = self.look().await;
            match looked {
                Ok(true) => metrics.fetched(true),
                Ok(false) => (),
                Err(_) => metrics.fetched(false),
            }
            wait = match looked {
                Ok(_) => period,
                Err(_) => (wait * 2).min(LONGEST),
            };
            match looked.and_then(|_| Ok(self.sweep(&shelf)?)) {
                Ok(()) => told.clear(),
                Err(error) => complain(&causes(&error), &mut told),
            }
        }
    }

    /// One look; tells whether something was new.
    async fn look(&mut self) -> Result<bool, StoreError> {
        let offer = self.store.offer().await?;
        if self.settled.as_ref() == Some(&offer) {
            return Ok(false);
        }
        let fetched = self.store.fetch(&offer, &self.cache, &self.trust).await;
        if fetched
            .as_ref()
            .err()
            .is_none_or(StoreError::is_of_the_offer)
        {
            self.settled = Some(offer);
        }
        fetched
    }

    /// Removes from the cache what is neither in force in it nor served any more.
    fn sweep(&self, shelf: &Shelf) -> Result<(), GenerationError> {
        let in_force = self.cache.current()?;
        let is_spent = |generation: &_| *generation != in_force && shelf.get(generation).is_none();
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
}

fn complain(complaint: &str, told: &mut Told) {
    if told.is_news(complaint) {
        tracing::error!(
            "nothing new can be had from the store, what was fetched last is served: {complaint}"
        );
    }
}
