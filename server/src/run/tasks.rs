//! What runs in the background? Checks whether the disk, the store or Redis has changed, and sweeps.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use tokio::signal::unix::Signal;
use tokio::sync::Notify;
use tokio::time::interval;

use super::OpenedConfig;
use crate::gate::Gate;
use crate::observe::{Metrics, supervise};
use crate::owners::Owners;
use crate::polling::{WatchedFile, watch};
use crate::serving::{Mirror, MirrorError};

const SWEEP: Duration = Duration::from_secs(60);
/// Interval between checks whether a failed condition is to be logged.
const REMIND: Duration = Duration::from_secs(1);

/// The tasks that wait for a SIGHUP.
#[derive(Default)]
struct Hangups(Vec<Arc<Notify>>);

impl Hangups {
    fn add(&mut self) -> Arc<Notify> {
        let notify = Arc::<Notify>::default();
        self.0.push(Arc::clone(&notify));
        notify
    }
}

/// Starts all background tasks. Each continues after a panic, until the server stops.
///
/// # Errors
/// [`MirrorError`] if the thread that asks the store cannot be started.
pub(super) async fn start(
    opened: &mut OpenedConfig,
    mirror: Option<Mirror>,
    signal: Signal,
) -> Result<(), MirrorError> {
    let mut hangups = Hangups::default();
    let app = &opened.app;
    let metrics = &app.metrics;
    if let Some((watcher, period)) = opened.watcher.take() {
        if let Some((mirror, generations)) = mirror.zip(app.generations.clone()) {
            mirror.watch(period, hangups.add(), generations, Arc::clone(metrics))?;
        }
        let watcher = Arc::new(watcher);
        spawn_watch(watcher, period, &mut hangups, metrics);
    }
    if let Some((passwords, period)) = app.passwords.clone().zip(opened.passwords_interval) {
        spawn_watch(passwords, period, &mut hangups, metrics);
    }
    if let Some((log, period)) = app.log.clone().zip(opened.log_interval) {
        spawn_watch(log, period, &mut hangups, metrics);
    }
    if let Some((certificate, period)) = opened.certificate.clone() {
        spawn_watch(certificate, period, &mut hangups, metrics);
    }
    if let Some(shared) = opened.shared.take() {
        shared.begin().await;
        spawn("limits", metrics, move || Arc::clone(&shared).keep());
    }
    let evaluation = app.evaluation.iter().map(|(_, gate)| gate);
    let retrieval = app.retrieval.iter().map(|(_, gate)| gate);
    let notices = app.notices.iter().map(|(_, gate)| gate);
    let gates: Vec<Arc<Gate>> = evaluation
        .chain(retrieval)
        .chain(notices)
        .cloned()
        .collect();
    let (swept, owners) = (Arc::clone(metrics), app.owners.clone());
    spawn("sweep", metrics, move || {
        sweep(gates.clone(), owners.clone(), Arc::clone(&swept))
    });
    rt::spawn(pass_on(signal, hangups));
    Ok(())
}

/// Checks a file on the disk every `period`, and at each SIGHUP.
fn spawn_watch<W: WatchedFile>(
    watched: Arc<W>,
    period: Duration,
    hangups: &mut Hangups,
    metrics: &Arc<Metrics>,
) {
    let hangup = hangups.add();
    spawn(W::CONDITION.name(), metrics, move || {
        watch(Arc::clone(&watched), period, Arc::clone(&hangup))
    });
}

fn spawn<F, Task>(name: &'static str, metrics: &Arc<Metrics>, begin: F)
where
    F: Fn() -> Task + 'static,
    Task: Future<Output = ()> + 'static,
{
    rt::spawn(supervise(name, Arc::clone(metrics), begin));
}

/// Passes each SIGHUP on, also if no task waits for it: its default would end the server.
async fn pass_on(mut signal: Signal, hangups: Hangups) {
    while signal.recv().await.is_some() {
        hangups.0.iter().for_each(|hangup| hangup.notify_one());
    }
}

/// Forgets what is no longer needed, and logs again what is still not as it should be.
async fn sweep(gates: Vec<Arc<Gate>>, owners: Option<Arc<Owners>>, metrics: Arc<Metrics>) {
    let (mut sweeps, mut reminders) = (interval(SWEEP), interval(REMIND));
    loop {
        tokio::select! {
            _ = sweeps.tick() => {
                owners.iter().for_each(|owners| owners.sweep());
                let left = gates.iter().map(|gate| gate.sweep());
                let (quotas, spent): (Vec<usize>, Vec<usize>) = left.unzip();
                metrics.kept(quotas.iter().sum(), spent.iter().sum());
            }
            _ = reminders.tick() => metrics.conditions().remind(),
        }
    }
}
