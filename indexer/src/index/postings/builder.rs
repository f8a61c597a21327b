use std::collections::BTreeMap;

use super::growing::{GrowingPosting, OutOfOrder};
use super::{COUNT_LENGTH, ENTRY_LENGTH, Holder};
use crate::identifier::Kind;
use crate::index::{BreachOrdinal, Exposure, WriteError};

/// Collects postings while rows go by. Memory: at most two bytes per row and posting it is in, and at most one bit per
/// row for each posting; and the rows of one container for each.
pub(in crate::index) struct PostingsBuilder {
    kinds: Vec<GrowingPosting>,
    breaches: Vec<GrowingPosting>,
    /// Identifiers per breach and kind.
    counts: Vec<[u64; Kind::ALL.len()]>,
}

impl From<OutOfOrder> for WriteError {
    fn from(_: OutOfOrder) -> Self {
        Self::Order
    }
}

impl PostingsBuilder {
    pub(in crate::index) fn new(breaches: usize) -> Self {
        let empty = |count: usize| {
            std::iter::repeat_with(GrowingPosting::default)
                .take(count)
                .collect()
        };
        Self {
            kinds: empty(Kind::ALL.len()),
            breaches: empty(breaches),
            counts: vec![[0; Kind::ALL.len()]; breaches],
        }
    }

    /// Notes a row; rows come in ascending order.
    pub(in crate::index) fn push(
        &mut self,
        row: u32,
        kind: Kind,
        exposures: &[Exposure],
    ) -> Result<(), WriteError> {
        let kind = usize::from(kind.code());
        self.kinds[kind].push(row)?;
        for exposure in exposures {
            let breach = usize::from(exposure.breach.0);
            self.breaches
                .get_mut(breach)
                .ok_or(WriteError::UnknownBreach)?
                .push(row)?;
            self.counts[breach][kind] += 1;
        }
        Ok(())
    }

    /// How many rows there are of each kind.
    pub(in crate::index) fn by_kind(&self) -> BTreeMap<Kind, u64> {
        filled(self.kinds.iter().map(GrowingPosting::len))
    }

    /// How many rows of each kind a breach has.
    pub(in crate::index) fn by_breach(&self, breach: usize) -> BTreeMap<Kind, u64> {
        filled(self.counts[breach].iter().copied())
    }

    /// The section's bytes.
    pub(in crate::index) fn finish(self) -> Result<Vec<u8>, WriteError> {
        let kinds = Kind::ALL.into_iter().map(Holder::Kind).zip(self.kinds);
        let breaches = (0..=u16::MAX)
            .map(|number| Holder::Breach(BreachOrdinal(number)))
            .zip(self.breaches);
        let postings: Vec<(Holder, GrowingPosting)> = kinds.chain(breaches).collect();
        let mut head = (postings.len() as u64).to_le_bytes().to_vec();
        let mut bodies = Vec::new();
        let bodies_start = COUNT_LENGTH + postings.len() * ENTRY_LENGTH;
        for (holder, posting) in postings {
            let posting = posting.finish()?;
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
