use std::io;

use tracing::Level;
use tracing::subscriber::{SetGlobalDefaultError, set_global_default};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{fmt, registry};

/// Starts the log, to standard error.
///
/// Messages of libraries, through `tracing` or the `log` crate, are left out: they may quote what was received.
///
/// # Errors
/// Fails if a log has been started already.
pub(crate) fn start(level: Level) -> Result<(), SetGlobalDefaultError> {
    let own = Targets::new()
        .with_target("tekser_server", level)
        .with_target("exposure_index", level);
    let lines = fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_target(false);
    set_global_default(registry().with(own).with(lines))
}
