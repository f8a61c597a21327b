use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use exposure_index::progress::{Cancel, Stop};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// An exit status beyond this means the signal that a program was ended by, as shells have it.
const BY_SIGNAL: u8 = 128;

/// A wish to stop that Ctrl-C and SIGTERM express. The second of them ends the process at once.
pub(in crate::commands) fn on_signals() -> anyhow::Result<Cancel> {
    let cancel = Cancel::default();
    let is_wished = Arc::new(AtomicBool::new(false));
    for stop in [Stop::Keyboard, Stop::Termination] {
        let signal = signal(stop);
        // In the order in which they act: on the first signal the wish is not there yet.
        flag::register_conditional_shutdown(
            signal,
            i32::from(exit_status(stop)),
            Arc::clone(&is_wished),
        )
        .and_then(|_| flag::register(signal, Arc::clone(&is_wished)))
        .and_then(|_| flag::register_usize(signal, cancel.flag(), stop.code()))
        .context("the handler of Ctrl-C cannot be installed")?;
    }
    Ok(cancel)
}

/// The exit status of a program that was stopped so.
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
