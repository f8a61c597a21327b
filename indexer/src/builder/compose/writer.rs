//! How do rows become a published generation?

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::RangeInclusive;

use exposure_index::breach::BreachId;
use exposure_index::durable;
use exposure_index::generation::{Draft, FileKind};
use exposure_index::identifier::ByKind;
use exposure_index::index::{
    BreachStatistics, Catalogue, Description, Hash, Header, Identifiers, IndexWriter, Shape,
    Statistics,
};
use exposure_index::oprf::{KeyId, OfflineKey, Tag};
use exposure_index::progress::Cancel;
use memmap2::Mmap;

use super::breach_list::{BreachList, FilePosition};
use super::counted::IdentifierCounts;
use super::row_merger::{Chunk, RowMerger};
use super::sealed::SealedRows;
use super::source::{DumpRows, IndexRows, Row, Source};
use crate::builder::exposures::BreachNumber;
use crate::builder::keys;
use crate::builder::pairs::PairSources;
use crate::builder::{BuildError, BuildProgress, Stage};

/// A new generation: its breaches, the sources of its rows, and their destination.
pub(crate) struct Generation<'a> {
    pub(crate) draft: &'a Draft<'a>,
    pub(crate) key_id: KeyId,
    /// The key of the sealed file, needed if one is written.
    pub(crate) offline: Option<&'a OfflineKey>,
    pub(crate) range_rows: u32,
    pub(crate) breach_list: &'a BreachList,
    pub(crate) row_sources: RowSources<'a>,
    /// Tags that must not be found, ascending.
    pub(crate) erased: &'a [Tag],
    /// Memory for the buffers of all runs, in bytes.
    pub(crate) merge_bytes: usize,
    pub(crate) progress: &'a BuildProgress,
    pub(crate) cancel: &'a Cancel,
}

/// Sources of the rows of a generation.
#[derive(Default)]
pub(crate) struct RowSources<'a> {
    pub(crate) files: Vec<IndexRows<'a, Mmap>>,
    pub(crate) dumps: Option<DumpRows<'a>>,
    /// Pairs, if they are kept.
    pub(crate) pairs: Option<PairSources<'a>>,
}

/// Result of writing a generation.
pub(crate) struct WriteResult {
    /// Header of the public file.
    pub(crate) header: Header,
    /// Root of the sealed file, if there is one.
    pub(crate) sealed_root: Option<Hash>,
    pub(crate) identifiers: Identifiers,
    pub(crate) recovered: Identifiers,
    /// Entries of warning lists of older generations that have expired since.
    pub(crate) expired: u64,
    pub(crate) breaches: BTreeMap<BreachId, BreachStatistics>,
    pub(crate) bytes: u64,
    /// Bytes of the file of pairs, if there is one.
    pub(crate) pair_bytes: Option<u64>,
}

impl RowSources<'_> {
    /// Returns the maximum number of rows and entries.
    fn rows(&self) -> u64 {
        let files: u64 = self.files.iter().map(IndexRows::rows).sum();
        files + self.dumps.as_ref().map_or(0, DumpRows::entries)
    }

    /// Returns the bounds on the rows of a file of the generation, known without reading any, if up to
    /// `erased` rows are left out. The lower bound are the rows of an index file all of whose breaches go there.
    fn bounds(&self, file: FileKind, placed: &[FilePosition], erased: u64) -> RangeInclusive<u64> {
        let is_there = |breach: BreachNumber| placed[usize::from(breach.0)].file == file;
        let goes_whole = |row_sources: &&IndexRows<'_, _>| {
            let mut breaches = row_sources.breaches();
            breaches.all(|breach| breach.is_some_and(is_there)) && !row_sources.may_lose_rows()
        };
        let goes_there =
            |row_sources: &&IndexRows<'_, _>| row_sources.breaches().flatten().any(is_there);
        let least = self.files.iter().filter(goes_whole).map(IndexRows::rows);
        let most = self.files.iter().filter(goes_there).map(IndexRows::rows);
        let dumps = self
            .dumps
            .iter()
            .filter(|dumps| dumps.numbers.iter().copied().any(is_there));
        let least = least.max().unwrap_or(0).saturating_sub(erased);
        least..=most.sum::<u64>() + dumps.map(DumpRows::entries).sum::<u64>()
    }

    fn open(&mut self, merge_bytes: usize) -> Result<Vec<Box<dyn Source + '_>>, BuildError> {
        let mut sources: Vec<Box<dyn Source + '_>> = Vec::new();
        for file in &self.files {
            sources.push(file.open()?);
        }
        if let Some(dumps) = &mut self.dumps {
            sources.push(Box::new(dumps.open(merge_bytes)?));
        }
        Ok(sources)
    }
}

