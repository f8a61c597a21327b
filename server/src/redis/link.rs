//! How is Redis asked within a deadline, and what happens when it is gone?

use std::mem::discriminant;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, FromRedisValue, ScriptInvocation};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::RedisClientError;
use super::address::client_at;
use super::probe::Probe;
use crate::observe::{Condition, Metrics, causes};

/// Maximum time that a request waits for Redis. On one network it answers within a millisecond.
pub(crate) const DEADLINE: Duration = Duration::from_millis(100);

/// Time for connecting, with TLS and a password; no request waits for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Interval between checks of a connection that works.
const PERIOD: Duration = Duration::from_secs(1);

/// Pauses between attempts to connect: doubled from the first to the second.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

/// Maximum number of redirections to another node of a cluster. After a failover there may be two.
const REDIRECTIONS: usize = 2;

/// Time for which limits do not count as shared after Redis refused a question, although it answers the probe.
const DOUBT: Duration = Duration::from_secs(60);

type Connection = Arc<MultiplexedConnection>;

/// The way to Redis: one connection for all threads, which the first failed request takes out of use.
///
/// Until a probe finds it good again, or another one is open, nobody waits for it (a circuit breaker).
/// Probing is the keeper's task; so is reporting that limits are not shared, which it does if the probe fails too, or
/// if Redis refused what a request asked. In a cluster all keys are in one slot, so one node answers; the others say
/// which.
pub(super) struct Link {
    client: Client,
    probe: Probe,
    /// Empty while Redis is suspected or gone.
    in_use: ArcSwapOption<MultiplexedConnection>,
    suspected: Notify,
    /// Time of the last question that Redis did not answer as it should, and its answer.
    refused: Mutex<Option<(Instant, String)>>,
    metrics: Arc<Metrics>,
}

impl Link {
    /// Makes a link that is not connected.
    pub(super) const fn new(client: Client, probe: Probe, metrics: Arc<Metrics>) -> Self {
        Self {
            client,
            probe,
            in_use: ArcSwapOption::const_empty(),
            suspected: Notify::const_new(),
            refused: Mutex::new(None),
            metrics,
        }
    }

    /// Returns what Redis answers in time. If it does not answer, that is counted.
    pub(super) async fn ask<T: FromRedisValue>(
        &self,
        question: &ScriptInvocation<'_>,
    ) -> Option<T> {
        let answer = match self.in_use.load_full() {
            Some(connection) => self.ask_over(&connection, question).await,
            None => None,
        };
        if answer.is_none() {
            self.metrics.shared_limits_missed();
        }
        answer
    }

    async fn ask_over<T: FromRedisValue>(
        &self,
        connection: &Connection,
        question: &ScriptInvocation<'_>,
    ) -> Option<T> {
        let answer = answered(connection, question).await;
        if let Err(reason) = &answer {
            self.suspect(connection, reason);
        }
        answer.ok()
    }

    /// Takes this connection out of use, unless another has replaced it. A late answer is not a refusal.
    fn suspect(&self, connection: &Connection, reason: &RedisClientError) {
        if !matches!(
            reason,
            RedisClientError::Silent | RedisClientError::Unreachable { .. }
        ) {
            *self.refused() = Some((Instant::now(), causes(reason)));
        }
        self.in_use.compare_and_swap(Arc::as_ptr(connection), None);
        self.suspected.notify_one();
    }

    /// Connects and probes, and keeps no connection.
    pub(super) async fn reach(&self) -> Result<(), RedisClientError> {
        self.connect().await.map(|_| ())
    }

    /// Connects for the first time, if that can be done at once, and reports whether limits are shared.
    pub(super) async fn begin(&self) {
        match self.open().await {
            Ok(_) => {
                tracing::info!("limits are shared through Redis");
                self.report_shared();
            }
            Err(reason) => self.tell_gone(&causes(&reason)),
        }
    }

