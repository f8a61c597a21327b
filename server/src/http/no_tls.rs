use std::convert::Infallible;

use crate::config::TlsConfig;

/// How HTTPS is served: not at all, by a server that was built without the feature `tls`.
pub struct ServerConfig(Infallible);

impl ServerConfig {
    pub(super) const fn never(&self) -> ! {
        match self.0 {}
    }
}

/// Why HTTPS cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The server can do without, and was built so.
    #[error(
        "--tls-cert: this tekser-server was built without the feature `tls`; install the package, build it with --features full, or let a proxy in front of it serve HTTPS"
    )]
    Absent,
}

/// Refuses every certificate.
///
/// # Errors
/// [`TlsError::Absent`].
pub const fn server_config(_: &TlsConfig) -> Result<ServerConfig, TlsError> {
    Err(TlsError::Absent)
}