impl Generation<'_> {
    /// Merges everything into the files of the draft.
    pub(crate) fn write(mut self) -> Result<WriteResult, BuildError> {
        let pairs = self.row_sources.pairs.take();
        let pairs = pairs
            .map(|pairs| pairs.write(self.draft, self.key_id, self.breach_list, self.cancel))
            .transpose()?;
        let written = self.write_files()?;
        let files = self.row_sources.files.iter();
        Ok(WriteResult {
            pair_bytes: pairs,
            expired: files.map(IndexRows::expired).sum(),
            ..written
        })
    }

    fn write_files(&mut self) -> Result<WriteResult, BuildError> {
        let placed = self.breach_list.placed();
        let [public_rows, sealed_rows] = self.rows(&placed)?;
        let mut public = self.output(FileKind::Public, self.key_id, public_rows)?;
        let mut sealed = match self.breach_list.has_sealed() {
            true => Some((
                SealedRows::new(keys::needed(self.offline)?),
                Tally::default(),
            )),
            false => None,
        };
        self.each_chunk(Stage::Writing, &placed, |chunk| {
            if let Some((sealed, both)) = &mut sealed {
                both.count(chunk);
                sealed.take(chunk);
            }
            public.write(chunk)
        })?;
        let written = public.finish(self.breach_list, None)?;
        let Some((rows, both)) = sealed else {
            return Ok(written);
        };
        let both = both.counted();
        let sealed = self.write_sealed(rows, sealed_rows)?;
        let sealed = sealed.finish(self.breach_list, Some(&both))?;
        Ok(WriteResult {
            header: written.header,
            sealed_root: Some(sealed.header.root),
            identifiers: both.strict,
            recovered: both.recovered,
            expired: 0,
            breaches: written
                .breaches
                .into_iter()
                .chain(sealed.breaches)
                .collect(),
            bytes: written.bytes + sealed.bytes,
            pair_bytes: None,
        })
    }

    fn write_sealed(
        &self,
        rows: SealedRows<'_>,
        bounds: RangeInclusive<u64>,
    ) -> Result<Output, BuildError> {
        let mut sealed = self.output(FileKind::Sealed, rows.key_id(), bounds)?;
        rows.write(&mut sealed.writer)?;
        Ok(sealed)
    }

    /// Returns the number of rows of each file, which decides the shape of the ranges: if what is known without
    /// reading leaves that open, everything is merged once beforehand to count them.
    fn rows(&mut self, placed: &[FilePosition]) -> Result<[RangeInclusive<u64>; 2], BuildError> {
        let erased = self.erased.len() as u64;
        let bounds = [FileKind::Public, FileKind::Sealed]
            .map(|file| self.row_sources.bounds(file, placed, erased));
        let is_clear =
            |rows: &RangeInclusive<u64>| Shape::for_rows_between(rows, self.range_rows).is_some();
        if bounds.iter().all(is_clear) {
            return Ok(bounds);
        }
        Ok(self.count_rows(placed)?.map(|rows| rows..=rows))
    }

    fn count_rows(&mut self, placed: &[FilePosition]) -> Result<[u64; 2], BuildError> {
        let mut rows = [0; 2];
        self.each_chunk(Stage::Counting, placed, |chunk| {
            for file in [FileKind::Public, FileKind::Sealed] {
                let is_in_file = |row: &&Row| chunk.sets.in_file(row.set, file).is_some();
                rows[file as usize] += chunk.rows.iter().filter(is_in_file).count() as u64;
            }
            Ok(())
        })?;
        Ok(rows)
    }

    fn each_chunk(
        &mut self,
        stage: Stage,
        placed: &[FilePosition],
        mut visit: impl FnMut(&Chunk<'_>) -> Result<(), BuildError>,
    ) -> Result<(), BuildError> {
        let rows = self.row_sources.rows();
        self.progress.begin(stage, rows);
        let sources = self.row_sources.open(self.merge_bytes)?;
        let merger = RowMerger::new(sources, placed, self.erased, rows);
        merger.each_chunk(|chunk| {
            self.cancel.check()?;
            visit(chunk)?;
            self.progress.advance(chunk.read);
            Ok(())
        })
    }

    fn output(
        &self,
        kind: FileKind,
        key_id: KeyId,
        rows: RangeInclusive<u64>,
    ) -> Result<Output, BuildError> {
        let file = File::options()
            .create_new(true)
            .read(true)
            .write(true)
            .open(self.draft.file(kind))?;
        let members = self.breach_list.of_file(kind);
        let description = Description {
            sealed: kind == FileKind::Sealed,
            beside_sealed: kind == FileKind::Public && self.breach_list.has_sealed(),
            key_id,
            generation: self.draft.id(),
            built_at: self.draft.time().as_second(),
            rows,
            range_rows: self.range_rows,
            catalogue: Catalogue {
                breaches: members.map(|member| member.entry.clone()).collect(),
            },
        };
        let writer = IndexWriter::new(BufWriter::with_capacity(1 << 20, file), description)?;
        Ok(Output { kind, writer })
    }
}

