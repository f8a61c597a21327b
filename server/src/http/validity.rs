//! Until when is a certificate valid? Its dates, read from DER (RFC 5280, section 4.1), which rustls does not show.

use jiff::Timestamp;

const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The time for which a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Validity {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Validity {
    /// Reads the validity of a certificate in DER; `None` if it cannot be read, as with one that is valid until the
    /// year 9999.
    pub(super) fn of(certificate: &[u8]) -> Option<Self> {
        let (certificate, _) = expect(certificate, SEQUENCE)?;
        let (signed, _) = expect(certificate, SEQUENCE)?;
        // Certificates of version 1 do not state their version.
        let rest = expect(signed, VERSION).map_or(signed, |(_, rest)| rest);
        let (_serial_number, rest) = expect(rest, INTEGER)?;
        let (_algorithm, rest) = expect(rest, SEQUENCE)?;
        let (_issuer, rest) = expect(rest, SEQUENCE)?;
        let (dates, _) = expect(rest, SEQUENCE)?;
        let (from, rest) = time(dates)?;
        let (until, _) = time(rest)?;
        Some(Self { from, until })
    }
}

/// Returns the content of the first value, if it has this tag, and what follows it.
fn expect(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = value(bytes)?;
    (found == tag).then_some((content, rest))
}

/// Returns tag and content of the first value, and what follows it. Lengths take up to four bytes.
fn value(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, short], rest) = bytes.split_first_chunk()?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(short), rest),
        0x81..=0x84 => {
            let (long, rest) = rest.split_at_checked(usize::from(short & 0x7f))?;
            let length = long
                .iter()
                .fold(0_u64, |length, byte| length << 8 | u64::from(*byte));
            (usize::try_from(length).ok()?, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// Returns the first value as a time, and what follows it.
fn time(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (tag, content, rest) = value(bytes)?;
    let digits = str::from_utf8(content).ok()?.strip_suffix('Z')?;
    let (year, rest_of_digits) = match tag {
        UTC_TIME => {
            let (year, rest) = digits.split_at_checked(2)?;
            let century = if year < "50" { "20" } else { "19" };
            (format!("{century}{year}"), rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = digits.split_at_checked(4)?;
            (year.to_owned(), rest)
        }
        _ => return None,
    };
    let parts: Vec<&str> = (0..5)
        .map(|place| rest_of_digits.get(2 * place..2 * place + 2))
        .collect::<Option<_>>()?;
    let [month, day, hour, minute, second] = parts.try_into().ok()?;
    let text = format!("{year}-{month}-{day}T{hour}:{minute}:{second}Z");
    Some((text.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encodes a tag and a content of less than 128 bytes.
    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, content.len() as u8], content].concat()
    }

    fn certificate(has_version: bool, from: &[u8], until: &[u8]) -> Vec<u8> {
        let version = der(VERSION, &der(INTEGER, &[2]));
        let parts = [
            if has_version { version } else { Vec::new() },
            der(INTEGER, &[7]),
            der(SEQUENCE, &[]),
            der(SEQUENCE, b"issuer"),
            der(SEQUENCE, &[from, until].concat()),
            der(SEQUENCE, b"subject"),
        ];
        der(SEQUENCE, &der(SEQUENCE, &parts.concat()))
    }

    #[test]
    fn both_forms_of_dates_are_read() {
        let (early, late) = (
            der(UTC_TIME, b"961231235959Z"),
            der(GENERALIZED_TIME, b"20500102030405Z"),
        );
        for has_version in [true, false] {
            let validity = Validity::of(&certificate(has_version, &early, &late));
            let validity = validity.expect("dates");
            assert_eq!(validity.from.to_string(), "1996-12-31T23:59:59Z");
            assert_eq!(validity.until.to_string(), "2050-01-02T03:04:05Z");
        }
    }

    #[test]
    fn whatever_is_not_a_certificate_has_no_dates_and_does_no_harm() {
        let time = der(UTC_TIME, b"260101000000Z");
        let whole = certificate(true, &time, &time);
        assert!(Validity::of(&whole).is_some());
        for length in 0..whole.len() {
            assert_eq!(Validity::of(&whole[..length]), None, "{length}");
        }
        for bytes in [
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0][..],
            &[0x30, 0x80],
            &[0x30, 0x88, 1, 1, 1, 1, 1, 1, 1, 1],
        ] {
            assert_eq!(Validity::of(bytes), None);
        }
        for wrong in [
            &b"260101000000"[..],
            b"2601Z",
            b"\xff\xff0101000000Z",
            b"261301000000Z",
        ] {
            let wrong = der(UTC_TIME, wrong);
            assert_eq!(Validity::of(&certificate(true, &wrong, &time)), None);
        }
    }
}
