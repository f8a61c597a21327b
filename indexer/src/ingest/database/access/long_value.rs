//! What is in a value that is too long for its row? The row has its length and the pages that it is on.

use super::LONGEST_VALUE;
use super::layout::long;
use super::pages::{File, RowId};
use super::value::Problem;
use crate::ingest::error::Failure;

/// Length of the header of a value that is in its row anyway.
const HEADER: usize = 12;

/// The highest bits of the length: the value follows; it is one row elsewhere; or it is in several rows, each of which
/// begins with the place of the next.
const HERE: u32 = 0x8000_0000;
const ELSEWHERE: u32 = 0x4000_0000;

/// Returns the bytes of a value, or why they cannot be read.
pub(super) fn read(file: &mut File<'_>, field: &[u8]) -> Result<Result<Vec<u8>, Problem>, Failure> {
    if field.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let (Some(word), Some(place)) = (long(field, 0), long(field, 4)) else {
        return Ok(Err(Problem::Damaged));
    };
    let length = (word & !(HERE | ELSEWHERE)) as usize;
    if length > LONGEST_VALUE {
        return Ok(Err(Problem::TooLong));
    }
    let value = match word {
        word if word & HERE != 0 => field.get(HEADER..).map(<[u8]>::to_vec),
        word if word & ELSEWHERE != 0 => file.row(RowId::of(place))?,
        _ => chained(file, place, length)?,
    };
    let whole = value.filter(|value| value.len() >= length);
    Ok(whole.ok_or(Problem::Damaged).map(|mut value| {
        value.truncate(length);
        value
    }))
}

fn chained(file: &mut File<'_>, mut place: u32, length: usize) -> Result<Option<Vec<u8>>, Failure> {
    let mut value = Vec::new();
    while value.len() < length {
        let row = match place {
            0 => None,
            place => file.row(RowId::of(place))?,
        };
        let Some((next, [_, ..])) = row.as_deref().and_then(<[u8]>::split_first_chunk::<4>) else {
            return Ok(None);
        };
        value.extend_from_slice(&row.as_deref().unwrap_or_default()[4..]);
        place = u32::from_le_bytes(*next);
    }
    Ok(Some(value))
}
