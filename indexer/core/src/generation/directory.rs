//! Which generations does an index directory hold, and which one is current?

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use super::current::Current;
use super::error::io_error;
use super::{Draft, GenerationError, Lock, draft};
use crate::durable::{self, UNFINISHED_PREFIX};
use crate::index::{GenerationId, Header, Index, map};
use crate::pairs::{PairFile, PairsError};

/// Suffix of the folder of a generation that is being removed.
const REMOVED_SUFFIX: &str = "-removed";

/// Name of the file of pairs in its generation's folder; no server opens it.
pub(super) const PAIRS: &str = "pairs.bin";

/// A file that marks a generation as waiting to be published. It is removed before the generation is published, so that
/// a published generation never counts as waiting again.
pub(super) const PENDING: &str = "pending";

/// One of a generation's two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// The file that the public server opens.
    Public,
    /// The file of sensitive breaches, which it never opens.
    Sealed,
}

impl FileKind {
    /// The file's name in its generation's folder.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Public => "public.idx",
            Self::Sealed => "sealed.idx",
        }
    }
}

/// A document on how a generation was made, which only its builder may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// The report for machines.
    Json,
    /// The report for people.
    Text,
}

impl Document {
    /// Every document.
    pub const ALL: [Self; 2] = [Self::Json, Self::Text];

    /// The document's name in its generation's folder.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Json => "report.json",
            Self::Text => "report.txt",
        }
    }
}

/// A folder of generations, one of them current.
#[derive(Clone, Debug)]
pub struct IndexDirectory {
    path: PathBuf,
}

impl IndexDirectory {
    /// The index directory at `path`, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Returns the path of the directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The current generation.
    ///
    /// # Errors
    /// [`GenerationError::Empty`] if there is none, [`GenerationError::BadCurrent`] if `CURRENT` is broken.
    pub fn current(&self) -> Result<GenerationId, GenerationError> {
        let empty = || GenerationError::Empty {
            path: self.path.clone(),
        };
        Current::of(&self.path).read()?.ok_or_else(empty)
    }

    /// The generations that wait to be published and still can be, oldest first: all are newer than the current
    /// one.
    ///
    /// # Errors
    /// As [`generations`](IndexDirectory::generations), and [`GenerationError::BadCurrent`] if `CURRENT` is broken.
    pub fn pending(&self) -> Result<Vec<GenerationId>, GenerationError> {
        let current = Current::of(&self.path).read()?;
        let mut generations = self.generations()?;
        let is_newer = |one: GenerationId| current.is_none_or(|current| current < one);
        generations.retain(|one| is_newer(*one) && self.is_unpublished(*one));
        Ok(generations)
    }

    /// Whether a generation was kept to be published later, and never was.
    #[must_use]
    pub fn is_unpublished(&self, generation: GenerationId) -> bool {
        self.path.join(generation.as_str()).join(PENDING).exists()
    }

