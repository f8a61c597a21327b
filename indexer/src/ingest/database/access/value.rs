//! What is the value of a column?

use jiff::Span;
use jiff::civil::date;

use super::definition::Field;
use super::layout::long;
use super::pages::File;
use super::row::{Part, Parts};
use super::{long_value, text};
use crate::ingest::database::Cell;
use crate::ingest::error::Failure;
use crate::ingest::format::jsonl::float_text;

/// Why a cell cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Damaged,
    TooLong,
}

/// The types of columns.
mod kind {
    pub(super) const TRUTH: u8 = 1;
    pub(super) const BYTE: u8 = 2;
    pub(super) const INTEGER: u8 = 3;
    pub(super) const LONG: u8 = 4;
    pub(super) const MONEY: u8 = 5;
    pub(super) const SINGLE: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const DATE: u8 = 8;
    pub(super) const BINARY: u8 = 9;
    pub(super) const TEXT: u8 = 10;
    pub(super) const MEMO: u8 = 12;
    pub(super) const GUID: u8 = 15;
    pub(super) const NUMERIC: u8 = 16;
    pub(super) const COMPLEX: u8 = 18;
    pub(super) const BIG: u8 = 19;
}

/// Header of a computed value: sixteen bytes, and its length in four.
const COMPUTED: usize = 16;

/// Returns the cell of a row, or why it cannot be read.
pub(super) fn cell(
    file: &mut File<'_>,
    field: &Field,
    row: &Parts<'_>,
) -> Result<Result<Cell<'static>, Problem>, Failure> {
    if field.kind == kind::TRUTH && !field.is_computed {
        let truth = if row.is_filled(field) {
            "true"
        } else {
            "false"
        };
        return Ok(Ok(Cell::Text(truth.into())));
    }
    let bytes = match row.part(field, length(field)) {
        Part::Empty => return Ok(Ok(Cell::Empty)),
        Part::Damaged => return Ok(Err(Problem::Damaged)),
        Part::Bytes(bytes) => bytes,
    };
    let is_unicode = !file.layout.is_jet_3;
    if field.kind == kind::MEMO {
        let value = long_value::read(file, bytes)?;
        let plain = |value: Vec<u8>| match field.is_computed {
            true => computed(&value).map(<[u8]>::to_vec).ok_or(Problem::Damaged),
            false => Ok(value),
        };
        return Ok(value
            .and_then(plain)
            .map(|value| written(&value, is_unicode)));
    }
    if field.is_computed {
        let value = computed(bytes).ok_or(Problem::Damaged);
        return Ok(value.map(|value| match field.kind {
            kind::TEXT => written(value, is_unicode),
            // Only the properties of the column show its type.
            _ => Cell::Opaque,
        }));
    }
    if field.kind == kind::TEXT {
        return Ok(Ok(written(bytes, is_unicode)));
    }
    Ok(plain(field, bytes).ok_or(Problem::Damaged))
}

/// Returns the length in bytes of the values of a fixed-length column.
const fn length(field: &Field) -> usize {
    match field.kind {
        kind::BYTE => 1,
        kind::INTEGER => 2,
        kind::LONG | kind::SINGLE | kind::COMPLEX => 4,
        kind::MONEY | kind::DOUBLE | kind::DATE | kind::BIG => 8,
        kind::GUID => 16,
        kind::NUMERIC => 17,
        _ => field.size,
    }
}

fn computed(value: &[u8]) -> Option<&[u8]> {
    let length = long(value, COMPUTED)? as usize;
    let begin = COMPUTED + 4;
    value.get(begin..begin.checked_add(length)?)
}

/// The cell of a text.
fn written(bytes: &[u8], is_unicode: bool) -> Cell<'static> {
    match str::from_utf8(bytes) {
        _ if is_unicode => Cell::Text(text::unicode(bytes).into()),
        Ok(text) if bytes.is_ascii() => Cell::Text(text.to_owned().into()),
        _ => Cell::Coded(bytes.to_vec().into()),
    }
}

