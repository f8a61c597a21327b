use super::IdentifierError;
use super::clean::without_separators;
use super::iin::{self, DIGITS};
use super::origin::TypedBy;
use super::spreadsheet::as_number;

/// Spreadsheets drop the leading zeros of numbers that begin with a year 00 to 09.
const FEWEST_DIGITS_IN_DUMPS: usize = 9;

/// A BIN: twelve digits, the year and month of registration, the type of the organisation (4 to 6), its sort (0 to 3), a
/// number, and an IIN's check digit.
pub(super) fn normalise(cleaned: &str, origin: TypedBy) -> Result<String, IdentifierError> {
    let packed = without_separators(cleaned);
    let digits = as_number(&packed, 1)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IdentifierError::Characters);
    }
    let fewest = match origin {
        TypedBy::Dump => FEWEST_DIGITS_IN_DUMPS,
        TypedBy::Person => DIGITS,
    };
    if digits.len() < fewest || digits.len() > DIGITS {
        return Err(IdentifierError::Length);
    }
    checked(format!("{digits:0>DIGITS$}"))
}

/// Twelve digits, if they are a BIN.
pub(super) fn checked(digits: String) -> Result<String, IdentifierError> {
    match digits.as_bytes() {
        [_, _, b'0', b'1'..=b'9', b'4'..=b'6', b'0'..=b'3', ..]
        | [_, _, b'1', b'0'..=b'2', b'4'..=b'6', b'0'..=b'3', ..] => {}
        _ => return Err(IdentifierError::Form),
    }
    match iin::has_check_digit(digits.as_bytes()) {
        true => Ok(digits),
        false => Err(IdentifierError::CheckDigit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_has_a_month_a_type_and_a_sort() {
        let read = |text| normalise(text, TypedBy::Person);
        assert_eq!(read("940140000385").as_deref(), Ok("940140000385"));
        assert_eq!(read("990140-004654").as_deref(), Ok("990140004654"));
        assert_eq!(read("940140000386"), Err(IdentifierError::CheckDigit));
        // A person's number, a month 13, a sort 4.
        for other in ["360323258530", "941340000385", "940144000385"] {
            assert_eq!(read(other), Err(IdentifierError::Form), "{other}");
        }
        assert_eq!(read("140000385"), Err(IdentifierError::Length));
    }
}
