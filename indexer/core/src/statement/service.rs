use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{ServiceRetrieval, ServiceVersion, StatementError};
use crate::messages::{MAX_EVALUATORS, is_private};
use crate::oprf::{KeyId, PublicKey};

/// Longest name of an institution, in characters.
const MAX_NAME: usize = 200;

/// Who runs the service, as the holder of the release key says it: the only place where a client that trusts a key
/// learns whom to ask for evaluations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The holders of the key or of its shares.
    pub evaluators: Vec<ServiceEvaluator>,
    /// The institution that serves index, catalogue and ranges.
    pub ranges: String,
    /// From whom ranges are fetched without naming them, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieval: Option<ServiceRetrieval>,
    /// From when on this version of the index may no longer be served, RFC 3339, UTC; not there while no change is
    /// planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset: Option<String>,
    /// Other versions that are served at the same time during a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<Vec<ServiceVersion>>,
    /// Members of later versions, kept as they were signed.
    #[serde(flatten)]
    pub later: BTreeMap<String, Value>,
}

/// An institution that evaluates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceEvaluator {
    /// Its name.
    pub institution: String,
    /// Its public key, hexadecimal.
    pub public_key: String,
    /// Where it takes evaluations: a URL, resolved against that of the index document.
    pub url: String,
    /// Members of later versions, kept as they were signed.
    #[serde(flatten)]
    pub later: BTreeMap<String, Value>,
}

impl Service {
    /// Checks names, URLs and public keys, and that the keys add up to the one that an index was made with.
    ///
    /// # Errors
    /// [`StatementError::Service`] with what is wrong.
    pub fn check(&self, key_id: KeyId) -> Result<(), StatementError> {
        let what = if !(1..=MAX_EVALUATORS).contains(&self.evaluators.len()) {
            "1 to 16 evaluators are needed"
        } else if !self.names().all(is_name) {
            "a name of an institution is empty, too long or has control characters"
        } else if !self
            .evaluators
            .iter()
            .all(ServiceEvaluator::has_private_url)
        {
            "a url of an evaluator is not https; http is for this machine only"
        } else if self.key_id() != Some(key_id) {
            "the public keys do not add up to the key that the index was made with"
        } else if let Some(what) = self.retrieval.as_ref().and_then(ServiceRetrieval::fault) {
            what
        } else if let Some(what) = self.fault_of_versions() {
            what
        } else {
            return Ok(());
        };
        Err(StatementError::Service { what })
    }

    /// A member that this version does not know.
    #[must_use]
    pub fn unknown(&self) -> Option<&str> {
        let evaluators = self.evaluators.iter().map(|one| &one.later);
        let retrieval = self.retrieval.iter().flat_map(ServiceRetrieval::later);
        let all = [&self.later].into_iter().chain(evaluators).chain(retrieval);
        let all = all.chain(self.later_of_versions());
        all.flat_map(BTreeMap::keys).map(String::as_str).next()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let evaluators = self.evaluators.iter().map(|one| one.institution.as_str());
        evaluators.chain([self.ranges.as_str()])
    }

    fn key_id(&self) -> Option<KeyId> {
        let keys = self.evaluators.iter().map(ServiceEvaluator::key);
        let keys: Vec<PublicKey> = keys.collect::<Option<_>>()?;
        Some(PublicKey::sum(&keys).ok()?.id())
    }
}

impl ServiceEvaluator {
    /// Its public key; `None` if it does not decode.
    #[must_use]
    pub fn key(&self) -> Option<PublicKey> {
        let bytes = HEXLOWER.decode(self.public_key.as_bytes()).ok()?;
        PublicKey::from_bytes(&bytes).ok()
    }

    /// Returns whether its connection is private; for a relative URL only its resolution shows it.
    fn has_private_url(&self) -> bool {
        may_be_private(&self.url)
    }
}

pub(super) fn may_be_private(url: &str) -> bool {
    match Url::parse(url) {
        Ok(url) => is_private(&url),
        Err(error) => error == url::ParseError::RelativeUrlWithoutBase,
    }
}

pub(super) fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=MAX_NAME).contains(&length) && !name.chars().any(char::is_control)
}
