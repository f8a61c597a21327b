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
    let domain = idna::domain_to_ascii(domain).map_err(|_| IdentifierError::Domain)?;
    check_domain(&domain)?;
    Ok(format!("{local}@{domain}"))
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
        && label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
