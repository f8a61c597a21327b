//! How does it start? Key and index are opened, then it listens; the first thing that fails is said and ends it.

mod tasks;

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use anyhow::Context;
use exposure_index::generation::IndexDirectory;
use exposure_index::messages::{Evaluators, RemoteEvaluator};
use exposure_index::oprf::PublicKey;
use exposure_index::statement::Trust;
use tokio::signal::unix::{SignalKind, signal};

use crate::config::{Config, EvaluatorConfig, IndexConfig, SiteFolders};
use crate::evaluation::{Evaluator, Gate};
use crate::http::{App, Certificate, StopSignals, serve, serve_admin};
use crate::observe::{Condition, Metrics};
use crate::serving::{
    Demands, Mirror, ServeError, Served, ServedLog, ServedPasswords, Shelf, Watcher,
};
use crate::shared::Shared;
use crate::site::{Site, SiteFacts};

/// What a configuration comes to when everything it names has been opened.
pub struct Opened {
    app: App,
    shared: Option<Arc<Shared>>,
    watcher: Option<(Watcher, Duration)>,
    log_interval: Option<Duration>,
    passwords_interval: Option<Duration>,
    certificate: Option<(Arc<Certificate>, Duration)>,
}

/// Opens the key, the index, the website and the certificate, as far as there are such. Passwords and public log that cannot
/// be served are logged: the rest is served without them.
///
/// # Errors
/// If one of the others does not do.
pub fn open(config: &Config) -> anyhow::Result<Opened> {
    open_with(config, config.index.as_ref(), None)
}

/// Opens what a start would, and asks whether the store of the index and the Redis of shared limits can be reached, if there
/// are such. Nothing is fetched, so that of an index that never was only that can be said.
///
/// # Errors
/// If one of them does not do; also what a start only complains of: passwords, public log and a certificate that is not valid.
pub fn check(config: &Config) -> anyhow::Result<()> {
    let mut index = config.index.as_ref();
    if let Some(mirror) = mirror(config)? {
        mirror.reach()?;
        index = index.filter(|index| IndexDirectory::at(&index.directory).current().is_ok());
    }
    let opened = open_with(config, index, None)?;
    if let Some(complaint) = opened.app.metrics.conditions().complaints().first() {
        anyhow::bail!("{complaint}");
    }
    match opened.shared {
        Some(shared) => {
            let reached = rt::System::new().block_on(shared.reach());
            reached.context("limits cannot be shared")
        }
        None => Ok(()),
    }
}

fn open_with(
    config: &Config,
    index: Option<&IndexConfig>,
    mirror: Option<&mut Mirror>,
) -> anyhow::Result<Opened> {
    let metrics = Arc::new(Metrics::new());
    let certificate = match &config.http.tls {
        Some(files) => {
            let certificate = Certificate::open(files, Arc::clone(&metrics))?;
            Some((certificate, config.http.reload_interval))
        }
        None => None,
    };
    let evaluation = match &config.evaluator {
        Some(evaluator) => Some(open_evaluation(evaluator, &metrics)?),
        None => None,
    };
    let (evaluation, shared) = evaluation.unzip();
    let own_key = evaluation
        .as_ref()
        .map(|(evaluator, _)| evaluator.public_key());
    let served = match index {
        Some(index) => {
            let operator = config.operator.as_ref();
            let address = operator.map(|operator| operator.address.clone());
            Some(open_index(index, address, own_key, mirror, &metrics)?)
        }
        None => None,
    };
    let (shelf, watcher) = served.unzip();
    let site = match &config.site {
        Some(folders) => Some(Arc::new(open_site(folders, config)?)),
        None => None,
    };
    let log = config.log.as_ref().map(|(file, period)| {
        let log = ServedLog::open(file, Arc::clone(&metrics));
        (Arc::new(log), *period)
    });
    let passwords = config.passwords.as_ref().map(|(file, period)| {
        let passwords = ServedPasswords::open(file, *period, Arc::clone(&metrics));
        (Arc::new(passwords), *period)
    });
    let ((log, log_interval), (passwords, passwords_interval)) = (log.unzip(), passwords.unzip());
    let app = App {
        shelf,
        log,
        passwords,
        evaluation,
        site,
        metrics,
        origins: config.allow_origin.clone(),
        body_timeout: config.http.body_timeout,
    };
    Ok(Opened {
        app,
        shared: shared.flatten(),
        watcher,
        log_interval,
        passwords_interval,
        certificate,
    })
}

