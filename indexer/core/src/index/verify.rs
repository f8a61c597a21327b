//! Is every byte of an index file correct?

use std::collections::BTreeMap;
use std::iter::Peekable;

use roaring::RoaringBitmap;

use super::layout::{RANGE_BYTES_OFFSET, ROOT_OFFSET, at_least, at_most, equal};
use super::postings::{Holder, LASTING_KINDS, Postings, entry_offset};
use super::{BreachOrdinal, Exposure, Fault, FormatError, Hash, Index, Prefix, Section, merkle};
use crate::breach::{BreachId, ClassSet};
use crate::identifier::Kind;
use crate::index::{Catalogue, Identifiers};
use crate::progress::Progress;

impl<D: AsRef<[u8]>> Index<D> {
    /// Reads the whole file and checks every rule of FORMAT.md: checksums, order, encodings, that postings and
    /// statistics follow from the rows, and that the root follows from the ranges. Progress is in rows.
    ///
    /// O(rows); memory for the decoded postings.
    ///
    /// # Errors
    /// The first broken rule, with section and offset.
    pub fn verify(&self, progress: &Progress) -> Result<(), FormatError> {
        progress.begin(self.header().rows);
        for section in Section::STORED {
            self.check_sum(section)?;
            self.verify_padding(section)?;
        }
        let catalogue = self.verified_catalogue()?;
        let mut postings = PostingsCheck::new(self, catalogue.breaches.len())?;
        let mut leaves = Vec::with_capacity(self.header().shape.ranges() as usize);
        let mut longest = 0;
        for prefix in (0..self.header().shape.ranges()).map(Prefix) {
            let (range, first_row) = self.range_and_first_row(prefix)?;
            let sets = range.verify(prefix)?;
            verify_exposures(&sets, &catalogue).map_err(|fault| {
                FormatError::new(Section::Ranges, range.exposures_offset(), fault)
            })?;
            // The rows lead: a count that led would be taken one step beyond the last row number there can be.
            for (found, row) in range.iter(prefix).zip(first_row..) {
                postings.check(row, &sets[found?.1])?;
            }
            leaves.push(merkle::leaf(range.as_bytes()));
            longest = longest.max(range.as_bytes().len());
            progress.advance(range.rows() as u64);
        }
        self.verify_statistics(&catalogue, &postings.finish()?)?;
        self.verify_hashes(leaves)?;
        self.verify_range_bytes(longest)
    }

    fn verify_padding(&self, section: Section) -> Result<(), FormatError> {
        if self.padding_after(section).iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        Err(FormatError::new(
            section,
            self.section(section).len(),
            Fault::NotZero { what: "padding" },
        ))
    }

    fn verified_catalogue(&self) -> Result<Catalogue, FormatError> {
        let catalogue = self.catalogue()?;
        catalogue
            .check(self.header().sealed)
            .map_err(|fault| FormatError::new(Section::Catalogue, 0_u64, fault))?;
        Ok(catalogue)
    }

    fn verify_statistics(
        &self,
        catalogue: &Catalogue,
        counted: &Counts,
    ) -> Result<(), FormatError> {
        let statistics = self.statistics()?;
        let stated: BTreeMap<&BreachId, IdentifierCounts> = statistics
            .breaches
            .iter()
            .map(|(id, breach)| {
                (
                    id,
                    IdentifierCounts::stated(&breach.identifiers, &breach.recovered),
                )
            })
            .collect();
        let expected: BTreeMap<&BreachId, IdentifierCounts> = catalogue
            .breaches
            .iter()
            .map(|entry| &entry.metadata.id)
            .zip(counted.by_breach.iter().cloned())
            .collect();
        let broken = |what| {
            Err(FormatError::new(
                Section::Statistics,
                0_u64,
                Fault::Encoding { what },
            ))
        };
        let public_both = !self.header().sealed && !statistics.both_files_recovered.is_empty();
        if statistics.both_files.is_some() != self.header().sealed || public_both {
            return broken("identifiers of both files, which the sealed file alone has");
        }
        let all = IdentifierCounts::stated(&statistics.identifiers, &statistics.recovered);
        if all != counted.of_file || stated != expected {
            return broken("counts that follow from the rows");
        }
        Ok(())
    }

    fn verify_hashes(&self, leaves: Vec<Hash>) -> Result<(), FormatError> {
        let nodes = merkle::tree(leaves);
        if let Some(place) = nodes
            .iter()
            .zip(self.nodes())
            .position(|(computed, stored)| computed != stored)
        {
            return Err(FormatError::new(
                Section::Merkle,
                place * size_of::<Hash>(),
                Fault::Hash { what: "a hash" },
            ));
        }
        if nodes.last() == Some(&self.header().root) {
            return Ok(());
        }
        Err(FormatError::new(
            Section::Header,
            ROOT_OFFSET,
            Fault::Hash { what: "the root" },
        ))
    }

