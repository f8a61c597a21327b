//! What is the sum of the records that these bits select? Private retrieval: this server sees random bits, and answers
//! without learning which range a person fetches (`exposure_index::retrieval`, PROTOCOL.md §10).
//!
//! All records are in memory ([`Copies`]); queries wait in a bounded [`Queue`], and one pass over the records answers
//! all that wait for the same generation: at once when nothing is going on, together when it is busy. Vectors are
//! zeroed after their pass, and never logged, counted by value or kept.

mod copies;
mod passes;
mod queue;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use exposure_index::index::GenerationId;
use exposure_index::messages::{RetrievableGeneration, RetrievalStatus, encode};
use exposure_index::retrieval::{Records, vector_bytes};

pub(crate) use copies::Copies;
pub(crate) use exposure_index::messages::MAX_QUERIES;
pub(crate) use queue::{Queue, QueueFull};

use crate::observe::Metrics;
use queue::WaitingRequest;

/// Answers queries over the records of the generations that it has copies of.
pub(crate) struct Retrieval {
    copies: Copies,
    queue: Arc<Queue>,
}

impl Retrieval {
    /// Answers over these records, and over those that replace them, with passes on `threads` threads. Replaced records
    /// stay for `grace`.
    ///
    /// # Errors
    /// Fails if the thread cannot be started.
    pub(crate) fn start(
        first: Records,
        grace: Duration,
        threads: usize,
        metrics: Arc<Metrics>,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue::new());
        passes::start(Arc::clone(&queue), threads, metrics)?;
        Ok(Self {
            copies: Copies::new(first, grace),
            queue,
        })
    }

    /// Makes one without passes, in whose queue `waiting` queries wait for ever.
    #[cfg(test)]
    pub(crate) fn stalled(first: Records, queries: usize) -> Self {
        let retrieval = Self {
            copies: Copies::new(first, Duration::ZERO),
            queue: Arc::new(Queue::new()),
        };
        let records = retrieval.copies.current();
        let vector = vec![0; vector_bytes(records.prefix_bits())];
        for _ in 0..queries {
            let (waiting, _) = WaitingRequest::new(Arc::clone(&records), vector.clone().into());
            // Cannot fail: tests never exceed the queue.
            retrieval.queue.push(waiting).unwrap_or_default();
        }
        retrieval
    }

    /// Returns the number of queries that wait.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Returns the records that queries are answered from.
    #[must_use]
    pub(crate) const fn copies(&self) -> &Copies {
        &self.copies
    }

    /// Returns the records of a generation, if they are in memory.
    #[must_use]
    pub(crate) fn records(&self, generation: &GenerationId) -> Option<Arc<Records>> {
        self.copies.get(generation)
    }

    /// Returns whether enough queries wait that clients should work for theirs.
    #[must_use]
    pub(crate) fn is_busy(&self) -> bool {
        self.queue.is_busy()
    }

    /// Answers a body of one or more whole vectors, once its pass is over; `None` if the pass failed.
    ///
    /// # Errors
    /// [`QueueFull`].
    pub(crate) async fn answer(
        &self,
        records: Arc<Records>,
        body: Bytes,
    ) -> Result<Option<Vec<u8>>, QueueFull> {
        let (waiting, answer) = WaitingRequest::new(records, body);
        self.queue.push(waiting)?;
        Ok(answer.await.ok())
    }

    /// Returns what can be asked, for publishers and monitoring.
    #[must_use]
    pub(crate) fn status(&self) -> RetrievalStatus {
        let described = |records: Arc<Records>| RetrievableGeneration {
            generation: records.generation().to_string(),
            prefix_bits: records.prefix_bits(),
            range_bytes: u32::try_from(records.range_bytes()).unwrap_or(u32::MAX),
            root: encode(records.root()),
        };
        RetrievalStatus {
            retrieval: 1,
            most_queries: MAX_QUERIES,
            generations: self.copies.all().into_iter().map(described).collect(),
        }
    }
}

/// Returns the number of vectors in a body; `None` if it is zero or not whole.
#[must_use]
pub(crate) fn queries(records: &Records, body: &[u8]) -> Option<usize> {
    let length = vector_bytes(records.prefix_bits());
    let is_whole = !body.is_empty() && body.len().is_multiple_of(length);
    is_whole.then(|| body.len() / length)
}

/// Returns the length of the longest body of a request over these records.
#[must_use]
pub(crate) fn longest_body(records: &Records) -> usize {
    MAX_QUERIES * vector_bytes(records.prefix_bits())
}
