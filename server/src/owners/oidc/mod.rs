//! Who is this? A relying party of OpenID Connect: the code flow with PKCE (RFC 7636), `state`, `nonce` and the issuer in
//! the answer (RFC 9207).

mod discovery;
mod fault;
mod fetch;
mod id_token;
mod keys;
#[cfg(test)]
pub(super) mod mock;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use data_encoding::BASE64;
use exposure_index::messages::encode;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

pub(crate) use fault::SignInFault;

use discovery::{Metadata, MetadataDocument};
use fetch::Fetcher;
use id_token::{Expected, Token};
use keys::{KeySet, KeySetDocument, Verdict};

/// How long documents of the provider are kept.
const KEPT: Duration = Duration::from_secs(3600);
/// Fetches of keys per minute, all of which may be at once, because a token names a key that is missing. A change of
/// keys takes one.
const KEY_FETCHES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(3).expect("cannot fail: it is not zero");

/// Claims about a person whom the provider vouches for: at least `iss` and `sub`.
pub(super) type Claims = Map<String, Value>;

/// The provider, and what this service is to it.
pub(super) struct Provider {
    fetcher: Fetcher,
    issuer: String,
    client_id: String,
    client_secret: Zeroizing<String>,
    redirect_url: String,
    scope: String,
    metadata: ArcSwapOption<Fetched<Metadata>>,
    keys: ArcSwapOption<Fetched<KeySet>>,
    key_fetches: DefaultDirectRateLimiter,
    /// Held while something is fetched, so that it is fetched once.
    fetching: Mutex<()>,
}

struct Fetched<T> {
    document: T,
    at: Instant,
}

/// What this service is to the provider.
pub(super) struct Registration {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) client_secret: Zeroizing<String>,
    pub(super) redirect_url: String,
    pub(super) scope: String,
}

/// A sign-in that a browser has begun: what its answer must fit.
pub(super) struct Login {
    state: String,
    nonce: String,
    verifier: String,
}

/// The query of an answer, as the browser brings it.
#[derive(Clone, Default, Deserialize)]
pub(super) struct Answer {
    pub(super) code: Option<String>,
    pub(super) state: Option<String>,
    pub(super) iss: Option<String>,
    pub(super) error: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: Option<String>,
    access_token: Option<String>,
}

impl Provider {
    pub(super) fn new(registration: Registration) -> Result<Self, reqwest::Error> {
        let Registration {
            issuer,
            client_id,
            client_secret,
            redirect_url,
            scope,
        } = registration;
        Ok(Self {
            fetcher: Fetcher::new()?,
            issuer,
            client_id,
            client_secret,
            redirect_url,
            scope,
            metadata: ArcSwapOption::empty(),
            keys: ArcSwapOption::empty(),
            key_fetches: RateLimiter::direct(Quota::per_minute(KEY_FETCHES_PER_MINUTE)),
            fetching: Mutex::default(),
        })
    }

    /// Asks the provider for its documents.
    pub(super) async fn reach(&self) -> Result<(), SignInFault> {
        self.keys().await.map(drop)
    }

