//! Who runs the website? The table `[operator]` of the file of settings.

use toml::{Table, Value};
use url::Url;

use crate::content::LANGUAGES;

/// Longest text, in characters: these are lines at the foot of a page.
const MAX_CHARACTERS: usize = 500;
const NAMES: [&str; 5] = ["name", "address", "contact", "log-retention", "legal-basis"];

/// The operator of the website, as shown on its pages and in `security.txt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Operator {
    /// Name of the operator.
    pub(crate) name: Words,
    /// The site's official address: scheme and host, without a slash at the end.
    pub(crate) address: String,
    /// Contact address: `mailto:`, `tel:` or `https:`.
    pub(crate) contact: String,
    /// Time for which access logs are kept.
    pub(crate) log_retention: Words,
    /// Legal basis of the service.
    pub(crate) legal_basis: Words,
}

/// A text in each language of the site, in the order of [`LANGUAGES`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words([String; LANGUAGES.len()]);

impl Words {
    /// Returns the text in a language of the site.
    #[must_use]
    pub(crate) fn get(&self, language: &str) -> Option<&str> {
        let place = LANGUAGES.iter().position(|one| *one == language)?;
        self.0.get(place).map(String::as_str)
    }
}

/// Why the table `[operator]` is invalid.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum OperatorError {
    /// The value is not a table.
    #[error(
        "operator must be a table: [operator] with name, address, contact, log-retention and legal-basis below it"
    )]
    Shape,
    /// The table has an unknown key.
    #[error(
        "[operator] has no setting `{key}`; it has name, address, contact, log-retention and legal-basis"
    )]
    Unknown {
        /// The key.
        key: String,
    },
    /// A setting is missing.
    #[error(
        "[operator] lacks `{key}`: people must be able to see it, so give all five or leave the table out"
    )]
    Missing {
        /// The setting.
        key: &'static str,
    },
    /// A text is not given in all languages.
    #[error(
        "[operator] {key} must be a text, or one for each language: {key} = {{ kk = \"…\", ru = \"…\", en = \"…\" }}"
    )]
    Words {
        /// The setting.
        key: &'static str,
    },
    /// A text is empty, too long or has control characters.
    #[error("[operator] {key} must have 1 to {MAX_CHARACTERS} characters on one line")]
    Characters {
        /// The setting.
        key: &'static str,
    },
    /// The address cannot be compared with the one in the browser.
    #[error(
        "[operator] address must be the site's public address with https and nothing after the host, such as https://tekser.example"
    )]
    Address,
    /// The contact is not a link that can be followed.
    #[error("[operator] contact must be mailto:NAME@HOST, tel:NUMBER or an https address")]
    Contact,
}

impl Operator {
    /// Reads the value of `operator` in the settings file.
    ///
    /// # Errors
    /// [`OperatorError`] with the first setting that is missing or makes no sense.
    pub(crate) fn read(value: &Value) -> Result<Self, OperatorError> {
        let table = value.as_table().ok_or(OperatorError::Shape)?;
        if let Some(key) = table.keys().find(|key| !NAMES.contains(&key.as_str())) {
            return Err(OperatorError::Unknown { key: key.clone() });
        }
        Ok(Self {
            name: words(table, "name")?,
            address: checked(text(table, "address")?, is_address, OperatorError::Address)?,
            contact: checked(text(table, "contact")?, is_contact, OperatorError::Contact)?,
            log_retention: words(table, "log-retention")?,
            legal_basis: words(table, "legal-basis")?,
        })
    }

    /// Returns the contact as a person writes it down: without `mailto:`, `tel:` or `https://`.
    #[must_use]
    pub(crate) fn contact_text(&self) -> &str {
        ["mailto:", "tel:", "https://"]
            .into_iter()
            .find_map(|scheme| self.contact.strip_prefix(scheme))
            .unwrap_or(&self.contact)
    }
}

fn get<'a>(table: &'a Table, key: &'static str) -> Result<&'a Value, OperatorError> {
    table.get(key).ok_or(OperatorError::Missing { key })
}

fn text(table: &Table, key: &'static str) -> Result<String, OperatorError> {
    let text = get(table, key)?.as_str();
    one_line(text.ok_or(OperatorError::Characters { key })?, key)
}

/// Reads one text for all languages, or a table with one for each.
fn words(table: &Table, key: &'static str) -> Result<Words, OperatorError> {
    let in_language = |language: &str| match get(table, key)? {
        Value::String(text) => one_line(text, key),
        Value::Table(texts) if texts.len() == LANGUAGES.len() => {
            let text = texts.get(language).and_then(Value::as_str);
            one_line(text.ok_or(OperatorError::Words { key })?, key)
        }
        _ => Err(OperatorError::Words { key }),
    };
    let [kk, ru, en] = LANGUAGES.map(in_language);
    Ok(Words([kk?, ru?, en?]))
}

