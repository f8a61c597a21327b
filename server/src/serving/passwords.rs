use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::rt;
use arc_swap::ArcSwap;
use exposure_index::index::map;
use exposure_index::passwords::{Passwords, PasswordsError};
use memmap2::Mmap;
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval};

use super::seen::Seen;
use crate::observe::causes;

/// The file of passwords in force. Another that takes its place on the disk is noticed, read against its checksums aside,
/// and swapped in; one that is damaged is told once, and the one in force stays.
pub struct ServedPasswords {
    path: PathBuf,
    current: ArcSwap<Passwords<Mmap>>,
    seen: Mutex<Option<Seen>>,
}

/// Why a file of passwords cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServedPasswordsError {
    /// It cannot be opened.
    #[error("{}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is none, or damaged.
    #[error("{}: {source}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: PasswordsError,
    },
}

impl ServedPasswords {
    /// Opens a file and compares all of it with its checksums. O(its length).
    ///
    /// # Errors
    /// [`ServedPasswordsError`] if it cannot be served.
    pub fn open(path: &Path) -> Result<Self, ServedPasswordsError> {
        let seen = Seen::at(path).ok();
        let current = open(path)?;
        tracing::info!(passwords = current.len(), "the passwords are open");
        Ok(Self {
            path: path.to_owned(),
            current: ArcSwap::from_pointee(current),
            seen: Mutex::new(seen),
        })
    }

    /// The file in force.
    pub fn current(&self) -> Arc<Passwords<Mmap>> {
        self.current.load_full()
    }

    /// Looks every `period` whether there is another file, and at once when told to, for as long as the server runs.
    pub async fn watch(self: Arc<Self>, period: Duration, look_now: Arc<Notify>) {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = ticks.tick() => (),
                () = look_now.notified() => *self.seen() = None,
            }
            let passwords = Arc::clone(&self);
            if let Ok(Err(error)) = rt::task::spawn_blocking(move || passwords.look()).await {
                tracing::error!("the passwords are served as they were: {}", causes(&error));
            }
        }
    }

    /// Takes up a file that has not been looked at. One that cannot be served is not looked at again.
    fn look(&self) -> Result<(), ServedPasswordsError> {
        let now = Seen::at(&self.path).ok();
        if *self.seen() == now {
            return Ok(());
        }
        *self.seen() = now;
        let next = open(&self.path)?;
        if next.id() != self.current().id() {
            tracing::info!(
                passwords = next.len(),
                "a new file of passwords is in force"
            );
            self.current.store(Arc::new(next));
        }
        Ok(())
    }

    /// The file that was looked at last; `None` if there was none.
    fn seen(&self) -> MutexGuard<'_, Option<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(path: &Path) -> Result<Passwords<Mmap>, ServedPasswordsError> {
    let mapped = map(path).map_err(|source| ServedPasswordsError::Open {
        path: path.to_owned(),
        source,
    })?;
    let opened = Passwords::open(mapped).and_then(|passwords| {
        passwords.check_sums()?;
        Ok(passwords)
    });
    opened.map_err(|source| ServedPasswordsError::Broken {
        path: path.to_owned(),
        source,
    })
}
