use compact_str::CompactString;

use super::IdentifierError;
use super::clean::without_separators;
use super::origin::Origin;

const DIGITS: usize = 12;
/// Spreadsheets drop leading zeros; a birth year 00 costs two.
const FEWEST_DIGITS_IN_DUMPS: usize = 10;
const FIRST_WEIGHTS: [u32; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND_WEIGHTS: [u32; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/// A cell that is twelve digits with a fitting check digit, and nothing around them.
pub(super) fn common(cell: &str) -> Option<CompactString> {
    let is_digits = cell.len() == DIGITS && cell.bytes().all(|byte| byte.is_ascii_digit());
    (is_digits && check(cell.as_bytes()).is_ok()).then(|| cell.into())
}

/// Twelve digits with a fitting check digit. Birth date and sex are not checked: the law untied them in 2013.
pub(super) fn normalise(cleaned: &str, origin: Origin) -> Result<String, IdentifierError> {
    let packed = without_separators(cleaned);
    let digits = packed.strip_suffix(".0").unwrap_or(&packed);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IdentifierError::Characters);
    }
    let fewest = if origin == Origin::Dump {
        FEWEST_DIGITS_IN_DUMPS
    } else {
        DIGITS
    };
    if digits.len() < fewest || digits.len() > DIGITS {
        return Err(IdentifierError::Length);
    }
    let padded = match digits.len() {
        DIGITS => digits.to_owned(),
        _ => format!("{digits:0>DIGITS$}"),
    };
    check(padded.as_bytes())?;
    Ok(padded)
}

fn check(digits: &[u8]) -> Result<(), IdentifierError> {
    if digits[6] > b'6' {
        return Err(IdentifierError::SeventhDigit);
    }
    let expected = match weighted_sum(digits, &FIRST_WEIGHTS) {
        10 => weighted_sum(digits, &SECOND_WEIGHTS),
        sum => sum,
    };
    if expected == u32::from(digits[11] - b'0') {
        Ok(())
    } else {
        Err(IdentifierError::CheckDigit)
    }
}

fn weighted_sum(digits: &[u8], weights: &[u32; 11]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum::<u32>()
        % 11
}
