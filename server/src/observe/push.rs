use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Counts of notices of new lists, none of them of a single browser.
#[derive(Default)]
pub(crate) struct PushMetrics {
    endpoints: Gauge,
    pending: Gauge,
    round: Gauge,
    sent: Counter,
    failed: Counter,
    deleted: Counter,
}

impl PushMetrics {
    pub(super) fn register(&self, registry: &mut Registry) {
        let gauges = [
            (
                "push_endpoints",
                "Endpoints of browsers that are kept",
                &self.endpoints,
            ),
            (
                "push_pending",
                "Endpoints that the notice of the new list waits for",
                &self.pending,
            ),
            (
                "push_round_endpoints",
                "Endpoints when the notices of the new list began; 0 when all are sent",
                &self.round,
            ),
        ];
        for (name, help, gauge) in gauges {
            registry.register(name, help, gauge.clone());
        }
        let counters = [
            ("push_sent", "Notices that push services took", &self.sent),
            (
                "push_failed",
                "Notices that push services refused, or that were given up",
                &self.failed,
            ),
            (
                "push_deleted",
                "Endpoints deleted: unsubscribed, expired, or gone at their push service",
                &self.deleted,
            ),
        ];
        for (name, help, counter) in counters {
            registry.register(name, help, counter.clone());
        }
    }
}

#[cfg(feature = "push")]
impl PushMetrics {
    /// Sets the number of endpoints that are kept.
    pub(crate) fn endpoints(&self, number: u64) {
        self.endpoints.set(number.try_into().unwrap_or(i64::MAX));
    }

    /// Sets how many of the endpoints of this round wait.
    pub(crate) fn pending(&self, number: u64, of: u64) {
        self.pending.set(number.try_into().unwrap_or(i64::MAX));
        self.round.set(of.try_into().unwrap_or(i64::MAX));
    }

    /// Counts a notice that a push service took.
    pub(crate) fn sent(&self) {
        self.sent.inc();
    }

    /// Counts notices that will not arrive.
    pub(crate) fn failed(&self, number: u64) {
        self.failed.inc_by(number);
    }

    /// Counts deleted endpoints.
    pub(crate) fn deleted(&self, number: u64) {
        self.deleted.inc_by(number);
    }
}
