//! Which e-mail address is this, and which domain? The rules of RFC 5321 that people keep to.

use std::borrow::Cow;

use compact_str::CompactString;

use super::IdentifierError;

/// Longest local part and longest label, RFC 5321 §4.5.3.1.1 and RFC 1035 §2.3.4.
const MAX_LOCAL: usize = 64;
const MAX_LABEL: usize = 63;
const MAX_DOMAIN: usize = 253;
/// File name extensions that look like domains: `logo@2x.png`.
const NO_TOP_LEVEL: [&[u8]; 6] = [b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp"];

/// A cell that is an address as nearly all are: of Latin letters, digits and the commonest signs, with nothing around
/// them to remove.
pub(super) fn common(cell: &str) -> Option<CompactString> {
    let at = cell.bytes().position(|byte| byte == b'@')?;
    let is_common =
        |&byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+');
    let local = &cell.as_bytes()[..at];
    let is_local = at <= MAX_LOCAL
        && local.iter().all(is_common)
        && ![local.first(), local.last()].contains(&Some(&b'.'))
        && at > 0;
    // Two hyphens may be a list's mark between an address and a password, or claim that a label is encoded.
    let has_pair = |two: &[u8]| matches!(two, b"--" | b"..");
    if !is_local || cell.as_bytes().windows(2).any(has_pair) {
        return None;
    }
    let mut address = CompactString::from(cell);
    address.make_ascii_lowercase();
    check_domain(&address[at + 1..]).is_ok().then_some(address)
}

/// The address of a local part and a domain in lower case, the domain as ASCII by UTS 46. Dots and `+tags` of the local
/// part are kept.
pub(super) fn address(local: &str, domain: &str) -> Result<String, IdentifierError> {
    check_local(local)?;
    let domain = ascii_domain(domain)?;
    check_domain(&domain)?;
    Ok(format!("{local}@{domain}"))
}

/// A domain in lower case as ASCII by UTS 46.
pub(super) fn ascii_domain(domain: &str) -> Result<Cow<'_, str>, IdentifierError> {
    match is_plain(domain) {
        true => Ok(Cow::Borrowed(domain)),
        false => idna::domain_to_ascii(domain)
            .map(Cow::Owned)
            .map_err(|_| IdentifierError::Domain),
    }
}

/// Whether a text is a domain that addresses have.
pub(super) fn is_domain(text: &str) -> bool {
    address("a", text).is_ok()
}

/// Whether UTS 46 leaves a domain as it is: lower-case letters, digits and hyphens, and nothing that claims to be
/// encoded. Nearly every domain is; a property test checks that.
fn is_plain(domain: &str) -> bool {
    let is_plain = |byte: u8| is_label_byte(byte) || byte == b'.';
    let is_encoded = |four: &[u8]| four == b"xn--";
    domain.bytes().all(is_plain) && !domain.as_bytes().windows(4).any(is_encoded)
}

/// RFC 5322 §3.2.3 `dot-atom-text`, without the quoted form.
fn check_local(local: &str) -> Result<(), IdentifierError> {
    let atom =
        |part: &[u8]| !part.is_empty() && part.iter().all(|&byte| is_atom_text(char::from(byte)));
    if local.len() > MAX_LOCAL || !parts(local).all(atom) {
        return Err(IdentifierError::LocalPart);
    }
    Ok(())
}

pub(super) const fn is_atom_text(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '!' | '#'
                | '$'
                | '%'
                | '&'
                | '\''
                | '*'
                | '+'
                | '-'
                | '/'
                | '='
                | '?'
                | '^'
                | '_'
                | '`'
                | '{'
                | '|'
                | '}'
                | '~'
        )
}

pub(super) fn check_domain(domain: &str) -> Result<(), IdentifierError> {
    let mut labels = parts(domain);
    let last = labels.next_back().unwrap_or_default();
    let has_top_level = labels.clone().next().is_some() && is_top_level(last) && is_label(last);
    match has_top_level && domain.len() <= MAX_DOMAIN && labels.all(is_label) {
        true => Ok(()),
        false => Err(IdentifierError::Domain),
    }
}

/// Whether a label can be a top-level domain: two letters or more, perhaps of another script in ASCII (RFC 3696 §2).
fn is_top_level(label: &[u8]) -> bool {
    let is_name = label.len() > 1 && label.iter().all(u8::is_ascii_lowercase);
    // Three characters encode at most one letter (RFC 3492 §6.3): a sign of an address that was cut off.
    let is_encoded = label.starts_with(b"xn--") && label.len() > b"xn--".len() + 3;
    is_name && !NO_TOP_LEVEL.contains(&label) || is_encoded
}

/// Returns the parts between dots. As bytes, since every part is so short that a search for any character would
/// take longer than all the rest.
fn parts(text: &str) -> impl DoubleEndedIterator<Item = &[u8]> + Clone {
    text.as_bytes().split(|&byte| byte == b'.')
}

fn is_label(label: &[u8]) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && !label.starts_with(b"-")
        && !label.ends_with(b"-")
        && label.iter().all(|&byte| is_label_byte(byte))
}

const fn is_label_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn a_plain_domain_is_what_uts_46_makes_of_it(domain in "[a-z0-9.-]{1,40}|([a-z0-9-]{1,8}[.]){1,3}[a-z]{1,4}") {
            prop_assume!(is_plain(&domain));
            match idna::domain_to_ascii(&domain) {
                Ok(ascii) => prop_assert_eq!(ascii, domain),
                Err(_) => prop_assert_eq!(check_domain(&domain), Err(IdentifierError::Domain)),
            }
        }
    }
}
