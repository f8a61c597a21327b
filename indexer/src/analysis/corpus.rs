//! What is analysed? The rows of the public and the sealed file as one.

use exposure_index::generation::FileKind;
use exposure_index::identifier::Kind;
use exposure_index::index::{FormatError, Index, RangeRows, RowWalk};
use exposure_index::oprf::OfflineKey;
use exposure_index::progress::Progress;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use roaring::{MultiOps, RoaringBitmap};

use super::breaches::{merged, of_file};
use super::{AnalysisError, BreachPlace, CorpusBreach};

/// The breaches and rows of a generation's public file and, unless it is left out, of its sealed file.
///
/// Rows are numbered through both: those of the public file as in that file, and after them those of the sealed file
/// whose identifiers the public file does not have. So an identifier in both files is one row with the breaches of
/// both, and sets of rows are roaring bitmaps over these numbers.
pub(crate) struct Corpus<'a, D> {
    public: &'a Index<D>,
    sealed: Option<SealedPart<'a, D>>,
    breaches: Vec<CorpusBreach>,
    rows: u32,
    progress: Option<&'a Progress>,
}

/// The sealed file, and the number of each of its rows in the corpus.
struct SealedPart<'a, D> {
    index: &'a Index<D>,
    numbers: Vec<u32>,
}

impl<'a, D: AsRef<[u8]> + Sync> Corpus<'a, D> {
    /// Reads the catalogues, and looks up each row of the sealed file in the public one, under the tag that its key
    /// gives: O(rows of the sealed file).
    ///
    /// # Errors
    /// [`AnalysisError`] if a file is damaged or the two do not fit together.
    pub(crate) fn new(
        public: &'a Index<D>,
        sealed: Option<(&'a Index<D>, &OfflineKey)>,
    ) -> Result<Self, AnalysisError> {
        let mut breaches = of_file(FileKind::Public, public)?;
        // Within 32 bits, by the header's rule.
        let mut rows = public.header().rows as u32;
        let sealed = match sealed {
            None => None,
            Some((index, key)) => {
                breaches = merged(breaches, of_file(FileKind::Sealed, index)?)?;
                let (numbers, next) = number_rows(public, index, key)?;
                rows = next;
                Some(SealedPart { index, numbers })
            }
        };
        Ok(Self {
            public,
            sealed,
            breaches,
            rows,
            progress: None,
        })
    }

    /// Shows progress, in rows, whenever all rows are read.
    #[must_use]
    pub(crate) fn watched(self, progress: &'a Progress) -> Self {
        Self {
            progress: Some(progress),
            ..self
        }
    }

    /// Returns the breaches, by id.
    #[must_use]
    pub(crate) fn breaches(&self) -> &[CorpusBreach] {
        &self.breaches
    }

    /// Returns the places of the breaches, in order.
    pub(crate) fn places(&self) -> impl Iterator<Item = BreachPlace> + use<D> {
        (0..self.breaches.len() as u32).map(BreachPlace)
    }

    /// Returns the places of the leaks: all breaches except the warning lists.
    pub(crate) fn leaks(&self) -> impl Iterator<Item = BreachPlace> {
        let is_leak = |place: &BreachPlace| self.breach(*place).entry.metadata.is_leak();
        self.places().filter(is_leak)
    }

    /// Returns the breach at a place of this corpus.
    ///
    /// # Panics
    /// Panics if the place is of a corpus with more breaches.
    #[must_use]
    pub(crate) fn breach(&self, place: BreachPlace) -> &CorpusBreach {
        &self.breaches[place.index()]
    }

    /// Returns the number of different identifiers.
    #[must_use]
    pub(crate) const fn rows(&self) -> u32 {
        self.rows
    }

    /// Returns every row.
    #[must_use]
    pub(crate) fn all_rows(&self) -> RoaringBitmap {
        let mut rows = RoaringBitmap::new();
        rows.insert_range(0..self.rows);
        rows
    }

    /// Returns the rows that are in any leak.
    ///
    /// # Errors
    /// [`AnalysisError`] if a posting is damaged.
    pub(crate) fn rows_of_leaks(&self) -> Result<RoaringBitmap, AnalysisError> {
        let leaks: Vec<BreachPlace> = self.leaks().collect();
        match leaks.len() == self.breaches.len() {
            true => Ok(self.all_rows()),
            false => self.rows_of_breaches(&leaks),
        }
    }

    /// Returns the rows of a breach.
    ///
    /// # Errors
    /// [`AnalysisError`] if the posting is damaged.
    pub(crate) fn rows_of_breach(
        &self,
        place: BreachPlace,
    ) -> Result<RoaringBitmap, AnalysisError> {
        let CorpusBreach { file, ordinal, .. } = *self.breach(place);
        match (file, self.sealed()) {
            (FileKind::Sealed, Some(sealed)) => self.sealed_rows(sealed.rows_of_breach(ordinal)),
            _ => self.public_rows(self.public.rows_of_breach(ordinal)),
        }
    }

    /// Returns the rows of a kind.
    ///
    /// # Errors
    /// [`AnalysisError`] if a posting is damaged.
    pub(crate) fn rows_of_kind(&self, kind: Kind) -> Result<RoaringBitmap, AnalysisError> {
        let mut rows = self.public_rows(self.public.rows_of_kind(kind))?;
        if let Some(sealed) = self.sealed() {
            let more = self.sealed_rows(sealed.rows_of_kind(kind))?;
            // An identifier in both files has the kind of the public one.
            rows.extend(more.range(self.public.header().rows as u32..));
        }
        Ok(rows)
    }

    /// Returns the rows that are in any of these breaches.
    ///
    /// # Errors
    /// [`AnalysisError`] if a posting is damaged.
    pub(crate) fn rows_of_breaches(
        &self,
        places: &[BreachPlace],
    ) -> Result<RoaringBitmap, AnalysisError> {
        let rows = places
            .into_par_iter()
            .map(|place| self.rows_of_breach(*place));
        Ok(rows.collect::<Result<Vec<_>, _>>()?.union())
    }

    pub(super) const fn progress(&self) -> Option<&'a Progress> {
        self.progress
    }

