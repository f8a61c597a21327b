use compact_str::CompactString;

use super::IdentifierError;
use super::clean::without_separators;
use super::origin::TypedBy;
use super::spreadsheet::as_number;

pub(super) const DIGITS: usize = 12;
/// Spreadsheets drop leading zeros: two for a birth year 00, and a third for January to September.
const FEWEST_DIGITS_IN_DUMPS: usize = 9;
/// Length in bytes of twelve digits with as many characters between them.
const LONGEST_COMMON: usize = 2 * DIGITS;
/// Excludes nine digits, which may be all that is left of an IIN with birth year 00.
const FEWEST_COMMON_DIGITS: usize = FEWEST_DIGITS_IN_DUMPS + 1;
const FIRST_WEIGHTS: [u32; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND_WEIGHTS: [u32; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/// A cell of digits with a valid check digit, not all zeros, possibly with spaces and hyphens among them and possibly
/// lacking up to two leading zeros.
pub(super) fn common(cell: &str) -> Option<CompactString> {
    if cell.len() > LONGEST_COMMON {
        return None;
    }
    let mut digits = [b'0'; DIGITS];
    let mut count = 0;
    for byte in cell.bytes() {
        match byte {
            b'0'..=b'9' => {
                *digits.get_mut(count)? = byte;
                count += 1;
            }
            b' ' | b'-' => {}
            _ => return None,
        }
    }
    if count < FEWEST_COMMON_DIGITS || digits == [b'0'; DIGITS] {
        return None;
    }
    // The zeros after the digits belong before them.
    digits.rotate_right(DIGITS - count);
    check(&digits).ok()?;
    str::from_utf8(&digits).ok().map(CompactString::from)
}

/// Twelve digits with a correct check digit. Birth date and sex are not checked: since 2013 the law no longer ties them
/// to the number.
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
    if digits.len() == FEWEST_DIGITS_IN_DUMPS && !begins_with_day_of_2000(&digits) {
        return Err(IdentifierError::Length);
    }
    checked(format!("{digits:0>DIGITS$}"))
}

/// Twelve digits, if their check digit is correct.
pub(super) fn checked(digits: String) -> Result<String, IdentifierError> {
    check(digits.as_bytes()).map(|()| digits)
}

/// Returns whether nine digits begin with a month and a day, as do those that lost the zeros of a year 00. Many other
/// numbers have nine digits, such as identity cards', and one in ten has a correct check digit. 1 January does not
/// count: registers write it where they do not know the day.
fn begins_with_day_of_2000(digits: &str) -> bool {
    let number = |range| {
        digits
            .get(range)
            .and_then(|part: &str| part.parse::<u32>().ok())
    };
    match (number(0..1), number(1..3)) {
        (Some(month), Some(day)) => month > 0 && (1..=31).contains(&day) && (month, day) != (1, 1),
        _ => false,
    }
}

fn check(digits: &[u8]) -> Result<(), IdentifierError> {
    if digits[6] > b'6' {
        return Err(IdentifierError::SeventhDigit);
    }
    match has_check_digit(digits) {
        true => Ok(()),
        false => Err(IdentifierError::CheckDigit),
    }
}

/// Whether the last of twelve digits follows from the others.
pub(super) fn has_check_digit(digits: &[u8]) -> bool {
    let expected = match weighted_sum(digits, &FIRST_WEIGHTS) {
        10 => weighted_sum(digits, &SECOND_WEIGHTS),
        sum => sum,
    };
    expected == u32::from(digits[11] - b'0')
}

fn weighted_sum(digits: &[u8], weights: &[u32; 11]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum::<u32>()
        % 11
}