    /// All generations, oldest first.
    ///
    /// # Errors
    /// [`GenerationError::Empty`] if there is no such folder, [`GenerationError::Io`] if it cannot be read.
    pub fn generations(&self) -> Result<Vec<GenerationId>, GenerationError> {
        let mut generations = Vec::new();
        let entries = fs::read_dir(&self.path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => GenerationError::Empty {
                path: self.path.clone(),
            },
            _ => io_error(&self.path)(source),
        });
        for entry in entries? {
            let entry = entry.map_err(io_error(&self.path))?;
            generations.extend(entry.file_name().to_str().and_then(GenerationId::parse));
        }
        generations.sort_unstable();
        Ok(generations)
    }

    /// Maps and opens a file of a generation; `None` if the generation has no sealed file.
    ///
    /// # Errors
    /// [`GenerationError`] if the file cannot be read, breaks its format or belongs elsewhere.
    pub fn open(
        &self,
        generation: GenerationId,
        kind: FileKind,
    ) -> Result<Option<Index<Mmap>>, GenerationError> {
        let path = self.file(generation, kind);
        let data = match map(&path) {
            Ok(data) => data,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let is_there = self.path.join(generation.as_str()).is_dir();
                let is_optional = kind == FileKind::Sealed && is_there;
                let missing = GenerationError::Missing {
                    path: self.path.clone(),
                    generation,
                };
                return if is_optional { Ok(None) } else { Err(missing) };
            }
            Err(source) => return Err(GenerationError::Io { path, source }),
        };
        opened(path, data, generation, kind).map(Some)
    }

    /// Maps and opens the public file of a generation.
    ///
    /// # Errors
    /// As [`open`](IndexDirectory::open).
    pub fn open_public(&self, generation: GenerationId) -> Result<Index<Mmap>, GenerationError> {
        let missing = || GenerationError::Missing {
            path: self.path.clone(),
            generation,
        };
        self.open(generation, FileKind::Public)?.ok_or_else(missing)
    }

    /// Maps and opens the sealed file of a generation, if it has one, as its public file says.
    ///
    /// # Errors
    /// As [`open`](IndexDirectory::open); [`GenerationError::SealedLost`] if it should be there and is not.
    pub fn open_sealed(
        &self,
        public: &Index<Mmap>,
    ) -> Result<Option<Index<Mmap>>, GenerationError> {
        let header = public.header();
        match self.open(header.generation, FileKind::Sealed)? {
            None if header.beside_sealed => Err(GenerationError::SealedLost {
                generation: header.generation,
            }),
            sealed => Ok(sealed),
        }
    }

    /// Maps and opens the pairs of the generation of a public file; `None` if none were kept.
    ///
    /// # Errors
    /// [`GenerationError::Io`] if the file cannot be read, [`GenerationError::Pairs`] if it breaks its format or
    /// belongs elsewhere.
    pub fn open_pairs(&self, header: &Header) -> Result<Option<PairFile<Mmap>>, GenerationError> {
        let path = self.pairs(header.generation);
        let data = match map(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            data => data.map_err(io_error(&path))?,
        };
        match PairFile::open(data) {
            Ok(pairs) if pairs.is_of(header.generation, header.key_id) => Ok(Some(pairs)),
            Ok(_) => Err(PairsError::Elsewhere),
            Err(source) => Err(source),
        }
        .map_err(|source| GenerationError::Pairs { path, source })
    }

    /// Opens the pairs and reads them to the last byte.
    ///
    /// # Errors
    /// As [`open_pairs`](IndexDirectory::open_pairs).
    pub fn check_pairs(&self, header: &Header) -> Result<Option<PairFile<Mmap>>, GenerationError> {
        let pairs = self.open_pairs(header)?;
        let checked = pairs.as_ref().map_or(Ok(()), PairFile::check);
        checked.map_err(|source| GenerationError::Pairs {
            path: self.pairs(header.generation),
            source,
        })?;
        Ok(pairs)
    }

    /// Creates the directory if need be, and locks it against other writers until the lock is dropped.
    ///
    /// # Errors
    /// [`GenerationError::Locked`] if another process holds the lock.
    pub fn lock(&self) -> Result<Lock, GenerationError> {
        Lock::take(&self.path)
    }

    /// Locks a directory that has generations, and sweeps away what dead writers left behind. Unlike
    /// [`lock`](Self::lock) it never creates anything for a mistyped name.
    ///
    /// # Errors
    /// [`GenerationError::Empty`] if there is no generation, [`GenerationError::Locked`] if another process holds the
    /// lock.
    pub fn lock_existing(&self) -> Result<Lock, GenerationError> {
        if self.generations()?.is_empty() {
            let path = self.path.clone();
            return Err(GenerationError::Empty { path });
        }
        let lock = self.lock()?;
        self.tidy(&lock)?;
        Ok(lock)
    }

    /// Begins a new generation under the lock, removing what dead writers left behind.
    ///
    /// # Errors
    /// [`GenerationError::Unfinished`] if an interrupted build can be resumed: hours of work
    /// must not be discarded unasked. [`GenerationError`] if no folder can be created.
    pub fn draft<'lock>(&self, lock: &'lock Lock) -> Result<Draft<'lock>, GenerationError> {
        Draft::begin(&self.path, lock)
    }

    /// Begins, under the lock, a generation that was made elsewhere and keeps its name; removes everything begun and
    /// unfinished.
    ///
    /// # Errors
    /// [`GenerationError`] if no folder can be made.
    pub fn receive<'lock>(
        &self,
        lock: &'lock Lock,
        generation: GenerationId,
    ) -> Result<Draft<'lock>, GenerationError> {
        Draft::receive(&self.path, generation, lock)
    }

    /// Resumes the latest interrupted generation, if there is one.
    ///
    /// # Errors
    /// [`GenerationError`] if the directory cannot be read, or its other leftovers cannot be removed.
    pub fn resume<'lock>(
        &self,
        lock: &'lock Lock,
    ) -> Result<Option<Draft<'lock>>, GenerationError> {
        Draft::resume(&self.path, lock)
    }

    /// Discards everything that was begun and not published, under the lock.
    ///
    /// # Errors
    /// [`GenerationError`] if it cannot be removed.
    pub fn discard(&self, _lock: &Lock) -> Result<(), GenerationError> {
        draft::sweep(&self.path, |_| true)
    }

    /// The generations that were begun and can be resumed, oldest first.
    ///
    /// # Errors
    /// [`GenerationError`] if the directory cannot be read.
    pub fn unfinished(&self) -> Result<Vec<GenerationId>, GenerationError> {
        draft::unfinished(&self.path)
    }

    /// Removes what writers that died have left behind, unless it can be resumed.
    ///
    /// # Errors
    /// [`GenerationError`] if it cannot be removed.
    pub fn tidy(&self, _lock: &Lock) -> Result<(), GenerationError> {
        draft::sweep(&self.path, |path| !draft::is_resumable(path))
    }

    /// Publishes another generation, in one step, under the lock. All of it is read first: a damaged one
    /// never becomes current.
    ///
    /// # Errors
    /// [`GenerationError`]; the current generation then stays current.
    pub fn publish(&self, _lock: &Lock, generation: GenerationId) -> Result<(), GenerationError> {
        let public = self.open_public(generation)?;
        let sealed = self.open_sealed(&public)?;
        self.check_pairs(public.header())?;
        self.check_sums(FileKind::Public, &public)?;
        if let Some(sealed) = sealed {
            self.check_sums(FileKind::Sealed, &sealed)?;
        }
        self.make_current(generation)
    }

    /// Publishes a generation in a directory that has only public files, such as one fetched from a store: a sealed
    /// file that the public one names is elsewhere.
    ///
    /// # Errors
    /// As [`publish`](IndexDirectory::publish).
    pub fn publish_public(
        &self,
        _lock: &Lock,
        generation: GenerationId,
    ) -> Result<(), GenerationError> {
        self.check_sums(FileKind::Public, &self.open_public(generation)?)?;
        self.make_current(generation)
    }

    /// Names a generation in `CURRENT`, and removes the mark that it waits for that.
    fn make_current(&self, generation: GenerationId) -> Result<(), GenerationError> {
        let current = Current::of(&self.path).prepare(generation)?;
        let pending = self.path.join(generation.as_str()).join(PENDING);
        durable::remove_if_there(&pending).map_err(io_error(&pending))?;
        current.swap()
    }

    /// Reads a file against its checksums.
    fn check_sums(&self, kind: FileKind, index: &Index<Mmap>) -> Result<(), GenerationError> {
        index
            .check_sums()
            .map_err(|source| GenerationError::Format {
                path: self.file(index.header().generation, kind),
                source,
            })
    }

    /// Removes a generation that is not current, under the lock, in one step; a server
    /// that has it open can continue to read it.
    ///
    /// # Errors
    /// [`GenerationError::IsCurrent`] if it is current; [`GenerationError`] if it does not exist or cannot be removed.
    pub fn remove(&self, _lock: &Lock, generation: GenerationId) -> Result<(), GenerationError> {
        let path = self.path.clone();
        if Current::of(&path).read()? == Some(generation) {
            return Err(GenerationError::IsCurrent { path, generation });
        }
        let folder = self.path.join(generation.as_str());
        let removed = format!("{UNFINISHED_PREFIX}{generation}{REMOVED_SUFFIX}");
        let removed = self.path.join(removed);
        match durable::rename(&folder, &removed) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(GenerationError::Missing { path, generation });
            }
            renamed => renamed.map_err(io_error(&folder))?,
        }
        durable::sync(&self.path).map_err(io_error(&self.path))?;
        durable::remove_folder(&removed).map_err(io_error(&removed))
    }

    /// Bytes that the files of a generation take.
    ///
    /// # Errors
    /// [`GenerationError::Io`] if its folder cannot be read.
    pub fn bytes(&self, generation: GenerationId) -> Result<u64, GenerationError> {
        let folder = self.path.join(generation.as_str());
        let sum = || {
            fs::read_dir(&folder)?
                .map(|entry| Ok(entry?.metadata()?.len()))
                .sum::<io::Result<u64>>()
        };
        sum().map_err(io_error(&folder))
    }

    fn pairs(&self, generation: GenerationId) -> PathBuf {
        self.path.join(generation.as_str()).join(PAIRS)
    }

    fn file(&self, generation: GenerationId, kind: FileKind) -> PathBuf {
        let folder = self.path.join(generation.as_str());
        folder.join(kind.file_name())
    }
}

/// Opens the index in a mapped file, if it belongs where it was found.
pub(super) fn opened(
    path: PathBuf,
    data: Mmap,
    generation: GenerationId,
    kind: FileKind,
) -> Result<Index<Mmap>, GenerationError> {
    match Index::open(data) {
        Ok(index) => match misplaced(index.header(), generation, kind) {
            Some(what) => Err(GenerationError::WrongFile { path, what }),
            None => Ok(index),
        },
        Err(source) => Err(GenerationError::Format { path, source }),
    }
}

/// Returns why a file with this header does not belong where it was found, if so.
fn misplaced(header: &Header, generation: GenerationId, kind: FileKind) -> Option<&'static str> {
    if header.generation != generation {
        return Some("its header names another generation");
    }
    let is_sealed = kind == FileKind::Sealed;
    (header.sealed != is_sealed).then_some("a public file in a sealed one's place or the reverse")
}
