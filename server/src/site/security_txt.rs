//! Whom to write to about a vulnerability: `/.well-known/security.txt` (RFC 9116).

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Operator;
use crate::content::LANGUAGES;

/// Validity, which a running server extends each day; RFC 9116 recommends less than a year.
const VALID: SignedDuration = SignedDuration::from_hours(180 * 24);

/// Makes the file for the day of `now`.
pub(super) fn of(operator: &Operator, now: Timestamp) -> String {
    let expires = now.saturating_add(VALID).unwrap_or(now);
    let day = expires.to_zoned(TimeZone::UTC).date();
    let Operator {
        contact, address, ..
    } = operator;
    let languages = LANGUAGES.join(", ");
    format!(
        "Contact: {contact}\nExpires: {day}T00:00:00Z\nPreferred-Languages: {languages}\nCanonical: {address}/.well-known/security.txt\nPolicy: {address}/en/experts\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_what_the_rfc_wants_and_expires_within_a_year() {
        let table = "name = 'N'\naddress = 'https://tekser.example'\ncontact = 'mailto:a@example.kz'\nlog-retention = '7'\nlegal-basis = '94-V'";
        let table = toml::Value::Table(table.parse().expect("TOML"));
        let operator = Operator::read(&table).expect("an operator");
        let now = "2026-11-29T20:15:30Z".parse().expect("a time");
        let text = of(&operator, now);
        assert!(
            text.starts_with("Contact: mailto:a@example.kz\nExpires: 2027-05-28T00:00:00Z\n"),
            "{text}"
        );
        assert!(text.contains("Canonical: https://tekser.example/.well-known/security.txt\n"));
    }
}
