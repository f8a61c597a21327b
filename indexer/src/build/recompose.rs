//! Generations that are made from others, without dumps and without the key of the tags.

use std::time::Instant;

use exposure_index::breach::{BreachId, Metadata};
use exposure_index::generation::{GenerationError, IndexDirectory, Lock};
use exposure_index::interrupt::Interrupt;
use exposure_index::oprf::{KeyId, OfflineKey, Tag};

use super::base::Base;
use super::made::{Made, Operation, Origin};
use super::pairs::PairStock;
use super::pipeline::{Force, Summary, check_key};
use super::publish::{Generation, Stock};
use super::report::Report;
use super::roster::Roster;
use super::{BuildError, Progress};
use crate::erasure::{Erasures, carry_over};

/// Who learns how far it is, and who may wish that it stop.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Learns how far it is.
    pub progress: &'a Progress,
    /// A wish to stop.
    pub interrupt: &'a Interrupt,
    /// Whether the new generation becomes current at once.
    pub force: Force,
}

/// Takes breaches out of the current generation: what is published is what a build without them would have given.
///
/// Time: O(rows).
///
/// # Errors
/// [`BuildError`], among others if one is not there; the current generation stays then.
pub fn remove(
    directory: &IndexDirectory,
    offline: Option<&OfflineKey>,
    breaches: &[BreachId],
    watch: Watch<'_>,
) -> Result<Summary, BuildError> {
    let (lock, base) = Base::in_force(directory, offline)?;
    let mut roster = base.roster()?;
    for breach in breaches {
        roster.remove(breach).ok_or_else(|| BuildError::NotThere {
            breach: breach.clone(),
        })?;
    }
    let made = Made {
        left_out: breaches.to_vec(),
        ..Made::from_base(Operation::Remove, &base)
    };
    Recomposition::of((&base, offline), &lock, made, roster, watch).publish()
}

/// Replaces what is known about breaches in the current generation. Rows of one that becomes sensitive, or is so no
/// longer, move to the other file.
///
/// Time: O(rows).
///
/// # Errors
/// [`BuildError`], among others if one is not there; the current generation stays then.
pub fn update_metadata(
    directory: &IndexDirectory,
    offline: Option<&OfflineKey>,
    breaches: &[Metadata],
    watch: Watch<'_>,
) -> Result<Summary, BuildError> {
    let (lock, base) = Base::in_force(directory, offline)?;
    let mut roster = base.roster()?;
    for metadata in breaches {
        let member = roster.get_mut(&metadata.id);
        let member = member.ok_or_else(|| BuildError::NotThere {
            breach: metadata.id.clone(),
        })?;
        member.entry.metadata = metadata.clone();
    }
    let ids = breaches.iter().map(|metadata| metadata.id.clone());
    let made = Made {
        renewed: ids.collect(),
        ..Made::from_base(Operation::Update, &base)
    };
    Recomposition::of((&base, offline), &lock, made, roster, watch).publish()
}

/// Whether the same breach may be in several of the indexes that are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// It may not: it would have been built twice.
    Refused,
    /// It may: each index has a part of its dump.
    United,
}

/// What a merge did.
pub struct Merged {
    /// The generation of all.
    pub summary: Summary,
    /// Tombstones of the others that hold for this generation alone, since only the key could put them to those of the
    /// directory.
    pub tombstones_left: usize,
}

/// Merges the current generations of other index directories into that of `directory`, which may have none. What is
/// published is what a build of all their breaches would have given. If the directory has no tombstones, it takes over those
/// of another one.
///
/// Time: O(rows) of all.
///
/// # Errors
/// [`BuildError`], among others if they were made with different keys; the current generation stays then.
pub fn merge(
    directory: &IndexDirectory,
    offline: Option<&OfflineKey>,
    others: &[IndexDirectory],
    parts: Parts,
    watch: Watch<'_>,
) -> Result<Merged, BuildError> {
    let merged = others.iter().map(|other| Base::current(other, offline));
    let merged = merged.collect::<Result<Vec<_>, _>>()?;
    let lock = directory.lock()?;
    let base = match Base::current(directory, offline) {
        Err(BuildError::Generation(GenerationError::Empty { .. })) => None,
        base => Some(base?),
    };
    let made = match &base {
        Some(base) => Made::from_base(Operation::Merge, base),
        None => Made::by(Operation::Merge),
    };
    let origins = merged.iter().map(Origin::of).collect();
    let bases: Vec<Base> = base.into_iter().chain(merged).collect();
    let Some(first) = bases.first() else {
        return Err(BuildError::NothingToMerge);
    };
    for (place, other) in bases.iter().enumerate() {
        check_key(first.key_id(), other.key_id())?;
        let generation = other.generation();
        if bases[..place]
            .iter()
            .any(|one| one.generation() == generation)
        {
            return Err(BuildError::SameTwice { generation });
        }
    }
    let roster = merged_roster(&bases, parts)?;
    // When nothing can refuse the merge any more, and before it is published: a process that is killed in between must not
    // leave an index that has lost them.
    let tombstones_left = carry_over(directory, &lock, others, (first.key_id(), offline))?;
    let recomposition = Recomposition {
        directory,
        lock: &lock,
        made: Made {
            merged: origins,
            ..made
        },
        roster,
        bases: &bases,
        offline,
        watch,
    };
    Ok(Merged {
        summary: recomposition.publish()?,
        tombstones_left,
    })
}