fn one_line(text: &str, key: &'static str) -> Result<String, OperatorError> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > MAX_CHARACTERS || text.chars().any(char::is_control) {
        return Err(OperatorError::Characters { key });
    }
    Ok(text.to_owned())
}

fn checked(
    text: String,
    is_right: fn(&str) -> bool,
    error: OperatorError,
) -> Result<String, OperatorError> {
    if is_right(&text) {
        Ok(text)
    } else {
        Err(error)
    }
}

fn is_address(text: &str) -> bool {
    Url::parse(text)
        .is_ok_and(|url| url.scheme() == "https" && text == url.origin().ascii_serialization())
}

fn is_contact(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let has_space = text.contains(char::is_whitespace);
    !has_space
        && match url.scheme() {
            "https" => text.starts_with("https://"),
            "mailto" => {
                let parts = url.path().split_once('@');
                text.starts_with("mailto:")
                    && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
            }
            "tel" => {
                text.starts_with("tel:") && url.path().bytes().any(|byte| byte.is_ascii_digit())
            }
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        name = { kk = "Министрлік", ru = "Министерство", en = "The ministry" }
        address = "https://tekser.example"
        contact = "mailto:tekser@example.kz"
        log-retention = { kk = "7 күн", ru = "7 дней", en = "7 days" }
        legal-basis = "94-V"
    "#;

    fn read(text: &str) -> Result<Operator, OperatorError> {
        Operator::read(&Value::Table(text.parse().expect("TOML")))
    }

    /// Reads the good table with one line replaced.
    fn with(key: &str, line: &str) -> Result<Operator, OperatorError> {
        let lines = GOOD.lines().map(|given| {
            let is_meant = given.trim_start().starts_with(&format!("{key} ="));
            if is_meant { line } else { given }
        });
        read(&lines.collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn a_text_is_in_the_language_of_the_page_or_the_same_in_all() {
        let operator = read(GOOD).expect("an operator");
        assert_eq!(operator.name.get("ru"), Some("Министерство"));
        assert_eq!(operator.legal_basis.get("kk"), Some("94-V"));
        assert_eq!(operator.name.get("de"), None);
        assert_eq!(operator.contact_text(), "tekser@example.kz");
    }

    #[test]
    fn each_setting_that_is_left_out_is_named() {
        for key in NAMES {
            assert_eq!(with(key, ""), Err(OperatorError::Missing { key }));
        }
        assert_eq!(
            read(&format!("{GOOD}\nphone = \"1\"")),
            Err(OperatorError::Unknown {
                key: "phone".to_owned()
            })
        );
        assert_eq!(
            Operator::read(&Value::Integer(1)),
            Err(OperatorError::Shape)
        );
    }

    #[test]
    fn a_text_needs_every_language_and_one_line() {
        for line in [
            r#"name = { kk = "a", ru = "b" }"#,
            r#"name = { kk = "a", ru = "b", de = "c" }"#,
            r#"name = { kk = "a", ru = "b", en = 1 }"#,
            "name = 1",
        ] {
            assert_eq!(
                with("name", line),
                Err(OperatorError::Words { key: "name" }),
                "{line}"
            );
        }
        let long = format!("name = \"{}\"", "я".repeat(MAX_CHARACTERS + 1));
        for line in [r#"name = " ""#, r#"name = "a\nb""#, &long] {
            assert_eq!(
                with("name", line),
                Err(OperatorError::Characters { key: "name" }),
                "{line}"
            );
        }
    }

    #[test]
    fn an_address_is_an_origin_and_a_contact_can_be_followed() {
        for wrong in [
            "http://tekser.example",
            "https://tekser.example/",
            "https://tekser.example/ru",
            "tekser.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(
                with("address", &format!("address = {wrong:?}")),
                Err(OperatorError::Address),
                "{wrong}"
            );
        }
        for wrong in [
            "tekser@example.kz",
            "javascript:alert(1)",
            "mailto:",
            "mailto:@",
            "tel:call",
            "http://example.kz",
            "https:example.kz",
            "mailto:a b@example.kz",
        ] {
            assert_eq!(
                with("contact", &format!("contact = {wrong:?}")),
                Err(OperatorError::Contact),
                "{wrong}"
            );
        }
        for right in [
            "tel:1414",
            "https://example.kz/contact",
            "mailto:a@example.kz",
        ] {
            assert!(
                with("contact", &format!("contact = {right:?}")).is_ok(),
                "{right}"
            );
        }
    }
}
