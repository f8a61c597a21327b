use crate::breach::ClassSet;

/// A breach's place in the catalogue of its index file, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BreachOrdinal(pub u16);

/// A breach and the classes that leaked in it with an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exposure {
    /// The breach.
    pub breach: BreachOrdinal,
    /// Its classes, of the breach's sorted list in the catalogue.
    pub classes: ClassSet,
}
