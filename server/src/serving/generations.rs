use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, Guard};
use exposure_index::index::GenerationId;

use super::ServedGeneration;

/// The current generation, and earlier ones whose ranges are still served.
///
/// Readers take no lock; one task, the [`Watcher`](super::Watcher), adds generations.
pub(crate) struct Generations {
    served: ArcSwap<CurrentAndPrevious>,
    grace: Duration,
}

#[derive(Clone)]
struct CurrentAndPrevious {
    current: Arc<ServedGeneration>,
    previous: Vec<Previous>,
}

#[derive(Clone)]
struct Previous {
    served: Arc<ServedGeneration>,
    until: Instant,
}

impl Generations {
    /// Serves one generation. Replaced ones stay for `grace`.
    #[must_use]
    pub(crate) fn new(first: ServedGeneration, grace: Duration) -> Self {
        Self {
            served: ArcSwap::from_pointee(CurrentAndPrevious {
                current: Arc::new(first),
                previous: Vec::new(),
            }),
            grace,
        }
    }

    /// Returns the current generation.
    pub(crate) fn current(&self) -> Arc<ServedGeneration> {
        Arc::clone(&self.load().current)
    }

    /// Returns a generation that is current, or was until less than the grace time ago. O(generations).
    pub(crate) fn get(&self, generation: &GenerationId) -> Option<Arc<ServedGeneration>> {
        let generations = self.load();
        if generations.current.generation() == *generation {
            return Some(Arc::clone(&generations.current));
        }
        let now = Instant::now();
        generations
            .previous
            .iter()
            .find(|previous| previous.served.generation() == *generation && now < previous.until)
            .map(|previous| Arc::clone(&previous.served))
    }

    /// Publishes a generation; the previous one stays for the grace time.
    pub(crate) fn replace(&self, next: ServedGeneration) {
        let generations = self.load();
        let now = Instant::now();
        let replaced = Previous {
            served: Arc::clone(&generations.current),
            until: now + self.grace,
        };
        let returns = next.generation();
        let previous = generations
            .previous
            .iter()
            .cloned()
            .chain([replaced])
            .filter(|previous| now < previous.until && previous.served.generation() != returns)
            .collect();
        self.served.store(Arc::new(CurrentAndPrevious {
            current: Arc::new(next),
            previous,
        }));
    }

    /// Unmaps the generations whose grace time is over.
    pub(crate) fn sweep(&self) {
        let now = Instant::now();
        let generations = self.load();
        if generations
            .previous
            .iter()
            .all(|previous| now < previous.until)
        {
            return;
        }
        let mut kept = CurrentAndPrevious::clone(&generations);
        kept.previous.retain(|previous| now < previous.until);
        self.served.store(Arc::new(kept));
    }

    fn load(&self) -> Guard<Arc<CurrentAndPrevious>> {
        self.served.load()
    }
}
