//! How far is this, and who wants it to stop? State that long work shares with the thread that shows it and with the
//! handler of signals.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The units of work done, and in total: bytes or rows, depending on the work.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// Starts over with `total` units to do.
    pub fn begin(&self, total: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// Adds units to do.
    pub fn extend(&self, amount: u64) {
        self.total.fetch_add(amount, Ordering::Relaxed);
    }

    /// Adds units done.
    pub fn advance(&self, amount: u64) {
        self.done.fetch_add(amount, Ordering::Relaxed);
    }

    /// Returns the units done.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Returns the units in total.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }
}

/// A request to stop at the next point from which work can be resumed. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicUsize>);

/// The origin of a stop request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The user at the keyboard, by Ctrl-C: SIGINT.
    Keyboard,
    /// The system or its administrator: SIGTERM.
    Termination,
}

impl Stop {
    /// The number that stands for it in [`Cancel::flag`].
    #[must_use]
    pub const fn code(self) -> usize {
        match self {
            Self::Keyboard => 1,
            Self::Termination => 2,
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Keyboard => "Ctrl-C",
            Self::Termination => "SIGTERM",
        })
    }
}

/// Work was stopped on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped by {stop}")]
pub struct Cancelled {
    /// Origin of the request.
    pub stop: Stop,
}

impl Cancel {
    /// Requests a stop.
    pub fn request(&self, stop: Stop) {
        self.0.store(stop.code(), Ordering::Relaxed);
    }

    /// Returns the flag that a signal handler sets to the [`code`](Stop::code) of a stop; 0 means none.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.0)
    }

    /// Fails if a stop was requested.
    ///
    /// # Errors
    /// [`Cancelled`] if a stop was requested.
    pub fn check(&self) -> Result<(), Cancelled> {
        match self.requested() {
            Some(stop) => Err(Cancelled { stop }),
            None => Ok(()),
        }
    }

    /// Returns what requested a stop, if anything did.
    #[must_use]
    pub fn requested(&self) -> Option<Stop> {
        let code = self.0.load(Ordering::Relaxed);
        [Stop::Keyboard, Stop::Termination]
            .into_iter()
            .find(|stop| stop.code() == code)
    }
}
