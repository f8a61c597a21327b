use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::BuildError;
use super::entry::Entry;
use super::merge::Merge;
use super::run::{Run, RunWriter};

/// Most runs that are open at once; systems allow a process about a thousand files.
const MAX_RUNS: usize = 256;

/// Sorts more entries than memory holds: what fits is sorted and spilled as a run.
///
/// The files are made in `folder`, which the draft of the generation removes, whatever becomes of the build.
pub(super) struct RunSorter {
    folder: PathBuf,
    buffer: Vec<Entry>,
    capacity: usize,
    runs: Vec<Run>,
    files: usize,
    most_bytes: u64,
}

/// Everything that was sorted.
pub(super) struct Sorted {
    pub(super) runs: Vec<Run>,
    /// Bytes that all runs took at their most.
    pub(super) most_bytes: u64,
}

impl RunSorter {
    pub(super) fn new(folder: &Path, capacity: usize) -> Self {
        let capacity = capacity.max(1);
        let buffer = Vec::with_capacity(capacity);
        Self {
            folder: folder.to_owned(),
            buffer,
            capacity,
            runs: Vec::new(),
            files: 0,
            most_bytes: 0,
        }
    }

    pub(super) fn push(&mut self, entry: Entry) -> Result<(), BuildError> {
        if self.buffer.len() == self.capacity {
            self.spill()?;
        }
        self.buffer.push(entry);
        Ok(())
    }

    /// Spills what is left and gives all runs.
    pub(super) fn finish(mut self) -> Result<Sorted, BuildError> {
        self.spill()?;
        Ok(Sorted {
            runs: self.runs,
            most_bytes: self.most_bytes,
        })
    }

    fn spill(&mut self) -> Result<(), BuildError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        if self.runs.len() == MAX_RUNS {
            self.merge_runs()?;
        }
        self.buffer.par_sort_unstable();
        // A household's number met twenty times with the same columns filled is one entry.
        self.buffer.dedup();
        let mut writer = self.new_run()?;
        for entry in self.buffer.drain(..) {
            writer.push(entry)?;
        }
        self.add(writer.finish()?);
        Ok(())
    }

    /// Makes one run of all, through the smallest buffers, since the memory is in use.
    fn merge_runs(&mut self) -> Result<(), BuildError> {
        let mut writer = self.new_run()?;
        let mut merge = Merge::new(&mut self.runs, 0)?;
        while let Some(entry) = merge.next()? {
            writer.push(entry)?;
        }
        drop(merge);
        self.add(writer.finish()?);
        self.runs.drain(..MAX_RUNS);
        Ok(())
    }

    fn add(&mut self, run: Run) {
        self.runs.push(run);
        self.most_bytes = self.most_bytes.max(self.runs.iter().map(Run::bytes).sum());
    }

    fn new_run(&mut self) -> io::Result<RunWriter> {
        self.files += 1;
        RunWriter::create(&self.folder.join(format!("run-{}", self.files)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::build::exposures::ExposureNumber;
    use crate::oprf::Tag;

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
            let mut merge = Merge::new(&mut runs, 1 << 20).expect("a merge");
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
        let outcome = Merge::new(&mut runs, 1 << 20).map(drop);
        assert!(matches!(outcome, Err(BuildError::DamagedRun)));
    }
}
