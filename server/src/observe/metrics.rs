//! What does the server count for Prometheus?
//!
//! Events and amounts are here; whether something is as it should be is a [`Condition`](super::Condition). A new metric
//! is a field, a line in a `register_…` and, if it has labels, in `begin_at_zero`; one that needs a person has an
//! alert in `package/monitoring/alerts.yml` and in `OPERATING.md`.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

use super::{Conditions, PushMetrics};

/// Counts for Prometheus. No label has a value that a client chose.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    bytes: Family<Route, Counter>,
    elements: Counter,
    gate: Family<Gate, Counter>,
    retrieve_gate: Family<Gate, Counter>,
    push_gate: Family<Gate, Counter>,
    push: PushMetrics,
    retrieved_queries: Counter,
    retrieval_batch: Histogram,
    retrieval_pass: Histogram,
    retrievals_waiting: Gauge,
    reloads: Family<Reload, Counter>,
    fetches: Family<Reload, Counter>,
    rows: Gauge<i64, AtomicI64>,
    built_at: Gauge<i64, AtomicI64>,
    damaged: Gauge<u64, AtomicU64>,
    signed: Gauge<u64, AtomicU64>,
    statement_expires: Gauge<i64, AtomicI64>,
    quotas_kept: Gauge,
    spent_kept: Gauge,
    shared_missed: Counter,
    panics: Family<Task, Counter>,
    certificate_expires: Family<NoLabels, Gauge>,
    conditions: Conditions,
}

/// Calls that pass a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GatedCalls {
    /// Evaluations with the key.
    Evaluations,
    /// Queries over all records.
    Retrievals,
    /// Subscriptions to notices.
    Subscriptions,
}

/// Figures of the current generation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GenerationGauges {
    /// Rows of the public file.
    pub(crate) rows: u64,
    /// When it was built, in Unix seconds.
    pub(crate) built_at: i64,
    /// Whether its statement is signed.
    pub(crate) is_signed: bool,
    /// When the statement of the service expires.
    pub(crate) expires: Option<Timestamp>,
}

