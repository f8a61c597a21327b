//! Do the settings fit together?

use std::mem;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use exposure_index::announcement::RemoteEvaluator;
use exposure_index::messages::{MAX_ELEMENTS, MAX_EVALUATORS, is_private};
use exposure_index::retrieval::{MAX_SERVERS, MIN_SERVERS};
use url::Url;

use super::error::LONGEST;
use super::{ConfigError, OwnersConfig, Role, Settings};
use crate::gate::GateRules;
use crate::limits::{Proxies, Rate};
use crate::observe::GatedCalls;
use crate::push::{PushConfig, is_contact};
use crate::redis::{Address, RedisConfig};
use crate::serving::StoreAddress;
use crate::site::Operator;

/// Settings that fit together.
pub(crate) struct Config {
    /// The index to serve, unless the role is `evaluator`.
    pub(crate) index: Option<IndexConfig>,
    /// The key to evaluate with, unless the role is `ranges`.
    pub(crate) evaluator: Option<EvaluatorConfig>,
    /// Settings of private retrieval, if it is on.
    pub(crate) retrieval: Option<RetrievalConfig>,
    /// Settings of notices of new lists, if they are sent, and limits on subscriptions.
    pub(crate) push: Option<(PushConfig, GateRules)>,
    /// The public log to serve, and the interval between checks whether it has grown.
    pub(crate) log: Option<(PathBuf, Duration)>,
    /// The password list to serve, and the interval between checks whether it was replaced.
    pub(crate) passwords: Option<(PathBuf, Duration)>,
    /// Settings of the service for owners; there is then no index and no evaluator.
    pub(crate) owners: Option<OwnersConfig>,
    /// Address of the service for owners, for links on the website.
    pub(crate) owners_address: Option<String>,
    /// The folder of the website, and those of earlier versions, whose assets are served as well.
    pub(crate) site: Option<SiteFolders>,
    /// Whether the website believes an unsigned index.
    pub(crate) is_site_trusting_all: bool,
    /// Sites whose imitations the website points out, instead of its built-in list.
    pub(crate) well_known_sites: Vec<String>,
    /// The operator of the website.
    pub(crate) operator: Option<Operator>,
    /// Origins whose pages may call the server from a browser.
    pub(crate) allow_origin: Vec<String>,
    /// How to listen.
    pub(crate) http: HttpConfig,
}

/// Folders of the website.
pub(crate) struct SiteFolders {
    /// The website.
    pub(crate) current: PathBuf,
    /// Earlier versions, of which only the assets are served.
    pub(crate) before: Vec<PathBuf>,
}

/// The index to serve, and how.
pub(crate) struct IndexConfig {
    /// The index directory; the cache if the index is in a store.
    pub(crate) directory: PathBuf,
    /// The store that it is fetched from.
    pub(crate) store: Option<StoreAddress>,
    /// Evaluators on other machines.
    pub(crate) evaluators: Vec<RemoteEvaluator>,
    /// Retrieval servers that clients and pages of the website ask.
    pub(crate) retrieval_servers: Vec<Url>,
    /// Public keys, or their files, one of which must have signed a generation; empty if it need not be signed.
    pub(crate) trust: Vec<String>,
    /// Time for which a generation is served after it has been replaced.
    pub(crate) grace: Duration,
    /// Interval between checks for a new one.
    pub(crate) interval: Duration,
}

/// The key to evaluate with, and its limits.
pub(crate) struct EvaluatorConfig {
    /// The key file.
    pub(crate) key: PathBuf,
    /// Limits on evaluations.
    pub(crate) gate: GateRules,
    /// The Redis in which evaluators share their limits.
    pub(crate) shared: Option<RedisConfig>,
}

/// Settings of private retrieval.
pub(crate) struct RetrievalConfig {
    /// Limits on queries.
    pub(crate) gate: GateRules,
    /// Threads that share a pass.
    pub(crate) threads: usize,
}

