//! How is a sorted run kept on the disk?

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use exposure_index::durable;
use xxhash_rust::xxh3::xxh3_64;

use super::entry::Entry;
use super::record::Record;
use crate::builder::{BuildError, ResumeError};

/// Records in a block, which is checked as a whole: 48 KiB of a build's entries.
const BLOCK_RECORDS: usize = 4096;
const CHECKSUM_LENGTH: usize = 8;

/// A sorted run on the disk: blocks of records, each followed by its XXH3. The file is in the draft's folder for
/// temporary files and is deleted with it, unless it is [removed](Run::remove) before.
pub(crate) struct Run<R = Entry> {
    path: PathBuf,
    file: File,
    entries: u64,
    of: PhantomData<R>,
}

impl<R: Record> Run<R> {
    /// Opens a run of `entries` records that another process wrote. One of another length was damaged; what is
    /// in it is checked when it is read.
    pub(crate) fn open(path: &Path, entries: u64) -> Result<Self, BuildError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ResumeError::DamagedRun.into());
            }
            Err(error) => return Err(error.into()),
        };
        let path = path.to_owned();
        let run = Self {
            path,
            file,
            entries,
            of: PhantomData,
        };
        if run.file.metadata()?.len() == run.bytes() {
            Ok(run)
        } else {
            Err(ResumeError::DamagedRun.into())
        }
    }

    /// Returns the file's name.
    pub(crate) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Removes the file; if that fails, it is deleted with the draft's folder.
    pub(crate) fn remove(self) {
        let _ = fs::remove_file(&self.path);
    }

    /// Returns the bytes on the disk.
    pub(crate) const fn bytes(&self) -> u64 {
        let blocks = self.entries.div_ceil(BLOCK_RECORDS as u64);
        self.entries * R::LENGTH as u64 + blocks * CHECKSUM_LENGTH as u64
    }

    pub(crate) const fn entries(&self) -> u64 {
        self.entries
    }

    /// Reads the run from its beginning, through a buffer of about `buffer` bytes.
    pub(crate) fn read(&mut self, buffer: usize) -> io::Result<RunReader<'_, R>> {
        self.file.seek(SeekFrom::Start(0))?;
        let file = io::BufReader::with_capacity(buffer.max(BLOCK_RECORDS * R::LENGTH), &self.file);
        Ok(RunReader {
            file,
            left: self.entries,
            block: Vec::new(),
            place: 0,
            of: PhantomData,
        })
    }
}

/// Writes records, in ascending order, as a run.
pub(crate) struct RunWriter<R = Entry> {
    path: PathBuf,
    file: io::BufWriter<File>,
    block: Vec<u8>,
    entries: u64,
    of: PhantomData<R>,
}

impl<R: Record> RunWriter<R> {
    /// Starts a run in a new file.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let file = File::options()
            .create_new(true)
            .read(true)
            .write(true)
            .open(path)?;
        let file = io::BufWriter::with_capacity(1 << 20, file);
        Ok(Self {
            path: path.to_owned(),
            file,
            block: Vec::with_capacity(BLOCK_RECORDS * R::LENGTH),
            entries: 0,
            of: PhantomData,
        })
    }

    pub(crate) fn push(&mut self, record: R) -> io::Result<()> {
        self.block.extend_from_slice(record.to_bytes().as_ref());
        self.entries += 1;
        if self.block.len() == BLOCK_RECORDS * R::LENGTH {
            self.write_block()
        } else {
            Ok(())
        }
    }

    /// Ends the run, which is then safe on the disk.
    pub(crate) fn finish(mut self) -> io::Result<Run<R>> {
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
            of: PhantomData,
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

/// The records of a run, in order.
pub(crate) struct RunReader<'a, R = Entry> {
    file: io::BufReader<&'a File>,
    left: u64,
    block: Vec<u8>,
    place: usize,
    of: PhantomData<R>,
}

impl<R: Record> RunReader<'_, R> {
    /// Returns the next record, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<R>, BuildError> {
        if self.place == self.block.len() && !self.next_block()? {
            return Ok(None);
        }
        let end = self.place + R::LENGTH;
        let bytes = self.block.get(self.place..end);
        let bytes = bytes.and_then(|bytes| R::Bytes::try_from(bytes).ok());
        self.place = end;
        Ok(Some(R::from_bytes(bytes.ok_or(ResumeError::DamagedRun)?)))
    }

    fn next_block(&mut self) -> Result<bool, BuildError> {
        let entries = self.left.min(BLOCK_RECORDS as u64);
        if entries == 0 {
            return Ok(false);
        }
        self.left -= entries;
        self.place = 0;
        self.block.resize(entries as usize * R::LENGTH, 0);
        self.file.read_exact(&mut self.block)?;
        let mut checksum = [0; CHECKSUM_LENGTH];
        self.file.read_exact(&mut checksum)?;
        if xxh3_64(&self.block) != u64::from_le_bytes(checksum) {
            return Err(ResumeError::DamagedRun.into());
        }
        Ok(true)
    }
}
