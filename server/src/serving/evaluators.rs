use exposure_index::messages::{Evaluator, encode};
use exposure_index::oprf::{KeyId, PublicKey};

use crate::config::RemoteEvaluator;

/// Where a server of both roles takes evaluations itself, as its own clients resolve it.
const OWN_URL: &str = "/v1/evaluate";

/// Who is asked for evaluations, and which key they hold together.
pub struct Evaluators {
    told: Vec<Evaluator>,
    key_id: KeyId,
}

impl Evaluators {
    /// This server, if it has a key of its own, and those elsewhere; `None` if there is nobody.
    #[must_use]
    pub fn new(own: Option<&PublicKey>, elsewhere: &[RemoteEvaluator]) -> Option<Self> {
        let elsewhere = elsewhere
            .iter()
            .map(|remote| (remote.url().to_string(), *remote.public_key()));
        let (urls, keys): (Vec<String>, Vec<PublicKey>) = own
            .map(|key| (OWN_URL.to_owned(), *key))
            .into_iter()
            .chain(elsewhere)
            .unzip();
        let whole = PublicKey::sum(&keys).ok()?;
        let told = urls.into_iter().zip(&keys).map(told).collect();
        Some(Self {
            told,
            key_id: whole.id(),
        })
    }

    /// The list that clients get.
    #[must_use]
    pub fn told(&self) -> &[Evaluator] {
        &self.told
    }

    /// The key that an index they serve must have been made with.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }
}

fn told((url, key): (String, &PublicKey)) -> Evaluator {
    Evaluator {
        url,
        public_key: encode(&key.to_bytes()),
    }
}