/// Returns the cell of a value that is not a text; `None` if its bytes are too few.
fn plain(field: &Field, bytes: &[u8]) -> Option<Cell<'static>> {
    let text = match field.kind {
        kind::BYTE => bytes.first()?.to_string(),
        kind::INTEGER => i16::from_le_bytes(*bytes.first_chunk()?).to_string(),
        kind::LONG | kind::COMPLEX => i32::from_le_bytes(*bytes.first_chunk()?).to_string(),
        kind::BIG => i64::from_le_bytes(*bytes.first_chunk()?).to_string(),
        kind::MONEY => scaled(i128::from(i64::from_le_bytes(*bytes.first_chunk()?)), 4),
        kind::SINGLE => float_text(f64::from(f32::from_le_bytes(*bytes.first_chunk()?))),
        kind::DOUBLE => float_text(f64::from_le_bytes(*bytes.first_chunk()?)),
        kind::DATE => moment(f64::from_le_bytes(*bytes.first_chunk()?)),
        kind::GUID => guid(bytes.first_chunk()?),
        kind::NUMERIC => numeric(bytes.first_chunk()?, field.scale),
        kind::BINARY => return Some(owned(Cell::blob(bytes))),
        _ => return Some(Cell::Opaque),
    };
    Some(Cell::Text(text.into()))
}

fn owned(cell: Cell<'_>) -> Cell<'static> {
    match cell {
        Cell::Text(text) => Cell::Text(text.into_owned().into()),
        Cell::Coded(bytes) => Cell::Coded(bytes.into_owned().into()),
        Cell::Empty => Cell::Empty,
        Cell::Opaque => Cell::Opaque,
    }
}

/// Writes a number with `scale` digits after its point, without trailing zeros.
fn scaled(number: i128, scale: u32) -> String {
    let whole = 10_i128.checked_pow(scale).unwrap_or(1);
    let (sign, number) = (if number < 0 { "-" } else { "" }, number.unsigned_abs());
    let (whole, rest) = (number / whole.unsigned_abs(), number % whole.unsigned_abs());
    let rest = format!("{rest:0width$}", width = scale as usize);
    match rest.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        rest => format!("{sign}{whole}.{rest}"),
    }
}

/// A sign, and sixteen bytes in four groups, the highest first, of which each has its lowest byte first.
fn numeric(bytes: &[u8; 17], scale: u8) -> String {
    let groups = bytes[1..]
        .chunks_exact(4)
        .map(|group| long(group, 0).unwrap_or(0));
    let number = groups.fold(0_u128, |number, group| number << 32 | u128::from(group));
    // More digits than a decimal of Access can have are invalid.
    let number = i128::try_from(number).unwrap_or(i128::MAX);
    let signed = if bytes[0] == 0 { number } else { -number };
    scaled(signed, u32::from(scale.min(28)))
}

/// Days since the end of 1899, with the time of the day as their fraction, as people write it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "casts from f64 saturate, and the seconds of a day are positive"
)]
fn moment(days: f64) -> String {
    let day = Span::new()
        .try_days(days.trunc() as i64)
        .ok()
        .and_then(|days| date(1899, 12, 30).checked_add(days).ok());
    let Some(day) = day else {
        return float_text(days);
    };
    let seconds = (days.fract().abs() * 86_400.0).round() as u32;
    match seconds {
        0 => day.to_string(),
        seconds => format!(
            "{day} {:02}:{:02}:{:02}",
            seconds / 3_600,
            seconds / 60 % 60,
            seconds % 60
        ),
    }
}

/// The first three groups have their lowest byte first.
fn guid(bytes: &[u8; 16]) -> String {
    const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let mut text = String::new();
    for (place, from) in ORDER.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{:02x}", bytes[from]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_written_as_people_write_them() {
        assert_eq!(scaled(12_345_000, 4), "1234.5");
        assert_eq!(scaled(-5, 1), "-0.5");
        assert_eq!(scaled(870_101_100_005, 0), "870101100005");
        let mut bytes = [0; 17];
        bytes[13..17].copy_from_slice(&12_000_u32.to_le_bytes());
        assert_eq!(numeric(&bytes, 2), "120");
        bytes[9..13].copy_from_slice(&1_u32.to_le_bytes());
        assert_eq!(numeric(&bytes, 0), (4_294_967_296_u64 + 12_000).to_string());
        assert_eq!(moment(1.0), "1899-12-31");
        assert_eq!(moment(45_000.75), "2023-03-15 18:00:00");
        assert_eq!(moment(f64::NAN), "1899-12-30");
    }
}
