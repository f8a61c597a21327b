use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io::{self, Write};
use std::marker::PhantomData;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{FileKind, GenerationError, IndexDirectory};
use crate::index::GenerationId;

const LOCK: &str = "LOCK";
const DRAFT_PREFIX: &str = ".draft-";
const SCRATCH: &str = "scratch";
/// Everybody may list a published generation; a draft is its maker's alone.
const DRAFT_MODE: u32 = 0o700;
const PUBLISHED_MODE: u32 = 0o755;
const CURRENT_MODE: u32 = 0o644;
const PUBLIC_FILE_MODE: u32 = 0o444;
const SEALED_FILE_MODE: u32 = 0o400;

/// The right to write to an index directory. The system gives it back when the process ends, however it ends.
pub struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(folder: &Path) -> Result<Self, GenerationError> {
        if !folder.exists() {
            fs::create_dir_all(folder).map_err(io_error(folder))?;
            folder
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .map_or(Ok(()), sync)?;
        }
        let path = folder.join(LOCK);
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(io_error(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(GenerationError::Locked {
                path: folder.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(GenerationError::Io { path, source }),
        }
    }
}

/// A generation in the making, in a hidden folder of the index directory. Dropped unpublished, it leaves nothing.
pub struct Draft<'lock> {
    parent: PathBuf,
    folder: PathBuf,
    id: GenerationId,
    time: Timestamp,
    in_force: bool,
    _lock: PhantomData<&'lock Lock>,
}

impl<'lock> Draft<'lock> {
    pub(super) fn begin(parent: &Path, _lock: &'lock Lock) -> Result<Self, GenerationError> {
        sweep(parent)?;
        let time = Timestamp::now();
        let random = getrandom::u32().map_err(|_| GenerationError::Name)?;
        let id = GenerationId::new(time, random).ok_or(GenerationError::Name)?;
        let folder = parent.join(format!("{DRAFT_PREFIX}{id}"));
        DirBuilder::new()
            .mode(DRAFT_MODE)
            .create(&folder)
            .map_err(io_error(&folder))?;
        Ok(Self {
            parent: parent.to_owned(),
            folder,
            id,
            time,
            in_force: false,
            _lock: PhantomData,
        })
    }

    /// The generation's name.
    #[must_use]
    pub const fn id(&self) -> GenerationId {
        self.id
    }

    /// When it was begun.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// Where one of its files is to be written.
    #[must_use]
    pub fn file(&self, kind: FileKind) -> PathBuf {
        self.folder.join(kind.file_name())
    }

    /// Makes the folder for temporary files, which is gone when the generation is published or dropped.
    ///
    /// # Errors
    /// [`GenerationError::Io`] if it cannot be made.
    pub fn scratch(&self) -> Result<PathBuf, GenerationError> {
        let path = self.folder.join(SCRATCH);
        match fs::create_dir(&path) {
            Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
                Err(GenerationError::Io { path, source })
            }
            _ => Ok(path),
        }
    }

    /// Publishes the generation: the files are flushed and made read-only, the folder is renamed into place, and
    /// `CURRENT` is swapped. Whatever happens on the way, `CURRENT` names either the old generation or the new one, whole.
    ///
    /// # Errors
    /// [`GenerationError::Io`]; the old generation is then still in force.
    pub fn publish(mut self) -> Result<GenerationId, GenerationError> {
        let published = self.parent.join(self.id.as_str());
        let scratch = self.scratch()?;
        fs::remove_dir_all(&scratch).map_err(io_error(&scratch))?;
        self.seal_files()?;
        sync(&self.folder)?;
        // While the folder is still hidden: a disk that is full to the last byte fails here.
        self.write_next_current()?;
        fs::rename(&self.folder, &published).map_err(io_error(&self.folder))?;
        self.folder = published;
        fs::set_permissions(&self.folder, Permissions::from_mode(PUBLISHED_MODE))
            .map_err(io_error(&self.folder))?;
        sync(&self.folder)?;
        sync(&self.parent)?;
        self.swap_current()?;
        Ok(self.id)
    }

    fn seal_files(&self) -> Result<(), GenerationError> {
        for (kind, mode) in [
            (FileKind::Public, PUBLIC_FILE_MODE),
            (FileKind::Sealed, SEALED_FILE_MODE),
        ] {
            let path = self.file(kind);
            match fs::set_permissions(&path, Permissions::from_mode(mode)) {
                Ok(()) => sync(&path)?,
                Err(error)
                    if error.kind() == io::ErrorKind::NotFound && kind == FileKind::Sealed => {}
                Err(source) => return Err(GenerationError::Io { path, source }),
            }
        }
        Ok(())
    }

    fn write_next_current(&self) -> Result<(), GenerationError> {
        let next = self.next_current();
        let write = || {
            let mut file = File::create(&next)?;
            // As the files of a generation: whoever serves them is another user, whatever the builder's umask.
            file.set_permissions(Permissions::from_mode(CURRENT_MODE))?;
            writeln!(file, "{}", self.id)?;
            file.sync_all()
        };
        write().map_err(io_error(&next))
    }

    fn swap_current(&mut self) -> Result<(), GenerationError> {
        let current = IndexDirectory::current_file(&self.parent);
        fs::rename(self.next_current(), &current).map_err(io_error(&current))?;
        self.in_force = true;
        sync(&self.parent)
    }

    fn next_current(&self) -> PathBuf {
        self.parent.join(format!("{DRAFT_PREFIX}CURRENT"))
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.in_force {
            // What cannot be removed is swept by the next writer.
            let _ = fs::remove_dir_all(&self.folder);
            let _ = fs::remove_file(self.next_current());
        }
    }
}

/// Removes the drafts of writers that died; the lock is held, so none is alive.
fn sweep(folder: &Path) -> Result<(), GenerationError> {
    for entry in fs::read_dir(folder).map_err(io_error(folder))? {
        let path = entry.map_err(io_error(folder))?.path();
        let is_draft = path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with(DRAFT_PREFIX));
        if is_draft {
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_err(io_error(&path))?;
        }
    }
    Ok(())
}

fn sync(path: &Path) -> Result<(), GenerationError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(io_error(path))
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> GenerationError {
    move |source| GenerationError::Io {
        path: path.to_owned(),
        source,
    }
}
