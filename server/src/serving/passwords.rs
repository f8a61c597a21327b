//! Which password list is served? The one on the disk, once all of it has been read; until then the previous one.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use exposure_index::index::map;
use exposure_index::passwords::{Passwords, PasswordsError};
use memmap2::Mmap;

use crate::observe::{Condition, Metrics, causes};
use crate::polling::{Attempts, FileState, LONGEST, WatchedFile};

/// The password list that is served. A new one on the disk is noticed, read against its checksums
/// aside, and swapped in. One that cannot be served is a [condition](Condition::Passwords): the current one stays, if
/// there is any, and the file is tried again when it has changed, at SIGHUP, and after growing pauses.
pub(crate) struct ServedPasswords {
    path: PathBuf,
    current: ArcSwapOption<Passwords<Mmap>>,
    on_disk: Mutex<Option<FileState>>,
    damaged: Attempts<FileState>,
    metrics: Arc<Metrics>,
}

/// Why a password list cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ServedPasswordsError {
    /// The file cannot be opened.
    #[error("{}", path.display())]
    Open {
        /// Path of the file.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// The file is not a password list, or is damaged.
    #[error("{}", path.display())]
    Broken {
        /// Path of the file.
        path: PathBuf,
        /// The cause.
        source: PasswordsError,
    },
}

impl ServedPasswords {
    /// Opens a file and compares all of it with its checksums. O(its length). If it cannot be served, that is logged,
    /// and the file is checked again every `period`.
    #[must_use]
    pub(crate) fn open(path: &Path, period: Duration, metrics: Arc<Metrics>) -> Self {
        let passwords = Self {
            path: path.to_owned(),
            current: ArcSwapOption::empty(),
            on_disk: Mutex::default(),
            damaged: Attempts::new(period, LONGEST),
            metrics,
        };
        passwords.look();
        passwords
    }

    /// Returns the served file; `None` if none could be served yet.
    pub(crate) fn current(&self) -> Option<Arc<Passwords<Mmap>>> {
        self.current.load_full()
    }

    /// Loads a new file; returns whether the one on the disk is then current. It is not, without an error, while a
    /// file that could not be served is not yet to be tried again.
    fn take_up(&self) -> Result<bool, ServedPasswordsError> {
        let seen = FileState::at(&self.path).map_err(|source| self.unreadable(source))?;
        if *self.on_disk() == Some(seen) {
            return Ok(true);
        }
        if !self.damaged.may_try(&seen) {
            return Ok(false);
        }
        let next = self.read().inspect_err(|_| self.damaged.record(seen))?;
        let news = match self.current() {
            None => Some("the passwords are open"),
            Some(current) if current.id() != next.id() => Some("a new password list is served"),
            Some(_) => None,
        };
        if let Some(news) = news {
            tracing::info!(passwords = next.len(), "{news}");
            self.current.store(Some(Arc::new(next)));
        }
        *self.on_disk() = Some(seen);
        self.damaged.reset();
        Ok(true)
    }

    fn read(&self) -> Result<Passwords<Mmap>, ServedPasswordsError> {
        let mapped = map(&self.path).map_err(|source| self.unreadable(source))?;
        let opened = Passwords::open(mapped).and_then(|passwords| {
            passwords.check_sums()?;
            Ok(passwords)
        });
        opened.map_err(|source| ServedPasswordsError::Broken {
            path: self.path.clone(),
            source,
        })
    }

    fn unreadable(&self, source: io::Error) -> ServedPasswordsError {
        ServedPasswordsError::Open {
            path: self.path.clone(),
            source,
        }
    }

    /// Returns what distinguishes the served file from others.
    fn name(&self) -> String {
        let current = self.current();
        current.map_or_else(
            || "none".to_owned(),
            |passwords| format!("{:016x}", passwords.id()),
        )
    }

    /// Returns the state of the current file on the disk; `None` if it is to be read again.
    fn on_disk(&self) -> MutexGuard<'_, Option<FileState>> {
        self.on_disk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WatchedFile for ServedPasswords {
    const CONDITION: Condition = Condition::Passwords;

    fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    fn look(&self) {
        match self.take_up() {
            Ok(false) => (),
            Ok(true) => {
                let conditions = self.metrics.conditions();
                conditions.met(Condition::Passwords, self.name());
            }
            Err(error) => self.complain(&causes(&error)),
        }
    }

    fn forget(&self) {
        *self.on_disk() = None;
        self.damaged.reset();
    }

    fn complain(&self, complaint: &str) {
        let conditions = self.metrics.conditions();
        let should = "the file on the disk";
        conditions.unmet(Condition::Passwords, should, self.name(), complaint);
    }
}
