//! What is a breach in the terms of Have I Been Pwned?

use html_escape::encode_quoted_attribute as escaped;
use serde::{Deserialize, Serialize};

use crate::breach::hibp_class::name_of;
use crate::breach::{DataClass, Metadata, Status};
use crate::index::Identifiers;

/// A breach as HIBP's API returns it. Texts are the English ones; we have no logos, domains, retired breaches or lists
/// of spam, malware and stealers, so those fields are always empty, null or false.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "openapi", schema(as = HibpBreach))]
pub struct Breach {
    /// Our id.
    pub name: String,
    /// For readers.
    pub title: String,
    /// Always empty.
    pub domain: String,
    /// `YYYY-MM-DD`; the first day of the month or year where no more is known.
    pub breach_date: String,
    /// RFC 3339, to the day.
    pub added_date: String,
    /// Time of the last correction, or else `added_date`; RFC 3339, to the day.
    pub modified_date: String,
    /// Different identifiers that were read from it.
    pub pwn_count: u64,
    /// What happened, and where it is reported, as HTML.
    pub description: String,
    /// Always empty.
    pub logo_path: String,
    /// Always null.
    pub attribution: Option<String>,
    /// HIBP's names of the data classes, in alphabetical order.
    pub data_classes: Vec<String>,
    /// The holder of the data or an authority said so.
    pub is_verified: bool,
    /// Shown to be made up.
    pub is_fabricated: bool,
    /// Kept in the sealed index.
    pub is_sensitive: bool,
    /// Always false.
    pub is_retired: bool,
    /// Always false.
    pub is_spam_list: bool,
    /// Always false.
    pub is_malware: bool,
    /// Always false.
    pub is_subscription_free: bool,
    /// Always false.
    pub is_stealer_log: bool,
}

impl Breach {
    /// Returns one of our breaches in HIBP's terms.
    #[must_use]
    pub fn of(metadata: &Metadata, classes: &[DataClass], identifiers: &Identifiers) -> Self {
        let mut data_classes: Vec<String> = classes.iter().map(name_of).collect();
        data_classes.sort_unstable();
        Self {
            name: metadata.id.to_string(),
            title: metadata.title.en.clone(),
            domain: String::new(),
            breach_date: metadata.date.first_day(),
            added_date: metadata.added.first_moment(),
            modified_date: metadata.changed().first_moment(),
            pwn_count: identifiers.values().sum(),
            description: description(metadata),
            logo_path: String::new(),
            attribution: None,
            data_classes,
            is_verified: metadata.status == Status::Confirmed,
            is_fabricated: metadata.status == Status::Fabricated,
            is_sensitive: metadata.sensitive,
            is_retired: false,
            is_spam_list: false,
            is_malware: false,
            is_subscription_free: false,
            is_stealer_log: false,
        }
    }
}

/// The summary, and a link to the source if it is one that a page can lead to.
fn description(metadata: &Metadata) -> String {
    let summary = escaped(&metadata.summary.en);
    match metadata.source_link().map(escaped) {
        Some(source) => {
            format!("{summary} <a href=\"{source}\" target=\"_blank\" rel=\"noopener\">Source</a>")
        }
        None => summary.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::identifier::Kind;

    fn metadata(source: &str) -> Metadata {
        let text = |en: &str| json!({"kk": "қ", "ru": "р", "en": en});
        serde_json::from_value(json!({
            "id": "residents-2025", "date": "2025-06", "added": "2025-07-01", "status": "confirmed",
            "records": 7, "source": source, "title": text("Residents"), "summary": text("A <b> & 'c'"),
        }))
        .unwrap()
    }

    #[test]
    fn a_breach_has_every_field_in_their_spelling() {
        let classes =
            ["names", "government-issued-ids"].map(|name| name.to_owned().try_into().unwrap());
        let identifiers = [(Kind::Iin, 5), (Kind::Phone, 2)].into();
        let breach = Breach::of(
            &metadata("https://example.org/a?b&c"),
            &classes,
            &identifiers,
        );
        let expected = json!({
            "Name": "residents-2025", "Title": "Residents", "Domain": "", "BreachDate": "2025-06-01",
            "AddedDate": "2025-07-01T00:00:00Z", "ModifiedDate": "2025-07-01T00:00:00Z", "PwnCount": 7,
            "Description": "A &lt;b&gt; &amp; &#x27;c&#x27; <a href=\"https://example.org/a?b&amp;c\" target=\"_blank\" rel=\"noopener\">Source</a>",
            "LogoPath": "", "Attribution": null, "DataClasses": ["Government issued IDs", "Names"],
            "IsVerified": true, "IsFabricated": false, "IsSensitive": false, "IsRetired": false,
            "IsSpamList": false, "IsMalware": false, "IsSubscriptionFree": false, "IsStealerLog": false,
        });
        assert_eq!(serde_json::to_value(breach).unwrap(), expected);
    }

    #[test]
    fn a_breach_that_was_corrected_was_modified_then() {
        let mut metadata = metadata("a letter");
        metadata.corrected = "2025-08-15".parse().ok();
        let breach = Breach::of(&metadata, &[], &Identifiers::new());
        assert_eq!(breach.added_date, "2025-07-01T00:00:00Z");
        assert_eq!(breach.modified_date, "2025-08-15T00:00:00Z");
    }

    #[test]
    fn no_source_injects_a_script_or_html() {
        for source in ["javascript:alert(1)", "a letter", "https://\"onload="] {
            let description_shown =
                Breach::of(&metadata(source), &[], &Identifiers::new()).description;
            assert!(
                !description_shown.contains("javascript")
                    && !description_shown.contains("\"onload"),
                "{description_shown}"
            );
        }
    }
}