    /// Watches the connection, and opens it again when it is lost; for ever.
    pub(super) async fn keep(&self) {
        loop {
            let connection = match self.in_use.load_full() {
                Some(connection) => connection,
                None => self.reopen().await,
            };
            let reason = self.lost(connection).await;
            self.tell_gone(&causes(&reason));
        }
    }

    /// Reports that limits are shared, unless Redis refused a question a moment ago.
    fn report_shared(&self) {
        let refused = self.refused().clone();
        match refused.filter(|(at, _)| at.elapsed() < DOUBT) {
            None => self.metrics.conditions().met(Condition::Limits, "shared"),
            Some((_, reason)) => self.tell_gone(&reason),
        }
    }

    fn tell_gone(&self, reason: &str) {
        let conditions = self.metrics.conditions();
        conditions.unmet(Condition::Limits, "shared", "alone", reason);
    }

    /// Connects, and puts the connection in use.
    async fn open(&self) -> Result<Connection, RedisClientError> {
        let connection = self.connect().await?;
        self.in_use.store(Some(Arc::clone(&connection)));
        Ok(connection)
    }

    /// Connects to the node that has the keys, and probes it.
    async fn connect(&self) -> Result<Connection, RedisClientError> {
        let mut client = self.client.clone();
        for _ in 0..REDIRECTIONS {
            match self.connect_with(&client).await {
                Err(RedisClientError::Elsewhere { node: Some(node) }) => {
                    client = client_at(&client, &node)?;
                }
                connected => return connected,
            }
        }
        self.connect_with(&client).await
    }

    async fn connect_with(&self, client: &Client) -> Result<Connection, RedisClientError> {
        // The library's own time-outs are off; ours cover everything.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None);
        let connecting = client.get_multiplexed_async_connection_with_config(&config);
        let connected = timeout(PATIENCE, connecting).await;
        let connection = Arc::new(connected.map_err(|_| RedisClientError::Silent)??);
        self.try_out(&connection).await?;
        Ok(connection)
    }

    /// Tries until it is open. A reason of another kind than the last one is reported as well.
    async fn reopen(&self) -> Connection {
        let [mut pause, longest] = PAUSES;
        let mut last_kind = None;
        loop {
            match self.open().await {
                Ok(connection) => {
                    self.report_shared();
                    return connection;
                }
                Err(reason) => {
                    let kind = discriminant(&reason);
                    if last_kind.replace(kind) != Some(kind) {
                        self.tell_gone(&causes(&reason));
                    }
                }
            }
            sleep(pause).await;
            pause = longest.min(pause * 2);
        }
    }

    /// Returns when the connection is no longer usable, with the reason.
    async fn lost(&self, connection: Connection) -> RedisClientError {
        loop {
            // Either way it is checked: Redis may be gone while nobody asks.
            let _ = timeout(PERIOD, self.suspected.notified()).await;
            if let Err(reason) = self.try_out(&connection).await {
                self.in_use.store(None);
                return reason;
            }
            self.in_use.store(Some(Arc::clone(&connection)));
            self.report_shared();
        }
    }

    async fn try_out(&self, connection: &Connection) -> Result<(), RedisClientError> {
        let mut connection = MultiplexedConnection::clone(connection);
        let answer = timeout(DEADLINE, self.probe.ask(&mut connection)).await;
        match answer.map_err(|_| RedisClientError::Silent)?? {
            true => Ok(()),
            false => Err(RedisClientError::Strange),
        }
    }

    fn refused(&self) -> MutexGuard<'_, Option<(Instant, String)>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answered<T: FromRedisValue>(
    connection: &Connection,
    question: &ScriptInvocation<'_>,
) -> Result<T, RedisClientError> {
    let mut connection = MultiplexedConnection::clone(connection);
    let answer = timeout(DEADLINE, question.invoke_async(&mut connection)).await;
    Ok(answer.map_err(|_| RedisClientError::Silent)??)
}
