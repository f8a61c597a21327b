//! How does a message get to a push service, and what is the outcome? RFC 8030 over HTTPS, to public addresses, without
//! redirects.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reqwest::dns::Resolve;
use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Certificate, Client, Response, StatusCode, redirect};
use rustls::crypto::ring;

use super::PushService;
use super::destination::Endpoint;
use super::encryption::encrypt;
use super::key::PushKey;
use super::store::{Delivery, Recipient};

/// The message that every browser gets. It says nothing: the list is the same for everybody, and the device looks
/// itself up.
pub(crate) const MESSAGE: &[u8] = br#"{"push":1}"#;
/// Seconds for which a push service keeps a message for a device that is switched off.
const TTL: &str = "604800";
/// A message with the same topic replaces one that still waits, RFC 8030 §5.4.
const TOPIC: &str = "tekser";
/// Time for a request and its answer.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read, so that its connection can be reused.
const LONGEST_ANSWER: usize = 4096;
/// Hosts for which a signature is kept. A push service has a few dozen at most.
const SIGNATURES_KEPT: usize = 64;
/// Time before its expiry at which a signature is renewed.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_hours(1);
/// The longest pause that a push service may ask for.
const LONGEST_PAUSE: u64 = 6 * 3600;

/// There is no client, for example because this system's TLS has no certificates to trust.
#[derive(Debug, thiserror::Error)]
#[error(
    "push messages cannot be sent from this system; does it have certificates to trust (ca-certificates)?"
)]
pub(crate) struct PushClientError(#[from] reqwest::Error);

/// Outcome of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) delivery: Delivery,
    /// Time that the push service asks to wait.
    pub(crate) pause: Option<Duration>,
}

impl From<Delivery> for Answer {
    fn from(delivery: Delivery) -> Self {
        let pause = None;
        Self { delivery, pause }
    }
}

/// Sends messages signed with the key of this server.
pub(crate) struct PushClient {
    client: Client,
    key: Arc<PushKey>,
    contact: String,
    services: Vec<PushService>,
    signatures: Mutex<HashMap<String, (HeaderValue, Timestamp)>>,
}

impl PushClient {
    /// Makes a client that asks `resolver` for addresses, and trusts the system's certificates and these.
    pub(crate) fn new(
        key: Arc<PushKey>,
        contact: String,
        services: Vec<PushService>,
        resolver: Arc<dyn Resolve>,
        trusted: Vec<Certificate>,
    ) -> Result<Self, PushClientError> {
        // Fails if a provider is installed already, which is then the same.
        let _ = ring::default_provider().install_default();
        let client = Client::builder()
            .https_only(true)
            .http1_only()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .dns_resolver(resolver)
            .timeout(PATIENCE)
            .connect_timeout(CONNECT_PATIENCE)
            .pool_idle_timeout(IDLE)
            .tls_certs_merge(trusted)
            .build()?;
        Ok(Self {
            client,
            key,
            contact,
            services,
            signatures: Mutex::default(),
        })
    }

    /// Sends the message to one browser.
    pub(crate) async fn deliver(&self, recipient: &Recipient, now: Timestamp) -> Answer {
        // The file is not believed either: the settings may have changed.
        let Ok(endpoint) = Endpoint::parse(&recipient.url, &self.services) else {
            return Delivery::Refused.into();
        };
        let signature = self.signature(&endpoint, now);
        let (Some(signature), Ok(body)) = (signature, encrypt(MESSAGE, &recipient.keys)) else {
            return Delivery::Refused.into();
        };
        let request = self
            .client
            .post(endpoint.url().clone())
            .header(AUTHORIZATION, signature)
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_ENCODING, "aes128gcm")
            .header("TTL", TTL)
            .header("Urgency", "low")
            .header("Topic", TOPIC)
            .body(body);
        match request.send().await {
            Ok(response) => judge(response).await,
            Err(error) if error.is_connect() => Delivery::Unreached.into(),
            Err(error) if error.is_builder() => Delivery::Refused.into(),
            Err(_) => Delivery::Unanswered.into(),
        }
    }

    /// Returns the signature for the host of an endpoint, which is valid for hours.
    fn signature(&self, endpoint: &Endpoint, now: Timestamp) -> Option<HeaderValue> {
        let origin = endpoint.url().origin().ascii_serialization();
        let signatures = self.signatures.lock();
        let mut signatures = signatures.unwrap_or_else(PoisonError::into_inner);
        if let Some((signature, _)) = signatures
            .get(&origin)
            .filter(|(_, until)| until.duration_since(now) > RENEWED_BEFORE)
        {
            return Some(signature.clone());
        }
        let (signature, until) = self.key.authorize(&origin, &self.contact, now).ok()?;
        let mut signature = HeaderValue::try_from(signature).ok()?;
        signature.set_sensitive(true);
        if signatures.len() >= SIGNATURES_KEPT {
            signatures.clear();
        }
        signatures.insert(origin, (signature.clone(), until));
        Some(signature)
    }
}

async fn judge(mut response: Response) -> Answer {
    let (delivery, pause) = (delivery(response.status()), pause(&response));
    let mut left = LONGEST_ANSWER;
    while let Ok(Some(chunk)) = response.chunk().await
        && chunk.len() <= left
    {
        left -= chunk.len();
    }
    let pause = pause.filter(|_| delivery == Delivery::Later);
    Answer { delivery, pause }
}

fn delivery(status: StatusCode) -> Delivery {
    match status.as_u16() {
        200..=299 => Delivery::Taken,
        404 | 410 => Delivery::Gone,
        429 | 500..=599 => Delivery::Later,
        _ => Delivery::Refused,
    }
}

/// Reads the seconds of `Retry-After`. A date is not understood; the pauses of [`BackOff`](super::pace::BackOff) are
/// then kept.
fn pause(response: &Response) -> Option<Duration> {
    let value = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    let seconds: u64 = value.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(LONGEST_PAUSE)))
}
