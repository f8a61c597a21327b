use std::convert::Infallible;
use std::sync::Arc;

use crate::config::TlsConfig;
use crate::observe::{Condition, Metrics};
use crate::polling::WatchedFile;

/// Settings of HTTPS, which a server built without the feature `tls` never has.
pub(crate) struct ServerConfig(Infallible);

/// The certificate in use, which never exists.
pub(crate) struct Certificate(Infallible);

impl ServerConfig {
    pub(super) const fn never(&self) -> ! {
        match self.0 {}
    }
}

/// Why HTTPS cannot be served.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// The server was built without the feature.
    #[error(
        "--tls-cert: this tekser-server was built without the feature `tls`; install the package, build it with --features full, or let a proxy in front of it serve HTTPS"
    )]
    Absent,
}

impl Certificate {
    /// Refuses every certificate.
    ///
    /// # Errors
    /// [`TlsError::Absent`].
    pub(crate) fn open(_: &TlsConfig, _: Arc<Metrics>) -> Result<Arc<Self>, TlsError> {
        Err(TlsError::Absent)
    }

    /// Cannot be called.
    #[must_use]
    pub(crate) fn server_config(self: &Arc<Self>) -> ServerConfig {
        match self.0 {}
    }
}

impl WatchedFile for Certificate {
    const CONDITION: Condition = Condition::Certificate;

    fn metrics(&self) -> &Metrics {
        match self.0 {}
    }

    fn look(&self) {
        match self.0 {}
    }

    fn forget(&self) {
        match self.0 {}
    }

    fn complain(&self, _: &str) {
        match self.0 {}
    }
}
