//! How are the 64 bits of a tag cut into prefix, bucket and rest?

use std::ops::RangeInclusive;

use crate::index::Prefix;
use crate::index::layout::{MAX_BUCKET_BITS, MAX_PREFIX_BITS, MAX_ROWS};
use crate::oprf::Tag;

/// How the 64 bits of a tag are cut: prefix (which range), bucket (where in the range), rest (what is stored).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    prefix_bits: u8,
    bucket_bits: u8,
}

/// Average number of rows that a range needs for its prefix to hide one of them.
pub const MIN_HIDING_ROWS: u32 = 1024;
/// Longest prefix that a client names to the range server.
const MAX_HIDING_BITS: u8 = 20;

/// Average number of rows of a bucket: they fit in one or two cache lines.
const BUCKET_ROWS: u64 = 8;

impl Shape {
    pub(in crate::index) const fn new(prefix_bits: u8, bucket_bits: u8) -> Self {
        Self {
            prefix_bits,
            bucket_bits,
        }
    }

    /// The shape with these bits, if the format allows them: at most 24 of the prefix and 16 of the bucket.
    #[must_use]
    pub const fn checked(prefix_bits: u8, bucket_bits: u8) -> Option<Self> {
        if prefix_bits > MAX_PREFIX_BITS || bucket_bits > MAX_BUCKET_BITS {
            return None;
        }
        Some(Self::new(prefix_bits, bucket_bits))
    }

    /// The shape of an index of `rows` rows whose ranges hold `range_rows` to 2 · `range_rows` on average.
    ///
    /// It follows from the two numbers alone, so that equal rows give equal ranges and an equal root.
    #[must_use]
    pub(crate) fn for_rows(rows: u64, range_rows: u32) -> Self {
        let prefix_bits = log2(rows / u64::from(range_rows)).min(MAX_PREFIX_BITS);
        let bucket_bits = log2((rows >> prefix_bits) / BUCKET_ROWS).min(MAX_BUCKET_BITS);
        Self {
            prefix_bits,
            bucket_bits,
        }
    }

    /// The shape that every number of rows between two bounds asks for; `None` if the bounds differ in shape, or if one
    /// file might not hold as many rows.
    #[must_use]
    pub fn for_rows_between(bounds: &RangeInclusive<u64>, range_rows: u32) -> Option<Self> {
        let least = Self::for_rows(*bounds.start(), range_rows);
        let most = Self::for_rows(*bounds.end(), range_rows);
        (least == most && *bounds.end() <= MAX_ROWS).then_some(least)
    }

    /// Returns whether a prefix hides who is looked up in an index with this number of rows: it has at most 20 bits and
    /// thousands share it, or it is empty. Clients ask no other index.
    #[must_use]
    pub const fn hides(self, rows: u64) -> bool {
        let shared = rows >> self.prefix_bits >= MIN_HIDING_ROWS as u64;
        self.prefix_bits == 0 || (self.prefix_bits <= MAX_HIDING_BITS && shared)
    }

    /// Returns the number of leading bits of a tag that name its range.
    #[must_use]
    pub const fn prefix_bits(self) -> u8 {
        self.prefix_bits
    }

    /// Returns the number of further bits that name the bucket in the range.
    #[must_use]
    pub const fn bucket_bits(self) -> u8 {
        self.bucket_bits
    }

    /// Returns the number of bits of a tag that are stored in its row.
    #[must_use]
    pub const fn rest_bits(self) -> u8 {
        64 - self.prefix_bits - self.bucket_bits
    }

    /// Returns the number of ranges.
    #[must_use]
    pub const fn ranges(self) -> u32 {
        1 << self.prefix_bits
    }

    pub(in crate::index) const fn buckets(self) -> usize {
        1 << self.bucket_bits
    }

    /// The prefix of a tag.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "at most 24 bits")]
    pub const fn prefix(self, tag: Tag) -> Prefix {
        Prefix(leading(tag.0, self.prefix_bits) as u32)
    }

