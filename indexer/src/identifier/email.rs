use compact_str::CompactString;

use super::IdentifierError;

/// Longest local part and longest label, RFC 5321 §4.5.3.1.1 and RFC 1035 §2.3.4.
const MAX_LOCAL: usize = 64;
const MAX_LABEL: usize = 63;
const MAX_DOMAIN: usize = 253;

/// A cell that is an address as nearly all are: of Latin letters, digits and the commonest signs, with nothing around it
/// that would have to be undone.
pub(super) fn common(cell: &str) -> Option<CompactString> {
    let at = cell.bytes().position(|byte| byte == b'@')?;
    let mut address = CompactString::from(cell);
    address.make_ascii_lowercase();
    let (local, domain) = (&address[..at], &address[at + 1..]);
    let is_common = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    let is_address = local.bytes().all(is_common)
        && is_plain(domain)
        && check_local(local).is_ok()
        && check_domain(domain).is_ok();
    is_address.then_some(address)
}

/// The address in lower case, its domain as ASCII by UTS 46. Dots and `+tags` of the local part are kept.
pub(super) fn normalise(cleaned: &str) -> Result<String, IdentifierError> {
    let lower = cleaned.to_lowercase();
    let address = bare_address(&lower);
    let (local, domain) = address.rsplit_once('@').ok_or(IdentifierError::Form)?;
    check_local(local)?;
    if is_plain(domain) {
        check_domain(domain)?;
        return Ok(match address.len() == lower.len() {
            true => lower,
            false => address.to_owned(),
        });
    }
    let domain = idna::domain_to_ascii(domain).map_err(|_| IdentifierError::Domain)?;
    check_domain(&domain)?;
    Ok(format!("{local}@{domain}"))
}

/// Whether UTS 46 leaves a domain as it is: lower-case letters, digits and hyphens, and nothing that claims to be
/// encoded. Nearly every domain is; that it is left as it is is a property test.
fn is_plain(domain: &str) -> bool {
    let is_plain = |byte: u8| is_label_byte(byte) || byte == b'.';
    let is_encoded = |four: &[u8]| four == b"xn--";
    domain.bytes().all(is_plain) && !domain.as_bytes().windows(4).any(is_encoded)
}

/// The address without `mailto:`, angle brackets and a dot at its end.
fn bare_address(text: &str) -> &str {
    let mut address = text;
    loop {
        let shorter = address.strip_prefix("mailto:").unwrap_or(address);
        let shorter = shorter
            .trim_start_matches('<')
            .trim_end_matches(['>', '.'])
            .trim();
        if shorter.len() == address.len() {
            return address;
        }
        address = shorter;
    }
}

/// RFC 5322 §3.2.3 `dot-atom-text`, without the quoted form.
fn check_local(local: &str) -> Result<(), IdentifierError> {
    let atom = |part: &[u8]| !part.is_empty() && part.iter().all(|&byte| is_atom_text(byte));
    if local.len() > MAX_LOCAL || !parts(local).all(atom) {
        return Err(IdentifierError::LocalPart);
    }
    Ok(())
}

const fn is_atom_text(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'/'
                | b'='
                | b'?'
                | b'^'
                | b'_'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'~'
        )
}

fn check_domain(domain: &str) -> Result<(), IdentifierError> {
    let last = parts(domain).next_back().map_or(0, <[u8]>::len);
    if !domain.contains('.')
        || domain.len() > MAX_DOMAIN
        || last < 2
        || !parts(domain).all(is_label)
    {
        return Err(IdentifierError::Domain);
    }
    Ok(())
}

/// What stands between dots. As bytes, since every part is so short that looking for dots as for any character would
/// take longer than all the rest.
fn parts(text: &str) -> impl DoubleEndedIterator<Item = &[u8]> {
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
