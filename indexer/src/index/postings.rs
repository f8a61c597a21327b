use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use super::layout::{at_most, equal, u16_at, u32_at, u64_at};
use super::{BreachOrdinal, Exposure, Fault, FormatError, Section, WriteError};
use crate::identifier::Kind;

const COUNT_LENGTH: usize = 8;
/// An entry: whose posting (2 bytes), which one (2), how many rows (4), offset in the section (8), length (8).
const ENTRY_LENGTH: usize = 24;
const OF_KIND: u16 = 1;
const OF_BREACH: u16 = 2;

/// Whose rows a posting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holder {
    Kind(Kind),
    Breach(BreachOrdinal),
}

impl Holder {
    fn codes(self) -> (u16, u16) {
        match self {
            Self::Kind(kind) => (OF_KIND, u16::from(kind.code())),
            Self::Breach(breach) => (OF_BREACH, breach.0),
        }
    }

    fn from_codes(holder: u16, number: u16) -> Option<Self> {
        match holder {
            OF_KIND => u8::try_from(number)
                .ok()
                .and_then(Kind::from_code)
                .map(Self::Kind),
            OF_BREACH => Some(Self::Breach(BreachOrdinal(number))),
            _ => None,
        }
    }
}

/// Collects postings while rows go by. Memory: at most two bytes per row and posting it is in, and at most one bit per
/// row for each posting.
pub(super) struct PostingsBuilder {
    kinds: Vec<RoaringBitmap>,
    breaches: Vec<RoaringBitmap>,
    /// Identifiers per breach and kind.
    counts: Vec<[u64; Kind::ALL.len()]>,
}

impl PostingsBuilder {
    pub(super) fn new(breaches: usize) -> Self {
        Self {
            kinds: vec![RoaringBitmap::new(); Kind::ALL.len()],
            breaches: vec![RoaringBitmap::new(); breaches],
            counts: vec![[0; Kind::ALL.len()]; breaches],
        }
    }

    /// Notes a row; rows come in ascending order.
    pub(super) fn push(
        &mut self,
        row: u32,
        kind: Kind,
        exposures: &[Exposure],
    ) -> Result<(), WriteError> {
        let kind = usize::from(kind.code());
        let out_of_order = |_| WriteError::Order;
        self.kinds[kind].try_push(row).map_err(out_of_order)?;
        for exposure in exposures {
            let breach = usize::from(exposure.breach.0);
            self.breaches
                .get_mut(breach)
                .ok_or(WriteError::UnknownBreach)?
                .try_push(row)
                .map_err(out_of_order)?;
            self.counts[breach][kind] += 1;
        }
        Ok(())
    }

    /// How many rows there are of each kind.
    pub(super) fn by_kind(&self) -> BTreeMap<Kind, u64> {
        filled(self.kinds.iter().map(RoaringBitmap::len))
    }

    /// How many rows of each kind a breach has.
    pub(super) fn by_breach(&self, breach: usize) -> BTreeMap<Kind, u64> {
        filled(self.counts[breach].iter().copied())
    }

    /// The section's bytes.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        let kinds = Kind::ALL.into_iter().map(Holder::Kind).zip(&mut self.kinds);
        let breaches = (0..=u16::MAX)
            .map(|number| Holder::Breach(BreachOrdinal(number)))
            .zip(&mut self.breaches);
        let postings: Vec<(Holder, &mut RoaringBitmap)> = kinds.chain(breaches).collect();
        let mut head = (postings.len() as u64).to_le_bytes().to_vec();
        let mut bodies = Vec::new();
        let bodies_start = COUNT_LENGTH + postings.len() * ENTRY_LENGTH;
        for (holder, posting) in postings {
            posting.optimize();
            let (whose, number) = holder.codes();
            head.extend_from_slice(&whose.to_le_bytes());
            head.extend_from_slice(&number.to_le_bytes());
            head.extend_from_slice(&(posting.len() as u32).to_le_bytes());
            head.extend_from_slice(&((bodies_start + bodies.len()) as u64).to_le_bytes());
            head.extend_from_slice(&(posting.serialized_size() as u64).to_le_bytes());
            posting.serialize_into(&mut bodies)?;
        }
        head.append(&mut bodies);
        Ok(head)
    }
}

