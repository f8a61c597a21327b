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
use rustls::ServerConfig;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

use crate::config::{Config, IndexConfig};
use crate::evaluation::{Evaluator, Gate};
use crate::http::{App, serve, serve_admin, server_config};
use crate::observe::{Metrics, causes};
use crate::serving::{Demands, Served, ServedLog, ServedPasswords, Shelf, Watcher};
use crate::site::Site;

const SWEEP: Duration = Duration::from_secs(60);

/// What a configuration comes to when everything it names has been opened.
pub struct Opened {
    app: App,
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
    let tls = config.http.tls.as_ref().map(server_config).transpose()?;
    let metrics = Arc::new(Metrics::new());
    let evaluation = match &config.evaluator {
        Some(evaluator) => {
            let opened = Evaluator::open(&evaluator.key).context("the key cannot be used")?;
            let gate = Gate::new(evaluator).context("the system gives no randomness")?;
            Some((Arc::new(opened), Arc::new(gate)))
        }
        None => None,
    };
    let own_key = evaluation
        .as_ref()
        .map(|(evaluator, _)| evaluator.public_key());
    let served = match &config.index {
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
    rt::System::new().block_on(async {
        let Opened {
            app,
            watcher,
            log_interval,
            passwords_interval,
            tls,
        } = open(config)?;
        let hangups = [(); 2].map(|()| Arc::new(Notify::new()));
        rt::spawn(tell_hangups(hangups.clone()));
        let [of_index, of_passwords] = hangups;
        if let Some((watcher, period)) = watcher {
            watch_sums(app.shelf.as_ref(), &app.metrics);
            rt::spawn(watcher.run(period, of_index));
        }
        if let Some((passwords, period)) = app.passwords.as_ref().zip(passwords_interval) {
            rt::spawn(Arc::clone(passwords).watch(period, of_passwords));
        }
        if let Some((log, period)) = app.log.as_ref().zip(log_interval) {
            rt::spawn(Arc::clone(log).watch(period));
        }
        if let Some((_, gate)) = &app.evaluation {
            rt::spawn(sweep(Arc::clone(gate)));
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

fn open_site(folder: &Path, config: &Config) -> anyhow::Result<Site> {
    let elsewhere = config.index.iter().flat_map(|index| &index.evaluators);
    let origins: Vec<String> = elsewhere.map(RemoteEvaluator::origin).collect();
    Ok(Site::open(folder, &origins)?)
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
async fn tell_hangups(told: [Arc<Notify>; 2]) {
    let Ok(mut hangups) = signal(SignalKind::hangup()) else {
        tracing::error!("SIGHUP cannot be received and would end the server");
        return;
    };
    while hangups.recv().await.is_some() {
        told.iter().for_each(|told| told.notify_one());
    }
}

async fn sweep(gate: Arc<Gate>) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        ticks.tick().await;
        gate.sweep();
    }
}
