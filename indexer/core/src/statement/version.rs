use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::Service;
use crate::identifier::NORMALISATION_VERSION;
use crate::index::FORMAT_VERSION;
use crate::messages::OtherVersion;

/// Maximum number of other versions served at the same time.
pub(crate) const MAX_VERSIONS: usize = 4;
/// An arbitrary server: relative URLs resolve to the same one, whichever it is.
const ANYWHERE: &str = "https://tekser.example.kz/v1/index";

/// Another version of the index that is served at the same time, as stated by the holder of the release key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceVersion {
    /// Version of the rules by which identifiers are written one way.
    pub normalisation: u32,
    /// Version of the layout of ranges.
    pub format: u32,
    /// Where its index document is: a URL of the same origin, resolved against that of the index document.
    pub url: String,
    /// From when on it may no longer be served, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset: Option<String>,
    /// Members of later versions, kept as they were signed.
    #[serde(flatten)]
    pub later: BTreeMap<String, Value>,
}

impl ServiceVersion {
    /// The version as the index document repeats it.
    #[must_use]
    pub fn listed(&self) -> OtherVersion {
        OtherVersion {
            normalisation: self.normalisation,
            format: self.format,
            url: self.url.clone(),
            sunset: self.sunset.clone(),
        }
    }

    const fn number(&self) -> (u32, u32) {
        (self.normalisation, self.format)
    }

    /// Whether its URL is of the same origin wherever the index document is, and can be in a header.
    fn is_beside(&self) -> bool {
        let is_bare = !self
            .url
            .contains(|c: char| c.is_control() || " <>\"".contains(c));
        let resolved = Url::parse(ANYWHERE).ok().and_then(|base| {
            let resolved = base.join(&self.url).ok()?;
            Some(resolved.origin() == base.origin())
        });
        is_bare && Url::parse(&self.url).is_err() && resolved == Some(true)
    }
}

impl Service {
    /// The other version that clients should change to: the newest that is newer than the one that is spoken here.
    #[must_use]
    pub fn successor(&self) -> Option<&ServiceVersion> {
        let newer = self.others().filter(|other| other.number() > SPOKEN);
        newer.max_by_key(|other| other.number())
    }

    /// Members of later versions in the list of other versions.
    pub(super) fn later_of_versions(&self) -> impl Iterator<Item = &BTreeMap<String, Value>> {
        self.others().map(|other| &other.later)
    }

    /// Returns the fault of the list of other versions, or of a time of sunset.
    pub(super) fn fault_of_versions(&self) -> Option<&'static str> {
        let sunsets = self.others().map(|other| &other.sunset);
        let mut sunsets = sunsets.chain([&self.sunset]).flatten();
        if self.others().count() > MAX_VERSIONS {
            Some("at most 4 other versions can be in also")
        } else if self.others().any(|other| other.number() == SPOKEN) {
            Some("also names the version of this index itself")
        } else if !self.others().all(ServiceVersion::is_beside) {
            Some(
                "a url in also is not relative, such as /next/v1/index: another version has the same origin",
            )
        } else if !sunsets.all(|sunset| is_time(sunset)) {
            Some("a sunset is not a time such as 2027-06-30T00:00:00Z")
        } else {
            None
        }
    }

    fn others(&self) -> impl Iterator<Item = &ServiceVersion> {
        self.also.iter().flatten()
    }
}

/// The version that this program reads and writes.
const SPOKEN: (u32, u32) = (NORMALISATION_VERSION, FORMAT_VERSION);

/// Whether a text is a time in UTC, to the second, as the program writes it.
fn is_time(text: &str) -> bool {
    let time = text.parse::<Timestamp>();
    time.is_ok_and(|time| time.to_string() == text && time.subsec_nanosecond() == 0)
}
