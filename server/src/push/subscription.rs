//! What does a browser send? Its subscription, checked before any of it is kept.

use exposure_index::messages::{PushRemoval, PushSubscription, decode};
use jiff::Timestamp;

use super::PushService;
use super::destination::{Endpoint, EndpointError};
use super::encryption::{AUTH, BrowserKeys, is_point};

/// A browser's subscription. Has no `Debug`: the endpoint is a secret.
pub(crate) struct Subscription {
    pub(super) endpoint: Endpoint,
    pub(super) keys: BrowserKeys,
    /// Time when its push service drops it.
    pub(super) expires: Option<Timestamp>,
}

/// A subscription to delete, with the proof that it is the sender's own.
pub(crate) struct Removal {
    pub(super) endpoint: Endpoint,
    pub(super) auth: [u8; AUTH],
}

/// Why a body is malformed. Repeats nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum SubscriptionError {
    /// The body is not JSON of this form.
    #[error("expected a PushSubscription as JSON, or with DELETE its endpoint and auth")]
    Json,
    /// The endpoint is not at a known push service.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The keys are malformed.
    #[error(
        "expected p256dh, an uncompressed point of P-256, and auth, 16 bytes, in base64url without padding"
    )]
    Keys,
}

impl Subscription {
    pub(super) fn parse(body: &[u8], services: &[PushService]) -> Result<Self, SubscriptionError> {
        let sent: PushSubscription =
            serde_json::from_slice(body).map_err(|_| SubscriptionError::Json)?;
        let endpoint = Endpoint::parse(&sent.endpoint, services)?;
        let p256dh = decode(&sent.keys.p256dh).filter(is_point);
        let keys = p256dh.zip(decode(&sent.keys.auth));
        let (p256dh, auth) = keys.ok_or(SubscriptionError::Keys)?;
        Ok(Self {
            endpoint,
            keys: BrowserKeys { p256dh, auth },
            expires: sent.expiration_time.and_then(at),
        })
    }
}

/// Returns the time, if it can be represented.
fn at(milliseconds: f64) -> Option<Timestamp> {
    // Cannot overflow: a cast from f64 saturates.
    Timestamp::from_millisecond(milliseconds as i64).ok()
}

impl Removal {
    pub(super) fn parse(body: &[u8], services: &[PushService]) -> Result<Self, SubscriptionError> {
        let sent: PushRemoval =
            serde_json::from_slice(body).map_err(|_| SubscriptionError::Json)?;
        Ok(Self {
            endpoint: Endpoint::parse(&sent.endpoint, services)?,
            auth: decode(&sent.auth).ok_or(SubscriptionError::Keys)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use exposure_index::messages::encode;
    use serde_json::{Value, json};

    use super::super::browser::Browser;
    use super::*;

    const ENDPOINT: &str = "https://push.example.org/a";

    fn services() -> [PushService; 1] {
        ["push.example.org".parse().expect("a host")]
    }

    fn sent() -> Value {
        let keys = Browser::new(1).keys();
        let (p256dh, auth) = (encode(&keys.p256dh), encode(&keys.auth));
        json!({ "endpoint": ENDPOINT, "expirationTime": null, "keys": { "p256dh": p256dh, "auth": auth } })
    }

    fn parsed(sent: &Value) -> Result<Subscription, SubscriptionError> {
        Subscription::parse(sent.to_string().as_bytes(), &services())
    }

    #[test]
    fn a_subscription_is_read_as_the_browser_wrote_it() {
        let subscription = parsed(&sent()).expect("a subscription");
        assert_eq!(subscription.endpoint.url().as_str(), ENDPOINT);
        assert!(subscription.keys == Browser::new(1).keys() && subscription.expires.is_none());
        let mut ending = sent();
        ending["expirationTime"] = json!(1_800_000_000_500.0);
        let expires = parsed(&ending).expect("a subscription").expires;
        assert_eq!(expires.map(Timestamp::as_second), Some(1_800_000_000));
    }

    #[test]
    fn what_is_malformed_is_refused_without_being_repeated() {
        let with = |change: &dyn Fn(&mut Value)| {
            let mut sent = sent();
            change(&mut sent);
            parsed(&sent).err()
        };
        let keys = Some(SubscriptionError::Keys);
        assert_eq!(with(&|sent| sent["keys"]["auth"] = json!("AA")), keys);
        assert_eq!(
            with(&|sent| sent["keys"]["p256dh"] = json!(encode(&[4; 65]))),
            keys
        );
        let elsewhere = "https://elsewhere.example/a";
        let refused = with(&|sent| sent["endpoint"] = json!(elsewhere)).expect("a refusal");
        assert!(
            matches!(refused, SubscriptionError::Endpoint(_))
                && !refused.to_string().contains(elsewhere)
        );
        for body in [&b""[..], b"[]", b"{}", b"\xff", br#"{"endpoint":1}"#] {
            assert_eq!(
                Subscription::parse(body, &services()).err(),
                Some(SubscriptionError::Json)
            );
        }
    }

    #[test]
    fn a_removal_has_the_secret_of_the_subscription() {
        let sent = json!({ "endpoint": ENDPOINT, "auth": encode(&[1; 16]) }).to_string();
        let removal = Removal::parse(sent.as_bytes(), &services()).expect("a removal");
        assert_eq!(removal.auth, [1; 16]);
    }
}