    /// Writes a prefix for a URL: lower-case hexadecimal, as many digits as the longest one needs, at least one.
    #[must_use]
    pub fn spell(self, prefix: Prefix) -> String {
        let digits = self.digits();
        format!("{:0digits$x}", prefix.0)
    }

    /// The prefix that `text` spells.
    ///
    /// There is only one spelling, so a cache holds a range once, and the length of a URL reveals nothing.
    #[must_use]
    pub fn spelt(self, text: &str) -> Option<Prefix> {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != self.digits() || !text.bytes().all(is_hex) {
            return None;
        }
        let prefix = u32::from_str_radix(text, 16).ok()?;
        (prefix < self.ranges()).then_some(Prefix(prefix))
    }

    fn digits(self) -> usize {
        usize::from(self.prefix_bits).div_ceil(4).max(1)
    }

    /// The bucket of a tag within its range.
    #[expect(clippy::cast_possible_truncation, reason = "at most 16 bits")]
    pub(in crate::index) const fn bucket(self, tag: Tag) -> usize {
        leading(tag.0 << self.prefix_bits, self.bucket_bits) as usize
    }

    /// The bits of a tag that are stored.
    pub(in crate::index) const fn rest(self, tag: Tag) -> u64 {
        tag.0 & (u64::MAX >> (self.prefix_bits + self.bucket_bits))
    }

    /// The tag that prefix, bucket and rest make up.
    pub(in crate::index) const fn tag(self, prefix: Prefix, bucket: usize, rest: u64) -> Tag {
        let leading = (prefix.0 as u64) << self.bucket_bits | bucket as u64;
        // A shift by 64 occurs without prefix and bucket bits, where `leading` is 0.
        Tag(match leading.checked_shl(self.rest_bits() as u32) {
            Some(shifted) => shifted | rest,
            None => rest,
        })
    }
}

/// ⌊log₂ `quotient`⌋, 0 for 0.
#[expect(clippy::cast_possible_truncation, reason = "at most 63")]
fn log2(quotient: u64) -> u8 {
    quotient.checked_ilog2().unwrap_or(0) as u8
}

/// The first `count` bits of `bits`, 0 to 63.
const fn leading(bits: u64, count: u8) -> u64 {
    match bits.checked_shr(64 - count as u32) {
        Some(leading) => leading,
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_tag_is_made_up_of_its_parts(bits: u64, prefix_bits in 0_u8..=24, bucket_bits in 0_u8..=16) {
            let (shape, tag) = (Shape::new(prefix_bits, bucket_bits), Tag(bits));
            let again = shape.tag(shape.prefix(tag), shape.bucket(tag), shape.rest(tag));
            prop_assert!(again == tag);
        }
    }

    #[test]
    fn a_prefix_hides_among_a_thousand_rows_or_says_nothing() {
        for (prefix_bits, rows, hides) in [
            (0, 0, true),
            (0, 1, true),
            (1, 2 * 1024 - 1, false),
            (1, 2 * 1024, true),
            (13, 48_000_000, true),
            (20, 1 << 30, true),
            (21, 1 << 31, false),
            (24, u64::MAX, false),
        ] {
            let shape = Shape::new(prefix_bits, 0);
            assert_eq!(shape.hides(rows), hides, "{prefix_bits} bits, {rows} rows");
        }
    }

    #[test]
    fn a_prefix_is_shared_by_at_least_the_rows_asked_for() {
        for (rows, prefix_bits, bucket_bits) in [
            (0, 0, 0),
            (1, 0, 0),
            (4_096, 0, 9),
            (8_191, 0, 9),
            (8_192, 1, 9),
            (48_000_000, 13, 9),
        ] {
            assert_eq!(
                Shape::for_rows(rows, 4096),
                Shape::new(prefix_bits, bucket_bits),
                "{rows} rows"
            );
        }
    }
}
