use std::str::FromStr;

use actix_web::http::Uri;
use data_encoding::HEXLOWER_PERMISSIVE;
use exposure_index::oprf::PublicKey;

/// An evaluator elsewhere: where it takes evaluations, and its public key.
#[derive(Clone)]
pub struct RemoteEvaluator {
    url: Uri,
    public_key: PublicKey,
}

/// A text that is no [`RemoteEvaluator`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadEvaluator {
    /// There is no equals sign, or no URL before it.
    #[error("expected https://evaluator.example/v1/evaluate=PUBLIC_KEY")]
    Form,
    /// What follows is no public key.
    #[error("expected a public key of 64 hexadecimal digits, as `tekser-indexer keygen` prints it")]
    PublicKey,
}

impl RemoteEvaluator {
    /// The URL of its `/v1/evaluate`.
    #[must_use]
    pub const fn url(&self) -> &Uri {
        &self.url
    }

    /// Scheme, host and port of its URL.
    #[must_use]
    pub fn origin(&self) -> String {
        origin(&self.url)
    }

    /// Its public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}

/// Scheme, host and port of a URL.
pub(super) fn origin(url: &Uri) -> String {
    let scheme = url.scheme_str().unwrap_or_default();
    let authority = url.authority().map_or("", |authority| authority.as_str());
    format!("{scheme}://{authority}")
}

impl FromStr for RemoteEvaluator {
    type Err = BadEvaluator;

    fn from_str(text: &str) -> Result<Self, BadEvaluator> {
        let (url, key) = text.rsplit_once('=').ok_or(BadEvaluator::Form)?;
        let url: Uri = url.parse().map_err(|_| BadEvaluator::Form)?;
        let is_http = matches!(url.scheme_str(), Some("http" | "https"));
        if !is_http || url.authority().is_none() {
            return Err(BadEvaluator::Form);
        }
        let key = HEXLOWER_PERMISSIVE
            .decode(key.as_bytes())
            .map_err(|_| BadEvaluator::PublicKey)?;
        let public_key = PublicKey::from_bytes(&key).map_err(|_| BadEvaluator::PublicKey)?;
        Ok(Self { url, public_key })
    }
}
