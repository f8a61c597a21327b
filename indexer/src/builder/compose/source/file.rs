//! Which rows does an older index file bring into a new generation?

use std::sync::atomic::{AtomicU64, Ordering};

use exposure_index::breach::{BreachId, ClassSet, DataClass, Month};
use exposure_index::index::{BreachOrdinal, CatalogueEntry, Exposure, Index, RangeRows, RowWalk};
use exposure_index::oprf::{OfflineKey, Tag};

use super::sealed::SealedSource;
use super::{Row, Source};
use crate::builder::BuildError;
use crate::builder::compose::breach_list::BreachList;
use crate::builder::compose::sets::{BreachExposure, SetNumber, SetTable};
use crate::builder::exposures::BreachNumber;

/// An index file and, if it is sealed, the key that maps its tags to those of a public one.
pub(crate) struct KeyedFile<'a, D> {
    pub(crate) index: &'a Index<D>,
    pub(crate) offline: Option<&'a OfflineKey>,
}

/// Rows of an index file, with the numbers of its breaches in the new generation.
pub(crate) struct IndexRows<'a, D> {
    file: KeyedFile<'a, D>,
    /// Breaches by place in the file's catalogue; `None` for a breach whose rows are left out.
    breaches: Vec<Option<BreachMapping>>,
    /// Entries of warning lists that have expired, counted since the rows were last opened.
    expired: AtomicU64,
}

/// Number and classes of an old catalogue's breach in the new one.
struct BreachMapping {
    breach: BreachNumber,
    /// Place of each of its classes in the new list, if it is there; `None` if the lists are the same.
    classes: Option<Vec<Option<usize>>>,
    /// Months of a warning list that have not expired, if some have. An exposure without one is left out.
    months: Option<ClassSet>,
}

impl<'a, D: AsRef<[u8]>> IndexRows<'a, D> {
    /// Takes the rows of a file for a generation with these breaches; those of others, and those that `is_left_out`,
    /// are left out.
    pub(crate) fn new(
        file: KeyedFile<'a, D>,
        breach_list: &BreachList,
        is_left_out: impl Fn(&CatalogueEntry) -> bool,
    ) -> Result<Self, BuildError> {
        let catalogue = file.index.catalogue().map_err(BuildError::Base)?;
        let renamed = |entry: &CatalogueEntry| {
            let breach = breach_list.number(&entry.metadata.id)?;
            let classes = &breach_list
                .members()
                .get(usize::from(breach.0))?
                .entry
                .classes;
            let is_same = *classes == entry.classes;
            Some(BreachMapping {
                breach,
                classes: (!is_same).then(|| places(&entry.classes, classes)),
                months: months(&entry.classes, classes).filter(|_| !entry.metadata.is_leak()),
            })
        };
        let breaches = catalogue.breaches.iter();
        Ok(Self {
            file,
            breaches: breaches
                .map(|entry| (!is_left_out(entry)).then(|| renamed(entry)).flatten())
                .collect(),
            expired: AtomicU64::new(0),
        })
    }

    /// Takes the rows of a file whose breaches have the numbers that `number` gives, and the classes of the file
    /// itself.
    pub(crate) fn numbered(
        file: KeyedFile<'a, D>,
        number: impl Fn(&BreachId) -> Option<BreachNumber>,
    ) -> Result<Self, BuildError> {
        let catalogue = file.index.catalogue().map_err(BuildError::Base)?;
        let renamed = |entry: &CatalogueEntry| {
            let breach = number(&entry.metadata.id)?;
            Some(BreachMapping {
                breach,
                classes: None,
                months: None,
            })
        };
        let breaches = catalogue.breaches.iter().map(renamed).collect();
        Ok(Self {
            file,
            breaches,
            expired: AtomicU64::new(0),
        })
    }