/// Addresses, bounds and time-outs of the HTTP server.
pub(crate) struct HttpConfig {
    /// Addresses to listen on.
    pub(crate) listen: Vec<SocketAddr>,
    /// Address of the metrics.
    pub(crate) admin: Option<SocketAddr>,
    /// Certificate and key for HTTPS.
    pub(crate) tls: Option<TlsConfig>,
    /// Interval between checks whether the certificate was replaced.
    pub(crate) reload_interval: Duration,
    /// Threads that answer.
    pub(crate) workers: usize,
    /// Maximum number of connections at a time, over all workers.
    pub(crate) max_connections: usize,
    /// Maximum number of connections of one client.
    pub(crate) max_connections_per_client: usize,
    /// Peers whose connections are not counted, because they connect for many clients.
    pub(crate) proxies: Proxies,
    /// Time that the head of a request may take.
    pub(crate) header_timeout: Duration,
    /// Time that its body may take.
    pub(crate) body_timeout: Duration,
    /// Time after which a client that takes no byte of an answer is disconnected.
    pub(crate) write_timeout: Duration,
    /// Time that a connection may be idle.
    pub(crate) keep_alive: Duration,
    /// Time for which new requests are still answered after the signal to stop.
    pub(crate) drain: Duration,
    /// Time that requests under way may take when the server then stops.
    pub(crate) shutdown_timeout: Duration,
}

/// Certificate chain and private key, both PEM.
#[derive(Clone)]
#[cfg_attr(
    not(feature = "tls"),
    expect(dead_code, reason = "a server without `tls` only refuses the settings")
)]
pub(crate) struct TlsConfig {
    /// The certificate chain.
    pub(crate) certificate: PathBuf,
    /// The private key.
    pub(crate) key: PathBuf,
}

impl Settings {
    /// Returns the settings if they fit together.
    ///
    /// # Errors
    /// [`ConfigError`] if the role lacks a setting or has one that it must not have, or a value makes no sense.
    pub(crate) fn check(mut self) -> Result<Config, ConfigError> {
        self.check_all()?;
        let push = self.push()?;
        let proxies: Proxies = mem::take(&mut self.trusted_proxy).into_iter().collect();
        let proxies = proxies.with_header(self.proxy_header);
        let of_evaluations = self.gate(GatedCalls::Evaluations, &proxies);
        let of_retrievals = self.gate(GatedCalls::Retrievals, &proxies);
        let of_subscriptions = self.gate(GatedCalls::Subscriptions, &proxies);
        let owners = self.owners_config(&proxies);
        let http = self.http(proxies)?;
        let shared = shared(self.limits.as_deref(), self.limits_password)?;
        let is_public = owners.is_none();
        let place = index_place(self.index, self.index_cache)?.filter(|_| is_public);
        let key = self.key.filter(|_| is_public);
        Ok(Config {
            push: push.map(|push| (push, of_subscriptions)),
            retrieval: self.retrieve.then(|| RetrievalConfig {
                gate: of_retrievals,
                threads: self.retrieve_threads.map_or_else(cores, usize::from),
            }),
            index: place.map(|(directory, store)| IndexConfig {
                directory,
                store,
                evaluators: self.evaluator,
                retrieval_servers: self.retrieval_server,
                trust: self.trust,
                grace: self.grace,
                interval: self.reload_interval,
            }),
            evaluator: key.map(|key| EvaluatorConfig {
                key,
                gate: of_evaluations,
                shared,
            }),
            log: self.public_log.map(|file| (file, self.reload_interval)),
            passwords: self.passwords.map(|file| (file, self.reload_interval)),
            owners,
            owners_address: self.owners_address,
            site: site_folders(self.site),
            is_site_trusting_all: self.without_trust,
            well_known_sites: self.well_known_site,
            operator: self.operator,
            allow_origin: self.allow_origin,
            http,
        })
    }

