//! How does a generation come to be? A draft, written aside and published in one step.

use std::fs;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use memmap2::Mmap;

use super::current::Current;
use super::directory::{PAIRS, PENDING, opened};
use super::error::io_error;
use super::{
    Attestation, Document, FileKind, GenerationError, IndexDirectory, Lock, StatementTexts,
    attestation,
};
use crate::durable::{self, UNFINISHED_PREFIX};
use crate::index::{GenerationId, Index, map};

const SCRATCH: &str = "scratch";
/// Suffix of a draft's folder for temporary files once they are no longer needed, next to the draft.
const SPENT_SUFFIX: &str = "-spent";
/// File in the folder for temporary files; with it, a draft can be resumed.
const JOURNAL: &str = "journal";
/// Everyone may list a published generation; a draft belongs to its maker alone.
const DRAFT_MODE: u32 = 0o700;
const PUBLISHED_MODE: u32 = 0o755;
const PUBLIC_FILE_MODE: u32 = 0o444;
const SEALED_FILE_MODE: u32 = 0o400;
const PENDING_MODE: u32 = 0o644;

/// A generation in the making, in a hidden folder of the index directory.
///
/// Dropped unpublished, it leaves nothing, unless there is a [journal](Draft::journal) from which a process can resume
/// it: then its temporary files stay.
pub struct Draft<'lock> {
    parent: PathBuf,
    folder: PathBuf,
    id: GenerationId,
    time: Timestamp,
    is_kept: bool,
    _lock: PhantomData<&'lock Lock>,
}

impl<'lock> Draft<'lock> {
    pub(super) fn begin(parent: &Path, _lock: &'lock Lock) -> Result<Self, GenerationError> {
        if let Some(generation) = unfinished(parent)?.pop() {
            return Err(GenerationError::Unfinished {
                path: parent.to_owned(),
                generation,
            });
        }
        sweep(parent, |_| true)?;
        let time = next_time(parent)?;
        let random = getrandom::u32().map_err(|_| GenerationError::Name)?;
        let id = GenerationId::new(time, random).ok_or(GenerationError::Name)?;
        let draft = Self::at(parent, id, time);
        durable::create_folder(&draft.folder, DRAFT_MODE).map_err(io_error(&draft.folder))?;
        Ok(draft)
    }

    pub(super) fn receive(
        parent: &Path,
        id: GenerationId,
        _lock: &'lock Lock,
    ) -> Result<Self, GenerationError> {
        sweep(parent, |_| true)?;
        let time = id.time().ok_or(GenerationError::Name)?;
        let draft = Self::at(parent, id, time);
        durable::create_folder(&draft.folder, DRAFT_MODE).map_err(io_error(&draft.folder))?;
        Ok(draft)
    }

    /// Resumes the latest draft that can be resumed, if there is one, without the files written so far.
    pub(super) fn resume(
        parent: &Path,
        _lock: &'lock Lock,
    ) -> Result<Option<Self>, GenerationError> {
        let Some(id) = unfinished(parent)?.pop() else {
            return Ok(None);
        };
        sweep(parent, |path| !is_resumable(path))?;
        let time = id.time().ok_or(GenerationError::Name)?;
        let draft = Self::at(parent, id, time);
        draft.remove_files();
        Ok(Some(draft))
    }

    fn at(parent: &Path, id: GenerationId, time: Timestamp) -> Self {
        Self {
            parent: parent.to_owned(),
            folder: parent.join(format!("{UNFINISHED_PREFIX}{id}")),
            id,
            time,
            is_kept: false,
            _lock: PhantomData,
        }
    }

    /// The generation's name.
    #[must_use]
    pub const fn id(&self) -> GenerationId {
        self.id
    }

    /// Returns when the draft was begun.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// Returns the path for one of its files.
    #[must_use]
    pub fn file(&self, kind: FileKind) -> PathBuf {
        self.folder.join(kind.file_name())
    }

    /// Returns the path for one of the documents on how it was made.
    #[must_use]
    pub fn document(&self, document: Document) -> PathBuf {
        self.folder.join(document.file_name())
    }

    /// Returns the path for the file of pairs.
    #[must_use]
    pub fn pairs(&self) -> PathBuf {
        self.folder.join(PAIRS)
    }

