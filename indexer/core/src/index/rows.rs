//! Every row of an index file in order, a range at a time: how an index becomes a part of the next one.

use std::iter::Peekable;

use roaring::bitmap::IntoIter;

use super::{BreachOrdinal, Catalogue, Exposure, Fault, FormatError, Index, Prefix, Section};
use crate::identifier::Kind;
use crate::oprf::Tag;

/// The rows of one range, decoded.
#[derive(Default)]
pub struct RangeRows {
    /// The tag of each row, ascending, and the place of its set.
    pub tags: Vec<(Tag, u16)>,
    /// The kind of each row.
    pub kinds: Vec<Kind>,
    /// The sets of exposures, each in order of breach.
    pub sets: Vec<Vec<Exposure>>,
    /// The places of rows, ascending, that only rejected rows of a breach's dump hold, and the breach.
    pub recovered: Vec<(u32, BreachOrdinal)>,
}

/// Walks through an index file from its first range to its last.
///
/// O(rows); memory for the postings of the kinds and of what was recovered, decoded. To make sure that
/// the bytes are those that were written, call [`Index::check_sums`] first.
pub struct RowWalk<'a, D> {
    index: &'a Index<D>,
    catalogue: Catalogue,
    next: u32,
    kinds: Vec<(Kind, Peekable<IntoIter>)>,
    recovered: Vec<(BreachOrdinal, Peekable<IntoIter>)>,
}

impl<'a, D: AsRef<[u8]>> RowWalk<'a, D> {
    /// Returns a walk that begins before the first range.
    ///
    /// # Errors
    /// [`FormatError`] if catalogue or postings do not decode.
    pub fn new(index: &'a Index<D>) -> Result<Self, FormatError> {
        let catalogue = index.catalogue()?;
        let mut kinds = Vec::with_capacity(Kind::ALL.len());
        for kind in Kind::ALL {
            kinds.push((kind, index.rows_of_kind(kind)?.into_iter().peekable()));
        }
        let mut recovered = Vec::new();
        for (breach, _) in (0..=u16::MAX).map(BreachOrdinal).zip(&catalogue.breaches) {
            let rows = index.recovered_rows(breach)?;
            if !rows.is_empty() {
                recovered.push((breach, rows.into_iter().peekable()));
            }
        }
        Ok(Self {
            index,
            catalogue,
            next: 0,
            kinds,
            recovered,
        })
    }

    /// Returns the first tag of the next range; `None` at the end.
    #[must_use]
    pub fn next_first(&self) -> Option<Tag> {
        let shape = self.index.header().shape;
        (self.next < shape.ranges()).then(|| shape.tag(Prefix(self.next), 0, 0))
    }

    /// Puts the next range into `rows`; false at the end.
    ///
    /// # Errors
    /// [`FormatError`] if what is read breaks a rule.
    pub fn next(&mut self, rows: &mut RangeRows) -> Result<bool, FormatError> {
        if self.next == self.index.header().shape.ranges() {
            return Ok(false);
        }
        let prefix = Prefix(self.next);
        self.next += 1;
        let first_row;
        (first_row, rows.sets) = self
            .index
            .read_range(prefix, &self.catalogue, &mut rows.tags)?;
        self.read_kinds(first_row, rows)?;
        self.read_recovered(first_row, rows);
        Ok(true)
    }

    /// Each row is in the posting of one kind, so as many are found as there are rows.
    fn read_kinds(&mut self, first_row: u32, rows: &mut RangeRows) -> Result<(), FormatError> {
        let count = rows.tags.len();
        rows.kinds.clear();
        rows.kinds.resize(count, Kind::ALL[0]);
        let mut found = 0;
        for (kind, walk) in &mut self.kinds {
            let places = std::iter::from_fn(|| {
                let place = walk.peek()?.checked_sub(first_row)? as usize;
                (place < count).then(|| walk.next().map(|_| place))?
            });
            for place in places {
                rows.kinds[place] = *kind;
                found += 1;
            }
        }
        if found == count {
            return Ok(());
        }
        let what = "the kind of each row";
        Err(FormatError::new(
            Section::Postings,
            0_u64,
            Fault::Encoding { what },
        ))
    }

    fn read_recovered(&mut self, first_row: u32, rows: &mut RangeRows) {
        rows.recovered.clear();
        let end = u64::from(first_row) + rows.tags.len() as u64;
        for (breach, walk) in &mut self.recovered {
            while let Some(row) = walk.next_if(|row| u64::from(*row) < end) {
                let place = row.checked_sub(first_row);
                rows.recovered.extend(place.map(|place| (place, *breach)));
            }
        }
        rows.recovered.sort_unstable();
    }
}