/// The breaches of all generations.
fn merged_roster(bases: &[Base], parts: Parts) -> Result<Roster, BuildError> {
    let mut roster = Roster::default();
    for base in bases {
        for member in base.roster()?.members() {
            match roster.get_mut(member.id()) {
                None => roster.insert(member.clone())?,
                Some(there) if parts == Parts::United => there.unite(member)?,
                Some(there) => {
                    let breach = there.id().clone();
                    return Err(BuildError::InSeveral { breach });
                }
            }
        }
    }
    Ok(roster)
}

/// A generation that is made from others.
pub(super) struct Recomposition<'a> {
    pub(super) directory: &'a IndexDirectory,
    pub(super) lock: &'a Lock,
    pub(super) made: Made,
    pub(super) roster: Roster,
    /// At least one. The first gives the key and how many rows a range has.
    pub(super) bases: &'a [Base],
    /// The key of sealed files and tombstones, needed if there are any.
    pub(super) offline: Option<&'a OfflineKey>,
    pub(super) watch: Watch<'a>,
}

impl<'a> Recomposition<'a> {
    /// What becomes of one generation, in its own directory.
    pub(super) fn of(
        (base, offline): (&'a Base, Option<&'a OfflineKey>),
        lock: &'a Lock,
        made: Made,
        roster: Roster,
        watch: Watch<'a>,
    ) -> Self {
        Self {
            directory: &base.directory,
            lock,
            made,
            roster,
            bases: std::slice::from_ref(base),
            offline,
            watch,
        }
    }

    pub(super) fn publish(mut self) -> Result<Summary, BuildError> {
        let begun = Instant::now();
        let first = self.bases.first().ok_or(BuildError::NothingToMerge)?;
        let (erased, count) = self.erased(first.key_id())?;
        self.made.erased = count;
        let draft = self.directory.draft(self.lock)?;
        let mut stock = Stock::default();
        for base in self.bases {
            stock.files.extend(base.stock(&self.roster, |_| false)?);
        }
        stock.pairs = PairStock::of_bases(self.bases);
        let written = Generation {
            draft: &draft,
            key_id: first.key_id(),
            offline: self.offline,
            range_rows: first.range_rows(),
            roster: &self.roster,
            stock,
            erased: &erased,
            merge_bytes: 0,
            progress: self.watch.progress,
            interrupt: self.watch.interrupt,
        }
        .write()?;
        Report {
            made: self.made,
            reading: None,
            roster: &self.roster,
            written,
            begun,
        }
        .publish(draft, self.watch.force)
    }

    /// The tags that must not be found, in this directory and in those that are merged into it, and how many
    /// identifiers are erased in this one.
    fn erased(&self, key_id: KeyId) -> Result<(Vec<Tag>, u64), BuildError> {
        let own = Erasures::load(self.directory.path(), key_id, self.offline)?;
        // What was never evaluated under this key cannot have come from this directory.
        let count = own.as_ref().map_or(0, Erasures::untagged);
        if count > 0 && self.made.by == Operation::Merge {
            return Err(BuildError::Untagged { count });
        }
        let count = own.as_ref().map_or(0, |own| own.len() as u64);
        let mut tags = own.map_or_else(Vec::new, |own| own.tags());
        for base in self.bases {
            let theirs = Erasures::load(base.directory.path(), key_id, self.offline)?;
            tags.extend(theirs.map_or_else(Vec::new, |theirs| theirs.tags()));
        }
        tags.sort_unstable();
        tags.dedup();
        Ok((tags, count))
    }
}
