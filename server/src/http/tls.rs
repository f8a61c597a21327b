//! Which certificate does the server have, and is it valid? A renewed one is loaded.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use exposure_index::secret::{self, SecretFileError};
use jiff::Timestamp;
pub(crate) use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::validity::Validity;
use crate::config::TlsConfig;
use crate::observe::{Condition, Metrics, causes};
use crate::polling::{FileState, WatchedFile};

/// Bytes of the longest private key; one of RSA with 16,384 bits takes some 13,000 in PEM.
const LONGEST_KEY: u64 = 1 << 16;
/// The byte order mark in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why HTTPS cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum TlsError {
    /// A file cannot be read, or is not PEM of the expected kind.
    #[error("{path} is not a {what} in PEM")]
    Pem {
        /// The file.
        path: PathBuf,
        /// The expected kind.
        what: &'static str,
        /// The cause.
        source: pem::Error,
    },
    /// The key file cannot be read, or others may read it.
    #[error("the private key cannot be used")]
    Secret(#[from] SecretFileError),
    /// Certificate and key do not match.
    #[error(
        "the certificate and the key do not match: name the key of this certificate with --tls-key"
    )]
    Pair(#[from] rustls::Error),
    /// The certificate has expired; no client accepts it.
    #[error("the certificate expired at {at}: renew it; no restart is needed")]
    Expired {
        /// The end of its validity.
        at: Timestamp,
    },
    /// The certificate is not valid yet; no client accepts it.
    #[error("the certificate is not valid before {at}: check the clock")]
    Early {
        /// The beginning of its validity.
        at: Timestamp,
    },
}

/// The certificate in use. A new one on the disk is noticed, and used for connections from then on;
/// one that cannot be used, or is not valid, is a [condition](Condition::Certificate).
pub(crate) struct Certificate {
    files: TlsConfig,
    in_use: ArcSwap<LoadedCertificate>,
    /// The files that are in use.
    seen: Mutex<Option<[FileState; 2]>>,
    metrics: Arc<Metrics>,
}

struct LoadedCertificate {
    key: Arc<CertifiedKey>,
    validity: Option<Validity>,
}

impl Certificate {
    /// Opens certificate and key. An expired certificate is used anyway, and logged.
    ///
    /// # Errors
    /// [`TlsError`] if a file is invalid, or the two do not belong together.
    pub(crate) fn open(files: &TlsConfig, metrics: Arc<Metrics>) -> Result<Arc<Self>, TlsError> {
        let seen = seen(files);
        let certificate = Self {
            in_use: ArcSwap::from_pointee(LoadedCertificate::load(files)?),
            files: files.clone(),
            seen: Mutex::new(seen),
            metrics,
        };
        certificate.judge();
        Ok(Arc::new(certificate))
    }

    /// Returns settings for TLS 1.2 and 1.3 with the certificate that is in use when a client connects.
    #[must_use]
    pub(crate) fn server_config(self: &Arc<Self>) -> ServerConfig {
        ServerConfig::builder()
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>)
    }

    /// Records whether the certificate in use is valid, and until when.
    fn judge(&self) {
        let certified = self.in_use.load();
        if let Some(validity) = certified.validity {
            self.metrics.certificate_expires(validity.until.as_second());
        }
        match certified.check(Timestamp::now()) {
            Ok(()) => {
                let conditions = self.metrics.conditions();
                conditions.met(Condition::Certificate, certified.name());
            }
            Err(error) => self.complain(&causes(&error)),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Option<[FileState; 2]>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WatchedFile for Certificate {
    const CONDITION: Condition = Condition::Certificate;

    fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    fn look(&self) {
        let seen = seen(&self.files);
        if seen.is_none() || *self.seen() != seen {
            match LoadedCertificate::load(&self.files) {
                Ok(next) => {
                    self.in_use.store(Arc::new(next));
                    *self.seen() = seen;
                    tracing::info!("the renewed certificate is in use");
                }
                // Certificate and key may be replaced one after the other: the next look tries again.
                Err(error) => return self.complain(&causes(&error)),
            }
        }
        self.judge();
    }

    fn forget(&self) {
        *self.seen() = None;
    }

    fn complain(&self, complaint: &str) {
        let is = self.in_use.load().name();
        let conditions = self.metrics.conditions();
        let should = "the one on the disk, valid";
        conditions.unmet(Condition::Certificate, should, is, complaint);
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.in_use.load().key))
    }
}

/// Prints no key.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificate")
    }
}

impl LoadedCertificate {
    fn load(files: &TlsConfig) -> Result<Self, TlsError> {
        let broken = |path: &PathBuf, what| {
            let path = path.clone();
            move |source| TlsError::Pem { path, what, source }
        };
        let chain = text_of(&files.certificate)
            .map_err(pem::Error::Io)
            .and_then(|text| CertificateDer::pem_reader_iter(text).collect::<Result<Vec<_>, _>>())
            .and_then(|chain| match chain.is_empty() {
                true => Err(pem::Error::NoItemsFound),
                false => Ok(chain),
            })
            .map_err(broken(&files.certificate, "certificate chain"))?;
        let text = secret::read_file(&files.key, LONGEST_KEY)?;
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes())
            .map_err(broken(&files.key, "private key"))?;
        let validity = chain.first().and_then(|first| Validity::of(first));
        Ok(Self {
            key: Arc::new(CertifiedKey::from_der(
                chain,
                key,
                &ring::default_provider(),
            )?),
            validity,
        })
    }

    fn check(&self, now: Timestamp) -> Result<(), TlsError> {
        match self.validity {
            Some(Validity { until: at, .. }) if at < now => Err(TlsError::Expired { at }),
            Some(Validity { from: at, .. }) if now < at => Err(TlsError::Early { at }),
            _ => Ok(()),
        }
    }

    fn name(&self) -> String {
        self.validity.map_or_else(
            || "valid without an end".to_owned(),
            |validity| format!("valid until {}", validity.until),
        )
    }
}

/// Reads the contents of a file, without a byte order mark.
fn text_of(path: &Path) -> io::Result<impl Read> {
    let mut text = BufReader::new(File::open(path)?);
    if text.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
        text.consume(BYTE_ORDER_MARK.len());
    }
    Ok(text)
}

fn seen(files: &TlsConfig) -> Option<[FileState; 2]> {
    let [certificate, key] = [&files.certificate, &files.key].map(|path| FileState::at(path).ok());
    Some([certificate?, key?])
}
