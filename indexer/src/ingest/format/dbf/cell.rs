//! What does this cell say? Tables have texts in their code page, and Visual FoxPro some numbers and times in binary.

use std::borrow::Cow;

use jiff::Span;
use jiff::civil::date;

use super::header::{Dialect, Field};

/// The content of a cell.
pub(super) enum Cell<'r> {
    /// Text in the table's code page.
    Text(&'r [u8]),
    /// Text converted from a binary value.
    Made(String),
    /// The number of a memo's first block.
    Memo(u64),
    /// A picture, a document or the like.
    Opaque,
    Empty,
}

/// Returns the cell of a column in `row`; the bits at `bits` show what is NULL or short.
pub(super) fn cell<'r>(
    field: &Field,
    dialect: Dialect,
    row: &'r [u8],
    bits: Option<&Field>,
) -> Cell<'r> {
    let bytes = &row[field.offset..field.offset + field.length];
    let is_set = |bit: Option<usize>| bit.is_some_and(|bit| is_set(bits, row, bit));
    if is_set(field.null_bit) {
        return Cell::Empty;
    }
    let is_short = is_set(field.short_bit);
    match (field.kind, dialect) {
        (b'V', Dialect::VisualFoxPro) if is_short => {
            let length = bytes.last().map_or(0, |&length| usize::from(length));
            Cell::Text(&bytes[..length.min(bytes.len())])
        }
        (b'M', _) => memo(bytes),
        (b'G' | b'P' | b'W' | b'Q', _) => opaque(bytes),
        (b'B', Dialect::Plain) => opaque(bytes),
        (b'I' | b'+', _) if bytes.len() == 4 => made(whole(bytes).to_string()),
        (b'Y', _) => made(currency(bytes)),
        (b'B', Dialect::VisualFoxPro) | (b'O', _) => made(double(bytes)),
        (b'T' | b'@', _) => made(time(bytes)),
        (b'D', _) => day(bytes),
        (b'L', _) if bytes == b"?" => Cell::Empty,
        _ => Cell::Text(trimmed(bytes)),
    }
}

fn is_set(bits: Option<&Field>, row: &[u8], bit: usize) -> bool {
    let stands = |bits: &Field| {
        row.get(bits.offset..bits.offset + bits.length)?
            .get(bit / 8)
            .copied()
    };
    bits.and_then(stands)
        .is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
}

/// Spaces, or zeros from some writers, pad a cell.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let is_filling = |byte: &u8| matches!(byte, b' ' | 0);
    let end = bytes.iter().rposition(|byte| !is_filling(byte));
    let bytes = &bytes[..end.map_or(0, |end| end + 1)];
    bytes.trim_ascii_start()
}

fn made(text: String) -> Cell<'static> {
    match text.is_empty() {
        true => Cell::Empty,
        false => Cell::Made(text),
    }
}

/// The number of a block: in digits or, in Visual FoxPro, in four bytes.
fn memo(bytes: &[u8]) -> Cell<'static> {
    let number = match *bytes {
        [a, b, c, d] => Some(u64::from(u32::from_le_bytes([a, b, c, d]))),
        _ => {
            let digits = trimmed(bytes);
            match digits.is_empty() {
                true => Some(0),
                false => str::from_utf8(digits)
                    .ok()
                    .and_then(|digits| digits.parse().ok()),
            }
        }
    };
    match number {
        Some(0) => Cell::Empty,
        // An invalid number leads to no memo, and the row is rejected.
        number => Cell::Memo(number.unwrap_or(u64::MAX)),
    }
}

fn opaque(bytes: &[u8]) -> Cell<'static> {
    match bytes.iter().all(|byte| matches!(byte, 0 | b' ' | b'0')) {
        true => Cell::Empty,
        false => Cell::Opaque,
    }
}

fn whole(bytes: &[u8]) -> i32 {
    bytes
        .first_chunk()
        .map_or(0, |bytes| i32::from_le_bytes(*bytes))
}

/// Ten-thousandths, without the zeros at the end.
fn currency(bytes: &[u8]) -> String {
    let Some(bytes) = bytes.first_chunk() else {
        return String::new();
    };
    let amount = i64::from_le_bytes(*bytes);
    let (sign, amount) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    let text = format!("{sign}{}.{:04}", amount / 10_000, amount % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn double(bytes: &[u8]) -> String {
    let Some(bytes) = bytes.first_chunk() else {
        return String::new();
    };
    crate::ingest::format::jsonl::float_text(f64::from_le_bytes(*bytes))
}

/// A Julian day and the milliseconds since its midnight.
fn time(bytes: &[u8]) -> String {
    /// The Julian day of 30 December 1899.
    const EPOCH: i32 = 2_415_019;
    const SECOND: i32 = 1_000;
    let (julian, milliseconds) = (whole(bytes), whole(bytes.get(4..).unwrap_or_default()));
    if julian == 0 {
        return String::new();
    }
    let days = Span::new()
        .try_days(i64::from(julian) - i64::from(EPOCH))
        .ok();
    let day = days.and_then(|days| date(1899, 12, 30).checked_add(days).ok());
    let Some(day) = day else {
        return String::new();
    };
    match (milliseconds + SECOND / 2) / SECOND {
        0 => day.to_string(),
        seconds => format!(
            "{day} {:02}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        ),
    }
}

/// Writes eight digits as a date.
fn day(bytes: &[u8]) -> Cell<'_> {
    let text = trimmed(bytes);
    match str::from_utf8(text) {
        Ok(digits) if digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            made(format!(
                "{}-{}-{}",
                &digits[..4],
                &digits[4..6],
                &digits[6..]
            ))
        }
        _ => Cell::Text(text),
    }
}

/// The text of a cell in the table's code page.
pub(super) fn decoded(
    bytes: &[u8],
    encoding: crate::ingest::Encoding,
    is_damaged: &mut bool,
) -> String {
    let mut text = Vec::new();
    match encoding {
        crate::ingest::Encoding::Utf8 => {
            let decoded = String::from_utf8_lossy(bytes);
            *is_damaged |= matches!(decoded, Cow::Owned(_));
            return decoded.into_owned();
        }
        encoding => encoding.decode(bytes, &mut text),
    }
    // Cannot fail: what is decoded is UTF-8.
    String::from_utf8(text).unwrap_or_default()
}
