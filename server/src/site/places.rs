//! What can a server fill into the placeholders of its pages?

use exposure_index::breach::PartialDate;
use exposure_index::messages::BreachDocument;
use url::Url;

use super::Operator;
use super::template::{Template, Values};
use crate::content::in_language;

/// Text of a name that is only a yes-or-no fact.
pub(crate) const YES: &str = "1";
/// Prefix of the names of data classes.
const CLASS: &str = "class.";

/// Facts about the server that pages show.
#[derive(Clone, Debug, Default)]
pub(crate) struct SiteFacts {
    /// The operator.
    pub(crate) operator: Option<Operator>,
    /// The public keys whose holders sign what it serves, as minisign writes them.
    pub(crate) release_keys: Vec<String>,
    /// Whether the pages believe an unsigned index.
    pub(crate) is_trusting_all: bool,
    /// Domains of sites whose imitations the pages point out; empty for the built-in list.
    pub(crate) well_known_sites: Vec<String>,
    /// Address of the service for owners, if there is one.
    pub(crate) owners: Option<String>,
    /// Whether there is a public log.
    pub(crate) has_log: bool,
    /// Whether pages fetch ranges from several institutions together.
    pub(crate) has_retrieval: bool,
}

impl SiteFacts {
    /// Returns the values that every page in a language is filled with.
    pub(super) fn values(&self, language: &str) -> Values {
        let mut values = Values::new();
        let mut put = |name: &str, text: Option<&str>| {
            values.extend(text.map(|text| (name.to_owned(), text.to_owned())));
        };
        if let Some(operator) = &self.operator {
            put("operator", Some(YES));
            put("operator.name", operator.name.get(language));
            put("operator.address", Some(&operator.address));
            put("operator.contact", Some(&operator.contact));
            put("operator.contact-text", Some(operator.contact_text()));
            put(
                "operator.log-retention",
                operator.log_retention.get(language),
            );
            put("operator.legal-basis", operator.legal_basis.get(language));
        }
        if let Some(first) = self.release_keys.first() {
            put("release-key", Some(first));
            put("release-keys", Some(&self.release_keys.join("\n")));
        }
        put("without-trust", self.is_trusting_all.then_some(YES));
        if !self.well_known_sites.is_empty() {
            put("well-known-sites", Some(&self.well_known_sites.join(" ")));
        }
        put("owners", self.owners.as_deref());
        put("log", self.has_log.then_some(YES));
        put("retrieval", self.has_retrieval.then_some(YES));
        values
    }
}

/// Names that any page may have a placeholder for.
const OF_EVERY_PAGE: [&str; 14] = [
    "owners",
    "operator",
    "operator.name",
    "operator.address",
    "operator.contact",
    "operator.contact-text",
    "operator.log-retention",
    "operator.legal-basis",
    "release-key",
    "release-keys",
    "without-trust",
    "well-known-sites",
    "log",
    "retrieval",
];
/// Prefixes of names that only the page of a leak may have a placeholder for.
pub(super) const OF_LEAKS: [&str; 5] = ["leak.", "status.", CLASS, "date.", "added."];

/// Prefixes of names that only pages for owners of sealed leaks may have a placeholder for.
pub(super) const OF_OWNERS: [&str; 15] = [
    "leak.", "status.", CLASS, "date.", "added.", "leaks", "found", "steps", "kind.", "ward",
    "number", "csrf", "onward", "provider", "failure.",
];

/// Returns the first unknown name in a page: page and server are then of different versions.
pub(super) fn unknown_name(template: &Template, prefixes: &[&str]) -> Option<String> {
    let names = template.names().into_iter();
    let mut unknown = names.filter(|name| {
        let has_prefix = prefixes.iter().any(|prefix| name.starts_with(prefix));
        !(OF_EVERY_PAGE.contains(name) || has_prefix)
    });
    unknown.next().map(str::to_owned)
}

/// Adds the values of the page of a leak. Classes without a placeholder are listed by their names.
pub(crate) fn add_leak(
    values: &mut Values,
    template: &Template,
    leak: &BreachDocument,
    language: &str,
) {
    let metadata = &leak.metadata;
    let mut put = |name: String, text: String| drop(values.insert(name, text));
    put("leak.id".to_owned(), metadata.id.to_string());
    put(
        "leak.title".to_owned(),
        in_language(&metadata.title, language).to_owned(),
    );
    put(
        "leak.summary".to_owned(),
        in_language(&metadata.summary, language).to_owned(),
    );
    if metadata.records > 0 {
        put(
            "leak.records".to_owned(),
            grouped(metadata.records, language),
        );
    }
    if let Some((source, host)) = metadata.source_link().and_then(with_host) {
        put("leak.source".to_owned(), source);
        put("leak.source-host".to_owned(), host);
    }
    put(format!("status.{}", metadata.status.name()), YES.to_owned());
    let placed = template.names();
    let (known, others): (Vec<&str>, Vec<&str>) = leak
        .classes
        .iter()
        .map(exposure_index::breach::DataClass::as_str)
        .partition(|class| {
            placed
                .iter()
                .any(|name| name.strip_prefix(CLASS) == Some(class))
        });
    known
        .iter()
        .for_each(|class| put(format!("{CLASS}{class}"), YES.to_owned()));
    if !others.is_empty() {
        put(
            "leak.other-classes".to_owned(),
            others.join(", ").replace('-', " "),
        );
    }
    add_date(values, "date", &metadata.date);
    add_date(values, "added", &metadata.added);
}

