//! Where is the page that an account of this line belongs to?

use super::account::{is_email, number};

/// Schemes of pages that may be within a line; at its beginning any may. The first ones are nothing else.
const SCHEMES: [&str; 13] = [
    "http",
    "https",
    "ftp",
    "ftps",
    "sftp",
    "android",
    "ios",
    "oauth",
    "chrome",
    "chrome-extension",
    "moz-extension",
    "moz-proxy",
    "rdp",
];

/// Number of the schemes that cannot be logins.
const FOR_PAGES_ALONE: usize = 6;

/// Endings of hosts that people's names do not have; so do the two letters of any country.
const DOMAINS: [&str; 24] = [
    "com", "net", "org", "info", "biz", "edu", "gov", "mil", "int", "app", "dev", "online", "site",
    "store", "shop", "xyz", "club", "live", "cloud", "tech", "pro", "name", "қаз", "рус",
];

/// Separators of a page and the fields after it.
const BETWEEN: [char; 6] = [':', '|', ';', ',', ' ', '\t'];

/// The page of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// Offset in the line.
    pub(super) begin: usize,
    /// Length of its scheme, with `://`; 0 if it has none.
    pub(super) scheme: usize,
}

/// The page in a line: with its scheme anywhere, without it at the beginning.
pub(super) fn in_line(line: &str) -> Option<Page> {
    let marked = line
        .match_indices("://")
        .find_map(|(place, _)| with_scheme(line, place));
    marked.or_else(|| {
        let begin = line.len() - line.trim_start().len();
        begins_with_host(&line[begin..]).then_some(Page { begin, scheme: 0 })
    })
}

/// The page whose `://` is at `place`.
fn with_scheme(line: &str, place: usize) -> Option<Page> {
    let is_scheme = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let length = line[..place].chars().rev().take_while(is_scheme).count();
    let begin = place - length;
    let scheme = &line[begin..place];
    let is_first = line[..begin]
        .trim_matches(['"', ' ', '\t', '[', '(', '-', '\u{feff}'])
        .is_empty();
    let is_known = SCHEMES
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let is_page = is_known || is_first && scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    is_page.then_some(Page {
        begin,
        scheme: length + 3,
    })
}

/// Whether a line without a scheme begins with a host, and continues with an account and a password.
fn begins_with_host(text: &str) -> bool {
    let first = &text[..text
        .find([':', ';', '|', '\t', ' ', ','])
        .unwrap_or(text.len())];
    is_host(first) && first.len() < text.len() && end(text, 2).is_some()
        || has_path(first) && is_host(first)
}

fn has_path(text: &str) -> bool {
    text.contains('/') || is_www(text)
}

fn is_www(text: &str) -> bool {
    text.get(..4)
        .is_some_and(|begin| begin.eq_ignore_ascii_case("www."))
}

