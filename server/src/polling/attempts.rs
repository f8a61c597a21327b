use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Longest time between two attempts, by default.
pub(crate) const LONGEST: Duration = Duration::from_secs(300);

/// Decides when something that failed is tried again: at once if it has changed, else after growing pauses, without
/// anybody having to ask for it.
///
/// For expensive attempts: reading a large file against its checksums, or fetching it.
pub(crate) struct Attempts<T> {
    first: Duration,
    longest: Duration,
    failed: Mutex<Option<Failure<T>>>,
}

struct Failure<T> {
    of: T,
    pause: Duration,
    again: Instant,
}

impl<T: PartialEq> Attempts<T> {
    /// Starts without failures. The first pause is `first`, each further one twice as long, up to `longest`.
    pub(crate) const fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            failed: Mutex::new(None),
        }
    }

    /// Returns whether it is time to try this.
    pub(crate) fn may_try(&self, what: &T) -> bool {
        self.may_try_at(what, Instant::now())
    }

    fn may_try_at(&self, what: &T, now: Instant) -> bool {
        let failed = self.failed();
        failed
            .as_ref()
            .is_none_or(|failure| failure.of != *what || failure.again <= now)
    }

    /// Records that this was tried and failed.
    pub(crate) fn record(&self, what: T) {
        self.fail(what, Instant::now());
    }

    fn fail(&self, what: T, now: Instant) {
        let mut failed = self.failed();
        let pause = match &*failed {
            Some(failure) if failure.of == what => self.longest.min(failure.pause * 2),
            _ => self.first,
        };
        *failed = Some(Failure {
            of: what,
            pause,
            again: now + pause,
        });
    }

    /// Allows everything to be tried at once.
    pub(crate) fn reset(&self) {
        *self.failed() = None;
    }

    fn failed(&self) -> MutexGuard<'_, Option<Failure<T>>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_failed_is_tried_again_after_pauses_that_grow_up_to_a_bound() {
        let attempts = Attempts::new(SECOND, 4 * SECOND);
        let mut now = Instant::now();
        for pause in [1, 2, 4, 4] {
            assert!(attempts.may_try_at(&"a", now));
            attempts.fail("a", now);
            let early = now + pause * SECOND - Duration::from_millis(1);
            assert!(!attempts.may_try_at(&"a", early), "{pause}");
            now += pause * SECOND;
        }
        assert!(attempts.may_try_at(&"a", now));
    }

    #[test]
    fn another_thing_is_tried_at_once_and_everything_on_request() {
        let attempts = Attempts::new(SECOND, SECOND);
        attempts.record("a");
        assert!(attempts.may_try(&"b") && !attempts.may_try(&"a"));
        attempts.reset();
        assert!(attempts.may_try(&"a"));
    }
}
