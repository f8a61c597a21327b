use std::collections::HashMap;

use exposure_index::breach::ClassSet;
use exposure_index::identifier::Kind;

use super::BuildError;

/// Maximum number of combinations that are numbered.
const MAX_EXPOSURES: usize = 1 << 22;

/// Place of a breach among all breaches of a build, public and sealed, by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BreachNumber(pub(crate) u16);

/// The number of a [`KindExposure`] in an [`ExposureTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ExposureNumber(pub(crate) u32);

/// What a record says about one of its identifiers: its kind, the breach, and the classes leaked with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KindExposure {
    pub(crate) kind: Kind,
    pub(crate) breach: BreachNumber,
    pub(crate) classes: ClassSet,
    /// Whether the record was a rejected row.
    pub(crate) recovered: bool,
}

/// Numbers the combinations of kind, breach and classes that occur, so that an entry of a run stays small.
///
/// Their number is that of the ways in which columns are filled or empty, usually thousands; a dump with very many
/// sparse columns is refused at [`MAX_EXPOSURES`], half a gigabyte of them.
#[derive(Default)]
pub(crate) struct ExposureTable {
    numbers: HashMap<KindExposure, ExposureNumber>,
    exposures: Vec<KindExposure>,
}

impl ExposureTable {
    pub(crate) fn number(&mut self, exposure: KindExposure) -> Result<ExposureNumber, BuildError> {
        if let Some(number) = self.numbers.get(&exposure) {
            return Ok(*number);
        }
        if self.exposures.len() == MAX_EXPOSURES {
            return Err(BuildError::TooManyExposures);
        }
        let number = self.exposures.len() as u32;
        self.exposures.push(exposure);
        self.numbers.insert(exposure, ExposureNumber(number));
        Ok(ExposureNumber(number))
    }

    /// Returns the classes that occur with a breach.
    pub(crate) fn classes_of(&self, breach: BreachNumber) -> ClassSet {
        let of_breach = self
            .exposures
            .iter()
            .filter(|exposure| exposure.breach == breach);
        of_breach.fold(ClassSet::default(), |classes, exposure| {
            classes.union(exposure.classes)
        })
    }

    /// Drops the places of classes that a breach's list does not keep, which none of its exposures has.
    pub(crate) fn keep_classes(&mut self, breach: BreachNumber, kept: ClassSet) {
        for exposure in self
            .exposures
            .iter_mut()
            .filter(|exposure| exposure.breach == breach)
        {
            exposure.classes = exposure.classes.among(kept);
        }
        // The combinations are no longer those that were numbered, and no new ones are added.
        self.numbers = HashMap::new();
    }

    /// Returns the exposure of a number; `None` if this table did not assign it.
    pub(crate) fn get(&self, number: ExposureNumber) -> Option<KindExposure> {
        self.exposures.get(number.0 as usize).copied()
    }
}
