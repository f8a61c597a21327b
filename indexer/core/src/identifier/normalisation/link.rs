//! Which host does a link name, and what follows it?

use std::borrow::Cow;

use psl::List;
use psl::Psl as _;

use super::{IdentifierError, email};

/// Schemes of pages, including the defanged spellings of lists, which nobody follows by accident.
const SCHEMES: [&str; 4] = ["https://", "http://", "hxxps://", "hxxp://"];
/// Defanged dots of the same lists.
const DOTS: [&str; 2] = ["[.]", "(.)"];
/// Characters that end host and port in a link (WHATWG URL reads `\` as `/`).
const ENDS: [char; 4] = ['/', '\\', '?', '#'];

/// A link to a page, or a bare host.
pub(super) struct Link {
    /// Host in ASCII by UTS 46, in lower case, without a final dot, leading labels `www` and a port.
    pub(super) host: String,
    /// Text after host and port, beginning with a slash, `?` or `#`; may be empty.
    pub(super) rest: String,
}

impl Link {
    /// The link that a cleaned text is. A name before an @ is a user name if there is a scheme, and otherwise part of
    /// an e-mail address.
    pub(super) fn read(cleaned: &str) -> Result<Self, IdentifierError> {
        if cleaned.contains(char::is_whitespace) {
            return Err(IdentifierError::Characters);
        }
        let text = with_dots(cleaned);
        let link = behind_scheme(&text);
        let has_scheme = link.is_some();
        let link = link.unwrap_or(&text);
        let (authority, rest) = link.split_at(link.find(ENDS).unwrap_or(link.len()));
        let address = match authority.rsplit_once('@') {
            Some((_, address)) if has_scheme => address,
            Some(_) => return Err(IdentifierError::Form),
            None => authority,
        };
        Ok(Self {
            host: host(without_port(address)?)?,
            rest: rest.to_owned(),
        })
    }
}

fn with_dots(text: &str) -> Cow<'_, str> {
    match DOTS.iter().any(|dot| text.contains(dot)) {
        true => Cow::Owned(
            DOTS.iter()
                .fold(text.to_owned(), |text, dot| text.replace(dot, ".")),
        ),
        false => Cow::Borrowed(text),
    }
}

/// Returns the text after the scheme of a page.
pub(in crate::identifier) fn behind_scheme(text: &str) -> Option<&str> {
    let behind = |scheme: &&str| {
        let begin = text.get(..scheme.len())?;
        begin
            .eq_ignore_ascii_case(scheme)
            .then(|| &text[scheme.len()..])
    };
    SCHEMES.iter().find_map(behind)
}

/// Whether a cleaned text says that it is a link: it has a scheme, begins with `www.`, or has a bracketed dot.
pub(in crate::identifier) fn is_marked(cleaned: &str) -> bool {
    let has_label = cleaned
        .get(.."www.".len())
        .is_some_and(|begin| begin.eq_ignore_ascii_case("www.") && begin.len() < cleaned.len());
    let is_behind_scheme = behind_scheme(cleaned).is_some_and(|rest| !rest.is_empty());
    is_behind_scheme || has_label || DOTS.iter().any(|dot| cleaned.contains(dot))
}

fn without_port(address: &str) -> Result<&str, IdentifierError> {
    let Some((host, port)) = address.rsplit_once(':') else {
        return Ok(address);
    };
    match port.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(host),
        false => Err(IdentifierError::Form),
    }
}

/// Returns the host in its canonical form. A leading `www` is dropped as long as the rest has a registrable domain.
fn host(written: &str) -> Result<String, IdentifierError> {
    let lower = written.to_lowercase();
    let ascii = email::ascii_domain(&lower)?;
    let whole = ascii.strip_suffix('.').unwrap_or(&ascii);
    email::check_domain(whole)?;
    let mut host = whole;
    while let Some(rest) = host
        .strip_prefix("www.")
        .filter(|rest| registrable(rest).is_some())
    {
        host = rest;
    }
    registrable(host)
        .map(|_| host.to_owned())
        .ok_or(IdentifierError::Domain)
}

/// The part of a host that can be registered, by the Public Suffix List with its private section: `example.co.uk` of
/// `shop.example.co.uk`. `None` of a public suffix itself.
pub(in crate::identifier) fn registrable(host: &str) -> Option<&str> {
    let domain = List.domain(host.as_bytes())?;
    host.get(host.len() - domain.as_bytes().len()..)
}

/// Whether the Public Suffix List knows the end of a host.
pub(in crate::identifier) fn has_known_suffix(host: &str) -> bool {
    List.suffix(host.as_bytes())
        .is_some_and(|suffix| suffix.is_known())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registrable_domain_is_one_label_and_a_public_suffix() {
        for (host, domain) in [
            ("example.kz", Some("example.kz")),
            ("a.b.example.kz", Some("example.kz")),
            ("shop.example.com.kz", Some("example.com.kz")),
            ("com.kz", None),
            ("kz", None),
            // Rules with a star, and their exceptions.
            ("a.b.c.mm", Some("b.c.mm")),
            ("c.mm", None),
            ("www.ck", Some("www.ck")),
            ("a.test.ck", Some("a.test.ck")),
            ("city.kobe.jp", Some("city.kobe.jp")),
            ("a.b.c.kobe.jp", Some("b.c.kobe.jp")),
            ("c.kobe.jp", None),
            // The private section.
            ("a.name.github.io", Some("name.github.io")),
            ("github.io", None),
            // Other scripts, in ASCII.
            (
                "a.xn--e1afmkfd.xn--80ao21a",
                Some("xn--e1afmkfd.xn--80ao21a"),
            ),
            // Unlisted ends are public suffixes of one label.
            ("a.example.unlisted", Some("example.unlisted")),
        ] {
            assert_eq!(registrable(host), domain, "{host}");
        }
        assert!(has_known_suffix("example.xn--80ao21a") && !has_known_suffix("example.unlisted"));
    }
}
