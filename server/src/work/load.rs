use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Seconds after which an evaluation counts 1/e as much.
const MEMORY_SECONDS: f64 = 10.0;

/// Load of the evaluator: an exponentially decaying estimate of evaluations per second, as a share of its capacity.
pub(super) struct Load {
    capacity: f64,
    estimate: Mutex<Estimate>,
}

struct Estimate {
    /// Evaluations, each weighed by its age.
    weight: f64,
    as_of: Instant,
}

impl Load {
    /// Starts without evaluations, with a capacity of `capacity` per second.
    pub(super) fn new(capacity: f64, now: Instant) -> Self {
        Self {
            capacity: capacity.max(1.0),
            estimate: Mutex::new(Estimate {
                weight: 0.0,
                as_of: now,
            }),
        }
    }

    /// Counts evaluations.
    pub(super) fn record(&self, elements: usize, now: Instant) {
        let mut estimate = self.estimate();
        estimate.weight = estimate.weight_at(now) + elements as f64;
        estimate.as_of = now.max(estimate.as_of);
    }

    /// Returns the load: 1 is the whole capacity.
    pub(super) fn at(&self, now: Instant) -> f64 {
        self.estimate().weight_at(now) / MEMORY_SECONDS / self.capacity
    }

    fn estimate(&self) -> MutexGuard<'_, Estimate> {
        self.estimate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Estimate {
    fn weight_at(&self, now: Instant) -> f64 {
        let age = now.saturating_duration_since(self.as_of).as_secs_f64();
        self.weight * (-age / MEMORY_SECONDS).exp()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Returns the load after `seconds` of `rate` evaluations per second, with a capacity of 1000 per second.
    fn steady(rate: usize, seconds: u32) -> (Load, Instant) {
        let mut now = Instant::now();
        let load = Load::new(1000.0, now);
        for _ in 0..seconds * 10 {
            now += Duration::from_millis(100);
            load.record(rate / 10, now);
        }
        (load, now)
    }

    #[test]
    fn a_steady_rate_is_estimated_within_a_percent() {
        for rate in [100, 500, 2000] {
            let (load, now) = steady(rate, 60);
            let (estimated, expected) = (load.at(now), rate as f64 / 1000.0);
            assert!(
                (estimated / expected - 1.0).abs() < 0.01,
                "{estimated} instead of {expected}"
            );
        }
    }

    #[test]
    fn the_load_fades_when_nobody_asks() {
        let (load, now) = steady(1000, 60);
        assert!(load.at(now + Duration::from_secs(10)) < 0.38);
        assert!(load.at(now + Duration::from_secs(120)) < 1e-4);
    }

    #[test]
    fn a_moment_reported_late_does_no_harm() {
        let (load, now) = steady(1000, 60);
        load.record(1, now - Duration::from_secs(30));
        assert!((load.at(now) - 1.0).abs() < 0.01);
    }
}
