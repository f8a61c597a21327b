//! Which set of exposures does a row have? Each set is kept once, under a number.

use std::collections::HashMap;

use exposure_index::breach::ClassSet;
use exposure_index::generation::FileKind;
use exposure_index::index::{BreachOrdinal, Exposure, NumberedSet};
use rustc_hash::FxBuildHasher;

use super::breach_list::FilePosition;
use crate::builder::exposures::BreachNumber;

/// The exposure of an identifier in a breach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BreachExposure {
    pub(crate) breach: BreachNumber,
    /// Classes, as places in the new catalogue's list for the breach.
    pub(crate) classes: ClassSet,
    /// Whether only rejected rows of the dump hold the identifier.
    pub(crate) recovered: bool,
}

impl BreachExposure {
    /// Unites what two records, or two parts of a breach, hold.
    const fn united(self, other: Self) -> Self {
        Self {
            breach: self.breach,
            classes: self.classes.union(other.classes),
            recovered: self.recovered && other.recovered,
        }
    }
}

/// The number of a set in a [`SetTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SetNumber(u32);

impl SetNumber {
    /// Number of the empty set; a row that has it is dropped.
    pub(crate) const NOTHING: Self = Self(0);

    /// Returns the place of the set among [all of its table](SetTable::into_held).
    pub(crate) const fn place(self) -> usize {
        self.0 as usize
    }
}

/// Sets of exposures, numbered: millions of rows share a few hundred sets, so a row is a tag and a number, and two sets
/// are united once.
///
/// A table serves one chunk of rows and is then [cleared](SetTable::clear), so it always stays small.
pub(crate) struct SetTable<'a> {
    placed: &'a [FilePosition],
    numbers: HashMap<Box<[BreachExposure]>, SetNumber, FxBuildHasher>,
    sets: Vec<Set>,
    united: HashMap<(SetNumber, SetNumber), SetNumber, FxBuildHasher>,
}

/// A set, and its part in each of the two files.
#[derive(Default)]
struct Set {
    held: Box<[BreachExposure]>,
    files: [InFile; 2],
    recovered: bool,
}

#[derive(Default)]
struct InFile {
    exposures: Vec<Exposure>,
    recovered: Vec<BreachOrdinal>,
}

impl<'a> SetTable<'a> {
    /// Makes a table of sets of breaches that have the positions `placed`.
    pub(crate) fn new(placed: &'a [FilePosition]) -> Self {
        Self {
            placed,
            numbers: HashMap::default(),
            sets: vec![Set::default()],
            united: HashMap::default(),
        }
    }

    /// Forgets all sets and their numbers.
    pub(crate) fn clear(&mut self) {
        self.numbers.clear();
        self.sets.truncate(1);
        self.united.clear();
    }

    /// Returns the number of a set whose breaches ascend.
    pub(crate) fn number(&mut self, held: &[BreachExposure]) -> SetNumber {
        if held.is_empty() {
            return SetNumber::NOTHING;
        }
        if let Some(number) = self.numbers.get(held) {
            return *number;
        }
        let number = SetNumber(self.sets.len() as u32);
        self.sets.push(Set::new(held, self.placed));
        self.numbers.insert(held.into(), number);
        number
    }

    /// Returns the number of the union of two sets.
    pub(crate) fn unite(&mut self, one: SetNumber, other: SetNumber) -> SetNumber {
        if one == other || other == SetNumber::NOTHING {
            return one;
        }
        if let Some(united) = self.united.get(&(one, other)) {
            return *united;
        }
        let held = united(&self.get(one).held, &self.get(other).held);
        let united = self.number(&held);
        self.united.insert((one, other), united);
        united
    }

