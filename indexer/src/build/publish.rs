use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter};

use super::entry::Entry;
use super::exposures::{BreachNumber, KindExposure};
use super::intake::Intake;
use super::merge::Groups;
use super::recovery::{Counted, Recovery};
use super::run::Run;
use super::{BuildError, Interrupt, Progress, Stage};
use crate::breach::BreachId;
use crate::durable;
use crate::generation::{Draft, FileKind};
use crate::identifier::Kind;
use crate::index::{
    BreachOrdinal, BreachStatistics, Catalogue, CatalogueEntry, Description, Exposure, Hash,
    Header, Identifiers, IndexWriter, Statistics,
};
use crate::ingest::{Breach, Tally};
use crate::oprf::KeyId;

/// Entries between two notes of progress.
const PROGRESS_STEP: u64 = 1 << 16;

/// What all index files of a generation have in common.
pub(super) struct Generation<'a> {
    pub(super) draft: &'a Draft<'a>,
    pub(super) key_id: KeyId,
    pub(super) range_rows: u32,
    /// By id.
    pub(super) breaches: &'a [Breach],
    pub(super) intake: &'a Intake,
    pub(super) merge_bytes: usize,
    pub(super) progress: &'a Progress,
    pub(super) interrupt: &'a Interrupt,
}

/// What was written.
pub(super) struct Written {
    /// Of the public file.
    pub(super) header: Header,
    /// Of the sealed file, if there is one.
    pub(super) sealed_root: Option<Hash>,
    pub(super) identifiers: Identifiers,
    pub(super) recovered: Identifiers,
    pub(super) breaches: BTreeMap<BreachId, BreachStatistics>,
    pub(super) bytes: u64,
}

impl Generation<'_> {
    /// Merges the runs into the files of the draft: once to count the rows, which decides the shape of the ranges, and
    /// once to write them.
    pub(super) fn write(&self, runs: &mut [Run]) -> Result<Written, BuildError> {
        let [public_rows, sealed_rows] = self.count_rows(runs)?;
        let mut public = self.output(FileKind::Public, public_rows)?;
        let mut sealed = match self.has_sealed() {
            true => Some(self.output(FileKind::Sealed, sealed_rows)?),
            false => None,
        };
        let mut both = Counted::default();
        self.each_group(Stage::Writing, runs, |group| {
            let exposures = || {
                group
                    .iter()
                    .filter_map(|entry| self.intake.exposures.get(entry.exposure))
            };
            if let Some(kind) = exposures().map(|exposure| exposure.kind).min() {
                both.count(kind, exposures().all(|exposure| exposure.recovered));
                public.push(group, kind, exposures())?;
                sealed
                    .as_mut()
                    .map_or(Ok(()), |sealed| sealed.push(group, kind, exposures()))?;
            }
            Ok(())
        })?;
        let mut written = public.finish(self, None)?;
        if let Some(sealed) = sealed {
            let sealed = sealed.finish(self, Some(&both))?;
            written.sealed_root = Some(sealed.header.root);
            written.breaches.extend(sealed.breaches);
            written.bytes += sealed.bytes;
        }
        Ok(Written {
            identifiers: both.strict,
            recovered: both.recovered,
            ..written
        })
    }

    /// How many tags have public exposures, and how many sealed ones.
    fn count_rows(&self, runs: &mut [Run]) -> Result<[u64; 2], BuildError> {
        let mut rows = [0; 2];
        self.each_group(Stage::Counting, runs, |group| {
            let is_sealed = |entry: &Entry| {
                let exposure = self.intake.exposures.get(entry.exposure);
                exposure.is_some_and(|exposure| self.is_sealed(exposure.breach))
            };
            rows[0] += u64::from(!group.iter().all(is_sealed));
            rows[1] += u64::from(group.iter().any(is_sealed));
            Ok(())
        })?;
        Ok(rows)
    }

    fn each_group(
        &self,
        stage: Stage,
        runs: &mut [Run],
        mut visit: impl FnMut(&[Entry]) -> Result<(), BuildError>,
    ) -> Result<(), BuildError> {
        self.progress
            .begin(stage, runs.iter().map(Run::entries).sum());
        let mut groups = Groups::new(runs, self.merge_bytes)?;
        let mut group = Vec::new();
        let mut unseen = 0;
        while groups.next(&mut group)? {
            visit(&group)?;
            unseen += group.len() as u64;
            if unseen >= PROGRESS_STEP {
                self.progress.advance(unseen);
                unseen = 0;
                self.interrupt.check()?;
            }
        }
        self.progress.advance(unseen);
        Ok(())
    }

    fn has_sealed(&self) -> bool {
        self.breaches.iter().any(|breach| breach.metadata.sensitive)
    }

    fn is_sealed(&self, BreachNumber(breach): BreachNumber) -> bool {
        self.breaches[usize::from(breach)].metadata.sensitive
    }

    fn output(&self, kind: FileKind, rows: u64) -> Result<Output, BuildError> {
        let is_in_file = |breach: &&Breach| breach.metadata.sensitive == (kind == FileKind::Sealed);
        let entries = self.breaches.iter().zip(&self.intake.classes);
        let entries = entries
            .filter(|(breach, _)| is_in_file(breach))
            .map(|(breach, classes)| CatalogueEntry {
                metadata: breach.metadata.clone(),
                classes: classes.clone(),
            })
            .collect();
        let mut next_ordinal = 0;
        let ordinals = self.breaches.iter().map(|breach| {
            is_in_file(&breach).then(|| {
                next_ordinal += 1;
                BreachOrdinal(next_ordinal - 1)
            })
        });
        let ordinals = ordinals.collect();
        let file = File::options()
            .create_new(true)
            .read(true)
            .write(true)
            .open(self.draft.file(kind))?;
        let description = Description {
            sealed: kind == FileKind::Sealed,
            beside_sealed: kind == FileKind::Public && self.has_sealed(),
            key_id: self.key_id,
            generation: self.draft.id(),
            built_at: self.draft.time().as_second(),
            rows,
            range_rows: self.range_rows,
            catalogue: Catalogue { breaches: entries },
        };
        let writer = IndexWriter::new(BufWriter::with_capacity(1 << 20, file), description)?;
        Ok(Output {
            writer,
            ordinals,
            exposures: Vec::new(),
            recovery: Recovery::new(self.breaches.len()),
        })
    }
}

