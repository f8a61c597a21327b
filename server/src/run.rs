//! How does it start? Key and index are opened, then it listens; the first thing that fails is said and ends it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use anyhow::Context;
use exposure_index::generation::IndexDirectory;
use exposure_index::messages::{Evaluators, RemoteEvaluator};
use exposure_index::oprf::PublicKey;
use exposure_index::statement::Trust;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use crate::config::{Config, EvaluatorConfig, IndexConfig};
use crate::evaluation::{Evaluator, Gate};
use crate::http::{App, ServerConfig, serve, serve_admin, server_config};
use crate::observe::{Metrics, causes};
use crate::serving::{Demands, Mirror, Served, ServedLog, ServedPasswords, Shelf, Watcher};
use crate::shared::Shared;
use crate::site::{Site, SiteFacts};

const SWEEP: Duration = Duration::from_secs(60);

/// What a configuration comes to when everything it names has been opened.
pub struct Opened {
    app: App,
    shared: Option<Arc<Shared>>,
    watcher: Option<(Watcher, Duration)>,
    log_interval: Option<Duration>,
    passwords_interval: Option<Duration>,
    tls: Option<ServerConfig>,
}

/// Opens the key, the index, the website and the certificate, as far as there are such.
///
/// # Errors
/// If one of them does not do.
pub fn open(config: &Config) -> anyhow::Result<Opened> {
    open_with(config, config.index.as_ref())
}

/// Opens what a start would, and asks whether the store of the index and the Redis of shared limits can be reached, if there
/// are such. Nothing is fetched, so that of an index that never was only that can be said.
///
/// # Errors
/// If one of them does not do.
pub fn check(config: &Config) -> anyhow::Result<()> {
    let mut index = config.index.as_ref();
    if let Some(mirror) = mirror(config)? {
        mirror.reach()?;
        index = index.filter(|index| IndexDirectory::at(&index.directory).current().is_ok());
    }
    match open_with(config, index)?.shared {
        Some(shared) => {
            let reached = rt::System::new().block_on(shared.reach());
            reached.context("limits cannot be shared")
        }
        None => Ok(()),
    }
}

fn open_with(config: &Config, index: Option<&IndexConfig>) -> anyhow::Result<Opened> {
    let tls = config.http.tls.as_ref().map(server_config).transpose()?;
    let metrics = Arc::new(Metrics::new());
    let evaluation = match &config.evaluator {
        Some(evaluator) => Some(open_evaluation(evaluator, &metrics)?),
        None => None,
    };
    let (evaluation, shared) = evaluation.unzip();
    let own_key = evaluation
        .as_ref()
        .map(|(evaluator, _)| evaluator.public_key());
    let served = match index {
        Some(index) => Some(open_index(index, own_key, &metrics)?),
        None => None,
    };
    let (shelf, watcher) = served.unzip();
    let site = match &config.site {
        Some(folder) => Some(Arc::new(open_site(folder, config)?)),
        None => None,
    };
    let (log, log_interval) = match &config.log {
        Some((file, period)) => {
            let log = ServedLog::open(file).context("the public log cannot be served")?;
            (Some(Arc::new(log)), Some(*period))
        }
        None => (None, None),
    };
    let (passwords, passwords_interval) = match &config.passwords {
        Some((file, period)) => {
            let passwords =
                ServedPasswords::open(file).context("the passwords cannot be served")?;
            (Some(Arc::new(passwords)), Some(*period))
        }
        None => (None, None),
    };
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
        tls,
    })
}

