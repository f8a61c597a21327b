use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use exposure_index::index::GenerationId;
use exposure_index::retrieval::Records;

/// The records of the current generation, and for a time those of the previous one. At most two copies, also while a
/// third is being made: publications that follow each other fast must not fill the memory.
pub(crate) struct Copies {
    held: ArcSwap<Held>,
    grace: Duration,
}

struct Held {
    current: Arc<Records>,
    previous: Option<(Arc<Records>, Instant)>,
}

impl Copies {
    /// Holds one copy. After a replacement it stays for `grace`.
    #[must_use]
    pub(crate) fn new(first: Records, grace: Duration) -> Self {
        Self {
            held: ArcSwap::from_pointee(Held {
                current: Arc::new(first),
                previous: None,
            }),
            grace,
        }
    }

    /// Returns the records of the current generation.
    #[must_use]
    pub(crate) fn current(&self) -> Arc<Records> {
        Arc::clone(&self.held.load().current)
    }

    /// Returns the records of a generation, if they are in memory.
    #[must_use]
    pub(crate) fn get(&self, generation: &GenerationId) -> Option<Arc<Records>> {
        let mut all = self.all().into_iter();
        all.find(|records| records.generation() == *generation)
    }

    /// Returns all copies in memory, the newest first.
    #[must_use]
    pub(crate) fn all(&self) -> Vec<Arc<Records>> {
        let held = self.held.load();
        let now = Instant::now();
        let previous = held.previous.as_ref().filter(|(_, until)| now < *until);
        let previous = previous.map(|(records, _)| Arc::clone(records));
        [Arc::clone(&held.current)]
            .into_iter()
            .chain(previous)
            .collect()
    }

    /// Drops the previous copy, to make room for the next.
    pub(crate) fn make_room(&self) {
        self.held.store(Arc::new(Held {
            current: self.current(),
            previous: None,
        }));
    }

    /// Replaces the current records, which stay for the grace time.
    pub(crate) fn replace(&self, next: Records) {
        let current = self.current();
        let previous = (current.generation() != next.generation())
            .then(|| (current, Instant::now() + self.grace));
        self.held.store(Arc::new(Held {
            current: Arc::new(next),
            previous,
        }));
    }

    /// Frees the previous copy if its grace time is over.
    pub(crate) fn sweep(&self) {
        let held = self.held.load();
        let now = Instant::now();
        if held
            .previous
            .as_ref()
            .is_some_and(|(_, until)| *until <= now)
        {
            self.make_room();
        }
    }
}
