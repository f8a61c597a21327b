//! How are more entries sorted than fit in memory? In runs on the disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::entry::Entry;
use super::kway_merge::KWayMerge;
use super::record::Record;
use super::run::{Run, RunWriter};
use crate::builder::journal::{Checkpoint, RunFile};
use crate::builder::{BuildError, ResumeError};

/// Maximum number of runs that are open at once; systems allow a process about a thousand files.
const MAX_RUNS: usize = 256;

/// Prefix of the names of runs; a number follows.
const RUN_PREFIX: &str = "run-";

/// Sorts more records than memory holds: what fits is sorted and spilled as a run.
///
/// The files are made in `folder`, which the draft of the generation removes at its end.
pub(crate) struct RunSorter<R = Entry> {
    folder: PathBuf,
    buffer: Vec<R>,
    capacity: usize,
    runs: Vec<Run<R>>,
    /// Runs that were merged into another; kept until they can no longer be needed.
    replaced: Vec<Run<R>>,
    files: u64,
    most_bytes: u64,
}

/// The sorted runs.
pub(crate) struct SortedRuns<R = Entry> {
    pub(crate) runs: Vec<Run<R>>,
    /// Largest size of all runs, in bytes.
    pub(crate) most_bytes: u64,
}

impl<R: Record> RunSorter<R> {
    pub(crate) fn new(folder: &Path, capacity: usize) -> Self {
        let capacity = capacity.max(1);
        let buffer = Vec::with_capacity(capacity);
        Self {
            folder: folder.to_owned(),
            buffer,
            capacity,
            runs: Vec::new(),
            replaced: Vec::new(),
            files: 0,
            most_bytes: 0,
        }
    }

    /// Resumes with the runs of a checkpoint; other runs in the folder are removed.
    pub(crate) fn take_up(&mut self, done: &Checkpoint) -> Result<(), BuildError> {
        remove_others(&self.folder, &done.runs)?;
        for listed in &done.runs {
            let number = run_number(&listed.name).ok_or(ResumeError::DamagedRun)?;
            self.files = self.files.max(number);
            let path = self.folder.join(&listed.name);
            self.add(Run::open(&path, listed.entries)?);
        }
        self.most_bytes = self.most_bytes.max(done.temporary_bytes);
        Ok(())
    }

    pub(crate) fn push(&mut self, record: R) -> Result<(), BuildError> {
        if self.buffer.len() == self.capacity {
            self.spill()?;
        }
        self.buffer.push(record);
        Ok(())
    }

    /// Returns the number of records that can be pushed before something is spilled.
    pub(crate) const fn room(&self) -> usize {
        self.capacity - self.buffer.len()
    }

    /// Returns the runs spilled so far.
    pub(crate) fn runs(&self) -> &[Run<R>] {
        &self.runs
    }

    pub(crate) const fn most_bytes(&self) -> u64 {
        self.most_bytes
    }

    /// Removes the runs that were merged into others.
    pub(crate) fn remove_replaced(&mut self) {
        self.replaced.drain(..).for_each(Run::remove);
    }

    /// Spills what is left and returns all runs.
    pub(crate) fn finish(mut self) -> Result<SortedRuns<R>, BuildError> {
        self.spill()?;
        self.remove_replaced();
        Ok(SortedRuns {
            runs: self.runs,
            most_bytes: self.most_bytes,
        })
    }

    /// Writes a run of everything that was pushed since the last one.
    pub(crate) fn spill(&mut self) -> Result<(), BuildError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        if self.runs.len() == MAX_RUNS {
            self.merge_runs()?;
        }
        self.buffer.par_sort_unstable();
        self.buffer.dedup_by(|next, record| record.absorbs(next));
        let mut writer = self.new_run()?;
        for record in self.buffer.drain(..) {
            writer.push(record)?;
        }
        self.add(writer.finish()?);
        Ok(())
    }

    /// Merges all runs into one, through the smallest buffers, since the memory is in use.
    fn merge_runs(&mut self) -> Result<(), BuildError> {
        let mut writer = self.new_run()?;
        let mut merge = KWayMerge::new(&mut self.runs, 0)?;
        while let Some(record) = merge.next()? {
            writer.push(record)?;
        }
        drop(merge);
        self.add(writer.finish()?);
        self.replaced.extend(self.runs.drain(..MAX_RUNS));
        Ok(())
    }

    fn add(&mut self, run: Run<R>) {
        self.runs.push(run);
        let bytes = self.runs.iter().chain(&self.replaced).map(Run::bytes);
        self.most_bytes = self.most_bytes.max(bytes.sum());
    }

    fn new_run(&mut self) -> io::Result<RunWriter<R>> {
        self.files += 1;
        let name = format!("{RUN_PREFIX}{}", self.files);
        RunWriter::create(&self.folder.join(name))
    }
}

fn run_number(name: &str) -> Option<u64> {
    name.strip_prefix(RUN_PREFIX)?.parse().ok()
}

/// Removes all runs in a folder except these.
fn remove_others(folder: &Path, runs: &[RunFile]) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        let is_kept = runs.iter().any(|kept| kept.name == name);
        if run_number(&name).is_some() && !is_kept {
            fs::remove_file(folder.join(&*name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use exposure_index::oprf::Tag;
    use proptest::prelude::*;

    use super::*;
    use crate::builder::exposures::ExposureNumber;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn entries_come_out_sorted_and_each_once(
            pairs in prop::collection::vec((0_u64..500, 0_u32..3), 0..2_000),
            capacity in 1_usize..300,
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let mut sorter = RunSorter::new(folder.path(), capacity);
            let mut expected: Vec<(u64, u32)> = pairs.clone();
            for (tag, exposure) in pairs {
                sorter.push(Entry { tag: Tag(tag), exposure: ExposureNumber(exposure) }).expect("pushed");
            }
            let mut runs = sorter.finish().expect("spilled").runs;
            let mut merge = KWayMerge::new(&mut runs, 1 << 20).expect("a merge");
            let mut sorted = Vec::new();
            while let Some(entry) = merge.next().expect("read") {
                sorted.push((entry.tag.0, entry.exposure.0));
            }
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(sorted, expected);
        }
    }

    #[test]
    fn a_damaged_run_is_noticed() {
        use std::fs::File;
        use std::io::{Seek, SeekFrom, Write};

        let folder = tempfile::tempdir().expect("a folder");
        let mut sorter = RunSorter::new(folder.path(), 10);
        for tag in 0..10 {
            sorter
                .push(Entry {
                    tag: Tag(tag),
                    exposure: ExposureNumber(0),
                })
                .expect("pushed");
        }
        let mut runs = sorter.finish().expect("spilled").runs;
        let mut file = File::options()
            .write(true)
            .open(folder.path().join("run-1"))
            .expect("opened");
        file.seek(SeekFrom::Start(40)).expect("sought");
        file.write_all(&[0xff]).expect("written");
        let outcome = KWayMerge::new(&mut runs, 1 << 20).map(drop);
        assert!(matches!(
            outcome,
            Err(BuildError::Resume(ResumeError::DamagedRun))
        ));
    }
}
