use std::fs::File;
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
    merge_bytes: usize,
    runs: Vec<Run>,
    files: usize,
}

impl RunSorter {
    pub(super) fn new(folder: &Path, capacity: usize, merge_bytes: usize) -> Self {
        let capacity = capacity.max(1);
        let buffer = Vec::with_capacity(capacity);
        Self {
            folder: folder.to_owned(),
            buffer,
            capacity,
            merge_bytes,
            runs: Vec::new(),
            files: 0,
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
    pub(super) fn finish(mut self) -> Result<Vec<Run>, BuildError> {
        self.spill()?;
        Ok(self.runs)
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
        let mut writer = RunWriter::new(self.new_file()?);
        for entry in self.buffer.drain(..) {
            writer.push(entry)?;
        }
        self.runs.push(writer.finish()?);
        Ok(())
    }

    /// Makes one run of all.
    fn merge_runs(&mut self) -> Result<(), BuildError> {
        let mut writer = RunWriter::new(self.new_file()?);
        let mut merge = Merge::new(&mut self.runs, self.merge_bytes)?;
        while let Some(entry) = merge.next()? {
            writer.push(entry)?;
        }
        drop(merge);
        self.runs = vec![writer.finish()?];
        Ok(())
    }

    fn new_file(&mut self) -> io::Result<File> {
        let path = self.folder.join(format!("run-{}", self.files));
        self.files += 1;
        File::options()
            .create_new(true)
            .read(true)
            .write(true)
            .open(path)
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
            let mut sorter = RunSorter::new(folder.path(), capacity, 1 << 20);
            let mut expected: Vec<(u64, u32)> = pairs.clone();
            for (tag, exposure) in pairs {
                sorter.push(Entry { tag: Tag(tag), exposure: ExposureNumber(exposure) }).expect("pushed");
            }
            let mut runs = sorter.finish().expect("spilled");
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
        use std::io::{Seek, SeekFrom, Write};

        let folder = tempfile::tempdir().expect("a folder");
        let mut sorter = RunSorter::new(folder.path(), 10, 1 << 20);
        for tag in 0..10 {
            sorter
                .push(Entry {
                    tag: Tag(tag),
                    exposure: ExposureNumber(0),
                })
                .expect("pushed");
        }
        let mut runs = sorter.finish().expect("spilled");
        let mut file = File::options()
            .write(true)
            .open(folder.path().join("run-0"))
            .expect("opened");
        file.seek(SeekFrom::Start(40)).expect("sought");
        file.write_all(&[0xff]).expect("written");
        let outcome = Merge::new(&mut runs, 1 << 20).map(drop);
        assert!(matches!(outcome, Err(BuildError::DamagedRun)));
    }
}
