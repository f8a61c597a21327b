use super::IdentifierError;

/// Longest local part and longest label, RFC 5321 §4.5.3.1.1 and RFC 1035 §2.3.4.
const MAX_LOCAL: usize = 64;
const MAX_LABEL: usize = 63;
const MAX_DOMAIN: usize = 253;

/// The address in lower case, its domain as ASCII by UTS 46. Dots and `+tags` of the local part are kept.
pub(super) fn normalise(cleaned: &str) -> Result<String, IdentifierError> {
    let lower = cleaned.to_lowercase();
    let (local, domain) = bare_address(&lower)
        .rsplit_once('@')
        .ok_or(IdentifierError::Form)?;
    check_local(local)?;
    if is_plain(domain) {
        check_domain(domain)?;
        return Ok(bare_address(&lower).to_owned());
    }
    let domain = idna::domain_to_ascii(domain).map_err(|_| IdentifierError::Domain)?;
    check_domain(&domain)?;
    Ok(format!("{local}@{domain}"))
}

/// Whether UTS 46 leaves a domain as it is: lower-case letters, digits and hyphens, and nothing that claims to be
/// encoded. Nearly every domain is; that it is left as it is is a property test.
fn is_plain(domain: &str) -> bool {
    let is_plain = |byte: u8| is_label_byte(byte) || byte == b'.';
    domain.bytes().all(is_plain) && !domain.contains("xn--")
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
    let atom = |part: &str| !part.is_empty() && part.bytes().all(is_atom_text);
    if local.len() > MAX_LOCAL || !local.split('.').all(atom) {
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
    let (_, last) = domain.rsplit_once('.').ok_or(IdentifierError::Domain)?;
    if domain.len() > MAX_DOMAIN || last.len() < 2 || !domain.split('.').all(is_label) {
        return Err(IdentifierError::Domain);
    }
    Ok(())
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(is_label_byte)
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
