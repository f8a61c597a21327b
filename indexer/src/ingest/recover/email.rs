use memchr::memchr_iter;

use super::Search;
use crate::identifier::Kind;

/// Longest part before and after the @ that an address may have, in bytes.
const LOCAL_LIMIT: usize = 64;
const DOMAIN_LIMIT: usize = 253;

/// Names of files that are written like addresses: `logo@2x.png`.
const NO_DOMAINS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "svg", "webp"];

impl Search<'_> {
    pub(super) fn emails(&mut self) {
        let prose = self.prose;
        for at in memchr_iter(b'@', prose.bytes()) {
            if self.is_full() {
                return;
            }
            if let (Some(start), Some(end)) = (self.local_part(at), self.domain(at + 1))
                && self.take(Kind::Email, prose.slice(start, end))
            {
                self.taken.push(start..end);
            }
        }
    }

    /// Where the local part before the @ begins. Characters that it may have by RFC 5322 but that mostly stand between
    /// two fields, such as `|` and `=`, end it; a quote does, unless it stands in a word.
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
        (alone && !in_word).then_some(start)
    }

    /// Where the domain that begins at `start` ends, if it ends in a name.
    fn domain(&self, start: usize) -> Option<usize> {
        let rest = self.prose.slice(start, self.prose.bytes().len());
        let letters = rest
            .char_indices()
            .take_while(|(place, c)| *place <= DOMAIN_LIMIT && is_domain(*c));
        let (last, c) = letters.last()?;
        let length = last + c.len_utf8();
        let domain = rest[..length].trim_end_matches(['.', '-']);
        let (_, name) = domain.rsplit_once('.')?;
        let is_name = name.chars().all(char::is_alphabetic) || name.starts_with("xn--");
        let is_file = NO_DOMAINS
            .iter()
            .any(|other| name.eq_ignore_ascii_case(other));
        let again = rest[length..].starts_with('@');
        (length <= DOMAIN_LIMIT && is_name && !is_file && !again).then_some(start + domain.len())
    }
}

const fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}

/// Domains of Kazakhstan may have Cyrillic letters.
fn is_domain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-')
}