    fn check_all(&self) -> Result<(), ConfigError> {
        self.check_role()?;
        self.check_trust()?;
        self.check_times()?;
        self.check_rates()?;
        self.check_retrieval_servers()?;
        if self.listen.is_empty() {
            return Err(ConfigError::NoAddress);
        }
        self.allow_origin
            .iter()
            .try_for_each(|origin| check_origin(origin))?;
        if self.evaluator.len() + usize::from(self.key.is_some()) > MAX_EVALUATORS {
            return Err(ConfigError::TooManyEvaluators);
        }
        if self.operator.is_some() && self.site.is_empty() {
            return Err(ConfigError::OperatorWithoutSite);
        }
        Ok(())
    }

    fn gate(&self, calls: GatedCalls, proxies: &Proxies) -> GateRules {
        let (rate_per_client, rate_total) = match calls {
            GatedCalls::Evaluations => (self.rate_per_client, self.rate_total),
            GatedCalls::Retrievals => (self.retrieve_per_client, self.retrieve_total),
            GatedCalls::Subscriptions => (self.push_per_client, self.push_total),
        };
        GateRules {
            calls,
            rate_per_client,
            rate_total,
            work: self.pow,
            proxies: proxies.clone(),
        }
    }

    fn http(&mut self, proxies: Proxies) -> Result<HttpConfig, ConfigError> {
        let tls = match (self.tls_cert.take(), self.tls_key.take()) {
            (Some(certificate), Some(key)) => Some(TlsConfig { certificate, key }),
            (None, None) => None,
            _ => return Err(ConfigError::HalfTls),
        };
        Ok(HttpConfig {
            listen: mem::take(&mut self.listen),
            admin: self.admin,
            tls,
            reload_interval: self.reload_interval,
            workers: self.workers.map_or_else(cores, usize::from),
            max_connections: self.max_connections as usize,
            max_connections_per_client: self.max_connections_per_client as usize,
            proxies,
            header_timeout: self.header_timeout,
            body_timeout: self.body_timeout,
            write_timeout: self.write_timeout,
            keep_alive: self.keep_alive,
            drain: self.drain,
            shutdown_timeout: self.shutdown_timeout,
        })
    }

    /// Returns the settings of the service for owners, if that is the role.
    fn owners_config(&self, proxies: &Proxies) -> Option<OwnersConfig> {
        Some(OwnersConfig {
            settings: self.owners.clone()?,
            index: self.index.clone()?,
            key: self.key.clone()?,
            offline_key: self.offline_key.clone()?,
            client_secret: self.client_secret.clone()?,
            trust: self.trust.clone(),
            proxies: proxies.clone(),
        })
    }

    /// Returns whether the server only answers retrievals, as a second institution's does; it takes the evaluators from
    /// the signed statement.
    pub(super) fn is_retrieval_only(&self) -> bool {
        self.retrieve && self.evaluator.is_empty()
    }

    /// Returns the settings of notices, if they are sent.
    fn push(&self) -> Result<Option<PushConfig>, ConfigError> {
        let (key, store, contact) = match (&self.push_key, &self.push_store, &self.push_contact) {
            (Some(key), Some(store), Some(contact)) => (key, store, contact),
            (None, None, None) => return Ok(None),
            _ => return Err(ConfigError::HalfPush),
        };
        if !is_contact(contact) {
            return Err(ConfigError::PushContact);
        }
        Ok(Some(PushConfig {
            key: key.clone(),
            store: store.clone(),
            contact: contact.clone(),
            services: self.push_service.clone(),
            spread: self.push_spread,
            kept_days: self.push_kept_days,
            most: self.push_most,
        }))
    }

    /// Checks the trusted keys: the website's pages believe only the keys that the server trusts.
    fn check_trust(&self) -> Result<(), ConfigError> {
        let is_trusting_nobody = self.trust.is_empty() && !self.without_trust;
        match (self.site.is_empty(), self.role) {
            _ if self.without_trust && !self.trust.is_empty() => Err(ConfigError::TrustAndNot),
            (false, Role::All | Role::Ranges) if is_trusting_nobody => {
                Err(ConfigError::SiteWithoutTrust)
            }
            _ => Ok(()),
        }
    }

