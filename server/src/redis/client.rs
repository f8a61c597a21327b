use std::sync::Arc;

use ::redis::{FromRedisValue, ScriptInvocation};
use zeroize::Zeroizing;

use super::link::Link;
use super::names::Names;
use super::probe::Probe;
use super::{RedisClientError, RedisConfig, address};
use crate::observe::Metrics;

/// What this evaluator shares with the others.
pub(crate) struct RedisClient {
    link: Link,
    names: Names,
}

impl RedisClient {
    /// Makes a client that is not connected; this evaluator decides everything alone until [`begin`](Self::begin).
    ///
    /// `secret` must follow from the evaluator's key, so that evaluators with the same key have it and nobody else
    /// does.
    ///
    /// # Errors
    /// [`RedisClientError::Password`] if the file of the password cannot be used.
    pub(crate) fn open(
        config: &RedisConfig,
        secret: Zeroizing<[u8; 32]>,
        metrics: &Arc<Metrics>,
    ) -> Result<Self, RedisClientError> {
        let names = Names::new(secret);
        let password = config.password.as_deref().map(address::password);
        let client = config.address.client(password.transpose()?.as_ref())?;
        let link = Link::new(client, Probe::new(&names), Arc::clone(metrics));
        Ok(Self { link, names })
    }

    /// Tries to reach Redis once, and keeps no connection.
    ///
    /// # Errors
    /// [`RedisClientError`] if Redis cannot be reached or does not do what is needed.
    pub(crate) async fn reach(&self) -> Result<(), RedisClientError> {
        self.link.reach().await
    }

    /// Tries to connect, for a second at most, and reports whether limits are shared.
    pub(crate) async fn begin(&self) {
        self.link.begin().await;
    }

    /// Watches the connection, and connects again when it is lost; for as long as the server runs.
    pub(crate) async fn keep(self: Arc<Self>) {
        self.link.keep().await;
    }

    /// Returns what Redis answers within `DEADLINE`; `None` at once if Redis is known to be gone.
    pub(crate) async fn ask<T: FromRedisValue>(
        &self,
        question: &ScriptInvocation<'_>,
    ) -> Option<T> {
        self.link.ask(question).await
    }

    /// Returns the key in Redis for something: `tekser:{tekser}:` and 32 hexadecimal digits that do not reveal it.
    #[must_use]
    pub(crate) fn name(&self, purpose: &str, parts: &[&[u8]]) -> String {
        self.names.of(purpose, parts)
    }

    /// Returns a secret that the other evaluators share and Redis does not know.
    #[must_use]
    pub(crate) fn secret(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.names.secret(purpose)
    }
}
