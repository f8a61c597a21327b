//! A range: the rows whose tags share a prefix, as they are in the file and go over the wire.

mod bits;
mod builder;
mod reader;
mod shape;
pub(super) mod varint;

pub(super) use builder::RangeBuilder;
pub use reader::Range;
pub use shape::{MIN_HIDING_ROWS, Shape};

use bits::{MAX_WIDTH, packed_length};

const LENGTH_OFFSET: usize = 0;
const ROWS_OFFSET: usize = LENGTH_OFFSET + 4;
const SETS_OFFSET: usize = ROWS_OFFSET + 2;
const EXPOSURES_OFFSET: usize = SETS_OFFSET + 2;
const PREFIX_BITS_OFFSET: usize = EXPOSURES_OFFSET + 2;
const BUCKET_BITS_OFFSET: usize = PREFIX_BITS_OFFSET + 1;
const SETS_START_OFFSET: usize = BUCKET_BITS_OFFSET + 1;
const BUCKETS_OFFSET: usize = SETS_START_OFFSET + 4;

/// Most rows a range can hold: bucket ends are 16 bits wide.
pub(super) const MAX_ROWS: usize = u16::MAX as usize;
/// Most different exposures a range can hold.
const MAX_EXPOSURES: usize = u16::MAX as usize;

/// Returns the offset of the packed rows.
const fn packed_rows_offset(shape: Shape) -> usize {
    BUCKETS_OFFSET + 2 * shape.buckets()
}

/// Returns the number of bits that name one of `sets` sets.
const fn index_width(sets: u16) -> u32 {
    match sets {
        0 | 1 => 0,
        more => 16 - (more - 1).leading_zeros(),
    }
}

/// Returns the number of bits of a row.
const fn row_width(shape: Shape, sets: u16) -> u32 {
    let width = shape.rest_bits() as u32 + index_width(sets);
    assert!(width <= MAX_WIDTH);
    width
}
