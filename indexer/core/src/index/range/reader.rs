//! What does a range hold? Its tags and exposures, checked as they are read.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::hint::black_box;
use std::ops;

use super::{
    BUCKET_BITS_OFFSET, BUCKETS_OFFSET, EXPOSURES_OFFSET, LENGTH_OFFSET, PREFIX_BITS_OFFSET,
    ROWS_OFFSET, SETS_OFFSET, SETS_START_OFFSET, Shape, bits, index_width, packed_length,
    packed_rows_offset, row_width, varint,
};
use crate::breach::ClassSet;
use crate::index::layout::{at_most, equal, in_memory, u16_at, u32_at};
use crate::index::{BreachOrdinal, Exposure, Fault, FormatError, Prefix, Section};
use crate::oprf::Tag;

/// Length of a cache line, in bytes.
const LINE: usize = 64;

/// A range's bytes with a checked head. The rest is checked when it is read.
#[derive(Clone, Copy)]
pub struct Range<'a> {
    bytes: &'a [u8],
    /// Offset of the range in its section, for messages.
    base: u64,
    shape: Shape,
    rows: u16,
    sets: u16,
    exposures: u16,
    sets_start: usize,
}

impl<'a> Range<'a> {
    /// Reads the range at the beginning of `bytes`, which may continue after it, like a response with its padding.
    ///
    /// # Errors
    /// [`FormatError`] if the head breaks a rule; offsets are counted from the beginning of `bytes`.
    pub fn parse(bytes: &'a [u8], shape: Shape) -> Result<Self, FormatError> {
        Self::parse_at(bytes, shape, 0)
    }

    /// Prefetches the cache lines of the range `bytes` that [`find`](Range::find) most likely reads, all at
    /// once, without waiting for one line to learn where the next one is.
    ///
    /// A row is about as far after the first one as its tag is after the prefix; how many bits a row takes and where
    /// its bucket begins is not known yet, so this is a guess that includes the neighbouring lines.
    pub(in crate::index) fn fetch_ahead(bytes: &[u8], shape: Shape, tag: Tag) {
        let rows_start = packed_rows_offset(shape);
        let rows_length = bytes.len().saturating_sub(rows_start);
        let behind_prefix = u128::from(tag.0 << shape.prefix_bits());
        #[expect(clippy::cast_possible_truncation, reason = "less than `rows_length`")]
        let row = rows_start + ((behind_prefix * rows_length as u128) >> 64) as usize;
        let bucket_end = BUCKETS_OFFSET + 2 * shape.bucket(tag);
        for offset in [bucket_end, row, row.saturating_sub(LINE), row + LINE] {
            // A load whose value nothing waits for.
            black_box(bytes.get(offset).copied());
        }
    }

    pub(in crate::index) fn parse_at(
        bytes: &'a [u8],
        shape: Shape,
        base: u64,
    ) -> Result<Self, FormatError> {
        let fail = |offset: usize| {
            move |fault| FormatError::new(Section::Ranges, base + offset as u64, fault)
        };
        let rows_start = packed_rows_offset(shape);
        let there = bytes.len() as u64;
        if there < rows_start as u64 {
            return Err(fail(bytes.len())(Fault::Truncated {
                expected: rows_start as u64,
                got: there,
            }));
        }
        let length = u32_at(bytes, LENGTH_OFFSET);
        at_most(u64::from(length), there, "range length").map_err(fail(LENGTH_OFFSET))?;
        let (prefix_bits, bucket_bits) = (
            u64::from(shape.prefix_bits()),
            u64::from(shape.bucket_bits()),
        );
        equal(
            u64::from(bytes[PREFIX_BITS_OFFSET]),
            prefix_bits,
            "prefix bits",
        )
        .map_err(fail(PREFIX_BITS_OFFSET))?;
        equal(
            u64::from(bytes[BUCKET_BITS_OFFSET]),
            bucket_bits,
            "bucket bits",
        )
        .map_err(fail(BUCKET_BITS_OFFSET))?;
        let rows = u16_at(bytes, ROWS_OFFSET);
        let sets = u16_at(bytes, SETS_OFFSET);
        at_most(u64::from(sets), u64::from(rows), "sets").map_err(fail(SETS_OFFSET))?;
        let sets_start = u32_at(bytes, SETS_START_OFFSET);
        at_most(
            u64::from(sets_start),
            u64::from(length),
            "start of the sets",
        )
        .map_err(fail(SETS_START_OFFSET))?;
        let range = Self {
            bytes: &bytes[..length as usize],
            base,
            shape,
            rows,
            sets,
            exposures: u16_at(bytes, EXPOSURES_OFFSET),
            sets_start: sets_start as usize,
        };
        let exposures_start = range.exposures_start() as u64;
        at_most(exposures_start, u64::from(sets_start), "end of the rows")
            .map_err(fail(ROWS_OFFSET))?;
        Ok(range)
    }

