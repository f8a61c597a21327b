//! Which settings exist? The command line of the server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use exposure_index::announcement::RemoteEvaluator;
use exposure_index::manual::{ManualRequest, Shell};
use exposure_index::messages::is_private;
use url::Url;

use super::OwnersSettings;
use crate::limits::{ForwardHeader, Proxies, Rate};
use crate::push::PushService;
use crate::site::Operator;
use crate::work::Mode;

/// Answer private look-ups in an exposure index without seeing what is looked up.
///
/// With --role all it holds key and index. Keep them apart, at different institutions: --role evaluator holds the key,
/// or a share of it, and no index; --role ranges holds the index and no key. Each refuses what it must not have. --role
/// owners is another service, which shows signed-in people the sensitive leaks that they are in. The server
/// listens only once everything that the settings name is open; a new generation of the index replaces the one before
/// without losing a request.
#[derive(Parser)]
#[command(
    name = "tekser-server",
    version,
    subcommand_negates_reqs = true,
    max_term_width = 100
)]
#[command(after_help = "\
Examples:
  tekser-server --index index --key tekser.key --listen 127.0.0.1:8080
  tekser-server --role evaluator --key tekser.key.1 --listen 127.0.0.1:8081
  tekser-server --role ranges --index index \\
      --evaluator https://evaluator.example.org/v1/evaluate=PUBLIC_KEY
  tekser-server --role evaluator --key tekser.key --limits rediss://redis.example.org:6380/0
  tekser-server --role ranges --index s3://tekser/index --index-cache cache \\
      --evaluator https://evaluator.example.org/v1/evaluate=PUBLIC_KEY
  tekser-server --role ranges --retrieve --index s3://tekser/index --index-cache cache \
      --trust release.key.pub
  tekser-server --role owners --config /etc/tekser/owners.toml
  tekser-server push-keygen /etc/tekser/push.key
  tekser-server check-config --config /etc/tekser/server.toml

Credentials, region and endpoint of a store come from the environment alone: AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL.

A setting is taken from its flag, else from the environment, else from the file that --config names.
tekser-indexer key show prints the PUBLIC_KEY of a key file. Only the file of settings can name the
operator of the website: [operator] with name, address, contact, log-retention and legal-basis;
and for --role owners who signs people in: [owners] with address, issuer, client-id, audit, scope,
wards, and [owners.claims].

Signals:
  SIGHUP    checks at once for a new generation, passwords, log and certificate
  SIGTERM   answers new requests for as long as --drain, then those under way, and stops
  SIGINT    answers the requests under way, and stops

Exit status: 0 stopped by a signal, 1 refused or failed, 2 wrong usage or contradictory settings.")]
pub(crate) struct CommandLine {
    /// Command to run instead of serving.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// The settings.
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// Commands other than serving.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Check the settings, and open what they name.
    ///
    /// Opens key, index, website and certificate as a start would, and tries the Redis of shared limits and the
    /// identity provider. Nothing is written, and a server with these settings may run meanwhile.
    CheckConfig(Box<Settings>),
    /// Print completions for a shell.
    #[command(after_help = "\
Example:
  tekser-server completions bash > /usr/share/bash-completion/completions/tekser-server")]
    Completions {
        /// Shell.
        shell: Shell,
    },
    /// Make the key that notices of new lists are signed with.
    ///
    /// Prints the public key, which browsers get from the server. Browsers that subscribed under one key get nothing
    /// under another.
    #[command(after_help = "\
Example:
  tekser-server push-keygen /etc/tekser/push.key")]
    PushKeygen {
        /// File to write, readable only by its owner.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Show the manual: a page for each command.
    #[command(after_help = "\
Examples:
  tekser-server man | man -l -
  tekser-server man --output /usr/local/share/man/man8")]
    Man(ManualRequest),
}

/// Which part of the protocol a server plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Both: key and index on one machine.
    All,
    /// Holds the key, or a share of it, and no index.
    Evaluator,
    /// Holds the index and no key.
    Ranges,
    /// Holds everything, sensitive leaks included, and shows signed-in people their own; on a machine of its own.
    Owners,
}

