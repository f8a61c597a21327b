//! Who wishes this to stop? A wish from outside, which long work heeds where it can be resumed.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A wish from outside that work stop where it can be resumed. Clones share the wish.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicUsize>);

/// Who wished work to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The user at the keyboard, by Ctrl-C: SIGINT.
    Keyboard,
    /// The system or its administrator: SIGTERM.
    Termination,
}

impl Stop {
    /// The number that stands for it in [`Interrupt::flag`].
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
pub struct Interrupted {
    /// Who.
    pub stop: Stop,
}

impl Interrupt {
    /// Wishes it.
    pub fn request(&self, stop: Stop) {
        self.0.store(stop.code(), Ordering::Relaxed);
    }

    /// What a handler of signals sets to the [`code`](Stop::code) of who wishes it; 0 means nobody.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.0)
    }

    /// Ends what is done here if a stop was requested.
    ///
    /// # Errors
    /// [`Interrupted`] if one was.
    pub fn check(&self) -> Result<(), Interrupted> {
        match self.requested() {
            Some(stop) => Err(Interrupted { stop }),
            None => Ok(()),
        }
    }

    /// Who wished it, if anybody did.
    #[must_use]
    pub fn requested(&self) -> Option<Stop> {
        let code = self.0.load(Ordering::Relaxed);
        [Stop::Keyboard, Stop::Termination]
            .into_iter()
            .find(|stop| stop.code() == code)
    }
}
