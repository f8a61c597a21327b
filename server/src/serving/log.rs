use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::rt;
use arc_swap::ArcSwap;
use exposure_index::public_log::{PublicLog, PublicLogError};
use tokio::time::{MissedTickBehavior, interval};

use super::seen::Seen;
use super::told::Told;
use crate::content::Asset;
use crate::observe::causes;

/// Longest log that is served: some five thousand generations, one a day for fifteen years.
const MAX_LENGTH: u64 = 16 << 20;

/// A public log as it is served. It only ever grows: what was served once goes on being served, whatever becomes of the
/// file.
pub struct ServedLog {
    file: PublicLog,
    text: ArcSwap<Asset>,
    seen: Mutex<Option<Seen>>,
}

/// Why a log cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServedLogError {
    /// It cannot be read, or a line does not hold.
    #[error(transparent)]
    Log(#[from] PublicLogError),
    /// A line that was served is not there any more, or is another one.
    #[error(
        "the log does not begin with what was served of it: lines were changed or taken away. Compare it with a copy that \
         somebody else kept"
    )]
    Rewritten,
}

impl ServedLog {
    /// Opens a log, whose chain must hold. O(its length).
    ///
    /// # Errors
    /// [`ServedLogError`] if it cannot be served.
    pub fn open(path: &Path) -> Result<Self, ServedLogError> {
        let file = PublicLog::at(path);
        let seen = Seen::at(path).ok();
        let text = file.text(MAX_LENGTH)?;
        Ok(Self {
            file,
            text: ArcSwap::from_pointee(asset(text)),
            seen: Mutex::new(seen),
        })
    }

    /// Its text.
    pub fn text(&self) -> Arc<Asset> {
        self.text.load_full()
    }

    /// Looks every `period` whether it has grown, for as long as the server runs.
    pub async fn watch(self: Arc<Self>, period: Duration) {
        let mut told = Told::default();
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let log = Arc::clone(&self);
            let Ok(looked) = rt::task::spawn_blocking(move || log.look()).await else {
                continue;
            };
            match looked {
                Ok(()) => told.clear(),
                Err(error) => complain(&causes(&error), &mut told),
            }
        }
    }

    /// Takes up what was appended.
    fn look(&self) -> Result<(), ServedLogError> {
        let path = self.file.path();
        let now = Seen::at(path).map_err(|source| PublicLogError::Io {
            path: path.to_owned(),
            source,
        })?;
        if *self.seen() == Some(now) {
            return Ok(());
        }
        let text = self.file.text(MAX_LENGTH)?;
        if !text.as_bytes().starts_with(self.text().body()) {
            return Err(ServedLogError::Rewritten);
        }
        let text = asset(text);
        text.prepare();
        self.text.store(Arc::new(text));
        *self.seen() = Some(now);
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, Option<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn complain(complaint: &str, told: &mut Told) {
    if told.is_news(complaint) {
        tracing::error!("the public log is served as it was: {complaint}");
    }
}

fn asset(text: String) -> Asset {
    Asset::new("text/plain; charset=utf-8", text)
}
