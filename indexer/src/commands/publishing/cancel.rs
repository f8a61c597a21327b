use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use exposure_index::progress::{Cancel, Stop};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Shells report a program ended by signal N as exit status 128 + N.
const BY_SIGNAL: u8 = 128;

/// Installs handlers for Ctrl-C and SIGTERM that request cancellation. A second signal ends the process at once.
pub(in crate::commands) fn on_signals() -> anyhow::Result<Cancel> {
    let cancel = Cancel::default();
    let is_requested = Arc::new(AtomicBool::new(false));
    for stop in [Stop::Keyboard, Stop::Termination] {
        let signal = signal(stop);
        // Handlers run in this order: at the first signal the flag is not yet set, so the shutdown does nothing.
        flag::register_conditional_shutdown(
            signal,
            i32::from(exit_status(stop)),
            Arc::clone(&is_requested),
        )
        .and_then(|_| flag::register(signal, Arc::clone(&is_requested)))
        .and_then(|_| flag::register_usize(signal, cancel.flag(), stop.code()))
        .context("cannot install the handler for Ctrl-C and SIGTERM")?;
    }
    Ok(cancel)
}

/// Returns the exit status of a program that was stopped this way.
pub(in crate::commands) const fn exit_status(stop: Stop) -> u8 {
    match stop {
        Stop::Keyboard => BY_SIGNAL + 2,
        Stop::Termination => BY_SIGNAL + 15,
    }
}

const fn signal(stop: Stop) -> i32 {
    match stop {
        Stop::Keyboard => SIGINT,
        Stop::Termination => SIGTERM,
    }
}
