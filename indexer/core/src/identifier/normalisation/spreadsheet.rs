//! Which number did the spreadsheet or data frame hold that wrote this text?

use std::borrow::Cow;

use super::IdentifierError;

/// The digits of a number as spreadsheets write it: with `.0` or `,0` after it, with a comma before every three digits,
/// as a formula, or in scientific notation, which may have dropped up to `zeros_left_out` zeros. Other text stays as it
/// is.
///
/// # Errors
/// If the notation lost more digits than that, or if the number is not whole.
pub(super) fn as_number(
    text: &str,
    zeros_left_out: usize,
) -> Result<Cow<'_, str>, IdentifierError> {
    if let Some(scientific) = Scientific::parse(text) {
        return scientific.written_out(zeros_left_out).map(Cow::Owned);
    }
    let number = without_fraction(text.strip_prefix('=').unwrap_or(text));
    Ok(match has_thousands(number) {
        true => Cow::Owned(number.replace(',', "")),
        false => Cow::Borrowed(number),
    })
}

/// The text without `.0`, `,0` or more zeros after a digit.
fn without_fraction(text: &str) -> &str {
    let whole = text.trim_end_matches('0');
    match whole.strip_suffix(['.', ',']) {
        Some(number) if whole.len() < text.len() && number.ends_with(is_digit) => number,
        _ => text,
    }
}

/// Whether a number is written as `87,091,234,567`.
fn has_thousands(text: &str) -> bool {
    let mut parts = text.split(',');
    let first = parts.next().unwrap_or_default();
    let all_digits = |part: &str| part.chars().all(is_digit);
    (1..=3).contains(&first.len())
        && first.len() < text.len()
        && all_digits(first)
        && parts.all(|part| part.len() == 3 && all_digits(part))
}

const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// A number such as `7.7091234567E10` or `7,7091234567e+10`.
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
        let all_digits = |part: &str| part.chars().all(is_digit);
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

    /// Returns the integer; at most `zeros_left_out` digits that the notation dropped become zeros.
    fn written_out(&self, zeros_left_out: usize) -> Result<String, IdentifierError> {
        let lost = self.exponent.saturating_sub(self.fraction.len());
        let (kept, beyond_point) = self
            .fraction
            .split_at(self.exponent.min(self.fraction.len()));
        if lost > zeros_left_out {
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
    use super::*;

    fn number(text: &str, zeros_left_out: usize) -> Result<String, IdentifierError> {
        as_number(text, zeros_left_out).map(Cow::into_owned)
    }

    #[test]
    fn a_number_is_what_the_spreadsheet_held() {
        for (text, expected) in [
            ("000101100016", "000101100016"),
            ("187667076.0", "187667076"),
            ("187667076,00", "187667076"),
            ("100", "100"),
            ("10.50", "10.50"),
            (".0", ".0"),
            ("тел.0", "тел.0"),
            ("=87091234567", "87091234567"),
            ("87,091,234,567", "87091234567"),
            ("870,91,234", "870,91,234"),
            ("8.61208279159E11", "861208279159"),
            ("8,61208279159e+11", "861208279159"),
            ("7.709123456E10", "77091234560"),
            ("1.876670760E8", "187667076"),
            ("E", "E"),
            ("", ""),
        ] {
            assert_eq!(number(text, 1).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_number_that_lost_digits_is_refused() {
        assert_eq!(number("7.70912E+10", 1), Err(IdentifierError::DigitsLost));
        assert_eq!(
            number("7.709123456E10", 0),
            Err(IdentifierError::DigitsLost)
        );
        assert_eq!(number("7.70912345675E10", 1), Err(IdentifierError::Form));
    }
}
