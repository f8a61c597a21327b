use super::growing::GrowingPosting;
use super::{COUNT_LENGTH, ENTRY_LENGTH, Holder, LASTING_KINDS};
use crate::identifier::{ByKind, Kind};
use crate::index::{BreachOrdinal, Exposure, Identifiers, WriteError};

/// Collects postings as rows are written. Memory: at most two bytes per row and posting it is in, and at most one bit
/// per row for each posting; and the rows of one container for each.
pub(in crate::index) struct PostingsBuilder {
    kinds: Vec<GrowingPosting>,
    breaches: Vec<BreachPostings>,
    /// Rows that only rejected rows of dumps hold, whichever breach they are in.
    recovered: ByKind,
}

/// The rows of a breach.
#[derive(Default)]
struct BreachPostings {
    all: GrowingPosting,
    by_kind: ByKind,
    /// Rows of a breach that only rejected rows of its dump hold.
    recovered: GrowingPosting,
    recovered_by_kind: ByKind,
}

impl PostingsBuilder {
    pub(in crate::index) fn new(breaches: usize) -> Self {
        fn empty<T: Default>(count: usize) -> Vec<T> {
            std::iter::repeat_with(T::default).take(count).collect()
        }
        Self {
            kinds: empty(Kind::ALL.len()),
            breaches: empty(breaches),
            recovered: ByKind::default(),
        }
    }

    /// Notes a row; rows come in ascending order. `recovered` are its breaches that hold it only in rejected rows.
    pub(in crate::index) fn push(
        &mut self,
        row: u32,
        kind: Kind,
        exposures: &[Exposure],
        recovered: &[BreachOrdinal],
    ) -> Result<(), WriteError> {
        self.kinds[usize::from(kind.code())].push(row);
        for exposure in exposures {
            let of_breach = self.breach(exposure.breach)?;
            of_breach.all.push(row);
            of_breach.by_kind.add(kind, 1);
        }
        for breach in recovered {
            let of_breach = self.breach(*breach)?;
            of_breach.recovered.push(row);
            of_breach.recovered_by_kind.add(kind, 1);
        }
        if recovered.len() == exposures.len() {
            self.recovered.add(kind, 1);
        }
        Ok(())
    }

    fn breach(&mut self, breach: BreachOrdinal) -> Result<&mut BreachPostings, WriteError> {
        let postings = self.breaches.get_mut(usize::from(breach.0));
        postings.ok_or(WriteError::UnknownBreach)
    }

    /// Returns the number of rows of each kind.
    pub(in crate::index) fn by_kind(&self) -> Identifiers {
        let kinds = Kind::ALL.into_iter().zip(&self.kinds);
        let counts = kinds.map(|(kind, rows)| (kind, rows.len()));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// Returns the number of rows of each kind that only rejected rows of dumps hold.
    pub(in crate::index) fn recovered(&self) -> Identifiers {
        self.recovered.present().collect()
    }

    /// Returns the number of rows of each kind in a breach.
    pub(in crate::index) fn by_breach(&self, breach: usize) -> Identifiers {
        self.breaches[breach].by_kind.present().collect()
    }

    /// Returns the number of rows of each kind that a breach has only in rejected rows.
    pub(in crate::index) fn recovered_by_breach(&self, breach: usize) -> Identifiers {
        self.breaches[breach].recovered_by_kind.present().collect()
    }

    /// The section's bytes.
    pub(in crate::index) fn finish(self) -> Result<Vec<u8>, WriteError> {
        let kinds = Kind::ALL.into_iter().map(Holder::Kind).zip(self.kinds);
        let kinds = kinds.enumerate();
        let kinds = kinds.filter(|(place, (_, rows))| *place < LASTING_KINDS || rows.len() > 0);
        let mut postings: Vec<(Holder, GrowingPosting)> =
            kinds.map(|(_, posting)| posting).collect();
        let mut recovered = Vec::new();
        for (breach, of_breach) in (0..=u16::MAX).map(BreachOrdinal).zip(self.breaches) {
            postings.push((Holder::Breach(breach), of_breach.all));
            if of_breach.recovered.len() > 0 {
                recovered.push((Holder::Recovered(breach), of_breach.recovered));
            }
        }
        postings.append(&mut recovered);
        encode(postings)
    }
}

fn encode(postings: Vec<(Holder, GrowingPosting)>) -> Result<Vec<u8>, WriteError> {
    let mut head = (postings.len() as u64).to_le_bytes().to_vec();
    let mut bodies = Vec::new();
    let bodies_start = COUNT_LENGTH + postings.len() * ENTRY_LENGTH;
    for (holder, posting) in postings {
        let posting = posting.finish();
        let (whose, number) = holder.codes();
        head.extend_from_slice(&whose.to_le_bytes());
        head.extend_from_slice(&number.to_le_bytes());
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rows have numbers of 32 bits, of which the last is not given"
        )]
        let rows = posting.len() as u32;
        head.extend_from_slice(&rows.to_le_bytes());
        head.extend_from_slice(&((bodies_start + bodies.len()) as u64).to_le_bytes());
        head.extend_from_slice(&(posting.serialized_size() as u64).to_le_bytes());
        posting.serialize_into(&mut bodies)?;
    }
    head.append(&mut bodies);
    Ok(head)
}