    pub(super) const fn public(&self) -> &'a Index<D> {
        self.public
    }

    pub(super) fn sealed(&self) -> Option<&'a Index<D>> {
        self.sealed.as_ref().map(|sealed| sealed.index)
    }

    /// Converts numbers of rows of the sealed file to those of the corpus.
    pub(super) fn sealed_rows(
        &self,
        posting: Result<RoaringBitmap, FormatError>,
    ) -> Result<RoaringBitmap, AnalysisError> {
        match &self.sealed {
            Some(sealed) => sealed.rows(posting),
            None => Ok(RoaringBitmap::new()),
        }
    }

    fn public_rows(
        &self,
        posting: Result<RoaringBitmap, FormatError>,
    ) -> Result<RoaringBitmap, AnalysisError> {
        let file = FileKind::Public;
        let rows = posting.map_err(|source| AnalysisError::Damaged { file, source })?;
        match rows.max() {
            Some(last) if u64::from(last) >= self.public.header().rows => Err(damaged_rows(file)),
            _ => Ok(rows),
        }
    }
}

impl<D> SealedPart<'_, D> {
    /// Returns the rows of a posting, by their numbers in the corpus.
    fn rows(
        &self,
        posting: Result<RoaringBitmap, FormatError>,
    ) -> Result<RoaringBitmap, AnalysisError> {
        let file = FileKind::Sealed;
        let posting = posting.map_err(|source| AnalysisError::Damaged { file, source })?;
        let number = |row: u32| self.numbers.get(row as usize).copied();
        let rows: Option<RoaringBitmap> = posting.into_iter().map(number).collect();
        rows.ok_or(damaged_rows(file))
    }
}

const fn damaged_rows(file: FileKind) -> AnalysisError {
    AnalysisError::Inconsistent {
        file,
        what: "a posting has rows that do not exist",
    }
}

/// Returns the number of each row of the sealed file, and the one after the last: the number of the public row of the
/// same identifier, else the next free one after those.
fn number_rows<D: AsRef<[u8]>>(
    public: &Index<D>,
    sealed: &Index<D>,
    key: &OfflineKey,
) -> Result<(Vec<u32>, u32), AnalysisError> {
    let of = |file| move |source| AnalysisError::Damaged { file, source };
    let mut numbers = Vec::new();
    let mut next = public.header().rows;
    let mut walk = RowWalk::new(sealed).map_err(of(FileKind::Sealed))?;
    let mut rows = RangeRows::default();
    while walk.next(&mut rows).map_err(of(FileKind::Sealed))? {
        for (tag, _) in &rows.tags {
            let found = public.find(key.public_tag(*tag));
            let found = found.map_err(of(FileKind::Public))?;
            numbers.push(match found {
                Some(row) => row.number().0,
                None => {
                    next += 1;
                    // Too large a number is refused below, before it is used.
                    (next - 1) as u32
                }
            });
        }
    }
    let limit = u64::from(u32::MAX);
    let last = u32::try_from(next).map_err(|_| AnalysisError::TooManyRows { rows: next, limit })?;
    Ok((numbers, last))
}