/// Whether a text is a host, perhaps with a path.
fn is_host(text: &str) -> bool {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    if host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok() {
        return true;
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let Some((_, last)) = host.rsplit_once('.') else {
        return false;
    };
    let letters = last.chars().all(char::is_alphabetic);
    let is_known = DOMAINS.iter().any(|known| last.eq_ignore_ascii_case(known));
    let is_domain = is_known || letters && (last.chars().count() == 2 || has_path(text));
    is_domain && host.split('.').all(is_label)
}

/// Whether a field is a page, or the beginning of one.
pub(super) fn is_part(field: &str) -> bool {
    let field = field.trim();
    let begin = field.split(':').next().unwrap_or_default();
    let is_one_of = |schemes: &[&str]| {
        schemes
            .iter()
            .any(|known| begin.eq_ignore_ascii_case(known))
    };
    let behind = &field[begin.len()..];
    is_one_of(&SCHEMES[..FOR_PAGES_ALONE]) && matches!(behind, "" | ":")
        || is_one_of(&SCHEMES) && behind.starts_with("://")
        || is_host(field) && has_path(field)
}

/// Returns where the text after a page begins; `text` starts with its host. Ports and paths have colons, too, so
/// at least `fields` fields must follow.
pub(super) fn end(text: &str, fields: usize) -> Option<usize> {
    let host = text
        .find([':', '|', ';', ',', '/', '?', '#', ' ', '\t'])
        .unwrap_or(text.len());
    let path = host + port(&text[host..], fields);
    let begins = text[path..].chars().next()?;
    match begins {
        '/' | '?' | '#' => {
            let separator = separator(&text[path..], fields)?;
            Some(behind_path(text, path, separator, fields))
        }
        ':' | '|' | ';' | ',' | ' ' | '\t' => {
            let rest = &text[path + 1..];
            (fields < 2 || rest.contains(BETWEEN)).then_some(path + 1)
        }
        _ => None,
    }
}

/// Returns where the address or number between a page and a password begins; `text` starts with the page's host.
pub(super) fn known_account(text: &str) -> Option<usize> {
    let mut begin = 0;
    for piece in text.split(BETWEEN) {
        let behind = begin + piece.len();
        let goes_on = !text[behind..].trim_matches(BETWEEN).is_empty();
        if begin > 0 && goes_on && (is_email(piece) || number(piece).is_some()) {
            return Some(begin);
        }
        // All of these are single bytes.
        begin = behind + 1;
    }
    None
}

/// Returns the length of the port that a text begins with, if it does and enough fields follow.
fn port(text: &str, fields: usize) -> usize {
    let Some(rest) = text.strip_prefix(':') else {
        return 0;
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let behind = &rest[digits..];
    let is_port = rest[..digits].parse::<u16>().is_ok_and(|port| port > 0);
    let has_path = behind.starts_with(['/', '?', '#']);
    let separators = behind.matches(BETWEEN).count();
    let has_fields = behind.starts_with(BETWEEN) && separators >= fields;
    match is_port && (has_path || has_fields || behind.is_empty()) {
        true => digits + 1,
        false => 0,
    }
}

/// Returns the separator of a path and the `fields` fields after it.
fn separator(path: &str, fields: usize) -> Option<char> {
    let enough = |separator: &char| path.matches(*separator).count() >= fields;
    ['|', ';', ':', ','].into_iter().find(enough)
}

/// Returns where the first field after the path at `path` begins.
fn behind_path(text: &str, path: usize, separator: char, fields: usize) -> usize {
    let places: Vec<usize> = text[path..]
        .match_indices(separator)
        .map(|(place, _)| path + place)
        .collect();
    let field = |number: usize| {
        let end = places.get(number + 1).copied().unwrap_or(text.len());
        places.get(number).map_or("", |begin| &text[begin + 1..end])
    };
    let is_account = |field: &str| is_email(field) || number(field).is_some();
    let spare = places.len() - fields;
    let known = (0..=spare).find(|&place| is_account(field(place)));
    // Parts with a slash belong to the path, as long as enough fields are left.
    let is_path = |place: &usize| field(*place).contains(['/', '?', '&']);
    let first = known.unwrap_or_else(|| (0..spare).take_while(is_path).count());
    places.get(first).map_or(text.len(), |place| place + 1)
}

/// The account and password in `scheme://account:password@host`.
pub(super) fn user_info(page: &str) -> Option<(&str, &str)> {
    let (_, authority) = page.split_once("://")?;
    let authority = authority.split(['/', '?', '#', ' ', '\t']).next()?;
    let (user, host) = authority.rsplit_once('@')?;
    let (account, password) = user.split_once(':')?;
    (!account.is_empty() && !host.is_empty()).then_some((account, password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_recognised_from_people() {
        for host in [
            "x.example.com",
            "10.0.0.1",
            "x.kz/a",
            "www.a.b",
            "localhost",
            "сайт.қаз",
        ] {
            assert!(is_host(host), "{host}");
        }
        for other in ["ivan.petrov", "ivan", "a@x.kz", "ivan.", ".kz", "1.5"] {
            assert!(!is_host(other), "{other}");
        }
    }
}