    /// Returns the part of a set that is in a file; `None` if it is empty.
    pub(crate) fn in_file(&self, set: SetNumber, file: FileKind) -> Option<NumberedSet<'_>> {
        let in_file = &self.get(set).files[file as usize];
        (!in_file.exposures.is_empty()).then_some(NumberedSet {
            number: set.0 as usize,
            exposures: &in_file.exposures,
            recovered: &in_file.recovered,
        })
    }

    /// Returns whether a row with this set comes only from rejected rows, in all of its breaches.
    pub(crate) fn is_recovered(&self, set: SetNumber) -> bool {
        self.get(set).recovered
    }

    /// Returns the breaches of a set, ascending.
    pub(crate) fn held(&self, set: SetNumber) -> &[BreachExposure] {
        &self.get(set).held
    }

    /// Returns the breaches of every set, in the order of their numbers.
    pub(crate) fn into_held(self) -> Vec<Box<[BreachExposure]>> {
        self.sets.into_iter().map(|set| set.held).collect()
    }

    fn get(&self, set: SetNumber) -> &Set {
        &self.sets[set.place()]
    }
}

impl Set {
    fn new(held: &[BreachExposure], placed: &[FilePosition]) -> Self {
        let mut files = <[InFile; 2]>::default();
        for one in held {
            let FilePosition { file, ordinal } = placed[usize::from(one.breach.0)];
            let in_file = &mut files[file as usize];
            in_file.exposures.push(Exposure {
                breach: ordinal,
                classes: one.classes,
            });
            in_file.recovered.extend(one.recovered.then_some(ordinal));
        }
        Self {
            held: held.into(),
            files,
            recovered: held.iter().all(|one| one.recovered),
        }
    }
}

/// Returns the union of two sets, by breach.
fn united(one: &[BreachExposure], other: &[BreachExposure]) -> Vec<BreachExposure> {
    let mut all: Vec<BreachExposure> = one.iter().chain(other).copied().collect();
    all.sort_by_key(|held| held.breach);
    all.dedup_by(|next, kept| {
        let is_same = next.breach == kept.breach;
        if is_same {
            *kept = kept.united(*next);
        }
        is_same
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn held(breach: u16, classes: u64, recovered: bool) -> BreachExposure {
        BreachExposure {
            breach: BreachNumber(breach),
            classes: ClassSet(classes),
            recovered,
        }
    }

    fn placed() -> Vec<FilePosition> {
        let place = |file, ordinal| FilePosition {
            file,
            ordinal: BreachOrdinal(ordinal),
        };
        vec![
            place(FileKind::Public, 0),
            place(FileKind::Sealed, 0),
            place(FileKind::Public, 1),
        ]
    }

    #[test]
    fn sets_are_united_breach_by_breach_and_recovered_only_where_both_are() {
        let placed = placed();
        let mut sets = SetTable::new(&placed);
        let one = sets.number(&[held(0, 0b1, true), held(2, 0b1, true)]);
        let other = sets.number(&[held(0, 0b10, false), held(1, 0b1, true)]);
        let united = sets.unite(one, other);
        let expected = [held(0, 0b11, false), held(1, 0b1, true), held(2, 0b1, true)];
        assert_eq!(*sets.get(united).held, expected);
        assert_eq!(sets.unite(other, one), united);
        assert_eq!(sets.unite(united, one), united);
        assert!(!sets.is_recovered(united));
        assert!(sets.is_recovered(one));
    }

    #[test]
    fn each_file_gets_its_own_breaches() {
        let placed = placed();
        let mut sets = SetTable::new(&placed);
        let set = sets.number(&[held(1, 0b1, true), held(2, 0b10, false)]);
        let public = sets.in_file(set, FileKind::Public).expect("exposures");
        let exposure = |breach, classes| Exposure {
            breach: BreachOrdinal(breach),
            classes: ClassSet(classes),
        };
        assert_eq!(public.exposures, [exposure(1, 0b10)]);
        assert!(public.recovered.is_empty());
        let sealed = sets.in_file(set, FileKind::Sealed).expect("exposures");
        assert_eq!(sealed.exposures, [exposure(0, 0b1)]);
        assert_eq!(sealed.recovered, [BreachOrdinal(0)]);
        let nothing = SetNumber::NOTHING;
        assert!(sets.in_file(nothing, FileKind::Public).is_none());
        assert_eq!(sets.unite(set, nothing), set);
        assert_eq!(sets.unite(nothing, set), set);
    }
}
