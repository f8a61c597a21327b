//! Which browsers get notice of a new list, without saying whose they are? Endpoints of Web Push, and one message for
//! all of them.
//!
//! A browser hands over an endpoint at its push service (`subscription.rs`), which is kept in a file of SQLite
//! (`store.rs`). When a generation is published, every endpoint gets the same message (`encryption.rs`, `key.rs`,
//! `client.rs`), spread over hours (`pace.rs`, `sender.rs`). `destination.rs` says where messages may go at all.

#[cfg(all(test, feature = "push"))]
mod browser;
#[cfg(feature = "push")]
mod client;
#[cfg(feature = "push")]
mod destination;
#[cfg(feature = "push")]
mod encryption;
#[cfg(feature = "push")]
mod key;
#[cfg(all(test, feature = "push"))]
mod mock;
#[cfg_attr(not(feature = "push"), path = "no_push.rs")]
mod notices;
#[cfg(feature = "push")]
mod pace;
#[cfg(feature = "push")]
mod sender;
mod service;
#[cfg(feature = "push")]
mod store;
#[cfg(feature = "push")]
mod subscription;

use std::path::PathBuf;
use std::time::Duration;

pub(crate) use notices::{Notices, PushError, SubscriptionError, create_key};
pub(crate) use service::PushService;

/// Settings of notices: key, recipients and pace.
#[cfg_attr(
    not(feature = "push"),
    expect(
        dead_code,
        reason = "a server without `push` only refuses the settings"
    )
)]
pub(crate) struct PushConfig {
    /// The file of the key.
    pub(crate) key: PathBuf,
    /// The file in which endpoints are kept.
    pub(crate) store: PathBuf,
    /// Where push services reach the operator: `mailto:` or `https:`.
    pub(crate) contact: String,
    /// The push services that messages are sent to.
    pub(crate) services: Vec<PushService>,
    /// Time over which the messages of one generation are spread.
    pub(crate) spread: Duration,
    /// Days after which an endpoint that was not renewed is deleted.
    pub(crate) kept_days: u16,
    /// Maximum number of endpoints that are kept.
    pub(crate) most: u32,
}

/// Returns whether a push service accepts this contact (RFC 8292 §2.1). Apple refuses machines without a public name.
#[must_use]
pub(crate) fn is_contact(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| match url.scheme() {
        "mailto" => url.path().split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@')
        }),
        "https" => url.domain().is_some_and(|domain| domain.contains('.')),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::is_contact;

    #[test]
    fn a_contact_is_one_that_push_services_accept() {
        for text in [
            "mailto:push@example.kz",
            "https://tekser.example.kz/contact",
        ] {
            assert!(is_contact(text), "{text}");
        }
        for text in [
            "",
            "push@example.kz",
            "tel:1414",
            "mailto:",
            "mailto:@example.kz",
            "mailto:push@localhost",
            "http://example.kz",
            "https://localhost",
            "https://127.0.0.1",
        ] {
            assert!(!is_contact(text), "{text}");
        }
    }
}
