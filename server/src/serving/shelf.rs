use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, Guard};
use exposure_index::index::GenerationId;

use super::Served;

/// The current generation and those before it whose ranges are still given out.
///
/// Readers take no lock; one task, the [`Watcher`](super::Watcher), puts generations on it.
pub struct Shelf {
    generations: ArcSwap<Generations>,
    grace: Duration,
}

#[derive(Clone)]
struct Generations {
    current: Arc<Served>,
    previous: Vec<Previous>,
}

#[derive(Clone)]
struct Previous {
    served: Arc<Served>,
    until: Instant,
}

impl Shelf {
    /// A shelf with one generation on it. Those that it replaces later stay for `grace`.
    #[must_use]
    pub fn new(first: Served, grace: Duration) -> Self {
        Self {
            generations: ArcSwap::from_pointee(Generations {
                current: Arc::new(first),
                previous: Vec::new(),
            }),
            grace,
        }
    }

    /// The current generation.
    pub fn current(&self) -> Arc<Served> {
        Arc::clone(&self.load().current)
    }

    /// A generation that is current or was until less than the grace time ago. O(generations).
    pub fn get(&self, generation: &GenerationId) -> Option<Arc<Served>> {
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

    /// Publishes a generation; the one before stays for the grace time.
    pub fn replace(&self, next: Served) {
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
        self.generations.store(Arc::new(Generations {
            current: Arc::new(next),
            previous,
        }));
    }

    /// Unmaps the generations whose grace time is over.
    pub fn sweep(&self) {
        let now = Instant::now();
        let generations = self.load();
        if generations
            .previous
            .iter()
            .all(|previous| now < previous.until)
        {
            return;
        }
        let mut kept = Generations::clone(&generations);
        kept.previous.retain(|previous| now < previous.until);
        self.generations.store(Arc::new(kept));
    }

    fn load(&self) -> Guard<Arc<Generations>> {
        self.generations.load()
    }
}
