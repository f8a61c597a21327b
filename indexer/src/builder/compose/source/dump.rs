use std::collections::HashMap;

use exposure_index::identifier::Kind;
use exposure_index::oprf::Tag;
use rustc_hash::FxBuildHasher;

use super::{Row, Source};
use crate::builder::compose::sets::{BreachExposure, SetNumber, SetTable};
use crate::builder::exposures::{BreachNumber, ExposureNumber, ExposureTable};
use crate::builder::sort::entry::Entry;
use crate::builder::sort::kway_merge::KWayMerge;
use crate::builder::sort::run::Run;
use crate::builder::{BuildError, ResumeError};

/// Sorted runs, and the meaning of the exposures in them.
pub(crate) struct DumpRows<'a> {
    pub(crate) runs: &'a mut [Run],
    pub(crate) exposures: &'a ExposureTable,
    /// The breaches' numbers in the new generation, by those in the exposures.
    pub(crate) numbers: Vec<BreachNumber>,
}

impl DumpRows<'_> {
    /// Opens the rows from the first, read through buffers of `bytes` bytes in all.
    pub(crate) fn open(&mut self, bytes: usize) -> Result<DumpSource<'_>, BuildError> {
        let mut merge = KWayMerge::new(self.runs, bytes)?;
        let next = merge.next()?;
        Ok(DumpSource {
            merge,
            next,
            exposures: self.exposures,
            numbers: &self.numbers,
            known: HashMap::default(),
        })
    }

    pub(crate) fn entries(&self) -> u64 {
        self.runs.iter().map(Run::entries).sum()
    }
}

/// Source of the entries of runs, as rows of one exposure each.
pub(crate) struct DumpSource<'a> {
    merge: KWayMerge<'a>,
    next: Option<Entry>,
    exposures: &'a ExposureTable,
    numbers: &'a [BreachNumber],
    /// Kinds and sets of exposures in the present chunk.
    known: HashMap<ExposureNumber, (Kind, SetNumber), FxBuildHasher>,
}

impl Source for DumpSource<'_> {
    fn read_until(
        &mut self,
        last: Tag,
        sets: &mut SetTable<'_>,
        rows: &mut Vec<Row>,
    ) -> Result<(), BuildError> {
        self.known.clear();
        while let Some(entry) = self.next.filter(|entry| entry.tag <= last) {
            let (kind, set) = self.meaning(entry.exposure, sets)?;
            let tag = entry.tag;
            rows.push(Row { tag, set, kind });
            self.next = self.merge.next()?;
        }
        Ok(())
    }
}

impl DumpSource<'_> {
    fn meaning(
        &mut self,
        number: ExposureNumber,
        sets: &mut SetTable<'_>,
    ) -> Result<(Kind, SetNumber), BuildError> {
        if let Some(known) = self.known.get(&number) {
            return Ok(*known);
        }
        // A run holds numbers of this build's table; its checksum matches, so another process wrote another number.
        let exposure = self.exposures.get(number).ok_or(ResumeError::DamagedRun)?;
        let held = BreachExposure {
            breach: self.numbers[usize::from(exposure.breach.0)],
            classes: exposure.classes,
            recovered: exposure.recovered,
        };
        let meaning = (exposure.kind, sets.number(&[held]));
        self.known.insert(number, meaning);
        Ok(meaning)
    }
}
