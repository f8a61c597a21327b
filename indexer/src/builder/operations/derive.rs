//! Generations that are made from others, without dumps and without the key of the tags.

use std::time::Instant;

use exposure_index::breach::{BreachId, Metadata};
use exposure_index::generation::{GenerationError, IndexDirectory, Lock};
use exposure_index::oprf::{KeyId, OfflineKey, Tag};
use exposure_index::progress::Cancel;

use super::from_dumps::{Activation, Summary, check_key};
use crate::builder::compose::base::Base;
use crate::builder::compose::breach_list::BreachList;
use crate::builder::compose::writer::{Generation, RowSources};
use crate::builder::history::{History, Operation, SourceGeneration};
use crate::builder::pairs::PairSources;
use crate::builder::report::Report;
use crate::builder::{BreachListError, BuildError, BuildProgress, MergeError};
use crate::erasure::{Erasures, carry_over};
use crate::ingest::today;

/// Progress, cancellation and activation of an operation.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Receives the progress.
    pub progress: &'a BuildProgress,
    /// Requests that it stop.
    pub cancel: &'a Cancel,
    /// Whether the new generation becomes current at once.
    pub activation: Activation,
}

/// Removes breaches from the current generation: the published result is what a build without them would have given.
///
/// Time: O(rows).
///
/// # Errors
/// [`BuildError`], among others if a breach is not in the index; the current generation then stays.
pub fn remove(
    directory: &IndexDirectory,
    offline: Option<&OfflineKey>,
    breaches: &[BreachId],
    watch: Watch<'_>,
) -> Result<Summary, BuildError> {
    let (lock, base) = Base::lock_current(directory, offline)?;
    let mut breach_list = base.breach_list()?;
    for breach in breaches {
        breach_list
            .remove(breach)
            .ok_or_else(|| BreachListError::NotThere {
                breach: breach.clone(),
            })?;
    }
    let history = History {
        left_out: breaches.to_vec(),
        ..History::from_base(Operation::Remove, &base)
    };
    DerivedBuild::of(&base, offline, &lock, history, breach_list, watch).publish()
}

/// Replaces the metadata of breaches in the current generation. Rows of one that becomes sensitive, or is no
/// longer so, move to the other file.
///
/// Time: O(rows).
///
/// # Errors
/// [`BuildError`], among others if a breach is not in the index; the current generation then stays.
pub fn update_metadata(
    directory: &IndexDirectory,
    offline: Option<&OfflineKey>,
    breaches: &[Metadata],
    watch: Watch<'_>,
) -> Result<Summary, BuildError> {
    let (lock, base) = Base::lock_current(directory, offline)?;
    let mut breach_list = base.breach_list()?;
    for metadata in breaches {
        let member = breach_list.get_mut(&metadata.id);
        let member = member.ok_or_else(|| BreachListError::NotThere {
            breach: metadata.id.clone(),
        })?;
        member.entry.metadata = metadata.clone();
    }
    let ids = breaches.iter().map(|metadata| metadata.id.clone());
    let history = History {
        renewed: ids.collect(),
        ..History::from_base(Operation::Update, &base)
    };
    DerivedBuild::of(&base, offline, &lock, history, breach_list, watch).publish()
}

/// Whether the same breach may be in several of the indexes that are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// No: it would have been built twice.
    Refused,
    /// Yes: each index has a part of its dump.
    United,
}

/// Result of a merge.
pub struct MergeSummary {
    /// Summary of the merged generation.
    pub summary: Summary,
    /// Tombstones of the others that hold for this generation alone, since only the key could add them to those of the
    /// directory.
    pub tombstones_left: usize,
}

