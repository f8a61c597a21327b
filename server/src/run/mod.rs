//! How does the server start? Key and index are opened, then it listens; the first failure is reported and ends it.

mod tasks;

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use anyhow::Context;
use exposure_index::announcement::{Evaluators, RemoteEvaluator};
use exposure_index::generation::IndexDirectory;
use exposure_index::oprf::PublicKey;
use exposure_index::statement::Trust;
use tokio::signal::unix::{SignalKind, signal};

use crate::app::{App, configure, configure_for_operator};
use crate::config::{
    Config, EvaluatorConfig, HttpConfig, IndexConfig, RetrievalConfig, SiteFolders,
};
use crate::evaluation::Evaluator;
use crate::gate::Gate;
use crate::http::{Certificate, StopSignals, serve, serve_admin};
use crate::observe::{Condition, Metrics};
use crate::owners::Owners;
use crate::push::Notices;
use crate::redis::RedisClient;
use crate::retrieval::Retrieval;
use crate::serving::{Generations, ServeRequirements};
use crate::serving::{Mirror, ServeError, ServedGeneration, ServedLog, ServedPasswords, Watcher};
use crate::site::{Site, SiteFacts};

/// A certificate, and the interval between checks whether it was replaced.
type WatchedCertificate = (Arc<Certificate>, Duration);

/// Everything that a configuration names, opened.
struct OpenedConfig {
    app: App,
    shared: Option<Arc<RedisClient>>,
    watcher: Option<(Watcher, Duration)>,
    log_interval: Option<Duration>,
    passwords_interval: Option<Duration>,
    certificate: Option<WatchedCertificate>,
}

/// Opens what a start would, and tries to reach the store of the index and the Redis of shared limits, if there
/// are such. Nothing is fetched, so the index in a store is not opened unless it was fetched before.
///
/// # Errors
/// Fails if one of them cannot be used; also for what a start only logs: passwords, public log, an invalid certificate.
pub(crate) fn check(config: &Config) -> anyhow::Result<()> {
    let mut index = config.index.as_ref();
    if let Some(mirror) = mirror(config)? {
        mirror.reach()?;
        index = index.filter(|index| IndexDirectory::at(&index.directory).current().is_ok());
    }
    if let Some((push, _)) = &config.push {
        Notices::check(push).context("notices of new lists cannot be sent")?;
    }
    let opened = open(config, index, None)?;
    if let Some(complaint) = opened.app.metrics.conditions().complaints().first() {
        anyhow::bail!("{complaint}");
    }
    if let Some(owners) = &config.owners {
        let site = site_of_owners(&opened.app)?;
        rt::System::new().block_on(Owners::check(owners, &site))?;
    }
    match opened.shared {
        Some(shared) => {
            let reached = rt::System::new().block_on(shared.reach());
            reached.context("limits cannot be shared")
        }
        None => Ok(()),
    }
}

