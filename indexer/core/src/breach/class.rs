use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What a column of a dump holds, such as `names` or `phone-numbers`: 1 to 64 characters `a-z 0-9 -`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DataClass(Cow<'static, str>);

impl DataClass {
    /// Longest name of a class, in bytes.
    pub const MAX_LENGTH: usize = 64;

    /// The class of a name that is written in the program.
    ///
    /// # Panics
    /// If no class can have that name. For a constant, compilation fails.
    #[must_use]
    pub const fn known(name: &'static str) -> Self {
        assert!(Self::is_name(name.as_bytes()), "not the name of a class");
        Self(Cow::Borrowed(name))
    }

    const fn is_name(name: &[u8]) -> bool {
        let mut place = 0;
        while place < name.len() {
            if !matches!(name[place], b'a'..=b'z' | b'0'..=b'9' | b'-') {
                return false;
            }
            place += 1;
        }
        !name.is_empty() && name.len() <= Self::MAX_LENGTH
    }

    /// The class's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DataClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A name that no data class can have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a data class is named by 1 to 64 characters a-z, 0-9 and -")]
pub struct BadClass;

impl TryFrom<String> for DataClass {
    type Error = BadClass;

    fn try_from(name: String) -> Result<Self, BadClass> {
        match Self::is_name(name.as_bytes()) {
            true => Ok(Self(Cow::Owned(name))),
            false => Err(BadClass),
        }
    }
}

impl From<DataClass> for String {
    fn from(class: DataClass) -> Self {
        class.0.into_owned()
    }
}

/// A set of classes out of one breach's sorted list of classes: bit *i* stands for the list's *i*-th class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassSet(pub u64);

impl ClassSet {
    /// Maximum number of classes of a breach.
    pub const CAPACITY: usize = 64;

    /// The set with the class at `place` added.
    ///
    /// # Panics
    /// If `place` is not below [`ClassSet::CAPACITY`].
    #[must_use]
    pub const fn with(self, place: usize) -> Self {
        assert!(place < Self::CAPACITY);
        Self(self.0 | 1 << place)
    }

    /// Returns the union of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns this set renumbered for a list that keeps only the classes of `kept`, which contains this set.
    ///
    /// ```
    /// use exposure_index::breach::ClassSet;
    ///
    /// let kept = ClassSet(0b11010);
    /// assert_eq!(ClassSet(0b10010).among(kept), ClassSet(0b101));
    /// ```
    #[must_use]
    pub fn among(self, kept: Self) -> Self {
        let places = kept.places().enumerate();
        places
            .filter(|(_, old)| self.0 >> old & 1 == 1)
            .fold(Self::default(), |set, (new, _)| set.with(new))
    }

    /// The places in the list of the classes in this set, ascending.
    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..Self::CAPACITY).filter(move |place| self.0 >> place & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_set_gives_back_the_places_put_in() {
        let set = ClassSet::default()
            .with(0)
            .with(63)
            .union(ClassSet::default().with(7));
        assert_eq!(set.places().collect::<Vec<_>>(), [0, 7, 63]);
    }

    #[test]
    fn a_class_name_is_a_slug() {
        for bad in ["", "Names", "имена", "a b", &"x".repeat(65)] {
            assert_eq!(DataClass::try_from(bad.to_owned()), Err(BadClass));
        }
        assert!(DataClass::try_from("phone-numbers".to_owned()).is_ok());
    }
}
