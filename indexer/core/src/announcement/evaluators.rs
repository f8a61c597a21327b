use std::str::FromStr;

use data_encoding::HEXLOWER_PERMISSIVE;
use url::Url;

use crate::messages::{Evaluator, encode, is_compatible, is_private};
use crate::oprf::{KeyId, PublicKey};
use crate::statement::{Service, ServiceEvaluator};

/// Where a server of both roles takes evaluations itself, as its own clients resolve it: next to `/v1/index`, even if a
/// gateway mounts it below a prefix.
const OWN_URL: &str = "evaluate";

/// The evaluators of an index, and the key that they hold together.
pub struct Evaluators {
    listed: Vec<Evaluator>,
    key_id: KeyId,
}

impl Evaluators {
    /// Returns this server, if it has a key of its own, and the evaluators elsewhere; `None` if there are none.
    #[must_use]
    pub fn new(own: Option<&PublicKey>, elsewhere: &[RemoteEvaluator]) -> Option<Self> {
        let elsewhere = elsewhere
            .iter()
            .map(|remote| (remote.url.to_string(), remote.public_key));
        let (urls, keys): (Vec<String>, Vec<PublicKey>) = own
            .map(|key| (OWN_URL.to_owned(), *key))
            .into_iter()
            .chain(elsewhere)
            .unzip();
        let whole = PublicKey::sum(&keys).ok()?;
        let listed = urls.into_iter().zip(&keys).map(evaluator).collect();
        Some(Self {
            listed,
            key_id: whole.id(),
        })
    }

    /// Returns the evaluators that a signed statement names; `None` if a key is malformed or they cancel out.
    #[must_use]
    pub fn of_service(service: &Service) -> Option<Self> {
        let keys = service.evaluators.iter().map(ServiceEvaluator::key);
        let keys: Vec<PublicKey> = keys.collect::<Option<_>>()?;
        let urls = service.evaluators.iter().map(|one| one.url.clone());
        let whole = PublicKey::sum(&keys).ok()?;
        Some(Self {
            listed: urls.zip(&keys).map(evaluator).collect(),
            key_id: whole.id(),
        })
    }

    /// The list that clients get.
    #[must_use]
    pub fn listed(&self) -> &[Evaluator] {
        &self.listed
    }

    /// Whether a signed statement names exactly these: the same keys, and the same URLs where both are absolute. Only
    /// clients know what a relative URL resolves to.
    #[must_use]
    pub fn are_those_of(&self, service: &Service) -> bool {
        let own = &self.listed;
        let is_own = |signed: &ServiceEvaluator| {
            let key = signed.key().map(|key| encode(&key.to_bytes()));
            own.iter().any(|one| {
                Some(&one.public_key) == key.as_ref() && is_compatible(&one.url, &signed.url)
            })
        };
        service.evaluators.len() == own.len() && service.evaluators.iter().all(is_own)
    }

    /// The key that an index they serve must have been made with.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }
}

fn evaluator((url, key): (String, &PublicKey)) -> Evaluator {
    Evaluator {
        url,
        public_key: encode(&key.to_bytes()),
    }
}

/// An evaluator elsewhere: where it takes evaluations, and its public key.
#[derive(Clone)]
pub struct RemoteEvaluator {
    url: Url,
    public_key: PublicKey,
}

/// A text that is not a [`RemoteEvaluator`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadEvaluator {
    /// The equals sign is missing, or the text before it is not a URL that clients would ask.
    #[error(
        "expected https://evaluator.example/v1/evaluate=PUBLIC_KEY; http is for evaluators on this machine only"
    )]
    Form,
    /// The text after the equals sign is not a public key.
    #[error("expected a public key of 64 hexadecimal digits, as `tekser-indexer keygen` prints it")]
    PublicKey,
}

impl RemoteEvaluator {
    /// Scheme, host and port of its URL.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

impl FromStr for RemoteEvaluator {
    type Err = BadEvaluator;

    fn from_str(text: &str) -> Result<Self, BadEvaluator> {
        let (url, key) = text.rsplit_once('=').ok_or(BadEvaluator::Form)?;
        let url = Url::parse(url).map_err(|_| BadEvaluator::Form)?;
        if !is_private(&url) {
            return Err(BadEvaluator::Form);
        }
        let key = HEXLOWER_PERMISSIVE
            .decode(key.as_bytes())
            .map_err(|_| BadEvaluator::PublicKey)?;
        let public_key = PublicKey::from_bytes(&key).map_err(|_| BadEvaluator::PublicKey)?;
        Ok(Self { url, public_key })
    }
}