/// Opens the key, the index, the website and the certificate, if they are set. Passwords and a public log that cannot
/// be served are logged: the rest is served without them.
fn open(
    config: &Config,
    index: Option<&IndexConfig>,
    mirror: Option<&mut Mirror>,
) -> anyhow::Result<OpenedConfig> {
    let metrics = Arc::new(Metrics::new());
    let certificate = open_certificate(&config.http, &metrics)?;
    let evaluator = config.evaluator.as_ref();
    let evaluation = evaluator.map(|evaluator| open_evaluation(evaluator, &metrics));
    let (evaluation, shared) = evaluation.transpose()?.unzip();
    let own_key = evaluation
        .as_ref()
        .map(|(evaluator, _)| evaluator.public_key());
    let served = match index {
        Some(index) => {
            let demands = requirements(index, config, own_key)?;
            Some(open_index(index, demands, mirror, &metrics)?)
        }
        None => None,
    };
    let (generations, watcher) = served.unzip();
    let retrieval = match (&config.retrieval, index, &generations) {
        (Some(retrieval), Some(index), Some(generations)) => {
            Some(open_retrieval(retrieval, index, generations, &metrics)?)
        }
        _ => None,
    };
    let records = retrieval
        .as_ref()
        .map(|(retrieval, _)| Arc::clone(retrieval));
    let watcher = watcher.map(|(watcher, period)| (watcher.with_retrieval(records), period));
    let folders = config.site.as_ref();
    let site = folders.map(|folders| open_site(folders, config));
    let site = site.transpose()?.map(Arc::new);
    let (log, log_interval) = open_log(config, &metrics).unzip();
    let (passwords, passwords_interval) = open_passwords(config, &metrics).unzip();
    let app = App {
        generations,
        log,
        passwords,
        evaluation,
        retrieval,
        notices: None,
        owners: None,
        site,
        metrics,
        origins: config.allow_origin.clone(),
        body_timeout: config.http.body_timeout,
    };
    Ok(OpenedConfig {
        app,
        shared: shared.flatten(),
        watcher,
        log_interval,
        passwords_interval,
        certificate,
    })
}

fn open_log(config: &Config, metrics: &Arc<Metrics>) -> Option<(Arc<ServedLog>, Duration)> {
    let (file, period) = config.log.as_ref()?;
    let log = ServedLog::open(file, Arc::clone(metrics));
    Some((Arc::new(log), *period))
}

fn open_passwords(
    config: &Config,
    metrics: &Arc<Metrics>,
) -> Option<(Arc<ServedPasswords>, Duration)> {
    let (file, period) = config.passwords.as_ref()?;
    let passwords = ServedPasswords::open(file, *period, Arc::clone(metrics));
    Some((Arc::new(passwords), *period))
}

fn open_certificate(
    http: &HttpConfig,
    metrics: &Arc<Metrics>,
) -> anyhow::Result<Option<WatchedCertificate>> {
    let Some(files) = &http.tls else {
        return Ok(None);
    };
    let certificate = Certificate::open(files, Arc::clone(metrics))?;
    Ok(Some((certificate, http.reload_interval)))
}

