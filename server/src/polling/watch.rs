use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use tokio::sync::Notify;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::observe::{Condition, Metrics};

/// A file on the disk, or several, that may be replaced at any time.
pub(crate) trait WatchedFile: Send + Sync + 'static {
    /// The condition that the file on the disk is the one served.
    const CONDITION: Condition;

    /// The metrics that report the condition.
    fn metrics(&self) -> &Metrics;

    /// Looks once, loads what is new, and reports whether the condition is met. May read whole files.
    fn look(&self);

    /// Forgets what the next check would skip, because the operator asks for a check of everything.
    fn forget(&self);

    /// Reports that the condition is not met.
    fn complain(&self, complaint: &str);
}

/// Looks every `period`, the first time at once, and at everything when asked; for as long as the server runs.
pub(crate) async fn watch<W: WatchedFile>(
    watched: Arc<W>,
    period: Duration,
    look_now: Arc<Notify>,
) {
    let mut looks = Looks::new(period, &look_now);
    loop {
        if looks.next().await {
            watched.metrics().conditions().ask(W::CONDITION);
            watched.forget();
        }
        let looked = Arc::clone(&watched);
        if rt::task::spawn_blocking(move || looked.look())
            .await
            .is_err()
        {
            watched.complain("an internal error ended the last look");
        }
    }
}

/// Schedule of checks of a file: at intervals, and at once when asked.
struct Looks<'a> {
    ticks: Interval,
    now: &'a Notify,
}

impl<'a> Looks<'a> {
    /// Every `period`, the first time at once, and whenever `now` is notified.
    fn new(period: Duration, now: &'a Notify) -> Self {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { ticks, now }
    }

    /// Waits for the next one; returns whether it was asked for.
    async fn next(&mut self) -> bool {
        tokio::select! {
            _ = self.ticks.tick() => false,
            () = self.now.notified() => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use actix_web::rt::time::timeout;

    use super::*;

    /// Panics at the first look.
    #[derive(Default)]
    struct Fragile {
        metrics: Metrics,
        seen: Mutex<Vec<&'static str>>,
    }

    impl Fragile {
        fn note(&self, what: &'static str) -> usize {
            let mut seen = self.seen.lock().expect("a list");
            seen.push(what);
            seen.len()
        }
    }

    impl WatchedFile for Fragile {
        const CONDITION: Condition = Condition::Log;

        fn metrics(&self) -> &Metrics {
            &self.metrics
        }

        fn look(&self) {
            assert_ne!(self.note("look"), 1, "the first look");
        }

        fn forget(&self) {
            self.note("forget");
        }

        fn complain(&self, _: &str) {
            self.note("complain");
        }
    }

    #[test]
    fn a_look_that_panicked_is_reported_and_followed_by_others_also_when_asked() {
        let watched = Arc::new(Fragile::default());
        let hangup = Arc::<Notify>::default();
        let watching = watch(
            Arc::clone(&watched),
            Duration::from_secs(3600),
            Arc::clone(&hangup),
        );
        actix_web::rt::System::new().block_on(async {
            let task = rt::spawn(watching);
            let seen = || watched.seen.lock().expect("a list").clone();
            let wait_for = async |count: usize| {
                while seen().len() < count {
                    rt::time::sleep(Duration::from_millis(5)).await;
                }
            };
            let patience = Duration::from_secs(30);
            timeout(patience, wait_for(2)).await.expect("a complaint");
            hangup.notify_one();
            timeout(patience, wait_for(4)).await.expect("another look");
            task.abort();
            assert_eq!(seen(), ["look", "complain", "forget", "look"]);
        });
    }
}
