//! Which parts of a text are e-mail addresses?

use exposure_index::identifier::Kind;
use memchr::memchr_iter;

use super::Search;

/// Longest part before and after the @ that an address may have, in bytes.
const LOCAL_LIMIT: usize = 64;
const DOMAIN_LIMIT: usize = 253;

/// Suffixes of file names that look like addresses: `logo@2x.png`.
const NO_DOMAINS: [&str; 12] = [
    "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "html", "php", "json", "xml",
];

/// Top-level domains that are so common that text after them was merely not separated, in small letters.
const TOP: [&str; 42] = [
    "kz", "ru", "com", "net", "org", "edu", "gov", "info", "biz", "su", "ua", "by", "kg", "uz",
    "tj", "tm", "az", "am", "ge", "md", "lv", "lt", "ee", "pl", "de", "uk", "fr", "it", "es", "eu",
    "us", "cn", "tr", "in", "me", "io", "tv", "cc", "pro", "online", "site", "asia",
];

/// All top-level domains with Cyrillic letters.
const CYRILLIC: [&str; 18] = [
    "қаз",
    "рф",
    "рус",
    "орг",
    "ком",
    "сайт",
    "онлайн",
    "дети",
    "москва",
    "укр",
    "бел",
    "мкд",
    "срб",
    "мон",
    "бг",
    "ею",
    "католик",
    "xn--80ao21a",
];

/// Remains of the escapes of `"`, `'`, `(`, `,`, `:`, `<`, `>` and the like, whose backslash was lost.
const LOST_ESCAPES: [&str; 12] = [
    "u0022", "u0027", "u0028", "u002c", "u003a", "u003b", "u003c", "u003d", "u003e", "u005b",
    "u007b", "u00a0",
];

impl Search<'_> {
    pub(super) fn emails(&mut self) {
        let prose = self.prose;
        for at in memchr_iter(b'@', prose.bytes()) {
            if let (Some(start), Some(end)) = (self.local_part(at), self.domain(at + 1))
                && self.take(Kind::Email, prose.slice(start, end), start..end)
            {
                self.taken.push(start..end);
            } else if !self.spans
                && (prose.from()..prose.to()).contains(&at)
                && self.is_like_address(at)
            {
                self.refused += 1;
            }
        }
    }

    /// Whether letters or digits are on both sides of the @, and a dot with a letter after it in what follows.
    fn is_like_address(&self, at: usize) -> bool {
        let bytes = self.prose.bytes();
        let is_behind_word = bytes[..at].last().is_some_and(u8::is_ascii_alphanumeric);
        let rest = self.prose.slice(at + 1, bytes.len());
        let length = rest.find(|c| !is_domain(c)).unwrap_or(rest.len());
        let domain = &rest.as_bytes()[..length.min(DOMAIN_LIMIT)];
        let has_name = domain
            .windows(2)
            .any(|two| two[0] == b'.' && two[1].is_ascii_alphabetic());
        let is_file = domain
            .rsplit(|byte| *byte == b'.')
            .next()
            .is_some_and(|name| std::str::from_utf8(name).is_ok_and(is_file));
        is_behind_word && has_name && !is_file
    }

    /// Where the local part before the @ begins. Characters that it may have by RFC 5322 but that mostly are between
    /// two fields, such as `|` and `=`, end it; a quote does, unless it is in a word.
    fn local_part(&self, at: usize) -> Option<usize> {
        let before = &self.prose.bytes()[at.saturating_sub(LOCAL_LIMIT + 1)..at];
        let length = before
            .iter()
            .rev()
            .take_while(|&&byte| is_local(byte))
            .count();
        let dots = before[before.len() - length..]
            .iter()
            .take_while(|&&byte| matches!(byte, b'.' | b'-' | b'_'));
        let start = at - length + dots.count();
        let in_word = match self.prose.bytes()[..start] {
            [.., letter, b'\'' | b'`'] => letter.is_ascii_alphanumeric(),
            [.., before] => before == b'@',
            [] => false,
        };
        let alone = start < at && length <= LOCAL_LIMIT && self.prose.begins_word(start);
        (alone && !in_word).then(|| start + lost_escapes(self.prose.slice(start, at)))
    }

    /// Where the domain that begins at `start` ends, if it ends in a name.
    fn domain(&self, start: usize) -> Option<usize> {
        let rest = self.prose.slice(start, self.prose.bytes().len());
        let mut letters = rest.char_indices();
        let length = letters
            .find(|(place, c)| *place > DOMAIN_LIMIT || !is_domain(*c))
            .map_or(rest.len(), |(place, _)| place);
        let domain = rest[..length].trim_end_matches(['.', '-']);
        let again = rest[length..].starts_with('@');
        (length <= DOMAIN_LIMIT && !again).then_some(())?;
        Some(start + whole_domain(domain)?)
    }
}

/// Returns the length of the part of `domain` that is one: up to a name that can be a top-level domain, or is so common
/// that the rest cannot belong to it, as in `example.kz----secret`, `example.kz123` and `example.kz.Next`.
fn whole_domain(domain: &str) -> Option<usize> {
    let (before, name) = domain.rsplit_once('.')?;
    if is_top(name) {
        return Some(domain.len());
    }
    let common = name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(0);
    if is_common(&name[..common]) {
        return Some(before.len() + 1 + common);
    }
    let (_, name_before) = before.rsplit_once('.')?;
    (is_common(name_before) && !is_file(name)).then_some(before.len())
}

fn is_top(name: &str) -> bool {
    if name.is_ascii() {
        let is_name = name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        return (is_name || name.starts_with("xn--")) && !is_file(name);
    }
    CYRILLIC.contains(&&*name.to_lowercase())
}

fn is_file(name: &str) -> bool {
    NO_DOMAINS
        .iter()
        .any(|other| name.eq_ignore_ascii_case(other))
}

fn is_common(name: &str) -> bool {
    TOP.iter().any(|other| name.eq_ignore_ascii_case(other))
}

/// The length of the escapes without backslash with which a local part begins.
fn lost_escapes(local: &str) -> usize {
    let mut rest = local;
    while let Some(code) = rest.get(..5)
        && rest.len() > 5
        && LOST_ESCAPES
            .iter()
            .any(|lost| code.eq_ignore_ascii_case(lost))
    {
        rest = &rest[5..];
    }
    local.len() - rest.len()
}

const fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}

/// Domains of Kazakhstan may have Cyrillic letters.
fn is_domain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-')
}