/// Merges the current generations of other index directories into that of `directory`, which may have none. The
/// published result is what a build of all their breaches would have given. If the directory has no tombstones, it
/// takes over those of another one.
///
/// Time: O(rows) of all.
///
/// # Errors
/// [`BuildError`], among others if they were made with different keys; the current generation then stays.
pub fn merge(
    directory: &IndexDirectory,
    offline: Option<&OfflineKey>,
    others: &[IndexDirectory],
    parts: Parts,
    watch: Watch<'_>,
) -> Result<MergeSummary, BuildError> {
    let merged = others.iter().map(|other| Base::current(other, offline));
    let merged = merged.collect::<Result<Vec<_>, _>>()?;
    let lock = directory.lock()?;
    let base = match Base::current(directory, offline) {
        Err(BuildError::Generation(GenerationError::Empty { .. })) => None,
        base => Some(base?),
    };
    let history = match &base {
        Some(base) => History::from_base(Operation::Merge, base),
        None => History::by(Operation::Merge),
    };
    let origins = merged.iter().map(SourceGeneration::of).collect();
    let bases: Vec<Base> = base.into_iter().chain(merged).collect();
    let Some(first) = bases.first() else {
        return Err(MergeError::NothingToMerge.into());
    };
    for (place, other) in bases.iter().enumerate() {
        check_key(first.key_id(), other.key_id())?;
        let generation = other.generation();
        if bases[..place]
            .iter()
            .any(|one| one.generation() == generation)
        {
            return Err(MergeError::SameTwice { generation }.into());
        }
    }
    let breach_list = merged_list(&bases, parts)?;
    // When nothing can refuse the merge any more, and before it is published: a process that is killed in between must
    // not leave an index that has lost them.
    let tombstones_left = carry_over(directory, &lock, others, first.key_id(), offline)?;
    let recomposition = DerivedBuild {
        directory,
        lock: &lock,
        history: History {
            merged: origins,
            ..history
        },
        breach_list,
        bases: &bases,
        offline,
        watch,
    };
    Ok(MergeSummary {
        summary: recomposition.publish()?,
        tombstones_left,
    })
}

/// Returns the breaches of all generations.
fn merged_list(bases: &[Base], parts: Parts) -> Result<BreachList, BuildError> {
    let mut breach_list = BreachList::default();
    for base in bases {
        for member in base.breach_list()?.members() {
            match breach_list.get_mut(member.id()) {
                None => breach_list.insert(member.clone())?,
                Some(there) if parts == Parts::United => there.unite(member)?,
                Some(there) => {
                    let breach = there.id().clone();
                    return Err(MergeError::InSeveral { breach }.into());
                }
            }
        }
    }
    Ok(breach_list)
}

/// A generation that is made from others.
pub(crate) struct DerivedBuild<'a> {
    pub(crate) directory: &'a IndexDirectory,
    pub(crate) lock: &'a Lock,
    pub(crate) history: History,
    pub(crate) breach_list: BreachList,
    /// At least one. The first gives the key and the rows per range.
    pub(crate) bases: &'a [Base],
    /// The key of sealed files and tombstones, needed if there are any.
    pub(crate) offline: Option<&'a OfflineKey>,
    pub(crate) watch: Watch<'a>,
}

impl<'a> DerivedBuild<'a> {
    /// Derives from one generation, in its own directory.
    pub(crate) fn of(
        base: &'a Base,
        offline: Option<&'a OfflineKey>,
        lock: &'a Lock,
        history: History,
        breach_list: BreachList,
        watch: Watch<'a>,
    ) -> Self {
        Self {
            directory: &base.directory,
            lock,
            history,
            breach_list,
            bases: std::slice::from_ref(base),
            offline,
            watch,
        }
    }

    pub(crate) fn publish(mut self) -> Result<Summary, BuildError> {
        let begun = Instant::now();
        let first = self.bases.first().ok_or(MergeError::NothingToMerge)?;
        let (erased, count) = self.erased(first.key_id())?;
        self.history.erased = count;
        self.breach_list.expire(today());
        let draft = self.directory.draft(self.lock)?;
        let mut row_sources = RowSources::default();
        for base in self.bases {
            row_sources
                .files
                .extend(base.row_sources(&self.breach_list, |_| false)?);
        }
        row_sources.pairs = PairSources::of_bases(self.bases);
        let written = Generation {
            draft: &draft,
            key_id: first.key_id(),
            offline: self.offline,
            range_rows: first.range_rows(),
            breach_list: &self.breach_list,
            row_sources,
            erased: &erased,
            merge_bytes: 0,
            progress: self.watch.progress,
            cancel: self.watch.cancel,
        }
        .write()?;
        Report {
            history: self.history,
            reading: None,
            breach_list: &self.breach_list,
            written,
            begun,
        }
        .publish(draft, self.watch.activation)
    }

    /// Returns the tags that must not be found, in this directory and in those that are merged into it, and how many
    /// identifiers are erased in this one.
    fn erased(&self, key_id: KeyId) -> Result<(Vec<Tag>, u64), BuildError> {
        let own = Erasures::load(self.directory.path(), key_id, self.offline)?;
        // What was never evaluated under this key cannot have come from this directory.
        let count = own.as_ref().map_or(0, Erasures::untagged);
        if count > 0 && self.history.by == Operation::Merge {
            return Err(MergeError::Untagged { count }.into());
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
