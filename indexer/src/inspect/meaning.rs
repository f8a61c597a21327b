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
    /// Free text with identifiers in it, and the class that leaked with them, if it is known.
    Text(Option<&'static str>),
}

impl Meaning {
    /// The class that is leaked with such a column, if one is known.
    #[must_use]
    pub fn class(self) -> Option<DataClass> {
        match self {
            Self::Identifier(kind) => Some(kind.implied_class()),
            Self::Class(class) => Some(DataClass::known(class)),
            Self::Text(class) => class.map(DataClass::known),
        }
    }

    /// Returns whether such a column holds something to look up.
    #[must_use]
    pub const fn is_indexed(self) -> bool {
        matches!(self, Self::Identifier(_) | Self::Text(_))
    }

    /// Returns its entry in `breach.toml`.
    #[must_use]
    pub fn entry(self) -> String {
        match self {
            Self::Identifier(kind) => format!("{{ identifier = \"{kind}\" }}"),
            Self::Class(class) => format!("{{ class = \"{class}\" }}"),
            Self::Text(Some(class)) => format!("{{ text = true, class = \"{class}\" }}"),
            Self::Text(None) => "{ text = true }".to_owned(),
        }
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identifier(kind) => kind.fmt(f),
            Self::Class(class) => f.pad(class),
            Self::Text(_) => f.pad("text"),
        }
    }
}