    fn verify_range_bytes(&self, longest: usize) -> Result<(), FormatError> {
        let path = usize::from(self.header().shape.prefix_bits()) * size_of::<Hash>();
        equal(
            u64::from(self.header().range_bytes),
            (longest + path) as u64,
            "range bytes",
        )
        .map_err(|fault| FormatError::new(Section::Header, RANGE_BYTES_OFFSET, fault))
    }
}

/// Every exposure names a breach and classes that the catalogue has.
pub(super) fn verify_exposures(sets: &[Vec<Exposure>], catalogue: &Catalogue) -> Result<(), Fault> {
    for exposure in sets.iter().flatten() {
        let known = catalogue.get(exposure.breach).is_some_and(|entry| {
            let highest = u64::BITS - exposure.classes.0.leading_zeros();
            exposure.classes != ClassSet::default() && highest as usize <= entry.classes.len()
        });
        if !known {
            return Err(Fault::Encoding {
                what: "an exposure of the catalogue's breaches and classes",
            });
        }
    }
    Ok(())
}

/// Different identifiers: those in some whole row of a dump, and those only in rejected rows.
#[derive(Clone, Default, PartialEq, Eq)]
struct IdentifierCounts {
    strict: Identifiers,
    recovered: Identifiers,
}

impl IdentifierCounts {
    fn stated(strict: &Identifiers, recovered: &Identifiers) -> Self {
        Self {
            strict: strict.clone(),
            recovered: recovered.clone(),
        }
    }

    fn count(&mut self, kind: Kind, recovered: bool) {
        let counts = match recovered {
            true => &mut self.recovered,
            false => &mut self.strict,
        };
        *counts.entry(kind).or_default() += 1;
    }
}

/// The counts of the rows themselves.
struct Counts {
    of_file: IdentifierCounts,
    by_breach: Vec<IdentifierCounts>,
}

type RemainingRows = Peekable<roaring::bitmap::IntoIter>;

/// Walks all postings in parallel with the rows.
struct PostingsCheck {
    /// Walks of the kinds that have a posting.
    kinds: Vec<(Kind, RemainingRows)>,
    breaches: Vec<RemainingRows>,
    /// Walks of the breaches that have recovered rows.
    recovered: BTreeMap<BreachOrdinal, (usize, RemainingRows)>,
    counts: Counts,
}

impl PostingsCheck {
    fn new<D: AsRef<[u8]>>(index: &Index<D>, breaches: usize) -> Result<Self, FormatError> {
        let postings = index.postings()?;
        let holders = holders(postings, breaches)?;
        let is_kind = |holder: &&Holder| matches!(holder, Holder::Kind(_));
        let kinds = holders.iter().filter(is_kind).count();
        let decoded = decoded(index.section(Section::Postings).len(), postings, &holders)?;
        let mut walks = holders
            .into_iter()
            .zip(
                decoded
                    .into_iter()
                    .map(|posting| posting.into_iter().peekable()),
            )
            .enumerate();
        let of_kind = |(_, (holder, walk)): (usize, (Holder, RemainingRows))| match holder {
            Holder::Kind(kind) => Some((kind, walk)),
            Holder::Breach(_) | Holder::Recovered(_) => None,
        };
        let kinds = walks.by_ref().take(kinds).filter_map(of_kind).collect();
        let of_breaches = walks.by_ref().take(breaches);
        let of_breaches = of_breaches.map(|(_, (_, walk))| walk).collect();
        Ok(Self {
            kinds,
            breaches: of_breaches,
            recovered: walks.filter_map(of_recovered).collect(),
            counts: Counts {
                of_file: IdentifierCounts::default(),
                by_breach: vec![IdentifierCounts::default(); breaches],
            },
        })
    }

    /// A row is in the posting of one kind and of exactly the breaches it is exposed in, and recovered of no others.
    /// That no posting holds more is seen when the walk ends: a row that was not taken stops its posting's walk.
    fn check(&mut self, row: u32, exposures: &[Exposure]) -> Result<(), FormatError> {
        let mut kinds = self.kinds.iter_mut();
        let kind = kinds.find_map(|(kind, walk)| take(walk, row).then_some(*kind));
        let kind = kind.ok_or_else(|| self.missing(row, 0, "a row of no kind"))?;
        let mut all_recovered = true;
        for exposure in exposures {
            let breach = usize::from(exposure.breach.0);
            if !take(&mut self.breaches[breach], row) {
                return Err(self.missing(
                    row,
                    self.kinds.len() + breach,
                    "a row without its breach",
                ));
            }
            let walk = self.recovered.get_mut(&exposure.breach);
            let recovered = walk.is_some_and(|(_, walk)| take(walk, row));
            all_recovered &= recovered;
            self.counts.by_breach[breach].count(kind, recovered);
        }
        self.counts.of_file.count(kind, all_recovered);
        Ok(())
    }

    fn finish(mut self) -> Result<Counts, FormatError> {
        match self.stopped(u64::MAX) {
            Some(entry) => Err(broken(entry, "a row that the ranges lack")),
            None => Ok(self.counts),
        }
    }

