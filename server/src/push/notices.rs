//! What does the server need to send notices? The endpoints, and a sender.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use exposure_index::messages::{PushDocument, encode};
use jiff::Timestamp;

use super::client::{PushClient, PushClientError};
use super::destination::PublicAddresses;
use super::key::{PushKey, PushKeyError};
use super::pace::Pace;
use super::sender::{CurrentGeneration, Sender};
use super::store::{self, Bounds, Kept, PushStore, PushStoreError};
pub(crate) use super::subscription::{Removal, Subscription, SubscriptionError};
use super::{PushConfig, PushService};
use crate::observe::Metrics;

/// Messages under way at a time.
const CONNECTIONS: usize = 16;

/// Why no notices can be sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum PushError {
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] PushKeyError),
    /// Endpoints cannot be kept.
    #[error(transparent)]
    Store(#[from] PushStoreError),
    /// Push services cannot be asked.
    #[error(transparent)]
    Client(#[from] PushClientError),
    /// The thread cannot be started.
    #[error("cannot start the thread for push messages")]
    Thread(#[from] io::Error),
    /// The folder of the endpoints does not exist.
    #[error("there is no folder for --push-store {path}: make it, writable for the server alone")]
    Folder {
        /// Path of the file that would be in it.
        path: PathBuf,
    },
}

/// Keeps the endpoints of browsers, and sends them notices.
pub(crate) struct Notices {
    store: Arc<PushStore>,
    services: Vec<PushService>,
    document: PushDocument,
    metrics: Arc<Metrics>,
}

/// Makes a key file, and returns the public key in the form that browsers expect.
///
/// # Errors
/// [`PushError::Key`] if the file exists or cannot be written.
pub(crate) fn create_key(path: &Path) -> Result<String, PushError> {
    Ok(encode(PushKey::create(path)?.public_key()))
}

impl Notices {
    /// Opens the key, the file of endpoints and the client of push services.
    ///
    /// # Errors
    /// [`PushError`] if one of them cannot be used.
    pub(crate) fn open(
        config: &PushConfig,
        metrics: &Arc<Metrics>,
    ) -> Result<(Self, NoticeSender), PushError> {
        let key = Arc::new(PushKey::open(&config.key)?);
        let bounds = Bounds {
            most: config.most,
            kept_days: config.kept_days,
        };
        let store = Arc::new(PushStore::open(&config.store, key.public_key(), bounds)?);
        let notices = Self {
            store: Arc::clone(&store),
            services: config.services.clone(),
            document: PushDocument {
                offered: true,
                public_key: Some(encode(key.public_key())),
                kept_days: Some(config.kept_days),
            },
            metrics: Arc::clone(metrics),
        };
        let (contact, services) = (config.contact.clone(), config.services.clone());
        let resolver = Arc::new(PublicAddresses);
        let client = PushClient::new(key, contact, services, resolver, Vec::new())?;
        let pace = Pace {
            spread: config.spread,
        };
        let metrics = Arc::clone(metrics);
        let sender = Sender::new(store, client, pace, CONNECTIONS, &config.services, metrics);
        Ok((notices, NoticeSender(sender)))
    }

    /// Checks that [`open`](Self::open) is likely to succeed. Makes and changes nothing: another user may run it.
    ///
    /// # Errors
    /// [`PushError`] if the key cannot be used, or the file of endpoints is readable by others or cannot be made.
    pub(crate) fn check(config: &PushConfig) -> Result<(), PushError> {
        PushKey::open(&config.key)?;
        let folder = config.store.parent();
        match folder.filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) if !fs::metadata(folder).is_ok_and(|it| it.is_dir()) => {
                let path = config.store.clone();
                Err(PushError::Folder { path })
            }
            _ => Ok(store::check_mode(&config.store)?),
        }
    }

    /// Returns what a browser needs to subscribe.
    #[must_use]
    pub(crate) const fn document(&self) -> &PushDocument {
        &self.document
    }

    /// Reads the subscription in the body of a request.
    ///
    /// # Errors
    /// [`SubscriptionError`] if the body has none.
    pub(crate) fn subscription(&self, body: &[u8]) -> Result<Subscription, SubscriptionError> {
        Subscription::parse(body, &self.services)
    }

    /// Reads the subscription to delete, in the body of a request.
    ///
    /// # Errors
    /// [`SubscriptionError`] if the body has none.
    pub(crate) fn removal(&self, body: &[u8]) -> Result<Removal, SubscriptionError> {
        Removal::parse(body, &self.services)
    }

    /// Keeps or renews a subscription; false if the maximum is reached. Waits for the disk.
    ///
    /// # Errors
    /// [`PushError::Store`] if the file fails.
    pub(crate) fn keep(&self, subscription: &Subscription) -> Result<bool, PushError> {
        let kept = self.store.keep(subscription, Timestamp::now())?;
        Ok(kept == Kept::Yes)
    }

    /// Deletes a subscription if the request proves that it is the sender's own. Waits for the disk.
    ///
    /// # Errors
    /// [`PushError::Store`] if the file fails.
    pub(crate) fn remove(&self, removal: &Removal) -> Result<(), PushError> {
        self.metrics.push().deleted(self.store.remove(removal)?);
        Ok(())
    }
}

/// The sender of notices, which waits for a new generation.
pub(crate) struct NoticeSender(Sender);

impl NoticeSender {
    /// Starts to send, for as long as the process runs.
    ///
    /// # Errors
    /// [`PushError::Thread`] if the thread cannot be started.
    pub(crate) fn start(self, current: CurrentGeneration) -> Result<(), PushError> {
        Ok(self.0.start(current)?)
    }
}