/// The settings. Each can be a flag, an environment variable or, without the leading dashes, a key of the TOML file.
#[derive(Args, Clone)]
pub(crate) struct Settings {
    /// TOML file of settings, named like the flags: listen = "127.0.0.1:8080".
    #[arg(long, value_name = "FILE", env = "TEKSER_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Role of this server.
    #[arg(long, env = "TEKSER_ROLE", default_value = "all")]
    pub(crate) role: Role,
    /// Index directory, or the store that tekser-indexer push filled: s3://BUCKET/PREFIX or file:///FOLDER.
    #[arg(long, value_name = "DIR|URL", env = "TEKSER_INDEX")]
    pub(crate) index: Option<PathBuf>,
    /// Folder for generations from a store; belongs to this server alone.
    #[arg(long, value_name = "DIR", env = "TEKSER_INDEX_CACHE")]
    pub(crate) index_cache: Option<PathBuf>,
    /// File of the key, or of one share.
    #[arg(long, value_name = "FILE", env = "TEKSER_KEY")]
    pub(crate) key: Option<PathBuf>,
    /// File of the offline key, with which role owners reads the sealed file; no other role may have it.
    #[arg(long, value_name = "FILE", env = "TEKSER_OFFLINE_KEY")]
    pub(crate) offline_key: Option<PathBuf>,
    /// File whose first line is the secret that authenticates role owners to the identity provider, readable
    /// only by its owner.
    #[arg(long, value_name = "FILE", env = "TEKSER_CLIENT_SECRET")]
    pub(crate) client_secret: Option<PathBuf>,
    /// URL of another evaluator's /v1/evaluate and the public key of its key or share. Repeat it for each.
    #[arg(
        long,
        value_name = "URL=PUBLIC_KEY",
        env = "TEKSER_EVALUATOR",
        value_delimiter = ','
    )]
    pub(crate) evaluator: Vec<RemoteEvaluator>,
    /// URL of a retrieval server's /v1/retrieve. Repeat it for each, this server included. A website needs them, and
    /// the signed statement must name the same.
    #[arg(
        long,
        value_name = "URL",
        env = "TEKSER_RETRIEVAL_SERVER",
        value_delimiter = ','
    )]
    pub(crate) retrieval_server: Vec<Url>,
    /// Public part of a trusted release key: a file, or the key itself (RW…). Only generations signed with it are
    /// served; repeat it to accept several keys.
    #[arg(
        long,
        value_name = "PUBLIC_KEY",
        env = "TEKSER_TRUST",
        value_delimiter = ','
    )]
    pub(crate) trust: Vec<String>,
    /// Let the website accept an unsigned index. Its operator, or anyone who can write to its store, can then find out
    /// what people look up.
    #[arg(long, env = "TEKSER_WITHOUT_TRUST")]
    pub(crate) without_trust: bool,
    /// File of the public log to serve, which tekser-indexer log appends to.
    #[arg(long, value_name = "FILE", env = "TEKSER_PUBLIC_LOG")]
    pub(crate) public_log: Option<PathBuf>,
    /// Password list to serve through Have I Been Pwned's interface; tekser-indexer passwords build writes it.
    #[arg(long, value_name = "FILE", env = "TEKSER_PASSWORDS")]
    pub(crate) passwords: Option<PathBuf>,
    /// Address to listen on. Repeat it for several.
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "TEKSER_LISTEN",
        default_value = "127.0.0.1:8080",
        value_delimiter = ','
    )]
    pub(crate) listen: Vec<SocketAddr>,
    /// Address of the metrics, for the operator alone.
    #[arg(long, value_name = "ADDRESS", env = "TEKSER_ADMIN")]
    pub(crate) admin: Option<SocketAddr>,
    /// Folder of the website. Repeat it for earlier versions, of which only assets are served: pages that were loaded
    /// before an upgrade, or from another server, still find theirs.
    #[arg(long, value_name = "DIR", env = "TEKSER_SITE")]
    pub(crate) site: Vec<PathBuf>,
    /// Well-known domain whose imitations the website points out, instead of its built-in list. Repeat it for several.
    #[arg(
        long,
        value_name = "DOMAIN",
        env = "TEKSER_WELL_KNOWN_SITE",
        value_delimiter = ',',
        value_parser = domain
    )]
    pub(crate) well_known_site: Vec<String>,
    /// Address of the service where people see the sensitive leaks that they are in (role owners), to which the website
    /// links: https://owners.example.kz.
    #[arg(long, value_name = "URL", env = "TEKSER_OWNERS_ADDRESS", value_parser = web_address)]
    pub(crate) owners_address: Option<String>,
    /// Time for which ranges of a generation are served after another has replaced it.
    #[arg(long, value_name = "TIME", env = "TEKSER_GRACE", default_value = "1h", value_parser = time)]
    pub(crate) grace: Duration,
    /// Interval between checks for a new generation; for a store never less than 5s.
    #[arg(long, value_name = "TIME", env = "TEKSER_RELOAD_INTERVAL", default_value = "1s", value_parser = time)]
    pub(crate) reload_interval: Duration,
    /// Origin of a website whose pages may ask this server, or * for any. Repeat it for several.
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "TEKSER_ALLOW_ORIGIN",
        value_delimiter = ','
    )]
    pub(crate) allow_origin: Vec<String>,
    /// Networks of trusted proxies, separated by commas; they name the client in --proxy-header.
    #[arg(long, value_name = "NETWORKS", env = "TEKSER_TRUSTED_PROXY")]
    pub(crate) trusted_proxy: Vec<Proxies>,
    /// Header in which trusted proxies name the client; any other header is ignored.
    #[arg(
        long,
        value_name = "HEADER",
        env = "TEKSER_PROXY_HEADER",
        default_value = "x-forwarded-for"
    )]
    pub(crate) proxy_header: ForwardHeader,
    /// Evaluations for one client (an IPv4 address or an IPv6 /64): 600/min, 20/s, 5000/h or off. An IPv6 /56 has four
    /// times as many, a /48 sixteen times.
    #[arg(
        long,
        value_name = "RATE",
        env = "TEKSER_RATE_PER_CLIENT",
        default_value = "600/min"
    )]
    pub(crate) rate_per_client: Rate,
    /// Evaluations for all clients together.
    #[arg(
        long,
        value_name = "RATE",
        env = "TEKSER_RATE_TOTAL",
        default_value = "5000/s"
    )]
    pub(crate) rate_total: Rate,
    /// Answer queries of private retrieval, in role ranges, as one of several institutions, none of which learns which
    /// range is fetched. Keeps two copies of all ranges in memory.
    #[arg(long, env = "TEKSER_RETRIEVE")]
    pub(crate) retrieve: bool,
    /// Queries of private retrieval for one client, counted like evaluations.
    #[arg(
        long,
        value_name = "RATE",
        env = "TEKSER_RETRIEVE_PER_CLIENT",
        default_value = "600/min"
    )]
    pub(crate) retrieve_per_client: Rate,
    /// Queries of private retrieval for all clients together.
    #[arg(
        long,
        value_name = "RATE",
        env = "TEKSER_RETRIEVE_TOTAL",
        default_value = "1000/s"
    )]
    pub(crate) retrieve_total: Rate,
    /// Number of threads that share a pass over all ranges; by default one per core.
    #[arg(long, value_name = "N", env = "TEKSER_RETRIEVE_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) retrieve_threads: Option<u16>,
    /// Key that signs notices of new lists, made by push-keygen; lets browsers subscribe to them.
    #[arg(long, value_name = "FILE", env = "TEKSER_PUSH_KEY")]
    pub(crate) push_key: Option<PathBuf>,
    /// File, used by this server alone, in which the endpoints of browsers are kept.
    #[arg(long, value_name = "FILE", env = "TEKSER_PUSH_STORE")]
    pub(crate) push_store: Option<PathBuf>,
    /// Where push services reach the operator: mailto:… or https://….
    #[arg(long, value_name = "URI", env = "TEKSER_PUSH_CONTACT")]
    pub(crate) push_contact: Option<String>,
    /// Push service that notices are sent to: a host, or *.HOST for all hosts below one. Repeat it for several.
    #[arg(
        long,
        value_name = "HOST",
        env = "TEKSER_PUSH_SERVICE",
        default_value = "fcm.googleapis.com,*.push.services.mozilla.com,*.notify.windows.com,web.push.apple.com",
        value_delimiter = ','
    )]
    pub(crate) push_service: Vec<PushService>,
    /// Time over which the notices of one list are spread, so that look-ups do not come all at once.
    #[arg(long, value_name = "TIME", env = "TEKSER_PUSH_SPREAD", default_value = "6h", value_parser = time)]
    pub(crate) push_spread: Duration,
    /// Days after which an endpoint that was not renewed is deleted.
    #[arg(long, value_name = "DAYS", env = "TEKSER_PUSH_KEPT_DAYS", default_value_t = 60, value_parser = clap::value_parser!(u16).range(8..=366))]
    pub(crate) push_kept_days: u16,
    /// Maximum number of endpoints to keep.
    #[arg(long, value_name = "N", env = "TEKSER_PUSH_MOST", default_value_t = 500_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) push_most: u32,
    /// Subscriptions of one client, counted as evaluations are.
    #[arg(
        long,
        value_name = "RATE",
        env = "TEKSER_PUSH_PER_CLIENT",
        default_value = "60/h"
    )]
    pub(crate) push_per_client: Rate,
    /// Subscriptions of all clients together.
    #[arg(
        long,
        value_name = "RATE",
        env = "TEKSER_PUSH_TOTAL",
        default_value = "50/s"
    )]
    pub(crate) push_total: Rate,
    /// Whether clients must work for evaluations and subscriptions, and for retrievals while many wait.
    #[arg(long, env = "TEKSER_POW", default_value = "auto")]
    pub(crate) pow: Mode,
    /// Redis or Valkey in which evaluators with the same key share their limits: redis://HOST:PORT/DATABASE, rediss://…
    /// with TLS, or unix:PATH. The URL may contain a user, not a password. Without it, or while it is gone, each
    /// evaluator counts by itself.
    #[arg(
        long,
        value_name = "URL",
        env = "TEKSER_LIMITS",
        hide_env_values = true,
        hide_default_value = true
    )]
    pub(crate) limits: Option<String>,
    /// File whose first line is the password of that Redis, readable only by its owner.
    #[arg(long, value_name = "FILE", env = "TEKSER_LIMITS_PASSWORD")]
    pub(crate) limits_password: Option<PathBuf>,
    /// File of the certificate chain in PEM, to serve HTTPS without a proxy.
    #[arg(long, value_name = "FILE", env = "TEKSER_TLS_CERT")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// File of its private key in PEM.
    #[arg(long, value_name = "FILE", env = "TEKSER_TLS_KEY")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Number of threads that answer; by default one per core.
    #[arg(long, value_name = "N", env = "TEKSER_WORKERS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) workers: Option<u16>,
    /// Maximum number of connections; each may take a quarter of a MiB of memory.
    #[arg(long, value_name = "N", env = "TEKSER_MAX_CONNECTIONS", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_connections: u32,
    /// Maximum number of connections of one client, counted as for evaluations, and at most a quarter of all; the
    /// longest idle one is closed for a new one. Those of a trusted proxy are not counted.
    #[arg(long, value_name = "N", env = "TEKSER_MAX_CONNECTIONS_PER_CLIENT", default_value_t = 512, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_connections_per_client: u32,
    /// Time that a client may take for the head of a request.
    #[arg(long, value_name = "TIME", env = "TEKSER_HEADER_TIMEOUT", default_value = "5s", value_parser = time)]
    pub(crate) header_timeout: Duration,
    /// Time that a client may take for the body of a request.
    #[arg(long, value_name = "TIME", env = "TEKSER_BODY_TIMEOUT", default_value = "5s", value_parser = time)]
    pub(crate) body_timeout: Duration,
    /// Time after which a client that accepts no byte of an answer is disconnected.
    #[arg(long, value_name = "TIME", env = "TEKSER_WRITE_TIMEOUT", default_value = "30s", value_parser = time)]
    pub(crate) write_timeout: Duration,
    /// Time for which a connection stays open without a request; longer than a proxy keeps it, or the proxy sends
    /// requests into connections that are being closed.
    #[arg(long, value_name = "TIME", env = "TEKSER_KEEP_ALIVE", default_value = "150s", value_parser = time)]
    pub(crate) keep_alive: Duration,
    /// Time for which new requests are still answered after SIGTERM, while /readyz says 503, so that a balancer sends
    /// them elsewhere before the server is gone.
    #[arg(long, value_name = "TIME", env = "TEKSER_DRAIN", default_value = "0s", value_parser = time)]
    pub(crate) drain: Duration,
    /// Time that running requests may take when the server stops.
    #[arg(long, value_name = "TIME", env = "TEKSER_SHUTDOWN_TIMEOUT", default_value = "10s", value_parser = time)]
    pub(crate) shutdown_timeout: Duration,
    /// Level of the log: error, warn, info, debug (with a line for each request).
    #[arg(long, value_name = "LEVEL", env = "TEKSER_LOG", default_value = "info")]
    pub(crate) log: tracing::Level,
    /// The table `[operator]` of the settings file, which has no flag: who runs the website.
    #[arg(skip)]
    pub(crate) operator: Option<Operator>,
    /// The table `[owners]`, which has no flag: how owners of sealed leaks sign in.
    #[arg(skip)]
    pub(crate) owners: Option<OwnersSettings>,
}

/// Parses a domain in ASCII, as the website compares it with others.
fn domain(text: &str) -> Result<String, &'static str> {
    let is_of_label = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_label = |label: &str| !label.is_empty() && label.chars().all(is_of_label);
    match text.contains('.') && text.split('.').all(is_label) {
        true => Ok(text.to_owned()),
        false => Err("expected a domain in lower case such as example.kz"),
    }
}

/// Parses a scheme and a host, for links.
fn web_address(text: &str) -> Result<String, &'static str> {
    let is_origin = |url: &Url| is_private(url) && text == url.origin().ascii_serialization();
    match Url::parse(text).is_ok_and(|url| is_origin(&url)) {
        true => Ok(text.to_owned()),
        false => Err(
            "expected https and a host such as https://owners.example.kz, with nothing after it",
        ),
    }
}

/// Parses a time such as `90s`, `5m` or `1h 30m`.
fn time(text: &str) -> Result<Duration, &'static str> {
    text.parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|time| Duration::try_from(time).ok())
        .ok_or("expected a time such as 90s, 5m or 1h")
}
