//! Do the background tasks still run? A panic ends none of them for good.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::sleep;

use super::Metrics;

/// Pauses between a panic and the next attempt: doubled from the first to the second if it panics again and again.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(60)];

/// Runs the task that `begin` starts until it ends by itself, and restarts it if it panics, which is counted and logged
/// with the task's name. The panic's message is not logged: it might quote anything.
pub(crate) async fn supervise<F, Task>(name: &'static str, metrics: Arc<Metrics>, begin: F)
where
    F: Fn() -> Task,
    Task: Future<Output = ()>,
{
    let [mut pause, longest] = PAUSES;
    while AssertUnwindSafe(async { begin().await })
        .catch_unwind()
        .await
        .is_err()
    {
        metrics.panicked(name);
        tracing::error!(task = name, "a background task failed and is restarted");
        sleep(pause).await;
        pause = longest.min(pause * 2);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn a_task_that_panics_is_begun_again_and_counted() {
        let begun = AtomicU32::new(0);
        let metrics = Arc::new(Metrics::new());
        let task = || async {
            assert!(begun.fetch_add(1, Ordering::Relaxed) >= 2, "not yet");
        };
        let supervised = supervise("sweep", Arc::clone(&metrics), task);
        actix_web::rt::System::new().block_on(supervised);
        assert_eq!(begun.load(Ordering::Relaxed), 3);
        let text = metrics.text().expect("text");
        assert!(
            text.contains("tekser_task_panics_total{task=\"sweep\"} 2"),
            "{text}"
        );
    }
}
