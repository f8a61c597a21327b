use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

use crate::observe::Metrics;

/// Waits for the signal to stop.
pub(crate) struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Catches the signals, which from then on do not end the process by themselves.
    ///
    /// # Errors
    /// Fails if the signals cannot be caught.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Returns when it is time to refuse connections: at once after SIGINT; after SIGTERM, when a balancer has had the
    /// time `drain` to send requests elsewhere, or at a second signal. Meanwhile the server says that it is not ready.
    pub(super) async fn wait(mut self, drain: Duration, metrics: Arc<Metrics>) {
        tokio::select! {
            _ = self.terminate.recv() => {
                metrics.conditions().drain();
                if !drain.is_zero() {
                    tracing::info!("stopping; new requests are answered for {drain:?} more");
                }
                tokio::select! {
                    () = sleep(drain) => (),
                    _ = self.terminate.recv() => (),
                    _ = self.interrupt.recv() => (),
                }
            }
            _ = self.interrupt.recv() => metrics.conditions().drain(),
        }
    }
}