/// Opens what the configuration names and serves it until the process is told to stop.
///
/// # Errors
/// If something cannot be opened, or no address can be had.
pub fn run(config: &Config) -> anyhow::Result<()> {
    let system = rt::System::new();
    // Before anything that takes its time: until then a SIGHUP ends the process.
    let hangups = system.block_on(async { signal(SignalKind::hangup()) })?;
    let mut mirror = mirror(config)?;
    if let Some(mirror) = &mut mirror {
        mirror.fill()?;
    }
    let Opened {
        app,
        shared,
        watcher,
        log_interval,
        passwords_interval,
        tls,
    } = open(config)?;
    system.block_on(async {
        let told = [(); 3].map(|()| Arc::new(Notify::new()));
        rt::spawn(tell_hangups(hangups, told.clone()));
        let [of_index, of_passwords, of_store] = told;
        if let Some((watcher, period)) = watcher {
            watch_sums(app.shelf.as_ref(), &app.metrics);
            if let Some((mirror, shelf)) = mirror.zip(app.shelf.clone()) {
                mirror.watch(period, of_store, shelf, Arc::clone(&app.metrics))?;
            }
            rt::spawn(watcher.run(period, of_index));
        }
        if let Some((passwords, period)) = app.passwords.as_ref().zip(passwords_interval) {
            rt::spawn(Arc::clone(passwords).watch(period, of_passwords));
        }
        if let Some((log, period)) = app.log.as_ref().zip(log_interval) {
            rt::spawn(Arc::clone(log).watch(period));
        }
        if let Some((_, gate)) = &app.evaluation {
            rt::spawn(sweep(Arc::clone(gate), Arc::clone(&app.metrics)));
        }
        if let Some(shared) = shared {
            shared.start().await;
        }
        if let Some(address) = config.http.admin {
            let metrics = Arc::clone(&app.metrics);
            rt::spawn(serve_admin(address, metrics, config.http.write_timeout)?);
        }
        serve(&config.http, tls.as_ref(), app)?.await?;
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
    own: Option<&PublicKey>,
    metrics: &Arc<Metrics>,
) -> anyhow::Result<(Arc<Shelf>, (Watcher, Duration))> {
    let evaluators = Evaluators::new(own, &config.evaluators)
        .context("nobody holds the key: give --key or --evaluator")?;
    let demands = Demands {
        evaluators,
        trust: Trust::load(&config.trust).context("a public key to trust cannot be read")?,
    };
    let directory = IndexDirectory::at(&config.directory);
    let generation = directory.current()?;
    let served = Served::open(&directory, generation, &demands)?;
    let signer = served.signer().map(tracing::field::display);
    tracing::info!(%generation, rows = served.header().rows, signer, "the index is open");
    metrics.in_force(&served);
    let shelf = Arc::new(Shelf::new(served, config.grace));
    let watcher = Watcher::new(directory, demands, Arc::clone(&shelf), Arc::clone(metrics));
    Ok((shelf, (watcher, config.interval)))
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

fn open_site(folder: &Path, config: &Config) -> anyhow::Result<Site> {
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
    Ok(Site::open(folder, &origins, facts)?)
}

/// Reads the file that was opened at the start against its checksums, without making the start wait for it.
fn watch_sums(shelf: Option<&Arc<Shelf>>, metrics: &Arc<Metrics>) {
    let Some(shelf) = shelf.map(Arc::clone) else {
        return;
    };
    let metrics = Arc::clone(metrics);
    rt::task::spawn_blocking(move || {
        let served = shelf.current();
        served.prepare();
        if let Err(error) = served.check_sums() {
            if shelf.current().generation() == served.generation() {
                metrics.damaged();
            }
            tracing::error!(
                "the index is damaged: {}; clients refuse what is, publish it anew",
                causes(&error)
            );
        }
    });
}

/// Passes each SIGHUP on. Also where nobody waits for it: its default would end the server.
async fn tell_hangups(mut hangups: Signal, told: [Arc<Notify>; 3]) {
    while hangups.recv().await.is_some() {
        told.iter().for_each(|told| told.notify_one());
    }
}

async fn sweep(gate: Arc<Gate>, metrics: Arc<Metrics>) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        gate.sweep(&metrics);
    }
}