/// Opens what the configuration names and serves it until the process is stopped.
///
/// # Errors
/// If something cannot be opened, or no address can be had.
pub fn run(config: &Config) -> anyhow::Result<()> {
    let system = rt::System::new();
    // Before anything that takes its time: until then a SIGHUP ends the process.
    let hangups = system.block_on(async { signal(SignalKind::hangup()) })?;
    let mut mirror = mirror(config)?;
    let mut opened = open_with(config, config.index.as_ref(), mirror.as_mut())?;
    system.block_on(async {
        tasks::start(&mut opened, mirror, hangups).await?;
        let Opened {
            app, certificate, ..
        } = opened;
        if let Some(address) = config.http.admin {
            let metrics = Arc::clone(&app.metrics);
            rt::spawn(serve_admin(address, metrics, &config.http)?);
        }
        let tls = certificate.map(|(certificate, _)| certificate.server_config());
        let stop = StopSignals::new()?;
        serve(&config.http, tls.as_ref(), app, stop)?.await?;
        tracing::info!("stopped");
        Ok(())
    })
}

/// The key, who may have it used, and what that is decided in common with.
type Evaluation = ((Arc<Evaluator>, Arc<Gate>), Option<Arc<Shared>>);

fn open_evaluation(config: &EvaluatorConfig, metrics: &Arc<Metrics>) -> anyhow::Result<Evaluation> {
    let evaluator = Evaluator::open(&config.key).context("the key cannot be used")?;
    let shared = match &config.shared {
        Some(config) => {
            let secret = evaluator.subkey("shared limits");
            let shared = Shared::open(config, secret, metrics);
            Some(Arc::new(shared.context("limits cannot be shared")?))
        }
        None => None,
    };
    let gate = Gate::new(config, shared.as_ref()).context("the system gives no randomness")?;
    Ok(((Arc::new(evaluator), Arc::new(gate)), shared))
}

fn open_index(
    config: &IndexConfig,
    address: Option<String>,
    own: Option<&PublicKey>,
    mirror: Option<&mut Mirror>,
    metrics: &Arc<Metrics>,
) -> anyhow::Result<(Arc<Shelf>, (Watcher, Duration))> {
    let evaluators = Evaluators::new(own, &config.evaluators)
        .context("nobody holds the key: give --key or --evaluator")?;
    let demands = Demands {
        evaluators,
        trust: Trust::load(&config.trust).context("a public key to trust cannot be read")?,
        address,
    };
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
    metrics.in_force(&served);
    let conditions = metrics.conditions();
    conditions.met(Condition::Generation, generation.as_str());
    let shelf = Arc::new(Shelf::new(served, config.grace));
    let (watched, metrics) = (Arc::clone(&shelf), Arc::clone(metrics));
    let watcher = Watcher::new(directory, demands, watched, metrics, config.interval);
    Ok((shelf, (watcher, config.interval)))
}

/// What is current in the store, open.
fn fill(
    mirror: &mut Mirror,
    directory: &IndexDirectory,
    demands: &Demands,
) -> anyhow::Result<Served> {
    mirror.fill()?;
    Ok(current(directory, demands)?)
}

/// The newest generation in a cache that can be served, if the current one there cannot: a writer to the store must
/// not be able to end a service that a restart begins again.
fn earlier(directory: &IndexDirectory, demands: &Demands) -> Option<Served> {
    let generations = directory.generations().ok()?;
    let open = |generation| Served::open(directory, generation, demands).ok();
    let served = generations.into_iter().rev().find_map(open)?;
    let generation = served.generation();
    tracing::error!(%generation, "what was fetched last cannot be served; one that was fetched earlier is");
    Some(served)
}

/// The current generation in a directory, open.
fn current(directory: &IndexDirectory, demands: &Demands) -> Result<Served, ServeError> {
    Served::open(directory, directory.current()?, demands)
}

/// What fetches the index, if it is in a store.
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
    let origins: Vec<String> = elsewhere.map(RemoteEvaluator::origin).collect();
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
        has_log: config.log.is_some(),
    };
    let mut site = Site::open(&folders.current, &origins, facts)?;
    for folder in &folders.before {
        site.add_assets(folder);
    }
    Ok(site)
}
