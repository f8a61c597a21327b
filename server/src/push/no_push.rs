use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use exposure_index::index::GenerationId;
use exposure_index::messages::PushDocument;

use super::PushConfig;
use crate::observe::Metrics;

/// The endpoints of browsers, which a server built without the feature `push` never keeps.
pub(crate) struct Notices(Infallible);

/// The sender of notices, which never exists.
pub(crate) struct NoticeSender(Infallible);

/// A browser's subscription, which never exists.
pub(crate) struct Subscription(Infallible);

/// A subscription to delete, which never exists.
pub(crate) struct Removal(Infallible);

/// Why a body is not a subscription, which never happens.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SubscriptionError {}

/// Why no notices can be sent.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PushError {
    /// The server was built without the feature.
    #[error(
        "this tekser-server was built without the feature `push`, which sends notices; install the package, or build it with --features full"
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
