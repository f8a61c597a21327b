//! What names an account?

use exposure_index::identifier::{Kind, normalise};

use crate::ingest::recover;

/// Texts that programs write for an unknown login, in small letters.
const UNKNOWN: [&str; 12] = [
    "unknown",
    "[unknown]",
    "not_saved",
    "[not_saved]",
    "(null)",
    "null",
    "none",
    "n/a",
    "empty",
    "[empty]",
    "undefined",
    "no_login",
];

/// Returns the kind that names an account: of an address or number that certainly is one, or else a login.
pub(super) fn kind(account: &str) -> Kind {
    if is_email(account) {
        Kind::Email
    } else {
        number(account).unwrap_or(Kind::Login)
    }
}

/// Whether a field is an e-mail address.
pub(super) fn is_email(field: &str) -> bool {
    field.contains('@') && normalise(Kind::Email, field).is_ok()
}

/// The kind of number that a field is.
pub(super) fn number(field: &str) -> Option<Kind> {
    let is_number = field
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit() || "+(".contains(c));
    if !is_number {
        return None;
    }
    // Ten digits are more likely a phone number here than a login.
    let ten = field.len() == 10 && field.bytes().all(|byte| byte.is_ascii_digit());
    let number = if ten {
        format!("8{field}")
    } else {
        field.to_owned()
    };
    let mut found = Vec::new();
    recover::search(number.as_bytes(), &mut found);
    match found.as_slice() {
        [one] if matches!(one.kind(), Kind::Iin | Kind::Phone) => {
            normalise(one.kind(), field).ok().map(|_| one.kind())
        }
        _ => None,
    }
}

/// Whether a field stands for a login that is not known.
pub(super) fn is_unknown(field: &str) -> bool {
    let field = field.trim();
    let is = |unknown: &&str| field.eq_ignore_ascii_case(unknown);
    field.is_empty() || UNKNOWN.iter().any(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_named_by_what_it_certainly_is() {
        for (account, expected) in [
            ("a@example.kz", Kind::Email),
            ("+7 (709) 000-00-01", Kind::Phone),
            ("7090000001", Kind::Phone),
            ("360323258530", Kind::Iin),
            ("360323258531", Kind::Login),
            ("ivan@", Kind::Login),
            ("123456", Kind::Login),
        ] {
            assert_eq!(kind(account), expected, "{account}");
        }
        assert!(is_unknown("UNKNOWN") && is_unknown(" ") && !is_unknown("ivan"));
    }
}
