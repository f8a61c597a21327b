use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// When to look at a file: at intervals, and at once when asked.
pub(super) struct Looks<'a> {
    ticks: Interval,
    now: &'a Notify,
}

impl<'a> Looks<'a> {
    /// Every `period`, the first time at once, and whenever `now` is notified.
    pub(super) fn new(period: Duration, now: &'a Notify) -> Self {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { ticks, now }
    }

    /// Waits for the next one; whether it was asked for.
    pub(super) async fn next(&mut self) -> bool {
        tokio::select! {
            _ = self.ticks.tick() => false,
            () = self.now.notified() => true,
        }
    }
}
