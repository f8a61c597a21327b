//! Which lines of the public log are served? Valid ones; and no line that was served is ever withdrawn.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwapOption;
use exposure_index::hash_chain::ChainError;
use exposure_index::public_log::{PublicLog, PublicLogError};

use crate::content::Asset;
use crate::observe::{Condition, Metrics, causes};
use crate::polling::{FileState, WatchedFile};

/// Longest log that is served: about five thousand generations, one per day for fifteen years.
const MAX_LENGTH: u64 = 16 << 20;

/// The public log that is served. It only grows: what was served once is still served, whatever happens to the
/// file. If the last line is incomplete, as after a power cut, the lines before it are served. What
/// is wrong with it is a [condition](Condition::Log).
pub(crate) struct ServedLog {
    file: PublicLog,
    text: ArcSwapOption<Asset>,
    /// The file whose every line is served.
    whole: Mutex<Option<FileState>>,
    metrics: Arc<Metrics>,
}

/// Why a log cannot be served, or not all of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ServedLogError {
    /// The log cannot be read, or a line is invalid.
    #[error(transparent)]
    Log(#[from] PublicLogError),
    /// A line that was served is gone or has changed.
    #[error(
        "the log no longer begins with what was already served: lines were changed or removed. Compare it with a copy \
         that others kept"
    )]
    Rewritten,
}

impl ServedLog {
    /// Opens a log, whose chain must be valid. O(its length). If it cannot be served, logs that; a later check may find
    /// it valid.
    #[must_use]
    pub(crate) fn open(path: &Path, metrics: Arc<Metrics>) -> Self {
        let log = Self {
            file: PublicLog::at(path),
            text: ArcSwapOption::empty(),
            whole: Mutex::default(),
            metrics,
        };
        log.look();
        log
    }

    /// Returns its text; `None` if nothing could be served yet.
    pub(crate) fn text(&self) -> Option<Arc<Asset>> {
        self.text.load_full()
    }

    /// Reads what was appended.
    fn take_up(&self) -> Result<(), ServedLogError> {
        let path = self.file.path();
        let now = FileState::at(path).map_err(io_error(path))?;
        if *self.whole() == Some(now) {
            return Ok(());
        }
        match self.file.text(MAX_LENGTH) {
            Ok(text) => self.serve(text)?,
            Err(torn) => {
                if let PublicLogError::Chain(ChainError::Torn { length, .. }) = &torn {
                    self.serve(beginning(path, *length)?)?;
                }
                return Err(torn.into());
            }
        }
        *self.whole() = Some(now);
        Ok(())
    }

    fn serve(&self, text: String) -> Result<(), ServedLogError> {
        let served = self.text();
        let served = served.as_ref().map_or(&[][..], |asset| asset.body());
        if !text.as_bytes().starts_with(served) {
            return Err(ServedLogError::Rewritten);
        }
        if text.len() > served.len() || served.is_empty() {
            let asset = Asset::new("text/plain; charset=utf-8", text);
            asset.prepare();
            self.text.store(Some(Arc::new(asset)));
        }
        Ok(())
    }

    /// Returns the number of bytes that are served.
    fn length(&self) -> u64 {
        self.text().map_or(0, |text| text.body().len() as u64)
    }

    fn whole(&self) -> MutexGuard<'_, Option<FileState>> {
        self.whole.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WatchedFile for ServedLog {
    const CONDITION: Condition = Condition::Log;

    fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    fn look(&self) {
        match self.take_up() {
            Ok(()) => {
                let conditions = self.metrics.conditions();
                conditions.met(Condition::Log, bytes(self.length()));
            }
            Err(error) => self.complain(&causes(&error)),
        }
    }

    /// Forgets nothing: only a file whose every line is served is skipped.
    fn forget(&self) {}

    fn complain(&self, complaint: &str) {
        let should = FileState::at(self.file.path());
        let should = should.map_or_else(|_| "unknown".to_owned(), |seen| bytes(seen.length()));
        let conditions = self.metrics.conditions();
        conditions.unmet(Condition::Log, should, bytes(self.length()), complaint);
    }
}

fn bytes(length: u64) -> String {
    format!("{length} bytes")
}

/// Returns the complete, valid lines before the first that is not.
fn beginning(path: &Path, length: u64) -> Result<String, PublicLogError> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(length).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(text),
        Err(source) => Err(io_error(path)(source)),
    }
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> PublicLogError {
    move |source| {
        let path = path.to_owned();
        ChainError::Io { path, source }.into()
    }
}
