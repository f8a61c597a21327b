use compact_str::CompactString;
use rlibphonenumber::{NumberLengthType, PhoneNumber, PhoneNumberFormat, Region};

use super::IdentifierError;
use super::origin::Origin;

/// Digits of the longest common spelling, `007` before the ten.
const MOST_DIGITS: usize = 13;

/// Bytes of the longest text that is looked at for one; what is longer may be longer than the library takes.
const LONGEST: usize = 32;

/// E.164 of a number that libphonenumber holds possible (not merely local) when it is dialled in Kazakhstan.
///
/// Validity is not asked for: prefixes change faster than the library's tables.
///
/// What a person types is read once more with the plus that may be missing, see [`with_plus`]; a dump's cell is not.
pub(super) fn normalise(cleaned: &str, origin: Origin) -> Result<String, IdentifierError> {
    match common(cleaned) {
        Some(number) => Ok(number.into()),
        None => uncommon(cleaned, origin),
    }
}

/// A number of Kazakhstan in one of the spellings that nearly all of them have, without asking the library, which takes
/// fifty times as long: ten digits that begin with 7, behind `+7`, `8`, `7`, `007`, `+8` or nothing, with spaces, hyphens
/// and parentheses among them. That the library says the same is a property test.
pub(super) fn common(cleaned: &str) -> Option<CompactString> {
    if cleaned.len() > LONGEST {
        return None;
    }
    let mut digits = [0; MOST_DIGITS];
    let mut count = 0;
    let (has_plus, rest) = match cleaned.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, cleaned),
    };
    for byte in rest.bytes() {
        match byte {
            b'0'..=b'9' => {
                *digits.get_mut(count)? = byte;
                count += 1;
            }
            b' ' | b'-' | b'(' | b')' => {}
            _ => return None,
        }
    }
    let national = match (&digits[..count], has_plus) {
        ([b'7', b'7', ..], _) | ([b'8', b'7', ..], false) if count == 11 => &digits[1..11],
        ([b'8', b'7', ..], true) if count == 11 && rest.starts_with('8') => &digits[1..11],
        ([b'0', b'0', b'7', b'7', ..], false) if count == 13 && rest.starts_with("00") => {
            &digits[3..13]
        }
        ([b'7', ..], false) if count == 10 => &digits[..10],
        _ => return None,
    };
    let mut number = CompactString::const_new("+7");
    number.push_str(str::from_utf8(national).ok()?);
    Some(number)
}

fn uncommon(cleaned: &str, origin: Origin) -> Result<String, IdentifierError> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Digits and signs in any order, and numbers as they are written.
    fn spellings() -> impl Strategy<Value = String> {
        prop_oneof![
            "[+(]{0,2}(00|)[78]{0,3}[ ()-]{0,2}[0-9]{3}[ ()-]{0,2}[0-9]{3}[ ()-]{0,2}[0-9]{2}[ ()-]{0,2}[0-9]{2}[ ()-]{0,2}",
            "[+]?[0-9]{9,13}",
            "[+]?(7|8|77|87|007)[0-9]{8,10}",
            "[+0-9 ()-]{8,24}",
            "[+0-9 ().,/;#x*-]{8,24}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn a_common_spelling_is_what_the_library_makes_of_it(text in spellings()) {
            let cleaned = super::super::clean(&text);
            if let Some(number) = common(&cleaned) {
                for origin in [Origin::Dump, Origin::Person] {
                    prop_assert_eq!(uncommon(&cleaned, origin), Ok(number.to_string()));
                }
            }
        }
    }

    #[test]
    fn every_common_spelling_is_known() {
        for text in [
            "+77091234567",
            "87091234567",
            "77091234567",
            "7091234567",
            "+7 709 123 45 67",
            "8 (709) 123-45-67",
            "(8709)1234567",
            "8-709-123-4567",
            "7 709 1234567",
            "0077091234567",
            "+87091234567",
        ] {
            assert_eq!(common(text).as_deref(), Some("+77091234567"), "{text}");
        }
        for text in [
            "+7091234567",
            "9161234567",
            "77091234567.0",
            "0-077091234567",
            "",
        ] {
            assert_eq!(common(text), None, "{text}");
        }
    }
}
