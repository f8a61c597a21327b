//! How often was each password met, and which may be listed? From dumps to a file of
//! [`passwords`](exposure_index::passwords).
//!
//! ```text
//! ingest ─► passwords ─► refused or hashed ─► sealed ─► sorted runs ─► counted ─► frequent ones opened ─► sorted ─► file
//! ```
//!
//! Which passwords are common is known only at the end. Until then each is written only sealed under a key that
//! this process alone has, so that a finder of the temporary files of a killed run learns how many passwords
//! there were and how often each was met, but not which.

mod draft;
mod error;
mod identifying;
mod read;
mod sealed;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use exposure_index::breach::BreachId;
use exposure_index::passwords::PasswordsWriter;
use exposure_index::progress::Cancel;
use jiff::Timestamp;

use self::draft::Draft;
use self::read::{PasswordSink, read_all};
use self::sealed::{Kept, Seal, SealedCount};
use crate::builder::operations::from_dumps::check_filled_in;
use crate::builder::sort::kway_merge::KWayMerge;
use crate::builder::sort::run::Run;
use crate::builder::sort::sorter::RunSorter;
use crate::builder::{BuildError, BuildProgress, Memory, Share, Stage};
use crate::ingest::{Breach, ReadOptions};

pub(crate) use self::error::PasswordBuildError;
pub(crate) use self::read::BreachPasswords;

/// Options of counting passwords.
#[derive(Clone, Debug)]
pub(crate) struct PasswordOptions {
    /// Options of reading dumps. Rejected rows are not searched for passwords, whatever they say.
    pub reading: ReadOptions,
    /// The memory to use.
    pub memory: Memory,
    /// The share of a breach's rows that may be unreadable.
    pub max_rejects: Share,
    /// Minimum number of occurrences of a password over all breaches to be kept; at least
    /// [`MIN_COUNT`](exposure_index::passwords::MIN_COUNT).
    pub min_count: u32,
    /// Requests that it stop.
    pub cancel: Cancel,
}

/// Result of counting passwords.
#[derive(Debug)]
pub(crate) struct PasswordSummary {
    /// Counts of each breach that was read.
    pub breaches: Vec<(BreachId, BreachPasswords)>,
    /// Breaches that were not read because they are sensitive: it is not revealed that a password was used there.
    pub sensitive: Vec<BreachId>,
    /// Breaches without a column that is marked as holding passwords.
    pub without: Vec<BreachId>,
    /// Different passwords among those that may be listed.
    pub different: u64,
    /// Those among them that were met often enough, which the file holds.
    pub kept: u64,
}

/// Counts the passwords of the breaches that are not sensitive and have columns of them, and writes those that were met
/// often to a new file, which replaces an older one in one step. If that fails, the older one stays.
///
/// The options bound the memory; on the disk, sealed passwords take at most 40 bytes each.
///
/// # Errors
/// [`PasswordBuildError`] if there is no such breach, one looks misread, or something cannot be read or written.
pub(crate) fn build_passwords(
    breaches: &[Breach],
    output: &Path,
    options: &PasswordOptions,
    progress: &BuildProgress,
) -> Result<PasswordSummary, PasswordBuildError> {
    options.memory.check()?;
    // A draft does not say yet whether it is sensitive.
    check_filled_in(breaches)?;
    let (sensitive, open): (Vec<&Breach>, Vec<&Breach>) = breaches
        .iter()
        .partition(|breach| breach.metadata.sensitive);
    let alone = open.iter().map(|breach| breach.passwords_alone());
    let with: Vec<Breach> = alone.clone().flatten().collect();
    if with.is_empty() {
        return Err(PasswordBuildError::NoPasswordColumns);
    }
    let without = open.iter().zip(alone).filter(|(_, with)| with.is_none());
    let mut summary = PasswordSummary {
        breaches: Vec::with_capacity(with.len()),
        sensitive: sensitive.into_iter().map(id).collect(),
        without: without.map(|(breach, _)| id(breach)).collect(),
        different: 0,
        kept: 0,
    };
    let draft = Draft::begin(output)?;
    let counting = PasswordCounter {
        options,
        progress,
        draft: &draft,
    };
    counting.run(&with, &mut summary)?;
    draft.publish()?;
    Ok(summary)
}

fn id(breach: &Breach) -> BreachId {
    breach.metadata.id.clone()
}

/// Counts passwords and writes the file.
struct PasswordCounter<'a> {
    options: &'a PasswordOptions,
    progress: &'a BuildProgress,
    draft: &'a Draft,
}

impl PasswordCounter<'_> {
    fn run(
        &self,
        breaches: &[Breach],
        summary: &mut PasswordSummary,
    ) -> Result<(), PasswordBuildError> {
        let memory = self.options.memory;
        let capacity = memory.sorted_passwords(size_of::<SealedCount>());
        let mut sink = PasswordSink::new(
            Seal::new()?,
            &self.draft.runs("sealed")?,
            capacity,
            self.progress,
        );
        summary.breaches = read_all(breaches, self.options, &mut sink)?;
        let (mut seal, mut runs) = sink.finish()?;
        let (different, mut kept) = self.count(&mut runs, &mut seal)?;
        runs.into_iter().for_each(Run::remove);
        summary.different = different;
        summary.kept = self.write(&mut kept)?;
        Ok(())
    }

    /// Returns the number of different passwords, and those that were met often, in the order of their hashes.
    fn count(
        &self,
        runs: &mut [Run<SealedCount>],
        seal: &mut Seal,
    ) -> Result<(u64, Vec<Run<Kept>>), BuildError> {
        let entries = runs.iter().map(Run::entries).sum();
        self.progress.begin(Stage::CountingPasswords, entries);
        let memory = self.options.memory;
        let capacity = memory.sorted_passwords(size_of::<Kept>());
        let mut kept = RunSorter::new(&self.draft.runs("kept")?, capacity);
        let mut merge = KWayMerge::new(runs, memory.merge_bytes())?;
        let mut different = 0;
        while let Some(password) = merge.next()? {
            self.options.cancel.check()?;
            self.progress.advance(1);
            different += 1;
            if password.count >= self.options.min_count {
                kept.push(seal.open(password)?)?;
            }
        }
        Ok((different, kept.finish()?.runs))
    }

    /// Writes the file and returns the number of passwords in it.
    fn write(&self, kept: &mut [Run<Kept>]) -> Result<u64, PasswordBuildError> {
        let file = BufWriter::with_capacity(1 << 20, self.draft.create()?);
        let mut writer = PasswordsWriter::new(file, self.options.min_count)?;
        let mut merge = KWayMerge::new(kept, self.options.memory.merge_bytes())?;
        let mut written = 0;
        while let Some(Kept { hash, count }) = merge.next()? {
            self.options.cancel.check()?;
            writer.push(hash, count)?;
            written += 1;
        }
        let file: BufWriter<File> = writer.finish(Timestamp::now().as_second())?;
        let file = file
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)?;
        exposure_index::durable::sync_file(&file)?;
        Ok(written)
    }
}
