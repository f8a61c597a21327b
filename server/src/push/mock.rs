//! What would a push service do? A mock on this machine, over HTTPS, that reads messages as the browsers would.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::iter;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ::ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Path};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt};
use exposure_index::messages::decode;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::Certificate;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::PushService;
use super::browser::Browser;
use super::client::MESSAGE;
use super::destination::Endpoint;
use super::subscription::Subscription;

/// The host of the mock.
pub(crate) const HOST: &str = "push.example.org";
/// Number of different keys of all browsers together.
const KEYS: u32 = 32;
/// Only messages to browsers whose number is a multiple of this are decrypted.
const READ: u32 = 50;

/// What the service answers: the status and a `Retry-After`, for the browser with this number at its nth message.
pub(crate) type Responder = fn(browser: u32, nth: u32) -> (u16, Option<&'static str>);

/// What arrived at the service.
pub(crate) struct Received {
    answering: Responder,
    /// Number of messages sent to each browser.
    pub(crate) messages: Mutex<BTreeMap<u32, u32>>,
    /// Rules that requests broke.
    pub(crate) faults: Mutex<BTreeSet<&'static str>>,
    authorized: Mutex<BTreeSet<String>>,
    under_way: AtomicUsize,
    /// Maximum number of requests at a time.
    pub(crate) most_under_way: AtomicUsize,
    /// Time that each answer takes.
    pub(crate) pause: Mutex<Duration>,
}

/// The service, until it is dropped.
pub(crate) struct MockService {
    pub(crate) seen: Arc<Received>,
    pub(crate) certificate: Certificate,
    address: SocketAddr,
    handle: ServerHandle,
}

/// Resolves every name to this machine.
struct Here(SocketAddr);

impl Resolve for Here {
    fn resolve(&self, _: Name) -> Resolving {
        let addresses: Addrs = Box::new(iter::once(self.0));
        Box::pin(ready(Ok(addresses)))
    }
}

/// Returns the browser with this number; several share their keys.
pub(crate) fn browser(number: u32) -> Browser {
    Browser::new(number % KEYS)
}

pub(crate) fn services() -> Vec<PushService> {
    vec![HOST.parse().expect("a host")]
}

/// Returns the subscription of the browser with this number.
pub(crate) fn subscription(number: u32) -> Subscription {
    let url = format!("https://{HOST}/push/{number}");
    Subscription {
        endpoint: Endpoint::parse(&url, &services()).expect("an endpoint"),
        keys: browser(number).keys(),
        expires: None,
    }
}

impl MockService {
    pub(crate) fn start(answering: Responder) -> Self {
        let seen = Arc::new(Received {
            answering,
            messages: Mutex::default(),
            faults: Mutex::default(),
            authorized: Mutex::default(),
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
            pause: Mutex::default(),
        });
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(vec![HOST.to_owned()]).expect("a certificate");
        let chain = CertificateDer::from_pem_slice(cert.pem().as_bytes()).expect("PEM");
        let key = PrivateKeyDer::from_pem_slice(signing_key.serialize_pem().as_bytes());
        let tls = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![chain], key.expect("PEM"))
            .expect("a pair");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Data::from(Arc::clone(&seen));
        let app = move || {
            App::new()
                .app_data(state.clone())
                .route("/push/{number}", web::post().to(take))
        };
        let server = HttpServer::new(app).workers(1).disable_signals();
        let server = server
            .listen_rustls_0_23(listener, tls)
            .expect("a server")
            .run();
        let handle = server.handle();
        rt::spawn(server);
        Self {
            seen,
            certificate: Certificate::from_pem(cert.pem().as_bytes()).expect("PEM"),
            address,
            handle,
        }
    }

    /// Stops the service, so that nothing answers at its address.
    pub(crate) async fn stop(&self) {
        self.handle.stop(false).await;
    }

    /// Leads every name to the mock.
    pub(crate) fn resolver(&self) -> Arc<dyn Resolve> {
        Arc::new(Here(self.address))
    }

    /// Returns the number of messages sent to each browser.
    pub(crate) fn messages(&self) -> BTreeMap<u32, u32> {
        self.seen.messages.lock().expect("no panic").clone()
    }

    pub(crate) fn faults(&self) -> BTreeSet<&'static str> {
        self.seen.faults.lock().expect("no panic").clone()
    }
}

impl Drop for MockService {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

async fn take(
    request: HttpRequest,
    number: Path<u32>,
    body: Bytes,
    seen: Data<Received>,
) -> HttpResponse {
    let under_way = seen.under_way.fetch_add(1, Ordering::SeqCst) + 1;
    seen.most_under_way.fetch_max(under_way, Ordering::SeqCst);
    let pause = *seen.pause.lock().expect("no panic");
    if !pause.is_zero() {
        rt::time::sleep(pause).await;
    }
    if let Err(fault) = check(&request, *number, &body, &seen) {
        seen.faults.lock().expect("no panic").insert(fault);
    }
    let nth = {
        let mut messages = seen.messages.lock().expect("no panic");
        let nth = messages.entry(*number).or_default();
        *nth += 1;
        *nth
    };
    seen.under_way.fetch_sub(1, Ordering::SeqCst);
    let (status, retry_after) = (seen.answering)(*number, nth);
    let status = StatusCode::from_u16(status).expect("a status");
    let mut answer = HttpResponse::build(status);
    if let Some(seconds) = retry_after {
        answer.insert_header(("Retry-After", seconds));
    }
    if status.is_redirection() {
        answer.insert_header(("Location", "https://push.example.org/push/4000000000"));
    }
    answer.finish()
}

fn check(
    request: &HttpRequest,
    number: u32,
    body: &[u8],
    seen: &Received,
) -> Result<(), &'static str> {
    let header = |name: &str| {
        let value = request.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let expected = [
        ("content-encoding", "aes128gcm"),
        ("ttl", "604800"),
        ("urgency", "low"),
        ("topic", "tekser"),
        ("host", HOST),
    ];
    if expected.iter().any(|(name, value)| header(name) != *value) {
        return Err("a header");
    }
    if ["cookie", "referer", "user-agent"]
        .iter()
        .any(|name| !header(name).is_empty())
    {
        return Err("a header too many");
    }
    if body.len() != 113 {
        return Err("the length");
    }
    if number.is_multiple_of(READ) && browser(number).decrypt(body).as_deref() != Some(MESSAGE) {
        return Err("the message");
    }
    authorize(header("authorization"), seen).ok_or("the signature")
}

fn authorize(header: &str, seen: &Received) -> Option<()> {
    let mut authorized = seen.authorized.lock().expect("no panic");
    if authorized.contains(header) {
        return Some(());
    }
    let (token, key) = header.strip_prefix("vapid t=")?.split_once(", k=")?;
    let (signed, signature) = token.rsplit_once('.')?;
    let (_, claims) = signed.split_once('.')?;
    let claims = data_encoding::BASE64URL_NOPAD
        .decode(claims.as_bytes())
        .ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    if claims["aud"] != format!("https://{HOST}") {
        return None;
    }
    let key: [u8; 65] = decode(key)?;
    let signature: [u8; 64] = decode(signature)?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key)
        .verify(signed.as_bytes(), &signature)
        .ok()?;
    authorized.insert(header.to_owned());
    Some(())
}
