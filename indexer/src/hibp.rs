//! What does Have I Been Pwned know about a leak that is still to be described? Drafts of a `breach.toml` from its
//! list.

use std::fmt::Write;

use exposure_index::breach::{BreachId, DataClass, PartialDate};
use exposure_index::hibp::class_of;
use exposure_index::hibp::slug;
use html_escape::decode_html_entities;
use serde::Deserialize;

use crate::ingest::PLACEHOLDER;
use crate::inspect::quoted;

/// A breach as HIBP, or a list made from it, describes it. A person fills in whatever is missing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct HibpBreach {
    name: Option<String>,
    /// Title for readers.
    pub title: String,
    #[serde(default)]
    domain: String,
    breach_date: PartialDate,
    pwn_count: u64,
    description: Option<String>,
    #[serde(default)]
    data_classes: Vec<String>,
    is_verified: Option<bool>,
    is_fabricated: Option<bool>,
    is_sensitive: Option<bool>,
}

impl HibpBreach {
    /// Returns a short name: its name, title or domain in our letters, and the year; `None` if nothing is left of them.
    #[must_use]
    pub(crate) fn id(&self) -> Option<BreachId> {
        let name = self.name.as_deref().unwrap_or_default();
        let slugs = [name, &self.title, &self.domain].map(slug);
        let mut slug = slugs.into_iter().find(|slug| !slug.is_empty())?;
        let year = self.breach_date.year();
        if slug.rsplit('-').next() != Some(year) {
            slug = format!("{slug}-{year}");
        }
        BreachId::try_from(slug).ok()
    }

    /// Returns whether this is its name, its title or our short name for it.
    #[must_use]
    pub(crate) fn is_called(&self, called: &str) -> bool {
        let names = [self.name.as_deref(), Some(self.title.as_str())];
        let mut names = names.into_iter().flatten();
        names.any(|name| name.eq_ignore_ascii_case(called))
            || self.id().is_some_and(|id| id.as_str() == called)
    }

    /// Drafts the head of a `breach.toml`, with `TODO` for what only a person knows.
    #[must_use]
    pub(crate) fn draft(&self, id: &BreachId, today: &PartialDate) -> String {
        let mut draft = format!(
            "# Drafted by `tekser-indexer catalogue import`. `build` refuses it as long as a value is {PLACEHOLDER},\n\
             # and until a [[file]] says what the dump is; `tekser-indexer inspect` drafts that.\n"
        );
        self.remark(&mut draft);
        let date = String::from(self.breach_date.clone());
        let lines = [
            ("id", quoted(id.as_str())),
            ("date", quoted(&date)),
            ("added", quoted(&today.to_string())),
            ("status", quoted(self.status())),
            ("sensitive", self.sensitive()),
            ("records", self.pwn_count.to_string()),
            ("source", quoted(&self.source())),
        ];
        for (key, value) in lines {
            // Writing to a text does not fail.
            let _ = writeln!(draft, "{key} = {value}");
        }
        let summary = self.description.as_deref().map(plain);
        let summary = summary.filter(|summary| !summary.is_empty());
        let summary = summary.as_deref().unwrap_or(PLACEHOLDER);
        for (table, english) in [("title", self.title.as_str()), ("summary", summary)] {
            let (todo, english) = (quoted(PLACEHOLDER), quoted(english));
            let _ = write!(
                draft,
                "\n[{table}]\nkk = {todo}\nru = {todo}\nen = {english}\n"
            );
        }
        draft
    }

    /// Adds a comment with what the head of a `breach.toml` has no key for.
    fn remark(&self, draft: &mut String) {
        let classes: Vec<DataClass> = self
            .data_classes
            .iter()
            .filter_map(|name| class_of(name))
            .collect();
        let names: Vec<&str> = classes.iter().map(DataClass::as_str).collect();
        if !names.is_empty() {
            let _ = writeln!(draft, "# Data classes: {}.", names.join(", "));
        }
        if !self.domain.is_empty() {
            let _ = writeln!(draft, "# Domain: {}.", quoted(&self.domain));
        }
    }