    /// Checks the retrieval servers: clients ask none, or two to five, over encrypted connections.
    fn check_retrieval_servers(&self) -> Result<(), ConfigError> {
        let servers = &self.retrieval_server;
        let is_number = servers.is_empty() || (MIN_SERVERS..=MAX_SERVERS).contains(&servers.len());
        match is_number && servers.iter().all(is_private) {
            true => Ok(()),
            false => Err(ConfigError::RetrievalServers),
        }
    }

    /// Checks the quotas: one below the 16 elements of the largest request would refuse it for ever.
    fn check_rates(&self) -> Result<(), ConfigError> {
        let rates = [
            ("rate-per-client", self.rate_per_client),
            ("rate-total", self.rate_total),
            ("retrieve-per-client", self.retrieve_per_client),
            ("retrieve-total", self.retrieve_total),
        ];
        let holds_a_request = |rate: Rate| {
            rate.amount()
                .is_none_or(|amount| amount.get() as usize >= MAX_ELEMENTS)
        };
        match rates.into_iter().find(|(_, rate)| !holds_a_request(*rate)) {
            Some((setting, _)) => Err(ConfigError::SmallRate { setting }),
            None => Ok(()),
        }
    }

    fn check_times(&self) -> Result<(), ConfigError> {
        let times = [
            ("reload-interval", self.reload_interval),
            ("header-timeout", self.header_timeout),
            ("body-timeout", self.body_timeout),
            ("write-timeout", self.write_timeout),
            ("keep-alive", self.keep_alive),
            ("push-spread", self.push_spread),
            ("grace", self.grace),
            ("drain", self.drain),
            ("shutdown-timeout", self.shutdown_timeout),
        ];
        let may_be_zero = |setting| matches!(setting, "grace" | "drain" | "shutdown-timeout");
        for (setting, time) in times {
            if time.is_zero() && !may_be_zero(setting) {
                return Err(ConfigError::Zero { setting });
            }
            if time > LONGEST {
                return Err(ConfigError::TooLong { setting });
            }
        }
        Ok(())
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn site_folders(folders: Vec<PathBuf>) -> Option<SiteFolders> {
    let mut folders = folders.into_iter();
    Some(SiteFolders {
        current: folders.next()?,
        before: folders.collect(),
    })
}

fn shared(
    address: Option<&str>,
    password: Option<PathBuf>,
) -> Result<Option<RedisConfig>, ConfigError> {
    match (address.map(Address::parse).transpose()?, password) {
        (Some(address), None) if address.names_user() => Err(ConfigError::UserWithoutPassword),
        (Some(address), password) => Ok(Some(RedisConfig { address, password })),
        (None, Some(_)) => Err(ConfigError::PasswordWithoutLimits),
        (None, None) => Ok(None),
    }
}

/// Returns the folder that an index is served from, and the store that it is fetched from, if any.
fn index_place(
    index: Option<PathBuf>,
    cache: Option<PathBuf>,
) -> Result<Option<(PathBuf, Option<StoreAddress>)>, ConfigError> {
    let text = index.as_ref().and_then(|index| index.to_str());
    match (text.filter(|text| StoreAddress::is_meant_by(text)), cache) {
        (Some(store), Some(cache)) => Ok(Some((cache, Some(store.parse()?)))),
        (Some(_), None) => Err(ConfigError::StoreWithoutCache),
        (None, Some(_)) => Err(ConfigError::CacheWithoutStore),
        (None, None) => Ok(index.map(|index| (index, None))),
    }
}

/// Checks an origin as browsers send it: scheme, host and port, nothing after them.
fn check_origin(text: &str) -> Result<(), ConfigError> {
    let is_origin = Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && text == url.origin().ascii_serialization()
    });
    if text == "*" || is_origin {
        return Ok(());
    }
    Err(ConfigError::Origin)
}