    /// The range's bytes, without padding.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Checks that length and rows match the directory.
    pub(in crate::index) fn check_directory(
        &self,
        length: u64,
        rows: u64,
    ) -> Result<(), FormatError> {
        equal(self.bytes.len() as u64, length, "range length")
            .map_err(|fault| self.fault(LENGTH_OFFSET, fault))?;
        equal(u64::from(self.rows), rows, "rows of a range")
            .map_err(|fault| self.fault(ROWS_OFFSET, fault))
    }

    /// Returns the offset of the list of exposures in the section, for messages.
    pub(in crate::index) fn exposures_offset(&self) -> u64 {
        self.base + self.exposures_start() as u64
    }

    /// Returns the number of rows of the range.
    #[must_use]
    pub fn rows(&self) -> usize {
        usize::from(self.rows)
    }

    /// The place in the range and the set of the row with this tag. A few cache lines are read: of its bucket's rows,
    /// two or three around the place where it should be.
    ///
    /// # Errors
    /// [`FormatError`] if the bytes read break a rule.
    pub fn find(&self, tag: Tag) -> Result<Option<(usize, usize)>, FormatError> {
        let wanted = self.shape.rest(tag);
        let places = self.bucket(self.shape.bucket(tag))?;
        let mut place = self.expected(wanted, &places);
        while place > places.start && self.packed(place - 1).0 >= wanted {
            place -= 1;
        }
        while place < places.end {
            let (rest, set) = self.packed(place);
            if rest == wanted {
                return Ok(Some((place, self.checked_set(place, set)?)));
            }
            if rest > wanted {
                break;
            }
            place += 1;
        }
        Ok(None)
    }

    /// About where in its bucket a row is: tags are outputs of a pseudorandom function, and so spread evenly
    /// (interpolation search, W. W. Peterson 1957).
    fn expected(&self, rest: u64, places: &ops::Range<usize>) -> usize {
        let share = (u128::from(rest) * places.len() as u128) >> self.shape.rest_bits();
        places.start + share as usize
    }

    /// The exposures of a set.
    ///
    /// # Errors
    /// [`FormatError`] if the range has no such set or its encoding breaks a rule.
    pub fn exposures(&self, set: usize) -> Result<Vec<Exposure>, FormatError> {
        let listed = self.listed_exposures()?;
        let mut rest = &self.bytes[self.sets_start..];
        for _ in 0..set {
            let members = self.number(&mut rest, "size of a set", u64::from(self.exposures))?;
            for _ in 0..members {
                self.number(&mut rest, "exposure of a set", u64::from(self.exposures))?;
            }
        }
        self.members(&mut rest, &listed)
    }