    /// Returns the path of the journal, from which the draft can be resumed. While that file exists, no writer removes
    /// the draft unasked.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.folder.join(SCRATCH).join(JOURNAL)
    }

    /// Returns whether the draft can be resumed.
    #[must_use]
    pub(crate) fn is_resumable(&self) -> bool {
        is_resumable(&self.folder)
    }

    /// Makes the folder for temporary files, which is gone when the generation is published or dropped.
    ///
    /// # Errors
    /// [`GenerationError::Io`] if it cannot be made.
    pub fn scratch(&self) -> Result<PathBuf, GenerationError> {
        let path = self.folder.join(SCRATCH);
        match durable::create_folder(&path, DRAFT_MODE) {
            Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
                Err(GenerationError::Io { path, source })
            }
            _ => Ok(path),
        }
    }

    /// Publishes the generation: the files are flushed and made read-only, the folder is renamed into place, and
    /// `CURRENT` is swapped. Whatever happens on the way, `CURRENT` names either the old generation or the new one,
    /// whole.
    ///
    /// # Errors
    /// [`GenerationError::Io`]; the old generation then stays current.
    pub fn publish(mut self) -> Result<GenerationId, GenerationError> {
        self.make_read_only()?;
        // While the folder is still hidden: a disk that is full to the last byte fails here.
        let current = Current::of(&self.parent).prepare(self.id)?;
        self.rename_into_place()?;
        current.swap()?;
        Ok(self.keep())
    }

    /// Places the complete generation next to the others, flushed and read-only, without publishing it; it is then
    /// [pending](IndexDirectory::pending).
    ///
    /// # Errors
    /// [`GenerationError::Io`].
    pub fn set_aside(mut self) -> Result<GenerationId, GenerationError> {
        self.make_read_only()?;
        let pending = self.folder.join(PENDING);
        durable::create_file(&pending, PENDING_MODE, b"").map_err(io_error(&pending))?;
        self.rename_into_place()?;
        Ok(self.keep())
    }

    /// Maps and opens the public file that was written, so that it can be checked before anyone else sees it.
    ///
    /// # Errors
    /// [`GenerationError`] if it cannot be read, breaks its format or is of another generation.
    pub fn open_public(&self) -> Result<Index<Mmap>, GenerationError> {
        let path = self.file(FileKind::Public);
        let data = map(&path).map_err(io_error(&path))?;
        opened(path, data, self.id, FileKind::Public)
    }

    /// Adds a statement and its signature to the files.
    ///
    /// # Errors
    /// [`GenerationError::Io`] if they cannot be written.
    pub fn attest(&self, attested: &StatementTexts) -> Result<(), GenerationError> {
        attestation::write(&self.folder, attested)
    }

    /// Repairs the existing generation of this name: the draft's public file, statement and signature take
    /// the places of its own, each in one step. A server that has the old file mapped continues to read that.
    ///
    /// # Errors
    /// [`GenerationError::Io`]; old and new files may then be mixed, and another repair fixes that.
    pub fn repair(self) -> Result<GenerationId, GenerationError> {
        self.make_read_only()?;
        let damaged = self.parent.join(self.id.as_str());
        let attestations = Attestation::ALL.map(Attestation::file_name);
        for name in [FileKind::Public.file_name()].iter().chain(&attestations) {
            let (new, old) = (self.folder.join(name), damaged.join(name));
            let placed = match new.exists() {
                true => durable::rename(&new, &old),
                false => durable::remove_if_there(&old),
            };
            placed.map_err(io_error(&old))?;
        }
        sync(&damaged)?;
        Ok(self.id)
    }

    /// Renames the folder into place.
    fn rename_into_place(&mut self) -> Result<(), GenerationError> {
        let published = self.parent.join(self.id.as_str());
        // In one step, and as late as possible: until then an interrupted build can be resumed.
        let (scratch, spent) = (self.scratch()?, self.spent());
        durable::rename(&scratch, &spent).map_err(io_error(&scratch))?;
        sync(&self.folder)?;
        durable::rename(&self.folder, &published).map_err(io_error(&self.folder))?;
        self.folder = published;
        durable::set_mode(&self.folder, PUBLISHED_MODE).map_err(io_error(&self.folder))?;
        sync(&self.folder)?;
        sync(&self.parent)
    }

    fn keep(mut self) -> GenerationId {
        self.is_kept = true;
        // What cannot be removed is swept by the next writer.
        let _ = durable::remove_folder(&self.spent());
        self.id
    }

    fn make_read_only(&self) -> Result<(), GenerationError> {
        seal(&self.file(FileKind::Public), PUBLIC_FILE_MODE)?;
        // Documents name files of dumps, even of sensitive ones.
        let documents = Document::ALL.map(|document| self.document(document));
        let owned = [self.file(FileKind::Sealed), self.pairs()];
        for path in documents.iter().chain(&owned) {
            if path.exists() {
                seal(path, SEALED_FILE_MODE)?;
            }
        }
        Ok(())
    }

    /// Removes the generation's own files and leaves the temporary ones.
    fn remove_files(&self) {
        let files = [FileKind::Public, FileKind::Sealed].map(|kind| self.file(kind));
        let documents = Document::ALL.map(|document| self.document(document));
        let others = [self.pairs(), self.folder.join(PENDING)];
        for path in files.iter().chain(&documents).chain(&others) {
            // A file that remains blocks the next write, which reports it.
            let _ = durable::remove_file(path);
        }
    }

    fn spent(&self) -> PathBuf {
        let name = format!("{UNFINISHED_PREFIX}{}{SPENT_SUFFIX}", self.id);
        self.parent.join(name)
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        if self.is_resumable() {
            self.remove_files();
        } else {
            // What cannot be removed is swept by the next writer.
            let _ = durable::remove_folder(&self.folder);
            let _ = durable::remove_folder(&self.spent());
        }
    }
}