/// Adds a date: a section for its precision and one for its month, with placeholders for the year and the day.
fn add_date(values: &mut Values, name: &str, date: &PartialDate) {
    let mut parts = date.as_str().split('-');
    let mut put =
        |key: &str, text: &str| drop(values.insert(format!("{name}.{key}"), text.to_owned()));
    put("year", parts.next().unwrap_or_default());
    match (parts.next(), parts.next()) {
        (None, _) => put("only-year", YES),
        (Some(month), None) => put(&format!("month.{month}"), YES),
        (Some(month), Some(day)) => {
            put(&format!("day-of.{month}"), YES);
            put("day", day.trim_start_matches('0'));
        }
    }
}

fn with_host(link: &str) -> Option<(String, String)> {
    let host = Url::parse(link).ok()?.host_str()?.to_owned();
    Some((link.to_owned(), host))
}

/// Writes a number with its digits in groups of three, as usual in the language.
fn grouped(number: u64, language: &str) -> String {
    let separator = if language == "en" { ',' } else { '\u{a0}' };
    let digits = number.to_string();
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(separator);
        }
        written.push(digit);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leak(date: &str) -> BreachDocument {
        let text = |text: &str| serde_json::json!({"kk": text, "ru": text, "en": text});
        serde_json::from_value(serde_json::json!({
            "id": "a-2020", "date": date, "added": "2020-02-03", "status": "reported", "records": 16_300_000,
            "source": "https://example.org/a?b", "title": text("T"), "summary": text("S"),
            "classes": ["names", "shoe-sizes"], "identifiers": {},
        }))
        .expect("a leak")
    }

    fn filled(page: &str, leak: &BreachDocument) -> String {
        let template = Template::parse(page).expect("a template");
        let mut values = Values::new();
        add_leak(&mut values, &template, leak, "en");
        template.fill(&values, super::super::template::Escaping::Markup)
    }

    #[test]
    fn a_leak_is_reported_as_far_as_it_is_known() {
        let page = "{{leak.id}} {{#status.reported}}r{{/}}{{#status.confirmed}}c{{/}} {{leak.records}} {{leak.source-host}} \
            {{#class.names}}n{{/}}{{#class.photos}}p{{/}} {{leak.other-classes}} {{#added.day-of.02}}{{added.day}}/2/{{added.year}}{{/}}";
        assert_eq!(
            filled(page, &leak("2020")),
            "a-2020 r 16,300,000 example.org n shoe sizes 3/2/2020"
        );
    }

    #[test]
    fn a_date_is_as_precise_as_it_is_known() {
        let page = "{{#date.only-year}}{{date.year}}{{/}}{{#date.month.06}}June {{date.year}}{{/}}{{#date.day-of.06}}June {{date.day}}{{/}}";
        for (date, written) in [
            ("2020", "2020"),
            ("2020-06", "June 2020"),
            ("2020-06-05", "June 5"),
            ("2020-07", ""),
        ] {
            assert_eq!(filled(page, &leak(date)), written, "{date}");
        }
    }

    #[test]
    fn digits_are_grouped_from_the_right() {
        for (number, written) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number, "en"), written);
        }
        assert_eq!(grouped(1000, "kk"), "1\u{a0}000");
    }

    #[test]
    fn well_known_sites_are_there_only_if_the_operator_names_some() {
        let template = Template::parse("{{#well-known-sites}}<{{well-known-sites}}>{{/}}");
        let template = template.expect("a template");
        let filled = |sites: &[&str]| {
            let well_known_sites = sites.iter().map(|site| (*site).to_owned()).collect();
            let facts = SiteFacts {
                well_known_sites,
                ..SiteFacts::default()
            };
            template.fill(
                &facts.values("ru"),
                super::super::template::Escaping::Markup,
            )
        };
        assert_eq!(filled(&["a.kz", "b.kz"]), "<a.kz b.kz>");
        assert_eq!(filled(&[]), "");
    }

    #[test]
    fn a_name_that_no_server_knows_is_found() {
        let template =
            Template::parse("{{operator.name}}{{#leak.title}}{{nobody}}{{/}}").expect("a template");
        assert_eq!(
            unknown_name(&template, &OF_LEAKS).as_deref(),
            Some("nobody")
        );
        assert_eq!(unknown_name(&template, &[]).as_deref(), Some("leak.title"));
    }
}
