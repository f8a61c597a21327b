use std::convert::Infallible;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use exposure_index::generation::IndexDirectory;
use exposure_index::statement::Trust;
use tokio::sync::Notify;

use super::Generations;
use crate::observe::Metrics;

/// Address of a store, which a server built without the feature `store` never has.
pub(crate) struct StoreAddress(Infallible);

/// Why no store can be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The server was built without the feature.
    #[error(
        "this tekser-server was built without the feature `store`, which it needs to fetch an index; install the package, or build it with --features full"
    )]
    Absent,
}

/// The mirror of a store, which never exists.
pub(crate) struct Mirror(Infallible);

/// Why there is nothing to serve, which never happens.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MirrorError {}

impl StoreAddress {
    /// Returns whether a text names a store and not an index directory.
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
