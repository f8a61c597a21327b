use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use exposure_index::retrieval::Vectors;

use super::Queue;
use super::queue::WaitingRequest;
use crate::observe::Metrics;

/// Time that a thread waits for queries before it checks whether the server still needs it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Starts the thread that makes one pass after another, for as long as the queue has another owner. A pass that panics
/// leaves its queries without an answer, is counted, and is followed by the next.
pub(super) fn start(queue: Arc<Queue>, threads: usize, metrics: Arc<Metrics>) -> io::Result<()> {
    let passes = move || {
        while Arc::strong_count(&queue) > 1 {
            let batch = queue.take(PATIENCE);
            metrics.retrievals_waiting(queue.len());
            if batch.is_empty() {
                continue;
            }
            let pass = AssertUnwindSafe(|| pass(batch, threads, &metrics));
            if catch_unwind(pass).is_err() {
                metrics.panicked("retrieval");
                tracing::error!(task = "retrieval", "a pass failed");
            }
        }
    };
    thread::Builder::new()
        .name("retrieval".to_owned())
        .spawn(passes)?;
    Ok(())
}

/// Answers a batch of requests that wait for the same records.
fn pass(batch: Vec<WaitingRequest>, threads: usize, metrics: &Metrics) {
    let Some(first) = batch.first() else {
        return;
    };
    let records = Arc::clone(&first.records);
    let bodies: Vec<&[u8]> = batch.iter().map(|waiting| &waiting.vectors[..]).collect();
    let Some(vectors) = Vectors::read(records.prefix_bits(), &bodies) else {
        return;
    };
    let begun = Instant::now();
    match records.answer(&vectors, threads) {
        Ok(answers) => {
            metrics.retrieved(vectors.count(), begun.elapsed());
            for (waiting, answer) in batch.into_iter().zip(answers) {
                // A client that has gone meanwhile needs no answer.
                drop(waiting.answer.send(answer));
            }
        }
        Err(error) => tracing::error!("queries remain unanswered: {error}"),
    }
}
