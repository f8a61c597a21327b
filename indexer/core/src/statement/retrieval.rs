use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::service::{is_name, may_be_private};
use crate::breach::Localised;
use crate::messages::{Retrieval, RetrievalServer, is_compatible};
use crate::retrieval::{MAX_SERVERS, MIN_SERVERS};

/// From whom ranges are fetched without naming them, as the holder of the release key says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRetrieval {
    /// 2 to 5 institutions that do not share their logs; all of them are asked.
    pub servers: Vec<ServiceRetrievalServer>,
    /// Whether clients must never ask for a range by its name.
    #[serde(default)]
    pub required: bool,
    /// Members of later versions, kept as they were signed.
    #[serde(flatten)]
    pub later: BTreeMap<String, Value>,
}

/// An institution that answers retrievals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRetrievalServer {
    /// Its name.
    pub institution: Localised,
    /// Where it takes queries: a URL, resolved against that of the index document.
    pub url: String,
    /// Members of later versions, kept as they were signed.
    #[serde(flatten)]
    pub later: BTreeMap<String, Value>,
}

impl ServiceRetrieval {
    /// The servers as the index document repeats them.
    #[must_use]
    pub fn servers(&self) -> Retrieval {
        let servers = self.servers.iter().map(|one| RetrievalServer {
            institution: one.institution.clone(),
            url: one.url.clone(),
        });
        Retrieval {
            servers: servers.collect(),
        }
    }

    /// Returns whether the signed list, if there is one, names exactly these servers; of relative URLs only the number
    /// counts.
    #[must_use]
    pub fn are_these(signed: Option<&Self>, servers: &[Url]) -> bool {
        let signed = signed.map_or(&[][..], |signed| &signed.servers);
        let is_listed = |one: &ServiceRetrievalServer| {
            let mut servers = servers.iter();
            servers.any(|server| is_compatible(server.as_str(), &one.url))
        };
        signed.len() == servers.len() && signed.iter().all(is_listed)
    }

    /// Members of later versions, of itself and of its servers.
    pub(super) fn later(&self) -> impl Iterator<Item = &BTreeMap<String, Value>> {
        let servers = self.servers.iter().map(|one| &one.later);
        [&self.later].into_iter().chain(servers)
    }

    /// Returns the fault of number, names or URLs, if any.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let names = |server: &ServiceRetrievalServer| {
            let Localised { kk, ru, en } = &server.institution;
            [kk, ru, en].into_iter().all(|name| is_name(name))
        };
        if !(MIN_SERVERS..=MAX_SERVERS).contains(&self.servers.len()) {
            Some("private retrieval needs 2 to 5 servers")
        } else if !self.servers.iter().all(names) {
            Some("a name of an institution is empty, too long or has control characters")
        } else if !self.servers.iter().all(|one| may_be_private(&one.url)) {
            Some("a url of a retrieval server is not https; http is for this machine only")
        } else if !self.are_apart() {
            Some(
                "two retrieval servers have one origin: its operator would see which range is fetched",
            )
        } else {
            None
        }
    }

    /// Returns whether all are in different places. All relative URLs lead to one place.
    fn are_apart(&self) -> bool {
        let origin = |url: &str| Url::parse(url).ok().map(|url| url.origin());
        let origins: HashSet<_> = self.servers.iter().map(|one| origin(&one.url)).collect();
        origins.len() == self.servers.len()
    }
}