/// One of the two files being written.
struct Output {
    kind: FileKind,
    writer: IndexWriter<BufWriter<File>>,
}

impl Output {
    /// Writes the rows of a chunk that have exposures of the public file.
    fn write(&mut self, chunk: &Chunk<'_>) -> Result<(), BuildError> {
        self.writer.forget_numbers();
        for row in &chunk.rows {
            if let Some(set) = chunk.sets.in_file(row.set, FileKind::Public) {
                self.writer.push_numbered(row.tag, row.kind, set)?;
            }
        }
        Ok(())
    }

    fn finish(
        self,
        breach_list: &BreachList,
        both_files: Option<&IdentifierCounts>,
    ) -> Result<WriteResult, BuildError> {
        let mut breaches = BTreeMap::new();
        for (place, member) in breach_list.of_file(self.kind).enumerate() {
            let identifiers = self.writer.identifiers_of(place);
            let counted = IdentifierCounts::apart(identifiers, self.writer.recovered_of(place));
            let statistics = BreachStatistics {
                identifiers: counted.strict,
                recovered: counted.recovered,
                ..member.read.clone()
            };
            breaches.insert(member.id().clone(), statistics);
        }
        let counted = IdentifierCounts::apart(self.writer.identifiers(), self.writer.recovered());
        let both_files = both_files.cloned();
        let statistics = Statistics {
            identifiers: counted.strict,
            recovered: counted.recovered,
            breaches,
            both_files: both_files.as_ref().map(|both| both.strict.clone()),
            both_files_recovered: both_files.unwrap_or_default().recovered,
        };
        let (out, header) = self.writer.finish(&statistics)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        durable::sync_file(&file)?;
        Ok(WriteResult {
            header,
            sealed_root: None,
            identifiers: statistics.identifiers,
            recovered: statistics.recovered,
            expired: 0,
            breaches: statistics.breaches,
            bytes: file.metadata()?.len(),
            pair_bytes: None,
        })
    }
}

/// The identifiers of both files together: those in some accepted row, and those only in rejected rows.
#[derive(Default)]
struct Tally([ByKind; 2]);

impl Tally {
    fn count(&mut self, chunk: &Chunk<'_>) {
        for row in &chunk.rows {
            let recovered = chunk.sets.is_recovered(row.set);
            self.0[usize::from(recovered)].add(row.kind, 1);
        }
    }

    fn counted(&self) -> IdentifierCounts {
        let [strict, recovered] = self.0.map(|counts| counts.present().collect());
        IdentifierCounts { strict, recovered }
    }
}
