//! Postings: for each kind and each breach, the numbers of its rows as a roaring bitmap; and for a breach, those of its
//! rows that only rejected rows of its dump hold, so that rows can be counted again when breaches come and go.

mod builder;
mod growing;
mod reader;

pub(super) use builder::PostingsBuilder;
pub(super) use reader::Postings;

use super::BreachOrdinal;
use crate::identifier::Kind;

const COUNT_LENGTH: usize = 8;
/// An entry: whose posting (2 bytes), which one (2), how many rows (4), offset in the section (8), length (8).
const ENTRY_LENGTH: usize = 24;
/// Kinds that have a posting even without rows: those of the first programs that wrote this format. The
/// others have one only if they have rows, so files without them stay the same.
pub(super) const LASTING_KINDS: usize = 9;
const OF_KIND: u16 = 1;
const OF_BREACH: u16 = 2;
const OF_RECOVERED: u16 = 3;

/// The owner of a posting's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holder {
    Kind(Kind),
    Breach(BreachOrdinal),
    /// The rows of a breach that only rejected rows of its dump hold.
    Recovered(BreachOrdinal),
}

impl Holder {
    fn codes(self) -> (u16, u16) {
        match self {
            Self::Kind(kind) => (OF_KIND, u16::from(kind.code())),
            Self::Breach(breach) => (OF_BREACH, breach.0),
            Self::Recovered(breach) => (OF_RECOVERED, breach.0),
        }
    }

    fn from_codes(holder: u16, number: u16) -> Option<Self> {
        match holder {
            OF_KIND => u8::try_from(number)
                .ok()
                .and_then(Kind::from_code)
                .map(Self::Kind),
            OF_BREACH => Some(Self::Breach(BreachOrdinal(number))),
            OF_RECOVERED => Some(Self::Recovered(BreachOrdinal(number))),
            _ => None,
        }
    }
}

/// Returns the offset of an entry of the list of postings in the section.
pub(super) const fn entry_offset(entry: usize) -> usize {
    COUNT_LENGTH + entry * ENTRY_LENGTH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_posting_of_a_kind_that_is_not_known_is_refused() {
        for kind in Kind::ALL {
            let holder = Holder::Kind(kind);
            let (what, number) = holder.codes();
            assert_eq!(Holder::from_codes(what, number), Some(holder));
        }
        let next = u16::try_from(Kind::ALL.len()).expect("few kinds");
        assert_eq!(Holder::from_codes(OF_KIND, next), None);
    }
}
