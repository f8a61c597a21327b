use std::fmt;

use serde::{Serialize, Serializer};

use crate::identifier::Kind;

/// Two kinds of identifiers that say something by being in one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PairKind {
    /// An IIN and a phone number.
    IinPhone,
    /// An IIN and an ID card.
    IinIdCard,
    /// A phone number and an e-mail address.
    PhoneEmail,
}

impl PairKind {
    /// Every kind, in the order of their codes.
    pub const ALL: [Self; 3] = [Self::IinPhone, Self::IinIdCard, Self::PhoneEmail];

    /// Returns its code in files.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The kinds of the two identifiers.
    #[must_use]
    pub const fn kinds(self) -> [Kind; 2] {
        match self {
            Self::IinPhone => [Kind::Iin, Kind::Phone],
            Self::IinIdCard => [Kind::Iin, Kind::IdCard],
            Self::PhoneEmail => [Kind::Phone, Kind::Email],
        }
    }
}

impl fmt::Display for PairKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, other] = self.kinds();
        f.pad(&format!("{one}+{other}"))
    }
}

impl Serialize for PairKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
