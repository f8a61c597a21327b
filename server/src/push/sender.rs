//! Which endpoints has the new list not reached yet? Notifies each, over hours, from one process at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use exposure_index::index::GenerationId;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::PushService;
use super::client::{Answer, PushClient};
use super::pace::{BackOff, Pace, Shuffle};
use super::store::{Delivery, PushStore, PushStoreError, Recipient, Round};
use crate::observe::{Metrics, causes, supervise};

/// Time between two checks for messages to send.
const TICK: Duration = Duration::from_secs(1);
/// Time between two attempts after the file of endpoints failed, or while another process sends.
const PAUSE: Duration = Duration::from_secs(30);
/// Time between two checks for endpoints that have expired.
const SWEEP: SignedDuration = SignedDuration::from_mins(10);

/// Sends messages to the endpoints of a store.
pub(crate) struct Sender {
    pub(super) store: Arc<PushStore>,
    pub(super) client: PushClient,
    pub(super) pace: Pace,
    /// Messages under way at a time.
    pub(super) connections: usize,
    pub(super) metrics: Arc<Metrics>,
    services: Vec<(PushService, Mutex<BackOff>)>,
    swept: Mutex<Option<Timestamp>>,
    slots: Semaphore,
}

/// Returns which generation is current.
pub(crate) type CurrentGeneration = Box<dyn Fn() -> GenerationId + Send + Sync>;

impl Sender {
    pub(super) fn new(
        store: Arc<PushStore>,
        client: PushClient,
        pace: Pace,
        connections: usize,
        services: &[PushService],
        metrics: Arc<Metrics>,
    ) -> Self {
        let services = services.iter().cloned();
        Self {
            store,
            client,
            pace,
            connections,
            metrics,
            services: services
                .map(|service| (service, Mutex::default()))
                .collect(),
            swept: Mutex::default(),
            slots: Semaphore::new(connections),
        }
    }

