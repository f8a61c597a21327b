use std::mem::discriminant;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, FromRedisValue, Script, ScriptInvocation};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::SharedError;
use crate::observe::Metrics;

/// How long a request waits for Redis at most. On one network it answers within a millisecond.
pub const DEADLINE: Duration = Duration::from_millis(100);

/// For connecting, with TLS and a password; no request waits for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often a connection that nobody complains about is looked at.
const PERIOD: Duration = Duration::from_secs(1);

/// Between attempts to connect: doubled from the first to the second.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

static PROBE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("probe.lua")));

type Connection = Arc<MultiplexedConnection>;

/// The way to Redis: one connection for all threads, which is taken out of use by the first request that it fails.
///
/// Until it has been probed and found good again, or another one is there, nobody waits for it (a circuit breaker).
/// Probing is the keeper's task; so is telling the log, which it does only if the probe fails too.
pub(super) struct Link {
    client: Client,
    probe: ScriptInvocation<'static>,
    /// Nothing while Redis is suspected or gone.
    in_use: ArcSwapOption<MultiplexedConnection>,
    suspected: Notify,
    metrics: Arc<Metrics>,
}

impl Link {
    /// Not connected; `probe` is the key that is written to try Redis out.
    pub(super) fn new(client: Client, probe: String, metrics: Arc<Metrics>) -> Self {
        Self {
            client,
            probe: PROBE.key(probe),
            in_use: ArcSwapOption::empty(),
            suspected: Notify::new(),
            metrics,
        }
    }

    /// What Redis answers in time. If nothing, that is counted.
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
        if answer.is_err() {
            self.suspect(connection);
        }
        answer.ok()
    }

    /// Takes this connection out of use, unless another has taken its place.
    fn suspect(&self, connection: &Connection) {
        self.in_use.compare_and_swap(Arc::as_ptr(connection), None);
        self.suspected.notify_one();
    }

    /// Connects and probes, and keeps nothing.
    pub(super) async fn reach(&self) -> Result<(), SharedError> {
        self.connect().await.map(|_| ())
    }

    /// Connects for the first time, if that can be done at once, and says whether limits are shared.
    pub(super) async fn begin(&self) -> Result<Connection, SharedError> {
        let opened = self.open().await;
        match &opened {
            Ok(_) => self.tell_up("limits are shared through Redis"),
            Err(reason) => self.tell_gone(reason),
        }
        opened
    }

    /// Watches what [`begin`](Self::begin) gave, and opens again what is lost; for ever.
    pub(super) async fn keep(&self, mut opened: Result<Connection, SharedError>) {
        loop {
            let reason = match opened {
                Ok(connection) => {
                    let reason = self.lost(connection).await;
                    self.tell_gone(&reason);
                    reason
                }
                Err(reason) => reason,
            };
            opened = Ok(self.reopen(reason).await);
            self.tell_up("Redis answers, limits are shared again");
        }
    }

    fn tell_up(&self, text: &'static str) {
        tracing::info!("{text}");
        self.metrics.shared_limits_up(true);
    }

    fn tell_gone(&self, reason: &SharedError) {
        tracing::error!("{reason}; until it answers, limits are this server's alone");
        self.metrics.shared_limits_up(false);
    }

    /// Connects, and puts the connection in use.
    async fn open(&self) -> Result<Connection, SharedError> {
        let connection = self.connect().await?;
        self.in_use.store(Some(Arc::clone(&connection)));
        Ok(connection)
    }

    async fn connect(&self) -> Result<Connection, SharedError> {
        // The library's own time-outs are longer or shorter than ours, which count for everything.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None);
        let connecting = self
            .client
            .get_multiplexed_async_connection_with_config(&config);
        let connected = timeout(PATIENCE, connecting).await;
        let connection = Arc::new(connected.map_err(|_| SharedError::Silent)??);
        self.try_out(&connection).await?;
        Ok(connection)
    }

    /// Tries until it is open. A reason of another kind than the one that was told is told once, too.
    async fn reopen(&self, mut told: SharedError) -> Connection {
        let [mut pause, longest] = PAUSES;
        loop {
            match self.open().await {
                Ok(connection) => return connection,
                Err(reason) if discriminant(&reason) == discriminant(&told) => {}
                Err(reason) => {
                    tracing::warn!("{reason}");
                    told = reason;
                }
            }
            sleep(pause).await;
            pause = longest.min(pause * 2);
        }
    }

    /// Returns when the connection is good for nothing any more, with the reason.
    async fn lost(&self, connection: Connection) -> SharedError {
        loop {
            // Either way it is looked at: Redis may be gone while nobody asks.
            let _ = timeout(PERIOD, self.suspected.notified()).await;
            if let Err(reason) = self.try_out(&connection).await {
                self.in_use.store(None);
                return reason;
            }
            self.in_use.store(Some(Arc::clone(&connection)));
        }
    }

    async fn try_out(&self, connection: &Connection) -> Result<(), SharedError> {
        match answered(connection, &self.probe).await? {
            1 => Ok(()),
            _ => Err(SharedError::Strange),
        }
    }
}

async fn answered<T: FromRedisValue>(
    connection: &Connection,
    question: &ScriptInvocation<'_>,
) -> Result<T, SharedError> {
    let mut connection = MultiplexedConnection::clone(connection);
    let answer = timeout(DEADLINE, question.invoke_async(&mut connection)).await;
    Ok(answer.map_err(|_| SharedError::Silent)??)
}
