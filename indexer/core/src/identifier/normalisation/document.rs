use std::borrow::Cow;

use compact_str::CompactString;

use super::IdentifierError;
use super::clean::{latin_capitals, without_separators};
use super::origin::TypedBy;
use super::spreadsheet::as_number;

/// Digits of an identity card's number.
pub(super) const ID_CARD: usize = 9;
/// Spreadsheets drop the leading zero that most have.
const FEWEST_DIGITS_IN_DUMPS: usize = 8;

/// A cell that is the number of an identity card, not all zeros, with at most a № before it.
pub(super) fn common_id_card(cell: &str) -> Option<CompactString> {
    let cell = cell
        .strip_prefix('№')
        .map_or(cell, |rest| rest.strip_prefix(' ').unwrap_or(rest));
    let is_number = cell.len() == ID_CARD && cell.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && cell.bytes().any(|digit| digit != b'0')).then(|| cell.into())
}

/// Nine digits, a leading N dropped, Latin or Cyrillic. An identity card's number has no check digit.
pub(super) fn id_card(cleaned: &str, origin: TypedBy) -> Result<String, IdentifierError> {
    let packed = without_separators(cleaned);
    let unlettered = packed.strip_prefix(['N', 'n', 'Н', 'н']);
    let number = as_number(unlettered.unwrap_or(&packed), 1)?;
    let digits = match number.len() {
        FEWEST_DIGITS_IN_DUMPS if origin == TypedBy::Dump && unlettered.is_none() => {
            Cow::Owned(format!("0{number}"))
        }
        _ => number,
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IdentifierError::Characters);
    }
    if digits.len() != ID_CARD {
        return Err(IdentifierError::Length);
    }
    Ok(digits.into_owned())
}

/// A Latin letter and seven or eight digits.
pub(super) fn passport(cleaned: &str) -> Result<String, IdentifierError> {
    let number = latin_capitals(cleaned);
    let (letter, digits) = number.split_at_checked(1).ok_or(IdentifierError::Form)?;
    let well_formed = letter.bytes().all(|byte| byte.is_ascii_uppercase())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !well_formed {
        return Err(IdentifierError::Form);
    }
    if !(7..=8).contains(&digits.len()) {
        return Err(IdentifierError::Length);
    }
    Ok(number)
}

/// `999AA99` or `999AAA99` as issued since 2012, `A999AA` or `A999AAA` as issued before.
pub(super) fn plate(cleaned: &str) -> Result<String, IdentifierError> {
    let plate = latin_capitals(cleaned);
    match shape(&plate).as_str() {
        "999AA99" | "999AAA99" | "A999AA" | "A999AAA" => Ok(plate),
        _ => Err(IdentifierError::Form),
    }
}

/// Every digit as 9, every Latin capital as A.
fn shape(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0'..='9' => '9',
            'A'..='Z' => 'A',
            _ => '?',
        })
        .collect()
}
