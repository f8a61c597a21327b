//! Which queries wait for a pass over the records? All that wait for one generation are answered together.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use exposure_index::retrieval::{Records, vector_bytes};
use tokio::sync::oneshot;
use zeroize::{Zeroize, Zeroizing};

/// Maximum number of queries per pass: more would push their sums out of the second-level cache.
const MOST_IN_PASS: usize = 128;
/// Maximum number of queries that wait: eight passes, a few seconds of a small machine with a large index.
const MOST_WAITING: usize = 8 * MOST_IN_PASS;
/// Number of waiting queries from which clients should work.
const BUSY: usize = MOST_WAITING / 4;

/// Queries that wait for a pass.
pub(crate) struct Queue {
    waiting: Mutex<VecDeque<WaitingRequest>>,
    ready: Condvar,
}

/// The maximum number of queries waits already.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many queries wait")]
pub(crate) struct QueueFull;

/// The queries of a request, and the receiver of their answer.
pub(super) struct WaitingRequest {
    pub(super) records: Arc<Records>,
    pub(super) vectors: Zeroizing<Vec<u8>>,
    pub(super) answer: oneshot::Sender<Vec<u8>>,
}

impl WaitingRequest {
    /// Takes a request's whole vectors, and returns where its answer will arrive. The body is zeroed.
    pub(super) fn new(records: Arc<Records>, body: Bytes) -> (Self, oneshot::Receiver<Vec<u8>>) {
        let vectors = Zeroizing::new(body.to_vec());
        if let Ok(mut body) = body.try_into_mut() {
            body.as_mut().zeroize();
        }
        let (answer, receiver) = oneshot::channel();
        let waiting = Self {
            records,
            vectors,
            answer,
        };
        (waiting, receiver)
    }

    fn queries(&self) -> usize {
        self.vectors.len() / vector_bytes(self.records.prefix_bits())
    }
}

impl Queue {
    pub(super) const fn new() -> Self {
        Self {
            waiting: Mutex::new(VecDeque::new()),
            ready: Condvar::new(),
        }
    }

    /// Adds a request to the queue for the next pass.
    ///
    /// # Errors
    /// [`QueueFull`].
    pub(super) fn push(&self, waiting: WaitingRequest) -> Result<(), QueueFull> {
        let mut queue = self.lock();
        if count(&queue) + waiting.queries() > MOST_WAITING {
            return Err(QueueFull);
        }
        queue.push_back(waiting);
        self.ready.notify_one();
        Ok(())
    }

    /// Takes the requests that the next pass answers: all that wait for the generation of the first one, as far as a
    /// pass has room. Waits up to `patience` for one; those whose client is gone are left out.
    pub(super) fn take(&self, patience: Duration) -> Vec<WaitingRequest> {
        let is_empty = |queue: &mut VecDeque<WaitingRequest>| queue.is_empty();
        let waited = self
            .ready
            .wait_timeout_while(self.lock(), patience, is_empty);
        let mut queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        queue.retain(|waiting| !waiting.answer.is_closed());
        let Some(first) = queue.front() else {
            return Vec::new();
        };
        let records = Arc::clone(&first.records);
        let (mut batch, mut queries) = (Vec::new(), 0);
        let mut left = VecDeque::with_capacity(queue.len());
        for waiting in queue.drain(..) {
            let is_next = Arc::ptr_eq(&waiting.records, &records);
            if is_next && queries + waiting.queries() <= MOST_IN_PASS {
                queries += waiting.queries();
                batch.push(waiting);
            } else {
                left.push_back(waiting);
            }
        }
        *queue = left;
        batch
    }

    /// Returns the number of queries that wait.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        count(&self.lock())
    }

    /// Returns whether none waits.
    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Returns whether the queue is at least a quarter full.
    pub(super) fn is_busy(&self) -> bool {
        self.len() >= BUSY
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<WaitingRequest>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn count(queue: &VecDeque<WaitingRequest>) -> usize {
    queue.iter().map(WaitingRequest::queries).sum()
}

#[cfg(test)]
mod tests {
    use exposure_index::index::Index;

    use super::*;

    const FILE: &[u8] = include_bytes!("../../../indexer/core/tests/fixtures/v1.idx");
    const SOON: Duration = Duration::from_millis(1);

    fn records() -> Arc<Records> {
        let index = Index::open(FILE).expect("the fixture");
        Arc::new(Records::copy(&index).expect("a copy"))
    }

    fn waiting(
        records: &Arc<Records>,
        queries: usize,
    ) -> (WaitingRequest, oneshot::Receiver<Vec<u8>>) {
        let length = queries * vector_bytes(records.prefix_bits());
        WaitingRequest::new(Arc::clone(records), vec![1; length].into())
    }

    #[test]
    fn a_pass_answers_all_that_wait_for_one_generation_and_leaves_the_others() {
        let (one, other, queue) = (records(), records(), Queue::new());
        let mut receivers = Vec::new();
        for (records, queries) in [(&one, 3), (&other, 1), (&one, 16), (&other, 2)] {
            let (waiting, receiver) = waiting(records, queries);
            receivers.push(receiver);
            assert_eq!(queue.push(waiting), Ok(()));
        }
        let queries = |batch: Vec<WaitingRequest>| {
            batch
                .iter()
                .map(WaitingRequest::queries)
                .collect::<Vec<_>>()
        };
        assert_eq!(queries(queue.take(SOON)), [3, 16]);
        assert_eq!(queries(queue.take(SOON)), [1, 2]);
        assert!(queue.take(SOON).is_empty() && queue.is_empty());
    }

    #[test]
    fn a_pass_has_a_bound_and_so_has_the_queue() {
        let (records, queue) = (records(), Queue::new());
        let mut receivers = Vec::new();
        while let (next, receiver) = waiting(&records, 16)
            && queue.push(next) == Ok(())
        {
            receivers.push(receiver);
        }
        assert_eq!(queue.len(), MOST_WAITING);
        assert!(queue.is_busy());
        let batch: usize = queue.take(SOON).iter().map(WaitingRequest::queries).sum();
        assert_eq!(batch, MOST_IN_PASS);
        assert!(queue.push(waiting(&records, 16).0).is_ok());
    }

    #[test]
    fn who_has_gone_costs_nothing() {
        let (records, queue) = (records(), Queue::new());
        let (gone, receiver) = waiting(&records, 1);
        drop(receiver);
        queue.push(gone).expect("room");
        assert!(queue.take(SOON).is_empty() && queue.is_empty());
    }
}