/// Opens what the configuration names and serves it until the process is stopped.
///
/// # Errors
/// Fails if something cannot be opened, or no address is available.
pub(crate) fn run(config: &Config) -> anyhow::Result<()> {
    let system = rt::System::new();
    // Before anything slow: until then a SIGHUP ends the process.
    let hangups = system.block_on(async { signal(SignalKind::hangup()) })?;
    let mut mirror = mirror(config)?;
    let mut opened = open(config, config.index.as_ref(), mirror.as_mut())?;
    opened.app.notices = open_notices(config, &opened.app)?;
    opened.app.owners = open_owners(config, &opened.app)?;
    system.block_on(async {
        tasks::start(&mut opened, mirror, hangups).await?;
        let OpenedConfig {
            app, certificate, ..
        } = opened;
        if let Some(address) = config.http.admin {
            let metrics = Arc::clone(&app.metrics);
            let configure = move |service: &mut _| configure_for_operator(&metrics, service);
            rt::spawn(serve_admin(address, &config.http, configure)?);
        }
        let tls = certificate.map(|(certificate, _)| certificate.server_config());
        let stop = StopSignals::new()?;
        let metrics = Arc::clone(&app.metrics);
        let configure = move |service: &mut _| configure(&app, service);
        serve(&config.http, tls.as_ref(), &metrics, configure, stop)?.await?;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Opens the sealed leaks, and the settings of who may see which.
fn open_owners(config: &Config, app: &App) -> anyhow::Result<Option<Arc<Owners>>> {
    let Some(owners) = &config.owners else {
        return Ok(None);
    };
    let owners = Owners::open(owners, site_of_owners(app)?)?;
    Ok(Some(Arc::new(owners)))
}

/// The website, of which the service for owners has its pages.
fn site_of_owners(app: &App) -> anyhow::Result<Arc<Site>> {
    app.site.clone().context("the website is not open")
}

/// Opens the endpoints of browsers and the gate before subscriptions, if notices are sent, and starts to send them.
fn open_notices(config: &Config, app: &App) -> anyhow::Result<Option<(Arc<Notices>, Arc<Gate>)>> {
    let Some(((push, rules), generations)) = config.push.as_ref().zip(app.generations.clone())
    else {
        return Ok(None);
    };
    let (notices, sender) =
        Notices::open(push, &app.metrics).context("notices of new lists cannot be sent")?;
    let gate =
        Gate::new(rules, None).context("the operating system's random number generator failed")?;
    sender.start(Box::new(move || generations.current().generation()))?;
    Ok(Some((Arc::new(notices), Arc::new(gate))))
}

/// The key, the gate before its use, and the Redis of shared limits.
type Evaluation = ((Arc<Evaluator>, Arc<Gate>), Option<Arc<RedisClient>>);

fn open_evaluation(config: &EvaluatorConfig, metrics: &Arc<Metrics>) -> anyhow::Result<Evaluation> {
    let evaluator = Evaluator::open(&config.key).context("the key cannot be used")?;
    let shared = match &config.shared {
        Some(config) => {
            let secret = evaluator.subkey("shared limits");
            let shared = RedisClient::open(config, secret, metrics);
            Some(Arc::new(shared.context("limits cannot be shared")?))
        }
        None => None,
    };
    let gate = Gate::new(&config.gate, shared.as_ref())
        .context("the operating system's random number generator failed")?;
    Ok(((Arc::new(evaluator), Arc::new(gate)), shared))
}

/// Returns what every generation must fit. A server that only answers retrievals takes the evaluators from the signed
/// statement.
fn requirements(
    index: &IndexConfig,
    config: &Config,
    own: Option<&PublicKey>,
) -> anyhow::Result<ServeRequirements> {
    let evaluators = Evaluators::new(own, &index.evaluators);
    anyhow::ensure!(
        evaluators.is_some() || (own.is_none() && index.evaluators.is_empty()),
        "the evaluators' public keys cancel out: give those of the key's holders"
    );
    let servers = &index.retrieval_servers;
    let has_site = config.site.is_some();
    let operator = config.operator.as_ref();
    Ok(ServeRequirements {
        evaluators,
        retrieval_servers: (has_site || !servers.is_empty()).then(|| servers.clone()),
        trust: Trust::load(&index.trust).context("a public key to trust cannot be read")?,
        address: operator.map(|operator| operator.address.clone()),
    })
}

/// Opens the records of the current generation, and the gate before them.
fn open_retrieval(
    config: &RetrievalConfig,
    index: &IndexConfig,
    generations: &Generations,
    metrics: &Arc<Metrics>,
) -> anyhow::Result<(Arc<Retrieval>, Arc<Gate>)> {
    let records = generations.current().copy_records()?;
    tracing::info!(bytes = records.memory_bytes(), "the records are in memory");
    let metrics = Arc::clone(metrics);
    let retrieval = Retrieval::start(records, index.grace, config.threads, metrics);
    let retrieval = retrieval.context("the threads of private retrieval cannot be started")?;
    let gate = Gate::new(&config.gate, None)
        .context("the operating system's random number generator failed")?;
    Ok((Arc::new(retrieval), Arc::new(gate)))
}

fn open_index(
    config: &IndexConfig,
    demands: ServeRequirements,
    mirror: Option<&mut Mirror>,
    metrics: &Arc<Metrics>,
) -> anyhow::Result<(Arc<Generations>, (Watcher, Duration))> {
    let directory = IndexDirectory::at(&config.directory);
    let served = match (current(&directory, &demands), mirror) {
        // A cache with something to serve need not wait for the store.
        (Err(_), Some(mirror)) => match fill(mirror, &directory, &demands) {
            Ok(served) => served,
            Err(error) => earlier(&directory, &demands).ok_or(error)?,
        },
        (served, _) => served?,
    };
    let generation = served.generation();
    let signer = served.signer().map(tracing::field::display);
    tracing::info!(%generation, rows = served.header().rows, signer, "the index is open");
    metrics.set_current(&served.gauges());
    let conditions = metrics.conditions();
    conditions.met(Condition::Generation, generation.as_str());
    let generations = Arc::new(Generations::new(served, config.grace));
    let (watched, metrics) = (Arc::clone(&generations), Arc::clone(metrics));
    let watcher = Watcher::new(directory, demands, watched, metrics, config.interval);
    Ok((generations, (watcher, config.interval)))
}

/// Fetches and opens the current generation of the store.
fn fill(
    mirror: &mut Mirror,
    directory: &IndexDirectory,
    demands: &ServeRequirements,
) -> anyhow::Result<ServedGeneration> {
    mirror.fill()?;
    Ok(current(directory, demands)?)
}

/// Opens the newest generation in a cache that can be served, if the current one cannot: a writer to the store must
/// not be able to keep a service from restarting.
fn earlier(directory: &IndexDirectory, demands: &ServeRequirements) -> Option<ServedGeneration> {
    let generations = directory.generations().ok()?;
    let open = |generation| ServedGeneration::open(directory, generation, demands).ok();
    let served = generations.into_iter().rev().find_map(open)?;
    let generation = served.generation();
    tracing::error!(%generation, "the generation fetched last cannot be served; an earlier one is served instead");
    Some(served)
}

/// Opens the current generation in a directory.
fn current(
    directory: &IndexDirectory,
    demands: &ServeRequirements,
) -> Result<ServedGeneration, ServeError> {
    ServedGeneration::open(directory, directory.current()?, demands)
}

/// Makes the mirror that fetches the index, if it is in a store.
fn mirror(config: &Config) -> anyhow::Result<Option<Mirror>> {
    let Some((index, store)) = config
        .index
        .as_ref()
        .and_then(|index| Some((index, index.store.as_ref()?)))
    else {
        return Ok(None);
    };
    let trust = Trust::load(&index.trust).context("a public key to trust cannot be read")?;
    let cache = IndexDirectory::at(&index.directory);
    Ok(Some(Mirror::new(store, cache, trust)?))
}

fn open_site(folders: &SiteFolders, config: &Config) -> anyhow::Result<Site> {
    let elsewhere = config.index.iter().flat_map(|index| &index.evaluators);
    let elsewhere = elsewhere.map(RemoteEvaluator::origin);
    let retrieval = config
        .index
        .iter()
        .flat_map(|index| &index.retrieval_servers);
    let retrieval = retrieval.map(|url| url.origin().ascii_serialization());
    let mut origins: Vec<String> = elsewhere.chain(retrieval).collect();
    origins.sort_unstable();
    origins.dedup();
    if config.operator.is_none() {
        tracing::warn!(
            "the website does not say who runs it: add [operator] to the file of settings"
        );
    }
    let trust = config.index.as_ref().map_or(&[][..], |index| &index.trust);
    let trust = Trust::load(trust).context("a public key to trust cannot be read")?;
    let facts = SiteFacts {
        operator: config.operator.clone(),
        release_keys: trust.keys().map(str::to_owned).collect(),
        is_trusting_all: config.is_site_trusting_all,
        well_known_sites: config.well_known_sites.clone(),
        owners: config.owners_address.clone(),
        has_log: config.log.is_some(),
        has_retrieval: config
            .index
            .as_ref()
            .is_some_and(|index| !index.retrieval_servers.is_empty()),
    };
    let mut site = Site::open(&folders.current, &origins, facts)?;
    for folder in &folders.before {
        site.add_assets(folder);
    }
    Ok(site)
}