/// The labels of a series that exists only while there is something to show.
type NoLabels = [(&'static str, &'static str); 0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Task {
    task: &'static str,
}

/// Names of background tasks, under which their panics are counted.
const TASKS: [&str; 10] = [
    "certificate",
    "connections",
    "generation",
    "limits",
    "log",
    "passwords",
    "push",
    "retrieval",
    "store",
    "sweep",
];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Gate {
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reload {
    result: &'static str,
}

/// What the gate decided on a request, before the key or the records were touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(crate) enum Outcome {
    /// The request was let through.
    Passed,
    /// The client had to work first and got a challenge.
    WorkRequired,
    /// The client had used up its quota.
    ClientLimit,
    /// All clients together had used up theirs.
    TotalLimit,
}

impl Outcome {
    const ALL: [Self; 4] = [
        Self::Passed,
        Self::WorkRequired,
        Self::ClientLimit,
        Self::TotalLimit,
    ];
}

impl Metrics {
    /// Starts everything at zero.
    #[must_use]
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("tekser"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| {
                Histogram::new(exponential_buckets(0.000_05, 2.0, 18))
            }),
            bytes: Family::default(),
            elements: Counter::default(),
            gate: Family::default(),
            retrieve_gate: Family::default(),
            push_gate: Family::default(),
            push: PushMetrics::default(),
            retrieved_queries: Counter::default(),
            retrieval_batch: Histogram::new(exponential_buckets(1.0, 2.0, 8)),
            retrieval_pass: Histogram::new(exponential_buckets(0.000_05, 2.0, 18)),
            retrievals_waiting: Gauge::default(),
            reloads: Family::default(),
            fetches: Family::default(),
            rows: Gauge::default(),
            built_at: Gauge::default(),
            damaged: Gauge::default(),
            signed: Gauge::default(),
            statement_expires: Gauge::default(),
            quotas_kept: Gauge::default(),
            spent_kept: Gauge::default(),
            shared_missed: Counter::default(),
            panics: Family::default(),
            certificate_expires: Family::default(),
            conditions: Conditions::default(),
        };
        metrics.register();
        metrics.begin_at_zero();
        metrics
    }

    /// Begins series at zero: one that begins with its first event shows no increase, and an alert would miss it.
    fn begin_at_zero(&self) {
        for outcome in Outcome::ALL {
            drop(self.gate.get_or_create(&Gate { outcome }));
            drop(self.retrieve_gate.get_or_create(&Gate { outcome }));
            drop(self.push_gate.get_or_create(&Gate { outcome }));
        }
        for result in ["done", "failed"] {
            drop(self.reloads.get_or_create(&Reload { result }));
            drop(self.fetches.get_or_create(&Reload { result }));
        }
        for task in TASKS {
            drop(self.panics.get_or_create(&Task { task }));
        }
    }

    fn register(&mut self) {
        self.register_requests();
        self.register_index();
        let registry = &mut self.registry;
        registry.register_with_unit(
            "certificate_expires",
            "When the certificate in use expires, Unix time",
            Unit::Seconds,
            self.certificate_expires.clone(),
        );
        registry.register(
            "task_panics",
            "Panics of background tasks, which were restarted",
            self.panics.clone(),
        );
        self.conditions.register(registry);
        registry.register_with_unit(
            "statement_expires",
            "When the statement of the current generation expires, Unix time; 0 without one",
            Unit::Seconds,
            self.statement_expires.clone(),
        );
        self.register_limits();
        self.register_retrieval();
        self.register_push();
    }

    fn register_requests(&mut self) {
        let registry = &mut self.registry;
        registry.register("requests", "Requests answered", self.requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time from the head of a request to the head of its answer",
            Unit::Seconds,
            self.seconds.clone(),
        );
        registry.register_with_unit(
            "answered",
            "Bytes of bodies answered",
            Unit::Bytes,
            self.bytes.clone(),
        );
        registry.register(
            "evaluated_elements",
            "Elements evaluated",
            self.elements.clone(),
        );
        registry.register(
            "evaluate_gate",
            "Outcome of requests for evaluation",
            self.gate.clone(),
        );
    }

    fn register_index(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "reloads",
            "Generations that were loaded, and attempts to load one that cannot be served",
            self.reloads.clone(),
        );
        registry.register(
            "store_fetches",
            "Generations and signatures fetched from the store, and failed checks of it",
            self.fetches.clone(),
        );
        registry.register("index_rows", "Identifiers in the index", self.rows.clone());
        registry.register_with_unit(
            "index_built_at",
            "When the current generation was built, Unix time",
            Unit::Seconds,
            self.built_at.clone(),
        );
        registry.register(
            "index_damaged",
            "1 if the file that is served does not fit its checksums",
            self.damaged.clone(),
        );
        registry.register(
            "index_signed",
            "1 if a trusted key signed the current generation",
            self.signed.clone(),
        );
    }

    fn register_retrieval(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "retrieve_gate",
            "Outcome of requests for private retrieval",
            self.retrieve_gate.clone(),
        );
        registry.register(
            "retrieved_queries",
            "Queries of private retrieval answered",
            self.retrieved_queries.clone(),
        );
        registry.register(
            "retrieval_batch_queries",
            "Queries that one pass over the records answered",
            self.retrieval_batch.clone(),
        );
        registry.register_with_unit(
            "retrieval_pass",
            "Time of a pass over the records",
            Unit::Seconds,
            self.retrieval_pass.clone(),
        );
        registry.register(
            "retrieval_waiting_queries",
            "Queries that wait for a pass, as of the last one",
            self.retrievals_waiting.clone(),
        );
    }

    fn register_push(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "push_gate",
            "Outcome of requests to subscribe to notices of new lists",
            self.push_gate.clone(),
        );
        self.push.register(registry);
    }

    fn register_limits(&mut self) {
        let registry = &mut self.registry;
        registry.register(
            "quotas_kept",
            "Quotas of clients in memory that are not whole, as of the last minute",
            self.quotas_kept.clone(),
        );
        registry.register(
            "spent_kept",
            "Used challenges in memory, as of the last minute",
            self.spent_kept.clone(),
        );
        registry.register(
            "shared_limits_missed",
            "Decisions that this server took alone because Redis did not answer in time",
            self.shared_missed.clone(),
        );
    }

    /// Counts an answered request.
    pub(crate) fn answered(
        &self,
        route: &'static str,
        method: &'static str,
        status: u16,
        bytes: u64,
        time: Duration,
    ) {
        let label = Route { route };
        self.requests
            .get_or_create(&Request {
                route,
                method,
                status,
            })
            .inc();
        self.seconds
            .get_or_create(&label)
            .observe(time.as_secs_f64());
        self.bytes.get_or_create(&label).inc_by(bytes);
    }

    /// Counts evaluated elements.
    pub(crate) fn evaluated(&self, elements: usize) {
        self.elements.inc_by(elements as u64);
    }

    /// Counts a decision of a gate.
    pub(crate) fn gate(&self, calls: GatedCalls, outcome: Outcome) {
        let gate = match calls {
            GatedCalls::Evaluations => &self.gate,
            GatedCalls::Retrievals => &self.retrieve_gate,
            GatedCalls::Subscriptions => &self.push_gate,
        };
        gate.get_or_create(&Gate { outcome }).inc();
    }

    /// Counts a pass and the queries that it answered.
    pub(crate) fn retrieved(&self, queries: usize, time: Duration) {
        self.retrieved_queries.inc_by(queries as u64);
        self.retrieval_batch.observe(queries as f64);
        self.retrieval_pass.observe(time.as_secs_f64());
    }

    /// Sets the number of queries that wait for a pass.
    pub(crate) fn retrievals_waiting(&self, queries: usize) {
        self.retrievals_waiting
            .set(i64::try_from(queries).unwrap_or(i64::MAX));
    }

    /// Sets the figures of the current generation.
    pub(crate) fn set_current(&self, generation: &GenerationGauges) {
        self.rows
            .set(i64::try_from(generation.rows).unwrap_or(i64::MAX));
        self.built_at.set(generation.built_at);
        self.signed.set(generation.is_signed.into());
        let expires = generation.expires.map_or(0, Timestamp::as_second);
        self.statement_expires.set(expires);
    }

    /// Counts a new generation that has replaced the previous one.
    pub(crate) fn reloaded(&self, generation: &GenerationGauges) {
        self.set_current(generation);
        self.damaged(false);
        self.reloads.get_or_create(&Reload { result: "done" }).inc();
    }

    /// Counts a new generation that cannot be served.
    pub(crate) fn reload_failed(&self) {
        self.reloads
            .get_or_create(&Reload { result: "failed" })
            .inc();
    }

    /// Counts a fetch from the store, or a failed one.
    #[cfg(feature = "store")]
    pub(crate) fn fetched(&self, is_done: bool) {
        let result = if is_done { "done" } else { "failed" };
        self.fetches.get_or_create(&Reload { result }).inc();
    }

    /// Sets whether the served file is known not to fit its checksums.
    pub(crate) fn damaged(&self, is_damaged: bool) {
        self.damaged.set(is_damaged.into());
    }

    /// Sets the numbers of quotas and used challenges in memory.
    pub(crate) fn kept(&self, quotas: usize, spent: usize) {
        let gauges = [(&self.quotas_kept, quotas), (&self.spent_kept, spent)];
        for (gauge, number) in gauges {
            gauge.set(i64::try_from(number).unwrap_or(i64::MAX));
        }
    }

    /// Returns the metrics of notices of new lists.
    #[cfg(feature = "push")]
    #[must_use]
    pub(crate) const fn push(&self) -> &PushMetrics {
        &self.push
    }

    /// Returns the conditions.
    #[must_use]
    pub(crate) const fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// Counts a panic of a background task.
    pub(crate) fn panicked(&self, task: &'static str) {
        self.panics.get_or_create(&Task { task }).inc();
    }

    /// Sets the expiry of the certificate in use, in seconds of Unix time.
    #[cfg(feature = "tls")]
    pub(crate) fn certificate_expires(&self, at: i64) {
        self.certificate_expires.get_or_create(&[]).set(at);
    }

    /// Counts a decision that was taken without the other evaluators.
    #[cfg(feature = "redis")]
    pub(crate) fn shared_limits_missed(&self) {
        self.shared_missed.inc();
    }

    /// Returns all metrics in the text format of OpenMetrics.
    ///
    /// # Errors
    /// Those of [`encode`].
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
