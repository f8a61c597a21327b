//! What is known about a breach?

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{PartialDate, Warning, warning};

/// A breach's short name, such as `residents-2025`: 1 to 64 characters `a-z 0-9 . -`, the first a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BreachId(String);

/// A text that is not a [`BreachId`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a breach id is 1 to 64 characters a-z, 0-9, . and -, beginning with a letter or digit")]
pub struct BadBreachId;

impl BreachId {
    /// Longest id, in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the first id that occurs twice, if any. Time and memory: O(n).
    #[must_use]
    pub fn duplicate<'a>(ids: impl IntoIterator<Item = &'a Self>) -> Option<&'a Self> {
        let mut met = HashSet::new();
        ids.into_iter().find(|id| !met.insert(*id))
    }

    /// The id nearest to a name: the characters that an id may have, or `draft` if there are none.
    #[must_use]
    pub fn nearest(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let is_ours = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
        let words = name.split(|c| !is_ours(c)).filter(|word| !word.is_empty());
        let joined = words.collect::<Vec<_>>().join("-");
        let id = joined.trim_start_matches(['.', '-']);
        match id.get(..id.len().min(Self::MAX_LENGTH)) {
            Some(id) if !id.is_empty() => Self(id.to_owned()),
            _ => Self("draft".to_owned()),
        }
    }
}

impl TryFrom<String> for BreachId {
    type Error = BadBreachId;

    fn try_from(text: String) -> Result<Self, BadBreachId> {
        let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let begins_well = text.bytes().next().is_some_and(word);
        if !begins_well
            || text.len() > Self::MAX_LENGTH
            || !text.bytes().all(|byte| word(byte) || b".-".contains(&byte))
        {
            return Err(BadBreachId);
        }
        Ok(Self(text))
    }
}

impl From<BreachId> for String {
    fn from(id: BreachId) -> Self {
        id.0
    }
}

impl fmt::Display for BreachId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How sure it is that the leak is what it claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The holder of the data or an authority said so.
    Confirmed,
    /// Published by media or researchers, neither confirmed nor denied.
    Reported,
    /// Offered or circulated; nobody has checked where it comes from.
    Unverified,
    /// Shown to be made up.
    Fabricated,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 4] = [
        Self::Confirmed,
        Self::Reported,
        Self::Unverified,
        Self::Fabricated,
    ];

    /// The name used in `breach.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Reported => "reported",
            Self::Unverified => "unverified",
            Self::Fabricated => "fabricated",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text in the site's three languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Localised {
    /// Kazakh.
    pub kk: String,
    /// Russian.
    pub ru: String,
    /// English.
    pub en: String,
}

/// What is known about a breach: the head of `breach.toml` and an entry of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Metadata {
    /// The breach's short name, unique in an index.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "residents-2025"))]
    pub id: BreachId,
    /// When the data were taken, as far as it is known.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "2025-06"))]
    pub date: PartialDate,
    /// When the breach was first put into the catalogue.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "2025-07-01"))]
    pub added: PartialDate,
    /// When what is said of the breach was last corrected, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, nullable = false, example = "2025-08-15"))]
    pub corrected: Option<PartialDate>,
    /// How sure it is.
    pub status: Status,
    /// Kept in the sealed index, which the public server never opens.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub sensitive: bool,
    /// How many records the publisher of the dump claimed.
    pub records: u64,
    /// Where the report stands.
    pub source: String,
    /// The breach's name for readers.
    pub title: Localised,
    /// A sentence or two on what happened.
    pub summary: Localised,
    /// What only a warning list says; `None` for a leak.
    #[serde(flatten, with = "warning")]
    #[cfg_attr(feature = "openapi", schema(value_type = warning::Members))]
    pub warning: Option<Warning>,
}

impl Metadata {
    /// Whether it is a leak; anything else is a warning list.
    #[must_use]
    pub const fn is_leak(&self) -> bool {
        self.warning.is_none()
    }

    /// The date of its last change: when it was corrected, or else added.
    #[must_use]
    pub fn changed(&self) -> &PartialDate {
        self.corrected.as_ref().unwrap_or(&self.added)
    }

    /// The source, if it is one that a page can lead to.
    #[must_use]
    pub fn source_link(&self) -> Option<&str> {
        let is_link = ["https://", "http://"]
            .iter()
            .any(|scheme| self.source.starts_with(scheme));
        is_link.then_some(self.source.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_safe_in_a_path_and_a_url() {
        for bad in ["", "..", "-a", "a/b", "A", "a b", &"x".repeat(65)] {
            assert_eq!(
                BreachId::try_from(bad.to_owned()),
                Err(BadBreachId),
                "{bad}"
            );
        }
        assert!(BreachId::try_from("zaimer.kz-2024".to_owned()).is_ok());
    }

    #[test]
    fn any_name_has_a_nearest_id() {
        for (name, nearest) in [
            ("zaimer.kz-2024", "zaimer.kz-2024"),
            ("Residents 2025 (new)", "residents-2025-new"),
            ("-x", "x"),
            ("база", "draft"),
        ] {
            assert_eq!(BreachId::nearest(name).as_str(), nearest);
        }
        let long = BreachId::nearest(&"x".repeat(100));
        assert_eq!(BreachId::try_from(String::from(long.clone())), Ok(long));
    }

    #[test]
    fn a_status_has_one_name_everywhere() {
        for status in Status::ALL {
            let written = serde_json::to_string(&status).ok();
            assert_eq!(written, Some(format!("\"{status}\"")));
        }
    }
}
