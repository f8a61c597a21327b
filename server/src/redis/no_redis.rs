//! What is shared without the feature `redis`? Nothing. The types of what would be shared have no values, so that
//! the compiler leaves out what is done with it.

use std::convert::Infallible;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::RedisConfig;
use crate::observe::Metrics;

/// Address of a Redis, which never exists.
#[derive(Clone)]
pub(crate) struct Address(Infallible);

/// Why no limits are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AddressError {
    /// The server was built without the feature.
    #[error(
        "--limits: this tekser-server was built without the feature `redis`; install the package, or build it with --features full"
    )]
    Absent,
}

/// Why limits cannot be shared, which never happens.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RedisClientError {}

/// What this evaluator shares with the others, which never exists.
pub(crate) struct RedisClient(Infallible);

impl Address {
    /// Refuses every address.
    ///
    /// # Errors
    /// [`AddressError::Absent`].
    pub(crate) const fn parse(_: &str) -> Result<Self, AddressError> {
        Err(AddressError::Absent)
    }

    /// Returns whether it names a user.
    #[must_use]
    pub(crate) const fn names_user(&self) -> bool {
        match self.0 {}
    }
}

impl RedisClient {
    /// Cannot be called.
    pub(crate) const fn never(&self) -> ! {
        match self.0 {}
    }

    /// Cannot be called: there is no address.
    ///
    /// # Errors
    /// None.
    pub(crate) const fn open(
        config: &RedisConfig,
        _: Zeroizing<[u8; 32]>,
        _: &Arc<Metrics>,
    ) -> Result<Self, RedisClientError> {
        match config.address.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub(crate) async fn reach(&self) -> Result<(), RedisClientError> {
        match self.0 {}
    }

    /// Cannot be called.
    pub(crate) async fn begin(&self) {
        match self.0 {}
    }

    /// Cannot be called.
    pub(crate) async fn keep(self: Arc<Self>) {
        match self.0 {}
    }

    /// Cannot be called.
    #[must_use]
    pub(crate) fn secret(&self, _: &str) -> Zeroizing<[u8; 32]> {
        match self.0 {}
    }
}
