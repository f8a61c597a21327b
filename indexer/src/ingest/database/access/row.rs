//! Where in a row is a column?

use std::ops::Range;

use super::definition::Field;
use super::layout::{Layout, short};

/// A row, taken apart.
///
/// It begins with its number of columns, followed by the columns of fixed length, then the others. At its end
/// is a bit for each column that says whether it is filled; before that, backwards, are the number of variable-length
/// columns and the offset of each.
pub(super) struct Parts<'r> {
    row: &'r [u8],
    columns: usize,
    filled: &'r [u8],
    /// Offsets of the variable-length columns, and the end of the last one.
    begins: Vec<usize>,
    fixed: usize,
}

/// The part of a row that belongs to a column.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'r> {
    /// Nothing: the cell is NULL, or the column is newer than the row.
    Empty,
    Bytes(&'r [u8]),
    /// Bytes outside the row.
    Damaged,
}

impl<'r> Parts<'r> {
    pub(super) fn of(row: &'r [u8], layout: &Layout, has_variable: bool) -> Option<Self> {
        let columns = match layout.is_jet_3 {
            true => usize::from(*row.first()?),
            false => usize::from(short(row, 0)?),
        };
        let end = row.len().checked_sub(columns.div_ceil(8))?;
        let begins = match (has_variable, layout.is_jet_3) {
            (false, _) => Vec::new(),
            (true, true) => begins_jet_3(row, end)?,
            (true, false) => begins_jet_4(row, end)?,
        };
        (end >= layout.count_length).then_some(Self {
            row,
            columns,
            filled: &row[end..],
            begins,
            fixed: layout.count_length,
        })
    }

    /// Returns whether a column is filled; for a column of truth values, whether it is true.
    pub(super) fn is_filled(&self, field: &Field) -> bool {
        let byte = self.filled.get(field.number / 8);
        let is_set = byte.is_some_and(|byte| byte >> (field.number % 8) & 1 == 1);
        is_set && field.number < self.columns
    }

    /// Returns the bytes of a column; for one of fixed length, as many as its values have.
    pub(super) fn part(&self, field: &Field, length: usize) -> Part<'r> {
        if !self.is_filled(field) {
            return Part::Empty;
        }
        let range = match field.variable {
            None => {
                let begin = self.fixed + field.fixed;
                begin..begin + length
            }
            Some(place) => match self.variable(place) {
                Some(range) => range,
                None => return Part::Empty,
            },
        };
        match self.row.get(range) {
            Some(bytes) => Part::Bytes(bytes),
            None => Part::Damaged,
        }
    }

    fn variable(&self, place: usize) -> Option<Range<usize>> {
        Some(*self.begins.get(place)?..*self.begins.get(place + 1)?)
    }
}

/// Reads offsets of two bytes each, the first nearest to the end.
fn begins_jet_4(row: &[u8], end: usize) -> Option<Vec<usize>> {
    let count = usize::from(short(row, end.checked_sub(2)?)?);
    let begin = |number: usize| {
        let place = end.checked_sub(4 + 2 * number)?;
        short(row, place).map(usize::from)
    };
    (0..=count).map(begin).collect()
}

/// Reads offsets of one byte each; before them are the numbers of the columns from which 256 more is added.
fn begins_jet_3(row: &[u8], end: usize) -> Option<Vec<usize>> {
    let count_at = end.checked_sub(1)?;
    let count = usize::from(*row.get(count_at)?);
    let mut jumps = (row.len() - 1) / 256;
    let first = count_at.checked_sub(jumps + 1)?;
    // The last one may hold anything if it is not needed.
    if jumps > 0 && first.checked_sub(count)? / 256 < jumps {
        jumps -= 1;
    }
    let (mut begins, mut jumped) = (Vec::with_capacity(count + 1), 0);
    for number in 0..=count {
        while jumped < jumps && usize::from(*row.get(count_at.checked_sub(1 + jumped)?)?) == number
        {
            jumped += 1;
        }
        let begin = usize::from(*row.get(first.checked_sub(number)?)?);
        begins.push(begin + 256 * jumped);
    }
    Some(begins)
}
