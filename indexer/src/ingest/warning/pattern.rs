//! Which values does a pattern of a STIX 2.1 indicator name? Equalities joined by OR are read; anything else is not.

use exposure_index::identifier::{Kind, normalise};

/// Maximum number of comparisons of a pattern.
const MOST: usize = 1_000;

/// A value and its kind; `None` if such values are not looked up.
pub(super) type NamedValue = (Option<Kind>, String);

/// Returns the values that a pattern such as `[domain-name:value = 'example.kz' OR url:value =
/// 'https://example.org/a']` names. `None` if it has anything except equalities and OR (STIX 2.1 §9): its meaning is
/// not guessed then.
pub(super) fn named(pattern: &str) -> Option<Vec<NamedValue>> {
    let mut rest = Rest(pattern);
    let mut named = Vec::new();
    loop {
        rest.take("[")?;
        loop {
            named.push(rest.comparison()?);
            if named.len() > MOST {
                return None;
            }
            if rest.take("OR").is_none() {
                break;
            }
        }
        rest.take("]")?;
        if rest.is_empty() {
            return Some(named);
        }
        rest.take("OR")?;
    }
}

/// The unread rest of a pattern.
struct Rest<'t>(&'t str);

impl Rest<'_> {
    fn is_empty(&self) -> bool {
        self.0.trim_start().is_empty()
    }

    fn take(&mut self, word: &str) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(word)?;
        Some(())
    }

    /// `domain-name:value = 'example.kz'`
    fn comparison(&mut self) -> Option<NamedValue> {
        let text = self.0.trim_start();
        let ends = |c: char| c == '=' || c.is_whitespace();
        let (path, rest) = text.split_at(text.find(ends)?);
        self.0 = rest;
        self.take("=")?;
        self.take("'")?;
        let value = self.text()?;
        Some((kind_of(path, &value), value))
    }

    /// Reads the rest of a text in single quotes, in which a backslash escapes a quote or another backslash.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut characters = self.0.char_indices();
        while let Some((place, c)) = characters.next() {
            match c {
                '\'' => {
                    self.0 = &self.0[place + 1..];
                    return Some(text);
                }
                '\\' => text.push(characters.next()?.1),
                c => text.push(c),
            }
        }
        None
    }
}

/// Returns the kind of an object path. A link to a profile is an account, not a site.
fn kind_of(path: &str, value: &str) -> Option<Kind> {
    match path {
        "url:value" if normalise(Kind::Handle, value).is_ok() => Some(Kind::Handle),
        "domain-name:value" | "url:value" => Some(Kind::Site),
        "email-addr:value" => Some(Kind::Email),
        "cryptocurrency-wallet:address" => Some(Kind::Wallet),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pattern: &str) -> Option<Vec<(Option<Kind>, String)>> {
        named(pattern)
    }

    fn one(kind: Option<Kind>, value: &str) -> (Option<Kind>, String) {
        (kind, value.to_owned())
    }

    #[test]
    fn equalities_joined_by_or_are_read() {
        let site = |value| one(Some(Kind::Site), value);
        for (pattern, expected) in [
            (
                "[domain-name:value = 'example.kz']",
                vec![site("example.kz")],
            ),
            (
                " [url:value='https://a.example.kz/x' OR domain-name:value = 'b.example.kz'] OR [email-addr:value = 'a@example.kz']",
                vec![
                    site("https://a.example.kz/x"),
                    site("b.example.kz"),
                    one(Some(Kind::Email), "a@example.kz"),
                ],
            ),
            (
                "[url:value = 'https://t.me/name_1']",
                vec![one(Some(Kind::Handle), "https://t.me/name_1")],
            ),
            (
                r"[url:value = 'https://example.kz/\'\\']",
                vec![site(r"https://example.kz/'\")],
            ),
            (
                "[ipv4-addr:value = '10.0.0.1']",
                vec![one(None, "10.0.0.1")],
            ),
        ] {
            assert_eq!(values(pattern), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn what_is_more_than_that_is_not_guessed() {
        for pattern in [
            "",
            "[domain-name:value = 'example.kz'",
            "[domain-name:value = 'example.kz' AND url:value = 'https://example.kz/']",
            "[domain-name:value != 'example.kz']",
            "[domain-name:value LIKE '%.kz']",
            "[domain-name:value MATCHES '.*']",
            "[domain-name:value IN ('example.kz', 'example.org')]",
            "[domain-name:value = 'example.kz'] FOLLOWEDBY [url:value = 'https://example.kz/']",
            "[domain-name:value = 'example.kz'] REPEATS 2 TIMES",
            "([domain-name:value = 'example.kz'])",
            "[NOT domain-name:value = 'example.kz']",
            "[domain-name:value = 'exa",
            r"[domain-name:value = 'exa\",
            "[domain-name:value = example.kz]",
        ] {
            assert_eq!(values(pattern), None, "{pattern}");
        }
        let long = format!("[{}url:value = 'x']", "url:value = 'x' OR ".repeat(MOST));
        assert_eq!(values(&long), None);
    }
}