    fn walk(&self) -> Result<FileSource<'_, D>, BuildError> {
        Ok(FileSource {
            walk: RowWalk::new(self.file.index).map_err(BuildError::Base)?,
            breaches: &self.breaches,
            expired: &self.expired,
            range: RangeRows::default(),
            place: 0,
            recovered: 0,
            numbers: Vec::new(),
            held: Vec::new(),
        })
    }

    pub(crate) fn rows(&self) -> u64 {
        self.file.index.header().rows
    }

    /// Returns the entries of warning lists that had expired in the rows read so far.
    pub(crate) fn expired(&self) -> u64 {
        self.expired.load(Ordering::Relaxed)
    }

    /// Returns whether entries of a warning list may have expired, so that rows are left out.
    pub(crate) fn may_lose_rows(&self) -> bool {
        let mut renamed = self.breaches.iter().flatten();
        renamed.any(|renamed| renamed.months.is_some())
    }

    /// Returns the numbers of its breaches in the new generation; `None` for those that are left out.
    pub(crate) fn breaches(&self) -> impl Iterator<Item = Option<BreachNumber>> {
        let renamed = self.breaches.iter();
        renamed.map(|renamed| renamed.as_ref().map(|renamed| renamed.breach))
    }
}

impl<D: AsRef<[u8]> + Sync> IndexRows<'_, D> {
    /// Opens the rows from the first, under the tags of public files. Those of a sealed file are all read now.
    pub(crate) fn open(&self) -> Result<Box<dyn Source + '_>, BuildError> {
        self.expired.store(0, Ordering::Relaxed);
        let Some(key) = self.file.offline else {
            return Ok(Box::new(self.walk()?));
        };
        let last = self.breaches().flatten().max();
        let breaches = last.map_or(0, |BreachNumber(last)| usize::from(last) + 1);
        Ok(Box::new(SealedSource::read(self.walk()?, key, breaches)?))
    }
}

/// Returns the places of classes in a list.
fn places(classes: &[DataClass], among: &[DataClass]) -> Vec<Option<usize>> {
    let place = |class| among.binary_search(class).ok();
    classes.iter().map(place).collect()
}

/// Returns the months that are in both lists, as places in the first; `None` if all are.
fn months(classes: &[DataClass], kept: &[DataClass]) -> Option<ClassSet> {
    let is_month = |(_, class): &(usize, &DataClass)| Month::of_class(class).is_some();
    let months = || classes.iter().enumerate().filter(is_month);
    let is_kept = |(_, class): &(usize, &DataClass)| kept.binary_search(class).is_ok();
    let set = |set: ClassSet, (place, _): (usize, &DataClass)| set.with(place);
    let are_all_kept = months().all(|month| is_kept(&month));
    (!are_all_kept).then(|| months().filter(is_kept).fold(ClassSet::default(), set))
}

impl BreachMapping {
    fn classes(&self, classes: ClassSet) -> ClassSet {
        let Some(renamed) = &self.classes else {
            return classes;
        };
        let places = classes.places().filter_map(|place| *renamed.get(place)?);
        places.fold(ClassSet::default(), ClassSet::with)
    }

    /// Returns whether an exposure with these classes has expired.
    fn has_expired(&self, classes: ClassSet) -> bool {
        self.months.is_some_and(|months| classes.0 & months.0 == 0)
    }
}

/// The rows of an index file.
struct FileSource<'a, D> {
    walk: RowWalk<'a, D>,
    breaches: &'a [Option<BreachMapping>],
    expired: &'a AtomicU64,
    /// The present range, how many of its rows were given, and what was recovered in it.
    range: RangeRows,
    place: usize,
    recovered: usize,
    /// Sets of the present range in the present chunk, and how many of their exposures have expired; `None` for those
    /// not met yet.
    numbers: Vec<Option<(SetNumber, u64)>>,
    held: Vec<BreachExposure>,
}

