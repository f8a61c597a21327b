//! Which sensitive leaks am I in? Sealed leaks for the person alone whom an identity provider vouches for.
//!
//! A service of its own, which is never beside the public one. `oidc/` finds out who it is, `subject.rs` which identifiers
//! are theirs, `sealed.rs` which sealed leaks these are in; `audit.rs` records it first. `visits.rs` remembers a browser
//! for minutes, `pages.rs` fills in pages that work without a program, `routes.rs` answers.

mod audit;
mod oidc;
mod pages;
mod routes;
mod sealed;
mod subject;
#[cfg(test)]
mod tests;
mod visits;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use exposure_index::secret;
use exposure_index::statement::Trust;
use url::Url;
use zeroize::Zeroizing;

use crate::config::{ClaimMap, OwnersConfig};
use crate::limits::{Proxies, Quotas, Rate};
use crate::site::Site;

pub(crate) use routes::configure;

use audit::OwnersAudit;
use oidc::{Login, Provider, Registration};
use sealed::SealedIndex;
use subject::Subject;
use visits::Visits;

/// How long a sign-in may take at the provider.
const LOGIN: Duration = Duration::from_secs(600);
/// How long a person may read without asking for another page, and how long in all.
const IDLE: Duration = Duration::from_secs(300);
const LONGEST: Duration = Duration::from_secs(900);
/// The most browsers that are remembered, while they sign in and after: some 60 MB.
const MOST_VISITS: usize = 50_000;
/// Sign-ins that are begun, for one client and for all together.
const LOGINS_A_MINUTE: u32 = 30;
const LOGINS_A_SECOND: u32 = 50;
/// Answers in one session. Each is a line of the audit, which waits for the disk: no one person may fill it.
const MOST_ANSWERS: u32 = 100;
/// Bytes of the longest secret that a provider gives.
const LONGEST_SECRET: u64 = 4096;

/// The service.
pub(crate) struct Owners {
    address: String,
    issuer_host: String,
    claims: ClaimMap,
    provider: Provider,
    logins: Visits<BegunLogin>,
    sessions: Visits<Session>,
    sealed: Arc<SealedIndex>,
    audit: Arc<OwnersAudit>,
    site: Arc<Site>,
    quotas: Quotas,
    proxies: Proxies,
}

/// A sign-in that a browser has begun.
struct BegunLogin {
    login: Login,
    language: &'static str,
}

/// A person who has signed in. It has no `Debug`.
struct Session {
    subject: Arc<Subject>,
    /// What forms of this session must send along.
    csrf: String,
    /// Whether the person said that nobody else is looking.
    is_alone: bool,
    answers_left: u32,
}

impl Owners {
    /// Opens the sealed file, the keys and the audit. The provider is asked when the first person signs in.
    ///
    /// # Errors
    /// If one of them cannot be opened.
    pub(crate) fn open(config: &OwnersConfig, site: Arc<Site>) -> anyhow::Result<Self> {
        let settings = &config.settings;
        let sealed = sealed(config)?;
        let audit = OwnersAudit::open(&settings.audit, sealed.pseudonyms());
        let audit = audit.context("answers cannot be recorded")?;
        pages::check(&site)?;
        let per_client = Rate::per_minute(LOGINS_A_MINUTE);
        Ok(Self {
            address: settings.address.clone(),
            issuer_host: host_of(&settings.issuer),
            claims: settings.claims.clone(),
            provider: provider(config)?,
            logins: Visits::new(LOGIN, LOGIN, MOST_VISITS),
            sessions: Visits::new(IDLE, LONGEST, MOST_VISITS),
            sealed: Arc::new(sealed),
            audit: Arc::new(audit),
            site,
            quotas: Quotas::new(per_client, Rate::per_second(LOGINS_A_SECOND)),
            proxies: config.proxies.clone(),
        })
    }

    /// Checks that [`open`](Self::open) would succeed, and asks the provider for its documents. A running service may
    /// have the audit open: it is read, and nothing is written.
    ///
    /// # Errors
    /// If something cannot be opened, or if the provider cannot be reached or breaks a rule.
    pub(crate) async fn check(config: &OwnersConfig, site: &Site) -> anyhow::Result<()> {
        sealed(config)?;
        OwnersAudit::check(&config.settings.audit).context("answers cannot be recorded")?;
        pages::check(site)?;
        let reached = provider(config)?.reach().await;
        reached.context("people cannot sign in")
    }

    /// Forgets visits that have ended. To be called every minute or so.
    pub(crate) fn sweep(&self) {
        let now = Instant::now();
        self.logins.sweep(now);
        self.sessions.sweep(now);
        self.quotas.sweep();
    }
}

fn sealed(config: &OwnersConfig) -> anyhow::Result<SealedIndex> {
    let trust = Trust::load(&config.trust).context("a public key to trust cannot be read")?;
    let (key, offline_key) = (&config.key, &config.offline_key);
    SealedIndex::open(config.index.clone(), key, offline_key, trust)
        .context("sealed leaks cannot be looked up")
}

fn provider(config: &OwnersConfig) -> anyhow::Result<Provider> {
    let settings = &config.settings;
    let secret = secret::read_file(&config.client_secret, LONGEST_SECRET)
        .context("the secret that the identity provider knows this service by cannot be used")?;
    let line = secret.lines().next().unwrap_or_default();
    anyhow::ensure!(
        !line.is_empty(),
        "{} has no secret in its first line",
        config.client_secret.display()
    );
    let registration = Registration {
        issuer: settings.issuer.clone(),
        client_id: settings.client_id.clone(),
        client_secret: Zeroizing::new(line.to_owned()),
        redirect_url: format!("{}{}", settings.address, routes::CALLBACK),
        scope: settings.scope.clone(),
    };
    Provider::new(registration).context("cannot set up the client for the identity provider")
}

fn host_of(issuer: &str) -> String {
    let url = Url::parse(issuer).ok();
    let host = url.as_ref().and_then(Url::host_str);
    host.unwrap_or_default().to_owned()
}
