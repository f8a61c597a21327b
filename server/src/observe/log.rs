use std::io;

use tracing::Level;
use tracing::subscriber::SetGlobalDefaultError;

/// Starts the log, to standard error.
///
/// What libraries say through the `log` crate is left out: it may quote what was received.
///
/// # Errors
/// If a log has been started already.
pub fn start(level: Level) -> Result<(), SetGlobalDefaultError> {
    let log = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_ansi(false)
        .with_max_level(level)
        .with_target(false)
        .finish();
    tracing::subscriber::set_global_default(log)
}
