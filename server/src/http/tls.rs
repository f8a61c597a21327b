use std::path::PathBuf;

use exposure_index::secret::{self, SecretFileError};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::TlsConfig;

/// Bytes of the longest private key; one of RSA with 16,384 bits takes some 13,000 in PEM.
const LONGEST_KEY: u64 = 1 << 16;

/// Why HTTPS cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file cannot be read or is no PEM of what it should be.
    #[error("{path} is not a {what} in PEM")]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
        /// What is wrong.
        source: rustls::pki_types::pem::Error,
    },
    /// The key's file cannot be read, or others may read it.
    #[error("the private key cannot be used")]
    Secret(#[from] SecretFileError),
    /// Certificate and key do not do.
    #[error("certificate and key cannot be used together")]
    Pair(#[from] rustls::Error),
}

/// TLS 1.2 and 1.3 with this certificate.
///
/// # Errors
/// [`TlsError`] if a file is not what it should be, or the two do not belong together.
pub fn server_config(files: &TlsConfig) -> Result<ServerConfig, TlsError> {
    let pem = |path: &PathBuf, what| {
        let path = path.clone();
        move |source| TlsError::Pem { path, what, source }
    };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(pem(&files.certificate, "certificate chain"))?;
    let text = secret::read_file(&files.key, LONGEST_KEY)?;
    let key =
        PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(pem(&files.key, "private key"))?;
    Ok(ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, key)?)
}
