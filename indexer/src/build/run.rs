use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::BuildError;
use super::entry::Entry;
use crate::durable;

/// Entries in a block, which is checked as a whole: 48 KiB.
const BLOCK_ENTRIES: usize = 4096;
const BLOCK_LENGTH: usize = BLOCK_ENTRIES * Entry::LENGTH;
const CHECKSUM_LENGTH: usize = 8;

/// A sorted run on the disk: blocks of entries, each followed by its XXH3. It lies in the draft's folder for temporary
/// files and goes with that, unless it is [removed](Run::remove) before.
pub(super) struct Run {
    path: PathBuf,
    file: File,
    entries: u64,
}

impl Run {
    /// Opens a run of so many entries that another process wrote. One that is not as long as that was damaged; what is
    /// in it is checked when it is read.
    pub(super) fn open(path: &Path, entries: u64) -> Result<Self, BuildError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BuildError::DamagedRun);
            }
            Err(error) => return Err(error.into()),
        };
        let path = path.to_owned();
        let run = Self {
            path,
            file,
            entries,
        };
        if run.file.metadata()?.len() == run.bytes() {
            Ok(run)
        } else {
            Err(BuildError::DamagedRun)
        }
    }

    /// The file's name.
    pub(super) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Removes the file; what cannot be removed goes with the draft's folder.
    pub(super) fn remove(self) {
        let _ = fs::remove_file(&self.path);
    }

    /// Bytes on the disk.
    pub(super) const fn bytes(&self) -> u64 {
        let blocks = self.entries.div_ceil(BLOCK_ENTRIES as u64);
        self.entries * Entry::LENGTH as u64 + blocks * CHECKSUM_LENGTH as u64
    }

    pub(super) const fn entries(&self) -> u64 {
        self.entries
    }

    /// Reads the run from its beginning, through a buffer of about `buffer` bytes.
    pub(super) fn read(&mut self, buffer: usize) -> io::Result<RunReader<'_>> {
        self.file.seek(SeekFrom::Start(0))?;
        let file = io::BufReader::with_capacity(buffer.max(BLOCK_LENGTH), &self.file);
        Ok(RunReader {
            file,
            left: self.entries,
            block: Vec::new(),
            place: 0,
        })
    }
}

/// Writes entries, which come in ascending order, as a run.
pub(super) struct RunWriter {
    path: PathBuf,
    file: io::BufWriter<File>,
    block: Vec<u8>,
    entries: u64,
}

impl RunWriter {
    /// Begins a run in a new file.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let file = File::options()
            .create_new(true)
            .read(true)
            .write(true)
            .open(path)?;
        let file = io::BufWriter::with_capacity(1 << 20, file);
        Ok(Self {
            path: path.to_owned(),
            file,
            block: Vec::with_capacity(BLOCK_LENGTH),
            entries: 0,
        })
    }

    pub(super) fn push(&mut self, entry: Entry) -> io::Result<()> {
        self.block.extend_from_slice(&entry.to_bytes());
        self.entries += 1;
        if self.block.len() == BLOCK_LENGTH {
            self.write_block()
        } else {
            Ok(())
        }
    }

    /// Ends the run, which is on the disk then, whatever happens to the machine.
    pub(super) fn finish(mut self) -> io::Result<Run> {
        self.write_block()?;
        let file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        durable::sync_file(&file)?;
        Ok(Run {
            path: self.path,
            file,
            entries: self.entries,
        })
    }

    fn write_block(&mut self) -> io::Result<()> {
        if !self.block.is_empty() {
            self.file.write_all(&self.block)?;
            self.file.write_all(&xxh3_64(&self.block).to_le_bytes())?;
            self.block.clear();
        }
        Ok(())
    }
}

/// The entries of a run, in order.
pub(super) struct RunReader<'a> {
    file: io::BufReader<&'a File>,
    left: u64,
    block: Vec<u8>,
    place: usize,
}

impl RunReader<'_> {
    /// The next entry, or `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, BuildError> {
        if self.place == self.block.len() && !self.next_block()? {
            return Ok(None);
        }
        let (entry, _) = self.block[self.place..]
            .split_first_chunk()
            .ok_or(BuildError::DamagedRun)?;
        self.place += Entry::LENGTH;
        Ok(Some(Entry::from_bytes(entry)))
    }

    fn next_block(&mut self) -> Result<bool, BuildError> {
        let entries = self.left.min(BLOCK_ENTRIES as u64);
        if entries == 0 {
            return Ok(false);
        }
        self.left -= entries;
        self.place = 0;
        self.block.resize(entries as usize * Entry::LENGTH, 0);
        self.file.read_exact(&mut self.block)?;
        let mut checksum = [0; CHECKSUM_LENGTH];
        self.file.read_exact(&mut checksum)?;
        if xxh3_64(&self.block) != u64::from_le_bytes(checksum) {
            return Err(BuildError::DamagedRun);
        }
        Ok(true)
    }
}