    const fn status(&self) -> &'static str {
        match (self.is_fabricated, self.is_verified) {
            (Some(true), _) => "fabricated",
            (_, Some(true)) => "confirmed",
            (_, Some(false)) => "unverified",
            _ => PLACEHOLDER,
        }
    }

    fn sensitive(&self) -> String {
        match self.is_sensitive {
            Some(sensitive) => sensitive.to_string(),
            None => quoted(PLACEHOLDER),
        }
    }

    /// Returns the address of its page, if it is named as HIBP names its pages.
    fn source(&self) -> String {
        let is_name = |name: &&String| name.chars().all(|c| c.is_ascii_alphanumeric());
        let name = self.name.as_ref().filter(is_name);
        name.map_or(PLACEHOLDER.to_owned(), |name| {
            format!("https://haveibeenpwned.com/Breach/{name}")
        })
    }
}

/// Returns a text without its markup.
fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_tag = true,
            '>' => is_tag = false,
            c if !is_tag => text.push(c),
            _ => {}
        }
    }
    decode_html_entities(&text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listed(value: serde_json::Value) -> HibpBreach {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_draft_has_what_is_known_and_leaves_the_rest_to_a_person() {
        let known = listed(json!({
            "Name": "Adobe", "Title": "Adobe", "Domain": "adobe.com", "BreachDate": "2013-10-04", "PwnCount": 7,
            "Description": "In <b>2013</b> &amp; \"later\" <a href=\"https://x\">it</a>",
            "DataClasses": ["Email addresses", "Password hints"], "IsVerified": true, "IsSensitive": false,
        }));
        let id = known.id().unwrap();
        let draft = known.draft(&id, &"2026-11-23".parse().unwrap());
        let read: toml::Table = draft.parse().unwrap();
        assert_eq!(read["id"].as_str(), Some("adobe-2013"));
        assert_eq!(read["status"].as_str(), Some("confirmed"));
        assert_eq!(read["sensitive"].as_bool(), Some(false));
        let source = "https://haveibeenpwned.com/Breach/Adobe";
        assert_eq!(read["source"].as_str(), Some(source));
        assert_eq!(
            read["summary"]["en"].as_str(),
            Some("In 2013 & \"later\" it")
        );
        assert_eq!(read["title"]["kk"].as_str(), Some("TODO"));
        assert!(draft.contains("# Data classes: email-addresses, password-hints."));
    }

    #[test]
    fn an_old_list_without_names_and_flags_is_read_as_well() {
        let old = listed(json!({
            "Title": "Some \"Site\"", "BreachDate": "2015-03-01", "PwnCount": 1, "LogoFilename": "x.png",
        }));
        let id = old.id().unwrap();
        assert_eq!(id.as_str(), "some-site-2015");
        let read: toml::Table = old.draft(&id, &"2026".parse().unwrap()).parse().unwrap();
        for key in ["status", "sensitive", "source"] {
            assert_eq!(read[key].as_str(), Some("TODO"), "{key}");
        }
        let cyrillic = listed(json!({
            "Title": "Сайт", "Domain": "example.kz", "BreachDate": "2015", "PwnCount": 1,
        }));
        assert_eq!(cyrillic.id().unwrap().as_str(), "example-kz-2015");
        assert!(old.is_called("some \"SITE\"") && old.is_called("some-site-2015"));
    }

    #[test]
    fn nothing_in_a_list_breaks_out_of_its_line() {
        let hostile = listed(json!({
            "Name": "\n[x]", "Title": "\"\nid = \"other", "Domain": "a\n[[file]]", "BreachDate": "2015",
            "PwnCount": 1, "Description": "\"\"\"\n", "DataClasses": ["a\n[b]"],
        }));
        let id = hostile.id().unwrap();
        let read: toml::Table = hostile
            .draft(&id, &"2026".parse().unwrap())
            .parse()
            .unwrap();
        assert_eq!(read.len(), 9, "{read:?}");
    }
}
