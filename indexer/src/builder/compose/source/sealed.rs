use exposure_index::generation::FileKind;
use exposure_index::index::BreachOrdinal;
use exposure_index::oprf::{OfflineKey, Tag};
use rayon::prelude::*;

use super::{Row, Source};
use crate::builder::BuildError;
use crate::builder::compose::breach_list::FilePosition;
use crate::builder::compose::sets::{BreachExposure, SetNumber, SetTable};

/// Source of the rows of a sealed file under their public tags, in the order of those: all of them are
/// read and sorted at once. 16 bytes per row.
pub(super) struct SealedSource {
    rows: Vec<Row>,
    place: usize,
    /// The sets of the rows, by the numbers that the rows hold.
    held: Vec<Box<[BreachExposure]>>,
    /// The same sets in the present chunk; `None` for those not met yet.
    numbers: Vec<Option<SetNumber>>,
}

impl SealedSource {
    /// Reads all rows of `file`, whose breaches have numbers below `breaches`.
    pub(super) fn read(
        mut file: impl Source,
        key: &OfflineKey,
        breaches: usize,
    ) -> Result<Self, BuildError> {
        // The places of the breaches do not matter: only the sets' members are kept.
        let nowhere = FilePosition {
            file: FileKind::Sealed,
            ordinal: BreachOrdinal(0),
        };
        let placed = vec![nowhere; breaches];
        let (mut sets, mut rows) = (SetTable::new(&placed), Vec::new());
        file.read_until(Tag(u64::MAX), &mut sets, &mut rows)?;
        rows.par_iter_mut()
            .for_each(|row| row.tag = key.public_tag(row.tag));
        rows.par_sort_unstable_by_key(|row| row.tag);
        Ok(Self {
            rows,
            place: 0,
            held: sets.into_held(),
            numbers: Vec::new(),
        })
    }
}

impl Source for SealedSource {
    fn read_until(
        &mut self,
        last: Tag,
        sets: &mut SetTable<'_>,
        rows: &mut Vec<Row>,
    ) -> Result<(), BuildError> {
        self.numbers.clear();
        self.numbers.resize(self.held.len(), None);
        while let Some(row) = self.rows.get(self.place).filter(|row| row.tag <= last) {
            let own = row.set.place();
            let set = self.numbers[own].get_or_insert_with(|| sets.number(&self.held[own]));
            rows.push(Row { set: *set, ..*row });
            self.place += 1;
        }
        Ok(())
    }
}
