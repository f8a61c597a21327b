use std::sync::Arc;

use ::redis::{FromRedisValue, ScriptInvocation};
use zeroize::Zeroizing;

use super::link::Link;
use super::names::Names;
use super::probe::Probe;
use super::{RedisClientError, RedisConfig, address};
use crate::observe::Metrics;

/// What this evaluator has in common with those beside it.
pub(crate) struct RedisClient {
    link: Link,
    names: Names,
}

impl RedisClient {
    /// Nothing is connected yet; everything is decided by this evaluator alone until [`begin`](Self::begin).
    ///
    /// `secret` must follow from the evaluator's key, so that evaluators with the same key have it and nobody else does.
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

    /// Tries Redis once, and leaves it at that.
    ///
    /// # Errors
    /// [`RedisClientError`] if it cannot be reached or does not do what is needed.
    pub(crate) async fn reach(&self) -> Result<(), RedisClientError> {
        self.link.reach().await
    }

    /// Tries to connect, for a second at most, and says whether limits are shared.
    pub(crate) async fn begin(&self) {
        self.link.begin().await;
    }

    /// Watches the connection, and connects again when it is lost; for as long as the server runs.
    pub(crate) async fn keep(self: Arc<Self>) {
        self.link.keep().await;
    }

    /// What Redis answers within `DEADLINE`; nothing at once if it is known to be gone.
    pub(crate) async fn ask<T: FromRedisValue>(
        &self,
        question: &ScriptInvocation<'_>,
    ) -> Option<T> {
        self.link.ask(question).await
    }

    /// The key of Redis for something: `tekser:{tekser}:` and 32 hexadecimal digits, from which it does not follow.
    #[must_use]
    pub(crate) fn name(&self, purpose: &str, parts: &[&[u8]]) -> String {
        self.names.of(purpose, parts)
    }

    /// A secret that the evaluators beside this one have too, and Redis does not.
    #[must_use]
    pub(crate) fn secret(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.names.secret(purpose)
    }
}
