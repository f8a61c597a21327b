//! Who sends? The key pair that identifies this server to push services, and what it signs (VAPID, RFC 8292).

use std::io;
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use exposure_index::durable;
use exposure_index::messages::encode;
use exposure_index::secret::{self, SecretFileError};
use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde::Serialize;
use zeroize::Zeroizing;

use super::encryption::POINT;

/// A key in PEM has about 240 bytes.
const LONGEST: u64 = 4096;
const OWNER_ONLY: u32 = 0o600;
const PEM_LINE: usize = 64;
/// Validity of a signature. RFC 8292 §2 allows a day; clocks may differ.
const VALIDITY: SignedDuration = SignedDuration::from_hours(12);

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum PushKeyError {
    /// The file cannot be read, or others may read it.
    #[error("the key of push messages cannot be used")]
    File(#[from] SecretFileError),
    /// The file holds no key of P-256.
    #[error("{path} is not a key of P-256 in PEM (PKCS #8); tekser-server push-keygen makes one")]
    Format {
        /// Path of the file.
        path: PathBuf,
    },
    /// The file exists.
    #[error(
        "{path} exists already; a key is never overwritten. Choose another name, or move the file away"
    )]
    Exists {
        /// Path of the file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("cannot write {path}")]
    Write {
        /// Path of the file.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// The system's random number generator failed.
    #[error("the operating system's random number generator failed")]
    Randomness,
}

/// The key pair of this server.
pub(super) struct PushKey {
    pair: EcdsaKeyPair,
    public_key: [u8; POINT],
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

impl PushKey {
    /// Makes a key pair and writes it to a new file with mode 0600, in PEM.
    ///
    /// # Errors
    /// [`PushKeyError`] if the file exists or cannot be written.
    pub(super) fn create(path: &Path) -> Result<Self, PushKeyError> {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .map_err(|_| PushKeyError::Randomness)?;
        let key = Self::parse(document.as_ref(), path)?;
        let text = pem(document.as_ref());
        durable::create_file(path, OWNER_ONLY, text.as_bytes()).map_err(|source| {
            let path = path.to_owned();
            match source.kind() {
                io::ErrorKind::AlreadyExists => PushKeyError::Exists { path },
                _ => PushKeyError::Write { path, source },
            }
        })?;
        Ok(key)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`PushKeyError`] if it cannot be read, holds no key or is readable by others.
    pub(super) fn open(path: &Path) -> Result<Self, PushKeyError> {
        let text = secret::read_file(path, LONGEST)?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes());
        let key = key.map_err(|_| PushKeyError::Format {
            path: path.to_owned(),
        })?;
        Self::parse(key.secret_pkcs8_der(), path)
    }

    fn parse(document: &[u8], path: &Path) -> Result<Self, PushKeyError> {
        let broken = || PushKeyError::Format {
            path: path.to_owned(),
        };
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document, &random);
        let pair = pair.map_err(|_| broken())?;
        let public_key = pair.public_key().as_ref().try_into();
        Ok(Self {
            public_key: public_key.map_err(|_| broken())?,
            pair,
        })
    }

    /// Returns the public key, an uncompressed point: a browser's `applicationServerKey`.
    #[must_use]
    pub(super) const fn public_key(&self) -> &[u8; POINT] {
        &self.public_key
    }

    /// Returns the value of `Authorization` for messages to the push service at `origin`, and the end of its validity.
    pub(crate) fn authorize(
        &self,
        origin: &str,
        contact: &str,
        now: Timestamp,
    ) -> Result<(String, Timestamp), PushKeyError> {
        let expires = now + VALIDITY;
        let claims = Claims {
            aud: origin,
            exp: expires.as_second(),
            sub: contact,
        };
        // Cannot fail: texts and a number.
        let claims = serde_json::to_vec(&claims).unwrap_or_default();
        let header = encode(br#"{"typ":"JWT","alg":"ES256"}"#);
        let signed = format!("{header}.{}", encode(&claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = signature.map_err(|_| PushKeyError::Randomness)?;
        let token = format!("{signed}.{}", encode(signature.as_ref()));
        let key = encode(&self.public_key);
        Ok((format!("vapid t={token}, k={key}"), expires))
    }
}

/// PKCS #8 in PEM, RFC 7468.
fn pem(document: &[u8]) -> Zeroizing<String> {
    let base64 = Zeroizing::new(BASE64.encode(document));
    let mut text = Zeroizing::new(String::with_capacity(512));
    text.push_str("-----BEGIN PRIVATE KEY-----\n");
    for line in base64.as_bytes().chunks(PEM_LINE) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text.push_str("-----END PRIVATE KEY-----\n");
    text
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use data_encoding::BASE64URL_NOPAD;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;

    fn created() -> (tempfile::TempDir, PathBuf, PushKey) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("push.key");
        let key = PushKey::create(&path).expect("a key");
        (folder, path, key)
    }

    #[test]
    fn a_key_is_read_as_it_was_written_and_never_overwritten() {
        let (_folder, path, key) = created();
        let read = PushKey::open(&path).expect("the same key");
        assert_eq!(read.public_key(), key.public_key());
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, OWNER_ONLY);
        let again = PushKey::create(&path).err().expect("a refusal");
        assert!(matches!(again, PushKeyError::Exists { .. }), "{again}");
    }

    #[test]
    fn a_key_that_others_may_read_or_that_is_invalid_is_refused() {
        let (_folder, path, _) = created();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("a mode");
        let error = PushKey::open(&path).err().expect("a refusal");
        assert!(matches!(error, PushKeyError::File(_)), "{error}");
        for text in [
            "",
            "secret",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ] {
            fs::write(&path, text).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
            let error = PushKey::open(&path).err().expect("a refusal");
            assert!(matches!(error, PushKeyError::Format { .. }), "{error}");
            assert!(!error.to_string().contains("AAAA"));
        }
    }

    #[test]
    fn a_push_service_can_verify_who_sends_and_until_when() {
        let (_folder, _, key) = created();
        let now = Timestamp::from_second(1_800_000_000).expect("a time");
        let (header, expires) = key
            .authorize("https://push.example.org", "mailto:push@example.kz", now)
            .expect("a header");
        let (token, sent_key) = header
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="))
            .expect("RFC 8292, 3.1");
        assert_eq!(sent_key, encode(key.public_key()));
        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        let decoded = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).expect("base64url");
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key())
            .verify(signed.as_bytes(), &decoded(signature))
            .expect("a signature of the key");
        let (header, claims) = signed.split_once('.').expect("two parts");
        let parsed = |text| serde_json::from_slice::<Value>(&decoded(text)).expect("JSON");
        assert_eq!(parsed(header)["alg"], "ES256");
        let claims = parsed(claims);
        assert_eq!(claims["aud"], "https://push.example.org");
        assert_eq!(claims["sub"], "mailto:push@example.kz");
        assert_eq!(claims["exp"], expires.as_second());
        assert!(expires.duration_since(now) <= SignedDuration::from_hours(12));
    }
}