/// The time by which a new generation is named: now, but later than every other one, even if two are made within
/// a second or the clock was set back. So names sort in the order of creation.
fn next_time(folder: &Path) -> Result<Timestamp, GenerationError> {
    let last = IndexDirectory::at(folder).generations()?.pop();
    let after = last
        .and_then(|last| last.time())
        .and_then(|time| time.checked_add(jiff::Span::new().seconds(1)).ok());
    Ok(after.map_or_else(Timestamp::now, |after| after.max(Timestamp::now())))
}

/// The drafts that can be resumed, oldest first.
pub(super) fn unfinished(folder: &Path) -> Result<Vec<GenerationId>, GenerationError> {
    let mut generations = Vec::new();
    for path in drafts(folder)? {
        let name = path.file_name().and_then(|name| name.to_str());
        let id = name.and_then(|name| GenerationId::parse(name.strip_prefix(UNFINISHED_PREFIX)?));
        generations.extend(id.filter(|_| is_resumable(&path)));
    }
    generations.sort_unstable();
    Ok(generations)
}

pub(super) fn is_resumable(draft: &Path) -> bool {
    draft.join(SCRATCH).join(JOURNAL).exists()
}

/// Removes the `wanted` drafts of writers that died; the lock is held, so none is alive. Drafts of
/// signers are in the folders of generations.
pub(super) fn sweep(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Result<(), GenerationError> {
    let mut left = drafts(folder)?;
    for generation in IndexDirectory::at(folder).generations()? {
        left.extend(drafts(&folder.join(generation.as_str()))?);
    }
    for path in left.into_iter().filter(|path| wanted(path)) {
        durable::remove(&path).map_err(io_error(&path))?;
    }
    Ok(())
}

/// Everything in a folder that writers make before they publish.
fn drafts(folder: &Path) -> Result<Vec<PathBuf>, GenerationError> {
    let mut drafts = Vec::new();
    for entry in fs::read_dir(folder).map_err(io_error(folder))? {
        let path = entry.map_err(io_error(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.starts_with(UNFINISHED_PREFIX)) {
            drafts.push(path);
        }
    }
    Ok(drafts)
}

fn seal(path: &Path, mode: u32) -> Result<(), GenerationError> {
    durable::set_mode(path, mode).map_err(io_error(path))?;
    sync(path)
}

fn sync(path: &Path) -> Result<(), GenerationError> {
    durable::sync(path).map_err(io_error(path))
}
