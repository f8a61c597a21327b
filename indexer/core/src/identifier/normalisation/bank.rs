use iban::Iban;

use super::IdentifierError;
use super::clean::{latin_capitals, without_separators};
use super::spreadsheet::as_number;

pub(super) const SHORTEST_CARD: usize = 13;
const LONGEST_CARD: usize = 19;
/// The number of letters and digits in an account number of Kazakhstan.
pub(super) const IBAN: usize = 20;

/// Kazakhstan's IBAN: `KZ`, two check digits, three of the bank, thirteen of the account; mod 97 = 1 (ISO 13616).
/// Letters typed on a Cyrillic keyboard are the Latin ones of the same shape.
pub(super) fn iban(cleaned: &str) -> Result<String, IdentifierError> {
    let number = latin_capitals(cleaned);
    if !number.is_ascii() {
        return Err(IdentifierError::Characters);
    }
    if !number.starts_with("KZ") {
        return Err(IdentifierError::Country);
    }
    if number.len() != IBAN {
        return Err(IdentifierError::Length);
    }
    match number.parse::<Iban>() {
        Ok(_) => Ok(number),
        Err(iban::ParseIbanError::InvalidBaseIban {
            source: iban::ParseBaseIbanError::InvalidChecksum,
        }) => Err(IdentifierError::CheckDigit),
        Err(_) => Err(IdentifierError::Form),
    }
}

/// Thirteen to nineteen digits whose Luhn sum is a multiple of ten (ISO/IEC 7812-1).
pub(super) fn card(cleaned: &str) -> Result<String, IdentifierError> {
    let packed = without_separators(cleaned);
    // Spreadsheets keep fifteen digits: a last one that is missing is not a zero.
    let digits = as_number(&packed, 0)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IdentifierError::Characters);
    }
    if !(SHORTEST_CARD..=LONGEST_CARD).contains(&digits.len()) {
        return Err(IdentifierError::Length);
    }
    if !luhn_sum(&digits).is_multiple_of(10) {
        return Err(IdentifierError::CheckDigit);
    }
    Ok(digits.into_owned())
}

fn luhn_sum(digits: &str) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte - b'0'))
        .enumerate()
        .map(|(place, digit)| {
            if place % 2 == 1 {
                doubled(digit)
            } else {
                digit
            }
        })
        .sum()
}
