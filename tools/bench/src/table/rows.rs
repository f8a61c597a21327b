use exposure_index::index::Exposure;

use crate::random_index::{RANGE_ROWS, RandomIndex, Xorshift, few_breaches};

/// Breaches that a tag may be in; two classes each.
const BREACHES: u16 = 8;

/// The rows that every store is made of: tags in order, each with its exposures.
pub(super) struct Rows(pub(super) RandomIndex<'static>);

/// A tag, and what is to be returned for it: its exposures in two bits per breach, the smallest number that holds them
/// all.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) tag: u64,
    pub(super) exposures: u16,
}

impl Rows {
    pub(super) const fn new(rows: u64) -> Self {
        Self(RandomIndex {
            rows,
            range_rows: RANGE_ROWS,
            breaches: BREACHES,
            classes: &["email-addresses", "phone-numbers"],
            row: few_breaches::<{ BREACHES as u64 }>,
        })
    }

    /// Visits every row, in order of the tags.
    ///
    /// # Errors
    /// The first one of `each`.
    pub(super) fn each(
        &self,
        mut each: impl FnMut(Pair) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.0.each_row(|tag, _, exposures| {
            each(Pair {
                tag: tag.0,
                exposures: packed(exposures),
            })
        })
    }

    /// Returns `count` existing tags from all over the table, in random order. O(rows).
    pub(super) fn sample(&self, count: u64) -> anyhow::Result<Vec<Pair>> {
        let step = (self.0.rows / count).max(1);
        let mut sample = Vec::new();
        let mut place = 0;
        self.each(|pair| {
            if place % step == 0 {
                sample.push(pair);
            }
            place += 1;
            Ok(())
        })?;
        shuffle(&mut sample);
        Ok(sample)
    }
}

/// Returns random tags. The probability that one of 2¹⁹ is in a table of 2²⁶ is 2⁻¹⁹.
pub(super) fn strangers(count: u64) -> Vec<u64> {
    let mut random = Xorshift::new(99);
    (0..count).map(|_| random.number()).collect()
}

/// Encodes exposures in two bits per breach.
pub(super) fn packed(exposures: &[Exposure]) -> u16 {
    exposures.iter().fold(0, |packed, exposure| {
        packed | (exposure.classes.0 as u16) << (2 * exposure.breach.0)
    })
}

/// Shuffles (Fisher and Yates).
fn shuffle(pairs: &mut [Pair]) {
    let mut random = Xorshift::new(7);
    for place in (1..pairs.len()).rev() {
        let other = random.number() % (place as u64 + 1);
        pairs.swap(place, other as usize);
    }
}
