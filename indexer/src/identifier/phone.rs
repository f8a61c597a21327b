use rlibphonenumber::{NumberLengthType, PhoneNumber, PhoneNumberFormat, Region};

use super::IdentifierError;
use super::origin::Origin;

/// E.164 of a number that libphonenumber holds possible (not merely local) when it is dialled in Kazakhstan.
///
/// Validity is not asked for: prefixes change faster than the library's tables.
///
/// What a person types is read once more with the plus that may be missing, see [`with_plus`]; a dump's cell is not.
pub(super) fn normalise(cleaned: &str, origin: Origin) -> Result<String, IdentifierError> {
    let dialled = as_dialled(cleaned)?;
    let second_reading = || match origin {
        Origin::Person => possible(&with_plus(&dialled)?),
        Origin::Dump => None,
    };
    possible(&dialled)
        .or_else(second_reading)
        .ok_or(IdentifierError::NotPossible)
}

fn possible(dialled: &str) -> Option<String> {
    let number = PhoneNumber::parse(dialled, Some(Region::KZ)).ok()?;
    match number.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => {
            Some(number.format_as(PhoneNumberFormat::E164).into_owned())
        }
        _ => None,
    }
}

/// Country code 7 written without its plus, as in `7 495 123 45 67`. The library sees through that for Kazakhstan's own
/// numbers only and takes others for eleven digits after the country code.
fn with_plus(dialled: &str) -> Option<String> {
    let digits = dialled.bytes().filter(u8::is_ascii_digit).count();
    (digits == 11 && dialled.starts_with('7')).then(|| format!("+{dialled}"))
}

/// Undoes what spreadsheets and habits did to a number.
fn as_dialled(cleaned: &str) -> Result<String, IdentifierError> {
    if let Some(scientific) = Scientific::parse(cleaned) {
        return scientific.written_out();
    }
    let number = cleaned.strip_suffix(".0").unwrap_or(cleaned);
    if let Some(rest) = number.strip_prefix("+8")
        && rest.bytes().filter(u8::is_ascii_digit).count() == 10
    {
        return Ok(format!("8{rest}"));
    }
    Ok(match number.strip_prefix("00") {
        Some(international) => format!("+{international}"),
        None => number.to_owned(),
    })
}

/// Whether a cell is one number in scientific notation, whose decimal comma separates nothing.
pub(super) fn is_scientific(cleaned: &str) -> bool {
    Scientific::parse(cleaned).is_some()
}

/// A number as `7.7091234567E10` or `7,7091234567e+10`.
struct Scientific<'a> {
    whole: &'a str,
    fraction: &'a str,
    exponent: usize,
}

impl<'a> Scientific<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (mantissa, exponent) = text.split_once(['e', 'E'])?;
        let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
        let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let well_formed = whole.len() == 1
            && (1..=2).contains(&exponent.len())
            && all_digits(whole)
            && all_digits(fraction)
            && all_digits(exponent);
        well_formed
            .then(|| exponent.parse().ok())
            .flatten()
            .map(|exponent| Self {
                whole,
                fraction,
                exponent,
            })
    }

    /// The integer meant, with at most one digit that the notation lost made a zero.
    fn written_out(&self) -> Result<String, IdentifierError> {
        let lost = self.exponent.saturating_sub(self.fraction.len());
        let (kept, beyond_point) = self
            .fraction
            .split_at(self.exponent.min(self.fraction.len()));
        if lost > 1 {
            return Err(IdentifierError::DigitsLost);
        }
        if beyond_point.bytes().any(|digit| digit != b'0') {
            return Err(IdentifierError::Form);
        }
        Ok(format!("{}{kept}{}", self.whole, "0".repeat(lost)))
    }
}