/// One of the two files being written.
struct Output {
    writer: IndexWriter<BufWriter<File>>,
    /// By [`BreachNumber`]; `None` for a breach of the other file.
    ordinals: Vec<Option<BreachOrdinal>>,
    exposures: Vec<Exposure>,
    recovery: Recovery,
}

impl Output {
    /// Writes the row of a group, if it has exposures of this file.
    fn push(
        &mut self,
        group: &[Entry],
        kind: Kind,
        exposures: impl Iterator<Item = KindExposure>,
    ) -> Result<(), BuildError> {
        self.exposures.clear();
        for exposure in exposures {
            if let Some(breach) = self.ordinals[usize::from(exposure.breach.0)] {
                self.recovery.note(exposure.breach, exposure.recovered);
                self.unite(Exposure {
                    breach,
                    classes: exposure.classes,
                });
            }
        }
        if let Some(entry) = group.first().filter(|_| !self.exposures.is_empty()) {
            self.exposures.sort_unstable();
            self.writer.push(entry.tag, kind, &self.exposures)?;
            self.recovery.end_row(kind);
        }
        Ok(())
    }

    /// Adds the classes to those already seen of the breach.
    fn unite(&mut self, exposure: Exposure) {
        match self
            .exposures
            .iter_mut()
            .find(|seen| seen.breach == exposure.breach)
        {
            Some(seen) => seen.classes = seen.classes.union(exposure.classes),
            None => self.exposures.push(exposure),
        }
    }

    fn finish(
        self,
        of: &Generation<'_>,
        both_files: Option<&Counted>,
    ) -> Result<Written, BuildError> {
        let mut breaches = BTreeMap::new();
        let all = of.breaches.iter().zip(&of.intake.tallies);
        for (((breach, tally), ordinal), recovered) in
            all.zip(&self.ordinals).zip(&self.recovery.of_breaches)
        {
            if let Some(BreachOrdinal(ordinal)) = ordinal {
                let identifiers = self.writer.identifiers_of(usize::from(*ordinal));
                let counted = Counted::apart(identifiers, recovered);
                breaches.insert(breach.metadata.id.clone(), statistics_of(tally, counted));
            }
        }
        let counted = Counted::apart(self.writer.identifiers(), &self.recovery.of_file);
        let statistics = Statistics {
            identifiers: counted.strict,
            recovered: counted.recovered,
            breaches,
            both_files: both_files.map(|both| both.strict.clone()),
            both_files_recovered: both_files
                .map(|both| both.recovered.clone())
                .unwrap_or_default(),
        };
        let (out, header) = self.writer.finish(&statistics)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        durable::sync_file(&file)?;
        Ok(Written {
            header,
            sealed_root: None,
            identifiers: statistics.identifiers,
            recovered: statistics.recovered,
            breaches: statistics.breaches,
            bytes: file.metadata()?.len(),
        })
    }
}

fn statistics_of(tally: &Tally, counted: Counted) -> BreachStatistics {
    BreachStatistics {
        rows: tally.rows,
        rejected_rows: tally.rejected_rows,
        truncated_files: tally.truncated,
        identifiers: counted.strict,
        recovered: counted.recovered,
        invalid_cells: tally
            .cells
            .iter()
            .filter(|(_, cells)| cells.invalid > 0)
            .map(|(kind, cells)| (*kind, cells.invalid))
            .collect(),
    }
}
