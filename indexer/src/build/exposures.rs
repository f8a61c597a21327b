use std::collections::HashMap;

use super::BuildError;
use crate::breach::ClassSet;
use crate::identifier::Kind;

/// Most combinations that are numbered.
const MAX_EXPOSURES: usize = 1 << 22;

/// A breach's place among all breaches of a build, public and sealed, by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct BreachNumber(pub(super) u16);

/// The number of a [`KindExposure`] in an [`ExposureTable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ExposureNumber(pub(super) u32);

/// What a record says about one identifier in it: its kind, the breach, and the classes beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct KindExposure {
    pub(super) kind: Kind,
    pub(super) breach: BreachNumber,
    pub(super) classes: ClassSet,
}

/// Numbers the combinations of kind, breach and classes that occur, so that an entry of a run stays small.
///
/// There are as many as columns can be filled and empty in different ways, thousands as a rule; a dump with very many
/// sparse columns is refused at [`MAX_EXPOSURES`], half a gigabyte of them.
#[derive(Default)]
pub(super) struct ExposureTable {
    numbers: HashMap<KindExposure, ExposureNumber>,
    exposures: Vec<KindExposure>,
}

impl ExposureTable {
    pub(super) fn number(&mut self, exposure: KindExposure) -> Result<ExposureNumber, BuildError> {
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

    /// The exposure of a number; `None` for one that this table did not give.
    pub(super) fn get(&self, number: ExposureNumber) -> Option<KindExposure> {
        self.exposures.get(number.0 as usize).copied()
    }
}