fn filled(counts: impl Iterator<Item = u64>) -> BTreeMap<Kind, u64> {
    Kind::ALL
        .into_iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// The postings of an index file.
#[derive(Clone, Copy)]
pub(super) struct Postings<'a> {
    bytes: &'a [u8],
    count: usize,
}

impl<'a> Postings<'a> {
    /// Checks that the entries fit into the section.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, FormatError> {
        let fail = |offset: usize| move |fault| FormatError::new(Section::Postings, offset, fault);
        if bytes.len() < COUNT_LENGTH {
            let (expected, got) = (COUNT_LENGTH as u64, bytes.len() as u64);
            return Err(fail(bytes.len())(Fault::Truncated { expected, got }));
        }
        let most = (bytes.len() - COUNT_LENGTH) / ENTRY_LENGTH;
        let count = u64_at(bytes, 0);
        at_most(count, most as u64, "number of postings").map_err(fail(0))?;
        Ok(Self {
            bytes,
            count: count as usize,
        })
    }

    /// How many postings there are.
    pub(super) const fn len(self) -> usize {
        self.count
    }

    /// The posting of a kind or breach; empty if the file has none.
    pub(super) fn get(self, holder: Holder) -> Result<RoaringBitmap, FormatError> {
        for entry in 0..self.count {
            if self.holder(entry)? == holder {
                return self.posting(entry);
            }
        }
        Ok(RoaringBitmap::new())
    }

    /// Whose posting stands at an entry.
    pub(super) fn holder(self, entry: usize) -> Result<Holder, FormatError> {
        let offset = entry_offset(entry);
        Holder::from_codes(u16_at(self.bytes, offset), u16_at(self.bytes, offset + 2)).ok_or_else(
            || {
                FormatError::new(
                    Section::Postings,
                    offset,
                    Fault::Encoding {
                        what: "holder of a posting",
                    },
                )
            },
        )
    }

    /// Decodes the posting of an entry.
    pub(super) fn posting(self, entry: usize) -> Result<RoaringBitmap, FormatError> {
        let offset = entry_offset(entry);
        let (start, body) = self.body(entry)?;
        let broken = |fault| FormatError::new(Section::Postings, start, fault);
        let mut rest = body;
        let posting = RoaringBitmap::deserialize_from(&mut rest).map_err(|_| {
            broken(Fault::Encoding {
                what: "a roaring bitmap",
            })
        })?;
        if !rest.is_empty() {
            return Err(broken(Fault::NotZero {
                what: "bytes after a roaring bitmap",
            }));
        }
        equal(
            u64::from(u32_at(self.bytes, offset + 4)),
            posting.len(),
            "rows of a posting",
        )
        .map_err(|fault| FormatError::new(Section::Postings, offset + 4, fault))?;
        Ok(posting)
    }

    /// Where the bitmap of an entry begins, and its bytes.
    pub(super) fn body(self, entry: usize) -> Result<(u64, &'a [u8]), FormatError> {
        let offset = entry_offset(entry);
        let (start, length) = (
            u64_at(self.bytes, offset + 8),
            u64_at(self.bytes, offset + 16),
        );
        let there = self.bytes.len() as u64;
        let fail = |offset: usize| move |fault| FormatError::new(Section::Postings, offset, fault);
        at_most(start, there, "start of a posting").map_err(fail(offset + 8))?;
        at_most(length, there - start, "length of a posting").map_err(fail(offset + 16))?;
        Ok((
            start,
            &self.bytes[start as usize..(start + length) as usize],
        ))
    }

    /// Where the first bitmap must begin.
    pub(super) const fn bodies_start(self) -> u64 {
        (COUNT_LENGTH + self.count * ENTRY_LENGTH) as u64
    }
}

/// Where an entry of the list of postings begins in the section.
pub(super) const fn entry_offset(entry: usize) -> usize {
    COUNT_LENGTH + entry * ENTRY_LENGTH
}