    /// Begins a sign-in: where the browser goes, and what its answer must fit.
    pub(super) async fn begin(&self) -> Result<(Url, Login), SignInFault> {
        let metadata = self.metadata().await?;
        let login = Login::new()?;
        let challenge = encode(&Sha256::digest(&login.verifier));
        let mut url = metadata.document.authorization_endpoint.clone();
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_url),
            ("scope", &self.scope),
            ("state", &login.state),
            ("nonce", &login.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            // A browser that another person left signed in is not enough.
            ("prompt", "login"),
        ]);
        Ok((url, login))
    }

    /// Ends a sign-in: who it is, if the answer fits the sign-in that this browser began. A login is given once.
    pub(super) async fn end(&self, login: Login, answer: &Answer) -> Result<Claims, SignInFault> {
        let metadata = self.metadata().await?;
        if answer.state.as_deref() != Some(login.state.as_str()) {
            return Err(SignInFault::Answer("it is of another sign-in"));
        }
        match answer.iss.as_deref() {
            Some(issuer) if issuer != self.issuer => {
                return Err(SignInFault::Answer("it is of another issuer"));
            }
            None if metadata.document.names_issuer => {
                return Err(SignInFault::Answer("it does not name its issuer"));
            }
            _ => {}
        }
        if answer.error.is_some() {
            return Err(SignInFault::Refused);
        }
        let code = answer.code.as_deref();
        let code = code.ok_or(SignInFault::Answer("it has no code"))?;
        let tokens = self.exchange(&metadata.document, code, &login).await?;
        let token = tokens.id_token.as_deref();
        let token = token.ok_or(SignInFault::Token("there is none"))?;
        let claims = self.believed(token, &login).await?;
        self.with_userinfo(&metadata.document, claims, tokens.access_token)
            .await
    }

    /// Exchanges the code for tokens (RFC 6749, §4.1.3).
    async fn exchange(
        &self,
        metadata: &Metadata,
        code: &str,
        login: &Login,
    ) -> Result<Tokens, SignInFault> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect_url),
            ("code_verifier", &login.verifier),
        ]);
        let mut request = self.fetcher.0.post(metadata.token_endpoint.clone());
        if metadata.wants_secret_in_body {
            form.extend_pairs([
                ("client_id", self.client_id.as_str()),
                ("client_secret", &self.client_secret),
            ]);
        } else {
            request = request.header("authorization", self.basic());
        }
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.finish());
        match self.fetcher.json(request).await? {
            (status, Value::Object(tokens)) if status.is_success() => {
                Tokens::deserialize(tokens).map_err(|_| SignInFault::Document("it has no tokens"))
            }
            _ => Err(SignInFault::Refused),
        }
    }

    /// RFC 6749, §2.3.1: both are encoded as in a form first.
    fn basic(&self) -> String {
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = Zeroizing::new(format!(
            "{}:{}",
            encoded(&self.client_id),
            encoded(&self.client_secret)
        ));
        format!("Basic {}", BASE64.encode(pair.as_bytes()))
    }

    /// What an ID token claims, if it is believed.
    async fn believed(&self, token: &str, login: &Login) -> Result<Claims, SignInFault> {
        let token = Token::parse(token)?;
        let keys = self.keys().await?;
        let mut verdict = token.verdict(&keys.document);
        if verdict == Verdict::UnknownKey {
            // The provider may have changed its keys.
            let keys = self.keys_after(keys).await?;
            verdict = token.verdict(&keys.document);
        }
        if verdict != Verdict::Valid {
            return Err(SignInFault::Token("its signature is not the provider's"));
        }
        token.claims(&Expected {
            issuer: &self.issuer,
            client_id: &self.client_id,
            nonce: &login.nonce,
            now: Timestamp::now(),
        })
    }

    /// Adds what the provider says of the same person elsewhere (§5.3); what the ID token says goes before.
    async fn with_userinfo(
        &self,
        metadata: &Metadata,
        mut claims: Claims,
        access_token: Option<String>,
    ) -> Result<Claims, SignInFault> {
        let (Some(url), Some(token)) = (&metadata.userinfo_endpoint, access_token) else {
            return Ok(claims);
        };
        let request = self.fetcher.0.get(url.clone()).bearer_auth(token);
        let more: Claims = self.fetcher.success(request).await?;
        // §5.3.2: else it may be of another person.
        if more.get("sub") != claims.get("sub") {
            return Err(SignInFault::Document("it is of another person"));
        }
        // Whether a value was verified is said of the value beside it, not of that in the ID token.
        let is_new = |(name, _): &(String, Value)| {
            let value = name.strip_suffix("_verified").unwrap_or(name);
            !claims.contains_key(name) && !claims.contains_key(value)
        };
        let new: Vec<_> = more.into_iter().filter(is_new).collect();
        claims.extend(new);
        Ok(claims)
    }

    async fn metadata(&self) -> Result<Arc<Fetched<Metadata>>, SignInFault> {
        if let Some(kept) = kept(&self.metadata, KEPT) {
            return Ok(kept);
        }
        let _one = self.fetching.lock().await;
        if let Some(kept) = kept(&self.metadata, KEPT) {
            return Ok(kept);
        }
        let request = self.fetcher.0.get(MetadataDocument::url_of(&self.issuer));
        let metadata: MetadataDocument = self.fetcher.success(request).await?;
        let metadata = metadata.check(&self.issuer)?;
        Ok(keep(&self.metadata, metadata))
    }

    /// The provider's keys, as they were at most an hour ago.
    async fn keys(&self) -> Result<Arc<Fetched<KeySet>>, SignInFault> {
        let metadata = self.metadata().await?;
        let _one = self.fetching.lock().await;
        match kept(&self.keys, KEPT) {
            Some(kept) => Ok(kept),
            None => self.fetch_keys(&metadata.document).await,
        }
    }

    /// Newer keys than these, in which one is missing: those that another sign-in has fetched meanwhile, or else those
    /// that the provider has now. The same keys if they were fetched as often as they may be.
    async fn keys_after(
        &self,
        seen: Arc<Fetched<KeySet>>,
    ) -> Result<Arc<Fetched<KeySet>>, SignInFault> {
        let metadata = self.metadata().await?;
        let _one = self.fetching.lock().await;
        let newer = self.keys.load_full();
        match newer.filter(|kept| !Arc::ptr_eq(kept, &seen)) {
            Some(kept) => Ok(kept),
            None if self.key_fetches.check().is_err() => Ok(seen),
            None => self.fetch_keys(&metadata.document).await,
        }
    }

    async fn fetch_keys(&self, metadata: &Metadata) -> Result<Arc<Fetched<KeySet>>, SignInFault> {
        let request = self.fetcher.0.get(metadata.jwks_uri.clone());
        let document: KeySetDocument = self.fetcher.success(request).await?;
        Ok(keep(&self.keys, KeySet::of(&document)))
    }
}

fn kept<T>(place: &ArcSwapOption<Fetched<T>>, kept_for: Duration) -> Option<Arc<Fetched<T>>> {
    let fetched = place.load_full();
    fetched.filter(|fetched| fetched.at.elapsed() < kept_for)
}

fn keep<T>(place: &ArcSwapOption<Fetched<T>>, document: T) -> Arc<Fetched<T>> {
    let at = Instant::now();
    let fetched = Arc::new(Fetched { document, at });
    place.store(Some(Arc::clone(&fetched)));
    fetched
}

impl Login {
    fn new() -> Result<Self, SignInFault> {
        Ok(Self {
            state: random()?,
            nonce: random()?,
            verifier: random()?,
        })
    }
}

/// 256 random bits, as 43 characters.
fn random() -> Result<String, SignInFault> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| {
        SignInFault::Unreached("the operating system's random number generator failed")
    })?;
    Ok(encode(&bytes))
}