    /// Sends for as long as the process runs, on a thread of its own: the file is read and written between messages.
    pub(super) fn start(self, current: CurrentGeneration) -> io::Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let metrics = Arc::clone(&self.metrics);
        let sent = async move { supervise("push", metrics, || self.send(&current)).await };
        thread::Builder::new()
            .name("push".to_owned())
            .spawn(move || runtime.block_on(sent))?;
        Ok(())
    }

    async fn send(&self, current: &CurrentGeneration) {
        let _lock = self.wait_for_lock().await;
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.step(&current(), Timestamp::now()).await {
                tracing::error!("push messages wait: {}", causes(&error));
                sleep(PAUSE).await;
            }
        }
    }

    /// Waits for the lock on the file. Of the processes that share the file, the one that holds it sends, and the
    /// others wait.
    async fn wait_for_lock(&self) -> File {
        let mut is_said = false;
        loop {
            match self.lock() {
                Ok(lock) => return lock,
                Err(TryLockError::WouldBlock) if is_said => (),
                Err(TryLockError::WouldBlock) => {
                    tracing::info!("another server with the same --push-store sends push messages");
                    is_said = true;
                }
                Err(TryLockError::Error(error)) => {
                    tracing::error!(
                        "push messages wait because their file cannot be locked: {error}"
                    );
                }
            }
            sleep(PAUSE).await;
        }
    }

    pub(super) fn lock(&self) -> Result<File, TryLockError> {
        let path = PathBuf::from(format!("{}.lock", self.store.path().display()));
        let mut options = OpenOptions::new();
        let file = options
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path);
        let file = file.map_err(TryLockError::Error)?;
        file.try_lock()?;
        Ok(file)
    }

    /// Does what is due: deletes expired endpoints, begins a round when there is a new generation, and sends.
    pub(super) async fn step(
        &self,
        current: &GenerationId,
        now: Timestamp,
    ) -> Result<(), PushStoreError> {
        self.sweep(now)?;
        let Some(round) = self.round(current, now)? else {
            return Ok(());
        };
        let services = self.services.iter();
        let served = services.map(|(service, back_off)| self.serve(service, back_off, round, now));
        let served: Result<Vec<()>, _> = join_all(served).await.into_iter().collect();
        served?;
        let pending = self.store.pending()?;
        self.metrics.push().pending(pending, round.total);
        if pending == 0 || self.pace.is_over(round, now) {
            self.end()?;
        }
        Ok(())
    }

    fn sweep(&self, now: Timestamp) -> Result<(), PushStoreError> {
        let mut swept = locked(&self.swept);
        if swept.is_some_and(|swept| now.duration_since(swept) < SWEEP) {
            return Ok(());
        }
        *swept = Some(now);
        self.metrics.push().deleted(self.store.expire(now)?);
        self.metrics.push().endpoints(self.store.len()?);
        Ok(())
    }

    /// Returns the current round, or begins one. A current one is finished first, so that nobody
    /// is left out when generations follow each other quickly.
    fn round(
        &self,
        current: &GenerationId,
        now: Timestamp,
    ) -> Result<Option<Round>, PushStoreError> {
        if let Some(round) = self.store.round()? {
            return Ok(Some(round));
        }
        match self.store.notified()? {
            // Nobody subscribed before this list.
            None => self.store.skip(current)?,
            Some(notified) if *current > notified => self.begin(current, now)?,
            Some(_) => (),
        }
        self.store.round()
    }

    fn begin(&self, current: &GenerationId, now: Timestamp) -> Result<(), PushStoreError> {
        let Ok(shuffle) = Shuffle::new() else {
            tracing::error!(
                "push messages wait: the operating system's random number generator failed"
            );
            return Ok(());
        };
        let services: Vec<PushService> = self
            .services
            .iter()
            .map(|(service, _)| service.clone())
            .collect();
        self.store
            .begin(current, now, &services, |id| shuffle.turn(id))?;
        let total = self.store.pending()?;
        tracing::info!(generation = %current, endpoints = total, "push messages of a new list are being sent");
        Ok(())
    }

    fn end(&self) -> Result<(), PushStoreError> {
        let left = self.store.end()?;
        self.metrics.push().failed(left);
        self.metrics.push().pending(0, 0);
        self.metrics.push().endpoints(self.store.len()?);
        tracing::info!(left, "push messages of the new list are sent");
        Ok(())
    }

    /// Sends to the endpoints of one push service whose turn has come, until it asks for a pause.
    async fn serve(
        &self,
        service: &PushService,
        back_off: &Mutex<BackOff>,
        round: Round,
        now: Timestamp,
    ) -> Result<(), PushStoreError> {
        let turn = self.pace.turn(round, now);
        let mut left = self.pace.a_second(round);
        while left > 0 && locked(back_off).may_send(now) {
            let most = left.min(self.connections);
            let (recipients, given_up) = self.store.take(service.as_str(), turn, most)?;
            self.metrics.push().failed(given_up);
            if recipients.is_empty() {
                break;
            }
            left -= recipients.len();
            let answers = self.deliver(&recipients, now).await;
            self.settle(&recipients, &answers)?;
            note(&mut locked(back_off), &answers, now);
        }
        Ok(())
    }

    async fn deliver(&self, recipients: &[Recipient], now: Timestamp) -> Vec<Answer> {
        let deliveries = recipients.iter().map(async |recipient| {
            // Cannot fail: the semaphore is never closed.
            let _slot = self.slots.acquire().await.ok();
            self.client.deliver(recipient, now).await
        });
        join_all(deliveries).await
    }

    fn settle(&self, recipients: &[Recipient], answers: &[Answer]) -> Result<(), PushStoreError> {
        let pairs = recipients.iter().zip(answers);
        let settled: Vec<(i64, Delivery)> = pairs
            .map(|(recipient, answer)| (recipient.id, answer.delivery))
            .collect();
        self.store.settle(&settled)?;
        for answer in answers {
            match answer.delivery {
                Delivery::Taken => self.metrics.push().sent(),
                Delivery::Gone => self.metrics.push().deleted(1),
                Delivery::Refused => self.metrics.push().failed(1),
                Delivery::Later | Delivery::Unreached | Delivery::Unanswered => (),
            }
        }
        Ok(())
    }
}

/// Notes the answers of a push service. It gets the pause that it asks for, and one if no endpoint could be reached; a
/// few endpoints that lead nowhere are not its fault.
fn note(back_off: &mut BackOff, answers: &[Answer], now: Timestamp) {
    let asks = |answer: &&Answer| answer.delivery == Delivery::Later;
    let is_lost =
        |answer: &Answer| matches!(answer.delivery, Delivery::Unreached | Delivery::Unanswered);
    let pause = answers.iter().filter(asks).map(|answer| answer.pause).max();
    match pause {
        Some(pause) => back_off.pause(pause, now),
        None if answers.iter().all(is_lost) => back_off.pause(None, now),
        None => back_off.end(),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
