use std::fmt;

use exposure_index::breach::DataClass;
use exposure_index::identifier::Kind;

/// What a column may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// Identifiers of a kind.
    Identifier(Kind),
    /// Data of a class, by its name.
    Class(&'static str),
}

impl Meaning {
    /// The class that is leaked with such a column.
    #[must_use]
    pub fn class(self) -> DataClass {
        match self {
            Self::Identifier(kind) => kind.implied_class(),
            Self::Class(class) => DataClass::known(class),
        }
    }

    /// How `breach.toml` says it.
    #[must_use]
    pub fn entry(self) -> String {
        match self {
            Self::Identifier(kind) => format!("{{ identifier = \"{kind}\" }}"),
            Self::Class(class) => format!("{{ class = \"{class}\" }}"),
        }
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identifier(kind) => kind.fmt(f),
            Self::Class(class) => f.pad(class),
        }
    }
}
