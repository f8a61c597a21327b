use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use exposure_index::index::GenerationId;
use exposure_index::messages::PushDocument;

use super::PushConfig;
use crate::observe::Metrics;

/// Keeps the endpoints of browsers: none, in a server that was built without the feature `push`.
pub(crate) struct Notices(Infallible);

/// What sends notices: nothing.
pub(crate) struct NoticeSender(Infallible);

/// A browser's subscription: never made.
pub(crate) struct Subscription(Infallible);

/// What is to be deleted: nothing.
pub(crate) struct Removal(Infallible);

/// Why a body is no subscription: there is no such case.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SubscriptionError {}

/// Why no notices can be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PushError {
    /// The server can do without, and was built so.
    #[error(
        "this tekser-server was built without the feature `push`, by which it sends notices; install the package, or build it with --features full"
    )]
    Absent,
}

/// Refuses.
///
/// # Errors
/// [`PushError::Absent`].
pub(crate) const fn create_key(_: &Path) -> Result<String, PushError> {
    Err(PushError::Absent)
}

impl Notices {
    /// Refuses.
    ///
    /// # Errors
    /// [`PushError::Absent`].
    pub(crate) const fn open(
        _: &PushConfig,
        _: &Arc<Metrics>,
    ) -> Result<(Self, NoticeSender), PushError> {
        Err(PushError::Absent)
    }

    /// Refuses.
    ///
    /// # Errors
    /// [`PushError::Absent`].
    pub(crate) const fn check(_: &PushConfig) -> Result<(), PushError> {
        Err(PushError::Absent)
    }

    /// Cannot be called.
    #[must_use]
    pub(crate) const fn document(&self) -> &PushDocument {
        match self.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub(crate) const fn subscription(&self, _: &[u8]) -> Result<Subscription, SubscriptionError> {
        match self.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub(crate) const fn removal(&self, _: &[u8]) -> Result<Removal, SubscriptionError> {
        match self.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub(crate) const fn keep(&self, subscription: &Subscription) -> Result<bool, PushError> {
        match subscription.0 {}
    }

    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub(crate) const fn remove(&self, removal: &Removal) -> Result<(), PushError> {
        match removal.0 {}
    }
}

impl NoticeSender {
    /// Cannot be called.
    ///
    /// # Errors
    /// None.
    pub(crate) fn start(
        self,
        _: Box<dyn Fn() -> GenerationId + Send + Sync>,
    ) -> Result<(), PushError> {
        match self.0 {}
    }
}
