use std::convert::Infallible;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use exposure_index::generation::IndexDirectory;
use exposure_index::statement::Trust;
use tokio::sync::Notify;

use super::Generations;
use crate::observe::Metrics;

/// Where a store is: nowhere, for a server that was built without the feature `store`.
pub(crate) struct StoreAddress(Infallible);

/// Why no store can be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The server can do without, and was built so.
    #[error(
        "this tekser-server was built without the feature `store`, which it needs to fetch an index; install the package, or build it with --features full"
    )]
    Absent,
}

/// Keeps what a store has: there is none.
pub(crate) struct Mirror(Infallible);

/// Why there is nothing to serve: there is no such case.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MirrorError {}

impl StoreAddress {
    /// Whether a text means a store and not an index directory.
    #[must_use]
    pub(crate) fn is_meant_by(text: &str) -> bool {
        text.contains("://")
    }
}

impl FromStr for StoreAddress {
    type Err = StoreError;

    fn from_str(_: &str) -> Result<Self, StoreError> {
        Err(StoreError::Absent)
    }
}

impl Mirror {
    /// Cannot be called: there is no address.
    ///
    /// # Errors
    /// None.
    pub(crate) fn new(
        address: &StoreAddress,
        _: IndexDirectory,
        _: Trust,
    ) -> Result<Self, MirrorError> {
        match address.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub(crate) const fn reach(&self) -> Result<(), MirrorError> {
        match self.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub(crate) const fn fill(&mut self) -> Result<(), MirrorError> {
        match self.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub(crate) fn watch(
        self,
        _: Duration,
        _: Arc<Notify>,
        _: Arc<Generations>,
        _: Arc<Metrics>,
    ) -> Result<(), MirrorError> {
        match self.0 {}
    }
}
