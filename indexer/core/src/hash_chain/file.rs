use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::link::to_line;
use super::{ChainError, ChainedLine, Fault, Link};
use crate::durable;

/// Longest line that is read, in bytes; a line has less than three thousand.
pub(crate) const MAX_LINE: u64 = 64 << 10;

/// A file of chained lines.
pub struct HashChain {
    path: PathBuf,
}

impl HashChain {
    /// The file at `path`, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the file, checks its chain and passes on the contents of its lines. O(its length); memory for one line.
    ///
    /// # Errors
    /// [`ChainError`] with the first invalid line.
    pub fn each<L: ChainedLine>(&self, take: impl FnMut(L)) -> Result<(), ChainError> {
        let file = File::open(&self.path).map_err(|source| self.io(source))?;
        self.read(BufReader::new(&file), take).map(|_| ())
    }

    /// Checks the chain as [`each`](Self::each) does, and opens the file to append to it. The file is
    /// created with this mode if it does not exist, and locked against other writers until the appender is dropped.
    ///
    /// # Errors
    /// [`ChainError`] with the first invalid line, or if another process has the file locked.
    pub fn open<L: ChainedLine>(
        &self,
        mode: u32,
        take: impl FnMut(L),
    ) -> Result<Appender, ChainError> {
        let mut options = File::options();
        let opened = options.create(true).read(true).append(true).mode(mode);
        let file = opened.open(&self.path).map_err(|source| self.io(source))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let path = self.path.clone();
                return Err(ChainError::Locked { path });
            }
            Err(TryLockError::Error(source)) => return Err(self.io(source)),
        }
        let last = self.read(BufReader::new(&file), take)?;
        let path = self.path.clone();
        Ok(Appender { file, path, last })
    }

    /// Checks what [`open`](Self::open) would: that the chain is valid and that this process may append to it or, where
    /// there is no file, may make one. Nothing is made, written or kept locked; another process may append meanwhile.
    /// O(its length).
    ///
    /// # Errors
    /// [`ChainError`] with the first invalid line, or if this process may not append.
    pub fn check<L: ChainedLine>(&self) -> Result<ChainState, ChainError> {
        let mut options = File::options();
        let file = match options.read(true).append(true).open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return self.check_folder(),
            opened => opened.map_err(|source| self.io(source))?,
        };
        let state = match file.try_lock_shared() {
            // Given back before the file is read, so that a writer can start meanwhile.
            Ok(()) => file.unlock().map(|()| ChainState::Free),
            Err(TryLockError::WouldBlock) => Ok(ChainState::Locked),
            Err(TryLockError::Error(source)) => Err(source),
        };
        let state = state.map_err(|source| self.io(source))?;
        match self.read(BufReader::new(&file), drop::<L>) {
            // Its writer is at its last line.
            Err(ChainError::Torn { .. }) if state == ChainState::Locked => Ok(state),
            read => read.map(|_| state),
        }
    }

    /// Checks that this process may make a file here.
    fn check_folder(&self) -> Result<ChainState, ChainError> {
        let folder = self.path.parent();
        let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        access(folder, Access::WRITE_OK | Access::EXEC_OK)
            .map_err(|error| io_error(folder)(error.into()))?;
        Ok(ChainState::Absent)
    }

    /// Reads the lines of this file, and returns where the next one begins.
    pub(crate) fn read<L: ChainedLine>(
        &self,
        mut lines: impl BufRead,
        mut take: impl FnMut(L),
    ) -> Result<Link, ChainError> {
        let mut last = Link::first();
        let (mut line, mut length) = (Vec::new(), 0);
        loop {
            line.clear();
            let mut bounded = Read::by_ref(&mut lines).take(MAX_LINE);
            let read = bounded.read_until(b'\n', &mut line);
            if read.map_err(|source| self.io(source))? == 0 {
                return Ok(last);
            }
            let number = last.next_number();
            let entry = text(&line).and_then(|text| last.follow(text));
            take(entry.map_err(|fault| self.broken(fault, number, length))?);
            length += line.len() as u64;
        }
    }

    fn broken(&self, fault: Fault, line: u64, length: u64) -> ChainError {
        let path = self.path.clone();
        match fault {
            Fault::Torn => ChainError::Torn { path, line, length },
            fault => ChainError::Broken { path, line, fault },
        }
    }

    pub(crate) fn io(&self, source: io::Error) -> ChainError {
        io_error(&self.path)(source)
    }
}

/// What a file of chained lines is to those who would append to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// There is no file yet.
    Absent,
    /// Nobody has it open to append.
    Free,
    /// Another process has it open to append.
    Locked,
}

/// An open file of chained lines, locked against other writers.
pub struct Appender {
    file: File,
    path: PathBuf,
    last: Link,
}

impl Appender {
    /// Appends the line that `make` returns for the next place, and flushes the file to the disk.
    ///
    /// # Errors
    /// [`ChainError::Io`] if it cannot be written; nothing is appended then. A machine that fails meanwhile may leave a
    /// torn line; the next use reports it and how to repair it.
    pub fn append<L: ChainedLine>(
        &mut self,
        make: impl FnOnce(&Link) -> L,
    ) -> Result<L, ChainError> {
        let entry = make(&self.last);
        let line = to_line(&entry).map_err(|error| io_error(&self.path)(error.into()))?;
        durable::append(&self.file, &self.path, line.as_bytes()).map_err(io_error(&self.path))?;
        self.last.pass(&line);
        Ok(entry)
    }
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> ChainError {
    move |source| ChainError::Io {
        path: path.to_owned(),
        source,
    }
}

/// Returns the line, unless it was cut because it is too long.
fn text(line: &[u8]) -> Result<&str, Fault> {
    let is_cut = line.len() as u64 == MAX_LINE && !line.ends_with(b"\n");
    let text = str::from_utf8(line).ok().filter(|_| !is_cut);
    text.ok_or(Fault::Syntax)
}