impl<D: AsRef<[u8]> + Sync> Source for FileSource<'_, D> {
    fn read_until(
        &mut self,
        last: Tag,
        sets: &mut SetTable<'_>,
        rows: &mut Vec<Row>,
    ) -> Result<(), BuildError> {
        self.forget_numbers();
        loop {
            self.give_until(last, sets, rows);
            let is_given = self.place == self.range.tags.len();
            let is_next = self.walk.next_first().is_some_and(|first| first <= last);
            if !is_given || !is_next {
                return Ok(());
            }
            self.next_range()?;
        }
    }
}

impl<D: AsRef<[u8]>> FileSource<'_, D> {
    fn next_range(&mut self) -> Result<(), BuildError> {
        (self.place, self.recovered) = (0, 0);
        self.walk.next(&mut self.range).map_err(BuildError::Base)?;
        self.forget_numbers();
        Ok(())
    }

    fn forget_numbers(&mut self) {
        self.numbers.clear();
        self.numbers.resize(self.range.sets.len(), None);
    }

    /// Gives the rows of the present range up to a tag.
    fn give_until(&mut self, last: Tag, sets: &mut SetTable<'_>, rows: &mut Vec<Row>) {
        while let Some(&(tag, place)) = self.range.tags.get(self.place)
            && tag <= last
        {
            let (set, expired) = match self.is_recovered() {
                false => self.whole_set(usize::from(place), sets),
                true => self.recovered_set(usize::from(place), sets),
            };
            let kind = self.range.kinds[self.place];
            self.place += 1;
            if expired > 0 {
                self.expired.fetch_add(expired, Ordering::Relaxed);
            }
            if set != SetNumber::NOTHING {
                rows.push(Row { tag, set, kind });
            }
        }
    }

    /// Returns whether the present row comes only from rejected rows, in some dump.
    fn is_recovered(&self) -> bool {
        let next = self.range.recovered.get(self.recovered);
        next.is_some_and(|(place, _)| *place as usize == self.place)
    }

    /// Returns the number of a set of accepted rows.
    fn whole_set(&mut self, set: usize, sets: &mut SetTable<'_>) -> (SetNumber, u64) {
        if let Some(number) = self.numbers[set] {
            return number;
        }
        let number = self.number(set, &[], sets);
        self.numbers[set] = Some(number);
        number
    }

    /// Returns the number of the present row's set, which some breaches recovered.
    fn recovered_set(&mut self, set: usize, sets: &mut SetTable<'_>) -> (SetNumber, u64) {
        let rest = &self.range.recovered[self.recovered..];
        let of_row = rest
            .iter()
            .take_while(|(place, _)| *place as usize == self.place);
        let breaches: Vec<BreachOrdinal> = of_row.map(|(_, breach)| *breach).collect();
        self.recovered += breaches.len();
        self.number(set, &breaches, sets)
    }

    fn number(
        &mut self,
        set: usize,
        recovered: &[BreachOrdinal],
        sets: &mut SetTable<'_>,
    ) -> (SetNumber, u64) {
        self.held.clear();
        let mut expired = 0;
        for exposure in &self.range.sets[set] {
            match has_expired(self.breaches, *exposure) {
                true => expired += 1,
                false => self.held.extend(held(self.breaches, *exposure, recovered)),
            }
        }
        // The order stays from one catalogue to another, since both are by id.
        (sets.number(&self.held), expired)
    }
}

fn has_expired(breaches: &[Option<BreachMapping>], exposure: Exposure) -> bool {
    let renamed = breaches.get(usize::from(exposure.breach.0));
    let renamed = renamed.and_then(Option::as_ref);
    renamed.is_some_and(|renamed| renamed.has_expired(exposure.classes))
}

fn held(
    breaches: &[Option<BreachMapping>],
    exposure: Exposure,
    recovered: &[BreachOrdinal],
) -> Option<BreachExposure> {
    let renamed = breaches.get(usize::from(exposure.breach.0))?.as_ref()?;
    Some(BreachExposure {
        breach: renamed.breach,
        classes: renamed.classes(exposure.classes),
        recovered: recovered.contains(&exposure.breach),
    })
}
