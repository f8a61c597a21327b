//! Which rows have a class, whatever the breach?

use exposure_index::breach::{ClassSet, DataClass};
use exposure_index::generation::FileKind;
use exposure_index::index::{Catalogue, Exposure, FormatError, Index, Prefix};
use exposure_index::progress::Progress;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use roaring::RoaringBitmap;

use super::{AnalysisError, BreachPlace, Corpus};

/// Maximum number of labels that are searched for at once: a bit for each.
pub(super) const MOST_LABELS: usize = u64::BITS as usize;

/// A file in which labels are searched for, with the places of its breaches in the corpus.
struct LabelSource<'a, D> {
    file: FileKind,
    index: &'a Index<D>,
    places: Vec<BreachPlace>,
    progress: Option<&'a Progress>,
}

impl<D: AsRef<[u8]> + Sync> Corpus<'_, D> {
    /// Returns, for each of `count` labels, at most 64, the rows with an exposure that has it. `labels` gives those of
    /// an exposure, bit *i* for the *i*-th.
    ///
    /// Only the ranges hold which classes leaked with which identifier, so all rows are read: O(rows).
    ///
    /// # Errors
    /// [`AnalysisError`] if a file is damaged.
    pub(super) fn rows_by_label(
        &self,
        count: usize,
        labels: impl Fn(BreachPlace, ClassSet) -> u64 + Sync,
    ) -> Result<Vec<RoaringBitmap>, AnalysisError> {
        let mut found = self
            .walked(FileKind::Public, self.public())
            .labelled(count, &labels)?;
        if let Some(sealed) = self.sealed() {
            let more = self
                .walked(FileKind::Sealed, sealed)
                .labelled(count, &labels)?;
            for (rows, more) in found.iter_mut().zip(more) {
                *rows |= self.sealed_rows(Ok(more))?;
            }
        }
        Ok(found)
    }

    /// Returns, for each of these classes, the rows with which it leaked in some breach. O(rows) for each 64 of them.
    ///
    /// # Errors
    /// [`AnalysisError`] if a file is damaged.
    pub(crate) fn rows_with_classes(
        &self,
        classes: &[DataClass],
    ) -> Result<Vec<RoaringBitmap>, AnalysisError> {
        let mut found = Vec::with_capacity(classes.len());
        for some in classes.chunks(MOST_LABELS) {
            let places = self.class_places(some);
            found.extend(self.rows_by_label(some.len(), |breach, classes| {
                labels_of(&places[breach.index()], classes)
            })?);
        }
        Ok(found)
    }

    /// Returns, for each breach, the place of each of these classes in its list.
    pub(super) fn class_places(&self, classes: &[DataClass]) -> Vec<Vec<Option<usize>>> {
        let of_breach = |list: &[DataClass]| {
            let place = |class: &DataClass| list.binary_search(class).ok();
            classes.iter().map(place).collect()
        };
        let breaches = self.breaches().iter();
        breaches
            .map(|breach| of_breach(&breach.entry.classes))
            .collect()
    }

    fn walked<'a>(&'a self, file: FileKind, index: &'a Index<D>) -> LabelSource<'a, D> {
        let mut places: Vec<_> = self
            .places()
            .filter(|place| self.breach(*place).file == file)
            .collect();
        places.sort_by_key(|place| self.breach(*place).ordinal);
        LabelSource {
            file,
            index,
            places,
            progress: self.progress(),
        }
    }
}

/// Returns the classes of an exposure as bits, given their places in the breach's list.
fn labels_of(places: &[Option<usize>], classes: ClassSet) -> u64 {
    let bits = places
        .iter()
        .enumerate()
        .map(|(label, place)| place.map_or(0, |place| (classes.0 >> place & 1) << label));
    bits.fold(0, |labels, bit| labels | bit)
}

impl<D: AsRef<[u8]> + Sync> LabelSource<'_, D> {
    /// Returns the rows of each label, by their numbers in this file.
    fn labelled(
        &self,
        count: usize,
        labels: &(impl Fn(BreachPlace, ClassSet) -> u64 + Sync),
    ) -> Result<Vec<RoaringBitmap>, AnalysisError> {
        let damaged = |source| AnalysisError::Damaged {
            file: self.file,
            source,
        };
        let catalogue = self.index.catalogue().map_err(damaged)?;
        if let Some(progress) = self.progress {
            progress.extend(self.index.header().rows);
        }
        let nothing = || vec![RoaringBitmap::new(); count];
        let ranges = (0..self.index.header().shape.ranges())
            .into_par_iter()
            .map(Prefix);
        let walked = ranges.try_fold(nothing, |mut found, prefix| {
            self.label_range(prefix, &catalogue, labels, &mut found)?;
            Ok(found)
        });
        walked
            .try_reduce(nothing, |found, more| Ok(united(found, more)))
            .map_err(damaged)
    }

    fn label_range(
        &self,
        prefix: Prefix,
        catalogue: &Catalogue,
        labels: &impl Fn(BreachPlace, ClassSet) -> u64,
        found: &mut [RoaringBitmap],
    ) -> Result<(), FormatError> {
        let range = self.index.sets(prefix, catalogue)?;
        // Breaches beyond the catalogue have been refused.
        let of_exposure = |exposure: &Exposure| {
            labels(
                self.places[usize::from(exposure.breach.0)],
                exposure.classes,
            )
        };
        let of_set = |set: &Vec<Exposure>| set.iter().fold(0, |bits, one| bits | of_exposure(one));
        let of_sets: Vec<u64> = range.sets.iter().map(of_set).collect();
        for (label, found) in found.iter_mut().enumerate() {
            let rows = range.rows.iter().zip(range.first_row.0..);
            let has = |set: u16| of_sets[usize::from(set)] >> label & 1 == 1;
            found.extend(rows.filter(|(set, _)| has(**set)).map(|(_, row)| row));
        }
        if let Some(progress) = self.progress {
            progress.advance(range.rows.len() as u64);
        }
        Ok(())
    }
}

fn united(mut found: Vec<RoaringBitmap>, more: Vec<RoaringBitmap>) -> Vec<RoaringBitmap> {
    for (rows, more) in found.iter_mut().zip(more) {
        *rows |= more;
    }
    found
}
