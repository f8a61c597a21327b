//! How is a range encoded?

use std::cmp::Reverse;
use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::bits::BitWriter;
use super::{
    BUCKETS_OFFSET, MAX_EXPOSURES, MAX_ROWS, Shape, index_width, packed_length, packed_rows_offset,
    row_width, varint,
};
use crate::index::Exposure;
use crate::oprf::Tag;

/// Collects the rows of one range and encodes them. Memory follows the range, not the index.
pub(in crate::index) struct RangeBuilder {
    shape: Shape,
    rows: Vec<(Tag, u16)>,
    sets: HashMap<Vec<Exposure>, u16, FxBuildHasher>,
    /// Number of rows of each set.
    uses: Vec<u16>,
    /// The sets of the caller's numbers; [`UNKNOWN`] for those that have not occurred.
    numbered: Vec<u16>,
}

/// Marks a missing set: a range has at most 65,535 rows, each of which could have a set of its own.
const UNKNOWN: u16 = u16::MAX;

/// A range holds more rows or different exposures than its format can number.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::index) struct TooFull;

impl RangeBuilder {
    pub(in crate::index) fn new(shape: Shape) -> Self {
        Self {
            shape,
            rows: Vec::new(),
            sets: HashMap::default(),
            uses: Vec::new(),
            numbered: Vec::new(),
        }
    }

    /// Adds a row. Tags come in ascending order, all of one prefix; exposures by breach.
    pub(in crate::index) fn push(
        &mut self,
        tag: Tag,
        exposures: &[Exposure],
    ) -> Result<(), TooFull> {
        let set = self.set_of(exposures)?;
        self.push_row(tag, set)
    }

    /// Whether the range has a row with the exposures of this number.
    pub(in crate::index) fn knows(&self, number: usize) -> bool {
        let set = self.numbered.get(number);
        set.is_some_and(|set| *set != UNKNOWN)
    }

    /// Adds a row whose exposures the caller has numbered: they are read once per range.
    pub(in crate::index) fn push_numbered(
        &mut self,
        tag: Tag,
        number: usize,
        exposures: &[Exposure],
    ) -> Result<(), TooFull> {
        if self.numbered.len() <= number {
            self.numbered.resize(number + 1, UNKNOWN);
        }
        if self.numbered[number] == UNKNOWN {
            self.numbered[number] = self.set_of(exposures)?;
        }
        self.push_row(tag, self.numbered[number])
    }

    /// Forgets the caller's numbers, which get a new meaning.
    pub(in crate::index) fn forget_numbers(&mut self) {
        self.numbered.clear();
    }

    fn set_of(&mut self, exposures: &[Exposure]) -> Result<u16, TooFull> {
        if let Some(set) = self.sets.get(exposures) {
            return Ok(*set);
        }
        let set = u16::try_from(self.uses.len()).ok();
        let set = set.filter(|set| *set != UNKNOWN).ok_or(TooFull)?;
        self.sets.insert(exposures.to_vec(), set);
        self.uses.push(0);
        Ok(set)
    }

    fn push_row(&mut self, tag: Tag, set: u16) -> Result<(), TooFull> {
        if self.rows.len() == MAX_ROWS {
            return Err(TooFull);
        }
        self.uses[usize::from(set)] += 1;
        self.rows.push((tag, set));
        Ok(())
    }