    /// Every row's tag and set, in order.
    pub(in crate::index) fn iter(
        &self,
        prefix: Prefix,
    ) -> impl Iterator<Item = Result<(Tag, usize), FormatError>> + use<'a> {
        let range = *self;
        (0..self.shape.buckets()).flat_map(move |bucket| {
            let (places, fault) = match range.bucket(bucket) {
                Ok(places) => (places, None),
                Err(fault) => (0..0, Some(Err(fault))),
            };
            let rows = places.map(move |place| {
                let (rest, set) = range.packed(place);
                Ok((
                    range.shape.tag(prefix, bucket, rest),
                    range.checked_set(place, set)?,
                ))
            });
            rows.chain(fault)
        })
    }

    /// Puts every row's tag and set, in order, into `rows`, which is emptied first. Like [`iter`](Range::iter), for
    /// callers that read millions of ranges.
    pub(in crate::index) fn read_rows(
        &self,
        prefix: Prefix,
        rows: &mut Vec<(Tag, u16)>,
    ) -> Result<(), FormatError> {
        rows.clear();
        rows.reserve(self.rows());
        let width = row_width(self.shape, self.sets);
        let packed = &self.bytes[packed_rows_offset(self.shape)..];
        let rest_bits = u32::from(self.shape.rest_bits());
        for bucket in 0..self.shape.buckets() {
            let Tag(first) = self.shape.tag(prefix, bucket, 0);
            for place in self.bucket(bucket)? {
                let row = bits::read(packed, place * width as usize, width);
                let rest = bits::low_word(row & ((1 << rest_bits) - 1));
                let set = self.checked_set(place, (row >> rest_bits) as usize)?;
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "`checked_set` refuses what is not a set"
                )]
                rows.push((Tag(first | rest), set as u16));
            }
        }
        equal(
            rows.len() as u64,
            u64::from(self.rows),
            "end of the last bucket",
        )
        .map_err(|fault| self.fault(packed_rows_offset(self.shape) - 2, fault))
    }

    /// Every set's exposures, in order. Checks the whole of both lists.
    pub(in crate::index) fn all_sets(&self) -> Result<Vec<Vec<Exposure>>, FormatError> {
        let listed = self.listed_exposures()?;
        let mut rest = &self.bytes[self.sets_start..];
        let sets = (0..self.sets)
            .map(|_| self.members(&mut rest, &listed))
            .collect::<Result<_, _>>()?;
        if rest.is_empty() {
            Ok(sets)
        } else {
            Err(self.fault_before(
                rest,
                Fault::NotZero {
                    what: "bytes after the sets",
                },
            ))
        }
    }

    /// Checks every rule of the format within the range, and returns its sets.
    pub(in crate::index) fn verify(
        &self,
        prefix: Prefix,
    ) -> Result<Vec<Vec<Exposure>>, FormatError> {
        let sets = self.all_sets()?;
        let mut uses = vec![0_usize; sets.len()];
        let mut last = None;
        for (place, row) in self.iter(prefix).enumerate() {
            let (tag, set) = row?;
            if last.is_some_and(|last| last >= tag) {
                return Err(self.fault(self.row_offset(place), Fault::Order { what: "rows" }));
            }
            last = Some(tag);
            uses[set] += 1;
        }
        let ends = u64::from(u16_at(self.bytes, packed_rows_offset(self.shape) - 2));
        equal(ends, u64::from(self.rows), "end of the last bucket")
            .map_err(|fault| self.fault(packed_rows_offset(self.shape) - 2, fault))?;
        self.verify_last_bits()?;
        self.verify_sets(&sets, &uses)?;
        Ok(sets)
    }

    /// The sets are in order of use, each once, each is used, and no listed exposure is idle.
    fn verify_sets(&self, sets: &[Vec<Exposure>], uses: &[usize]) -> Result<(), FormatError> {
        let key = |place: usize| (Reverse(uses[place]), &sets[place]);
        let in_order = (1..sets.len()).all(|place| key(place - 1) < key(place));
        // The order alone is not enough: one set can occur twice with different numbers of rows.
        let distinct: HashSet<&Vec<Exposure>> = sets.iter().collect();
        if !in_order || distinct.len() < sets.len() || uses.contains(&0) {
            return Err(self.fault(self.sets_start, Fault::Order { what: "sets" }));
        }
        let mut used: Vec<Exposure> = sets.iter().flatten().copied().collect();
        used.sort_unstable();
        used.dedup();
        equal(u64::from(self.exposures), used.len() as u64, "exposures")
            .map_err(|fault| self.fault(EXPOSURES_OFFSET, fault))
    }

    fn verify_last_bits(&self) -> Result<(), FormatError> {
        let width = row_width(self.shape, self.sets);
        let filled = self.rows() * width as usize;
        let rows = &self.bytes[packed_rows_offset(self.shape)..self.exposures_start()];
        #[expect(clippy::cast_possible_truncation, reason = "less than a byte")]
        let width = (8 * rows.len() - filled) as u32;
        let last = bits::read(rows, filled, width);
        if last == 0 {
            return Ok(());
        }
        Err(self.fault(
            self.exposures_start() - 1,
            Fault::NotZero {
                what: "bits after the last row",
            },
        ))
    }

    /// The places of a bucket's rows.
    fn bucket(&self, bucket: usize) -> Result<ops::Range<usize>, FormatError> {
        let offset = BUCKETS_OFFSET + 2 * bucket;
        let start = if bucket == 0 {
            0
        } else {
            u16_at(self.bytes, offset - 2)
        };
        let end = u16_at(self.bytes, offset);
        if start > end {
            return Err(self.fault(
                offset,
                Fault::Order {
                    what: "bucket ends",
                },
            ));
        }
        at_most(u64::from(end), u64::from(self.rows), "bucket end")
            .map_err(|fault| self.fault(offset, fault))?;
        Ok(usize::from(start)..usize::from(end))
    }

    /// The stored bits of the tag and the set of the row at `place`.
    fn packed(&self, place: usize) -> (u64, usize) {
        let width = row_width(self.shape, self.sets);
        let rows = &self.bytes[packed_rows_offset(self.shape)..];
        let row = bits::read(rows, place * width as usize, width);
        let rest_bits = u32::from(self.shape.rest_bits());
        (
            bits::low_word(row & ((1 << rest_bits) - 1)),
            (row >> rest_bits) as usize,
        )
    }

    fn checked_set(&self, place: usize, set: usize) -> Result<usize, FormatError> {
        if set < usize::from(self.sets) {
            return Ok(set);
        }
        let fault = Fault::TooLarge {
            what: "set of a row",
            limit: u64::from(self.sets).saturating_sub(1),
            got: set as u64,
        };
        Err(self.fault(self.row_offset(place), fault))
    }

    fn row_offset(&self, place: usize) -> usize {
        packed_rows_offset(self.shape) + place * row_width(self.shape, self.sets) as usize / 8
    }

    fn exposures_start(&self) -> usize {
        let width = u32::from(self.shape.rest_bits()) + index_width(self.sets);
        packed_rows_offset(self.shape) + packed_length(self.rows(), width)
    }

    fn listed_exposures(&self) -> Result<Vec<Exposure>, FormatError> {
        let mut rest = &self.bytes[self.exposures_start()..self.sets_start];
        // Two bytes at least for each, so that a false count cannot make a large allocation.
        let mut listed: Vec<Exposure> =
            Vec::with_capacity(usize::from(self.exposures).min(rest.len() / 2));
        for _ in 0..self.exposures {
            let before = rest;
            #[expect(clippy::cast_possible_truncation, reason = "`number` refuses more")]
            let breach =
                self.number(&mut rest, "breach of an exposure", u64::from(u16::MAX))? as u16;
            let classes = self.number(&mut rest, "classes of an exposure", u64::MAX)?;
            let exposure = Exposure {
                breach: BreachOrdinal(breach),
                classes: ClassSet(classes),
            };
            if listed.last().is_some_and(|last| *last >= exposure) {
                return Err(self.fault_before(before, Fault::Order { what: "exposures" }));
            }
            listed.push(exposure);
        }
        if rest.is_empty() {
            return Ok(listed);
        }
        Err(self.fault_before(
            rest,
            Fault::NotZero {
                what: "bytes after the exposures",
            },
        ))
    }

    /// Takes a set off the front of `rest`.
    fn members(
        &self,
        rest: &mut &'a [u8],
        listed: &[Exposure],
    ) -> Result<Vec<Exposure>, FormatError> {
        let before = *rest;
        let count = self.number(rest, "size of a set", listed.len() as u64)?;
        if count == 0 {
            return Err(self.fault_before(
                before,
                Fault::Encoding {
                    what: "a set without exposures",
                },
            ));
        }
        let mut members: Vec<Exposure> = Vec::with_capacity(in_memory(count));
        for _ in 0..count {
            let before = *rest;
            let place = self.number(rest, "exposure of a set", listed.len() as u64 - 1)?;
            let exposure = listed[in_memory(place)];
            if members
                .last()
                .is_some_and(|last| last.breach >= exposure.breach)
            {
                return Err(self.fault_before(
                    before,
                    Fault::Order {
                        what: "breaches of a set",
                    },
                ));
            }
            members.push(exposure);
        }
        Ok(members)
    }

    /// Takes a number of at most `limit` off the front of `rest`, which must be a tail of the range or of its
    /// exposures.
    fn number(&self, rest: &mut &[u8], what: &'static str, limit: u64) -> Result<u64, FormatError> {
        let before = *rest;
        let number = varint::read(rest)
            .ok_or_else(|| self.fault_before(before, Fault::Encoding { what }))?;
        at_most(number, limit, what).map_err(|fault| self.fault_before(before, fault))?;
        Ok(number)
    }

    /// A fault where the tail `rest` of the range begins.
    fn fault_before(&self, rest: &[u8], fault: Fault) -> FormatError {
        let offset = (rest.as_ptr() as usize).saturating_sub(self.bytes.as_ptr() as usize);
        self.fault(offset, fault)
    }

    fn fault(&self, offset: usize, fault: Fault) -> FormatError {
        FormatError::new(Section::Ranges, self.base + offset as u64, fault)
    }
}