    /// A row is missing from the posting of `entry`, unless a surplus row stopped a posting before it.
    fn missing(&mut self, row: u32, entry: usize, what: &'static str) -> FormatError {
        match self.stopped(u64::from(row)) {
            Some(entry) => broken(entry, "a row that the ranges lack"),
            None => broken(entry, what),
        }
    }

    /// The first posting whose walk stopped before `row`: it holds a row that is not its own.
    fn stopped(&mut self, row: u64) -> Option<usize> {
        let kinds = self.kinds.iter_mut().map(|(_, walk)| walk);
        let postings = kinds.chain(&mut self.breaches).enumerate();
        let recovered = self.recovered.values_mut();
        let mut walks = postings.chain(recovered.map(|(entry, walk)| (*entry, walk)));
        walks.find_map(|(entry, walk)| {
            let next = u64::from(*walk.peek()?);
            (next < row).then_some(entry)
        })
    }
}

/// The first kinds and the breaches have a posting even if they have no rows.
const fn may_be_empty(holder: Holder) -> bool {
    match holder {
        Holder::Kind(kind) => (kind.code() as usize) < LASTING_KINDS,
        Holder::Breach(_) => true,
        Holder::Recovered(_) => false,
    }
}

/// Returns the kinds that have a posting, in order: the first ones always, the others if they occur.
fn kinds_of(postings: Postings<'_>) -> Result<Vec<Holder>, FormatError> {
    let (lasting, others) = Kind::ALL.split_at(LASTING_KINDS);
    let mut kinds: Vec<Holder> = lasting.iter().copied().map(Holder::Kind).collect();
    for kind in others.iter().copied().map(Holder::Kind) {
        if kinds.len() < postings.len() && postings.holder(kinds.len())? == kind {
            kinds.push(kind);
        }
    }
    Ok(kinds)
}

/// Decodes the postings: one for each holder, in their order, without gaps.
fn decoded(
    length: usize,
    postings: Postings<'_>,
    holders: &[Holder],
) -> Result<Vec<RoaringBitmap>, FormatError> {
    let mut expected_start = postings.bodies_start();
    let mut decoded: Vec<RoaringBitmap> = Vec::with_capacity(holders.len());
    for (entry, holder) in holders.iter().enumerate() {
        let offset = entry_offset(entry);
        if postings.holder(entry)? != *holder {
            return Err(FormatError::new(
                Section::Postings,
                offset,
                Fault::Order { what: "postings" },
            ));
        }
        let (start, body) = postings.body(entry)?;
        equal(start, expected_start, "start of a posting")
            .map_err(|fault| FormatError::new(Section::Postings, offset + 8, fault))?;
        expected_start += body.len() as u64;
        let posting = postings.posting(entry)?;
        if posting.is_empty() && !may_be_empty(*holder) {
            return Err(broken(entry, "a posting without rows that needs some"));
        }
        decoded.push(posting);
    }
    equal(length as u64, expected_start, "end of the postings")
        .map_err(|fault| FormatError::new(Section::Postings, expected_start, fault))?;
    Ok(decoded)
}

/// Returns the owners of the required postings, in order: the kinds, the breaches, and the breaches with recovered
/// rows.
fn holders(postings: Postings<'_>, breaches: usize) -> Result<Vec<Holder>, FormatError> {
    let ordinals = (0..=u16::MAX).take(breaches).map(BreachOrdinal);
    let kinds = kinds_of(postings)?.into_iter();
    let mut holders: Vec<Holder> = kinds.chain(ordinals.map(Holder::Breach)).collect();
    let fail = |fault| FormatError::new(Section::Postings, 0_u64, fault);
    let count = |got: usize, limit: usize| (got as u64, limit as u64);
    let (there, least) = count(postings.len(), holders.len());
    at_least(there, least, "number of postings").map_err(fail)?;
    at_most(there, least + breaches as u64, "number of postings").map_err(fail)?;
    for entry in holders.len()..postings.len() {
        let holder = postings.holder(entry)?;
        let is_known =
            matches!(holder, Holder::Recovered(breach) if usize::from(breach.0) < breaches);
        if !is_known || holders.last().is_some_and(|last| *last >= holder) {
            let fault = Fault::Order { what: "postings" };
            return Err(FormatError::new(
                Section::Postings,
                entry_offset(entry),
                fault,
            ));
        }
        holders.push(holder);
    }
    Ok(holders)
}

fn of_recovered(
    (entry, (holder, walk)): (usize, (Holder, RemainingRows)),
) -> Option<(BreachOrdinal, (usize, RemainingRows))> {
    match holder {
        Holder::Recovered(breach) => Some((breach, (entry, walk))),
        Holder::Kind(_) | Holder::Breach(_) => None,
    }
}

fn take(walk: &mut RemainingRows, row: u32) -> bool {
    walk.next_if_eq(&row).is_some()
}

fn broken(entry: usize, what: &'static str) -> FormatError {
    FormatError::new(
        Section::Postings,
        entry_offset(entry),
        Fault::Encoding { what },
    )
}