    /// Appends the encoded range to `out` and makes the builder empty.
    ///
    /// # Errors
    /// [`TooFull`], with `out` as it was.
    pub(in crate::index) fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), TooFull> {
        let start = out.len();
        let sets = self.ordered_sets();
        let exposures = distinct(&sets);
        if exposures.len() > MAX_EXPOSURES {
            return Err(TooFull);
        }
        out.resize(start + BUCKETS_OFFSET, 0);
        self.write_buckets(out);
        self.write_rows(&sets, out);
        debug_assert!(out.len() - start >= packed_rows_offset(self.shape));
        write_exposures(&exposures, out);
        let sets_start = out.len() - start;
        write_sets(&sets, &exposures, out);
        let Ok(length) = u32::try_from(out.len() - start) else {
            out.truncate(start);
            return Err(TooFull);
        };
        let head = self.head(length, count(&sets), count(&exposures), sets_start);
        out[start..start + BUCKETS_OFFSET].copy_from_slice(&head);
        self.rows.clear();
        self.sets.clear();
        self.uses.clear();
        self.numbered.clear();
        Ok(())
    }

    /// The sets, the most used first, ties by content: an order that follows from the rows alone.
    fn ordered_sets(&self) -> Vec<(&[Exposure], u16)> {
        let mut sets: Vec<(&[Exposure], u16)> = self
            .sets
            .iter()
            .map(|(exposures, number)| (exposures.as_slice(), *number))
            .collect();
        sets.sort_unstable_by_key(|(exposures, number)| {
            (Reverse(self.uses[usize::from(*number)]), *exposures)
        });
        sets
    }

    fn write_buckets(&self, out: &mut Vec<u8>) {
        let mut sizes = vec![0_u16; self.shape.buckets()];
        for (tag, _) in &self.rows {
            sizes[self.shape.bucket(*tag)] += 1;
        }
        let mut end = 0;
        for size in sizes {
            end += size;
            out.extend_from_slice(&end.to_le_bytes());
        }
        debug_assert_eq!(usize::from(end), self.rows.len());
    }

    fn write_rows(&self, sets: &[(&[Exposure], u16)], out: &mut Vec<u8>) {
        let mut places = vec![0_u16; sets.len()];
        for ((_, number), place) in sets.iter().zip(0_u16..) {
            places[usize::from(*number)] = place;
        }
        let width = row_width(self.shape, count(sets));
        out.reserve(packed_length(self.rows.len(), width));
        let mut bits = BitWriter::default();
        for (tag, number) in &self.rows {
            let place = u128::from(places[usize::from(*number)]);
            let row = place << self.shape.rest_bits() | u128::from(self.shape.rest(*tag));
            bits.push(row, width, out);
        }
        bits.finish(out);
        debug_assert!(index_width(count(sets)) <= 16);
    }

    fn head(
        &self,
        length: u32,
        sets: u16,
        exposures: u16,
        sets_start: usize,
    ) -> [u8; BUCKETS_OFFSET] {
        let mut head = Vec::with_capacity(BUCKETS_OFFSET);
        head.extend_from_slice(&length.to_le_bytes());
        head.extend_from_slice(&count(&self.rows).to_le_bytes());
        head.extend_from_slice(&sets.to_le_bytes());
        head.extend_from_slice(&exposures.to_le_bytes());
        head.extend_from_slice(&[self.shape.prefix_bits(), self.shape.bucket_bits()]);
        #[expect(clippy::cast_possible_truncation, reason = "at most `length`")]
        let sets_start = sets_start as u32;
        head.extend_from_slice(&sets_start.to_le_bytes());
        super::super::layout::bytes_at(&head, 0)
    }
}

/// The number of rows, sets or exposures, of each of which a range has at most 65,535.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`push_row`, `set_of` and `finish` refuse more"
)]
const fn count<T>(listed: &[T]) -> u16 {
    debug_assert!(listed.len() <= u16::MAX as usize);
    listed.len() as u16
}

/// The exposures that occur, ascending.
fn distinct(sets: &[(&[Exposure], u16)]) -> Vec<Exposure> {
    let mut exposures: Vec<Exposure> = sets
        .iter()
        .flat_map(|(set, _)| set.iter().copied())
        .collect();
    exposures.sort_unstable();
    exposures.dedup();
    exposures
}

fn write_exposures(exposures: &[Exposure], out: &mut Vec<u8>) {
    for exposure in exposures {
        varint::write(out, u64::from(exposure.breach.0));
        varint::write(out, exposure.classes.0);
    }
}

/// Each set as its length and the places of its exposures in the range's list.
fn write_sets(sets: &[(&[Exposure], u16)], exposures: &[Exposure], out: &mut Vec<u8>) {
    for (set, _) in sets {
        varint::write(out, set.len() as u64);
        for exposure in *set {
            // Every exposure of a set is in the list made of all sets.
            let place = exposures
                .binary_search(exposure)
                .unwrap_or_else(|place| place);
            varint::write(out, place as u64);
        }
    }
}
