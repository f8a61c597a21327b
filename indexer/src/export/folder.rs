//! How is an export's folder written while it is served?

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use exposure_index::durable::{self, UNFINISHED_PREFIX};
use exposure_index::index::{GenerationId, Index, Prefix};
use exposure_index::messages::CatalogueDocument;
use exposure_index::progress::{Cancel, Progress};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{ExportError, FILE_MODE, FOLDER_MODE};

/// A folder that is served, and locked against others who would write to it.
pub(super) struct Folder {
    documents: PathBuf,
    _lock: File,
}

impl Folder {
    /// Creates the folder if needed, and removes what a killed export has left.
    pub(super) fn open(path: &Path) -> Result<Self, ExportError> {
        durable::create_folders(path, FOLDER_MODE)?;
        let documents = path.join("v1");
        let is_other = !documents.exists() && fs::read_dir(path)?.next().is_some();
        if is_other {
            let path = path.to_owned();
            return Err(ExportError::OtherFolder { path });
        }
        let lock = lock(path)?;
        for folder in [
            documents.clone(),
            documents.join("breaches"),
            documents.join("ranges"),
            documents.join("generations"),
        ] {
            if !folder.exists() {
                durable::create_folder(&folder, FOLDER_MODE)?;
                durable::sync_name(&folder)?;
            }
            sweep(&folder)?;
        }
        Ok(Self {
            documents,
            _lock: lock,
        })
    }

    /// Returns the folder of the documents.
    pub(super) fn documents(&self) -> &Path {
        &self.documents
    }

    /// Returns the folder of the documents of breaches.
    pub(super) fn breaches(&self) -> PathBuf {
        self.documents.join("breaches")
    }

    /// Returns the folder of a generation's other files, created if needed.
    pub(super) fn generation(&self, generation: GenerationId) -> io::Result<PathBuf> {
        let folder = self.documents.join("generations").join(generation.as_str());
        if !folder.exists() {
            durable::create_folder(&folder, FOLDER_MODE)?;
            durable::sync_name(&folder)?;
        }
        sweep(&folder)?;
        Ok(folder)
    }

    /// Returns whether all ranges of a generation exist.
    pub(super) fn has(&self, generation: GenerationId) -> bool {
        self.ranges(generation.as_str()).exists()
    }

    /// Writes the answers of all ranges of a generation, which appear together. Progress is in rows.
    pub(super) fn write_ranges<D: AsRef<[u8]> + Sync>(
        &self,
        index: &Index<D>,
        cancel: &Cancel,
        progress: &Progress,
    ) -> Result<(), ExportError> {
        let header = index.header();
        progress.begin(header.rows);
        let draft = self.ranges(&format!("{UNFINISHED_PREFIX}{}", header.generation));
        durable::create_folder(&draft, FOLDER_MODE)?;
        let prefixes = (0..header.shape.ranges()).into_par_iter().map(Prefix);
        prefixes.try_for_each(|prefix| {
            cancel.check().map_err(ExportError::Cancelled)?;
            let path = draft.join(header.shape.spell(prefix));
            let range = index.range(prefix)?;
            let mut answer = range.as_bytes().to_vec();
            answer.extend(index.after_range(prefix, answer.len())?);
            durable::create_unsynced(&path, FILE_MODE, &answer)?;
            progress.advance(range.rows() as u64);
            Ok::<(), ExportError>(())
        })?;
        durable::sync_file_system(&draft)?;
        let ranges = self.ranges(header.generation.as_str());
        durable::rename(&draft, &ranges)?;
        durable::sync_name(&ranges)?;
        Ok(())
    }

    /// Removes the documents of breaches that are no longer in the catalogue.
    pub(super) fn remove_breaches_but(&self, catalogue: &CatalogueDocument) -> io::Result<()> {
        for entry in fs::read_dir(self.breaches())? {
            let entry = entry?;
            let name = entry.file_name();
            let id = name.to_str().and_then(|name| name.split_once(".json"));
            let is_there = |id: &str| {
                catalogue
                    .breaches
                    .iter()
                    .any(|breach| breach.metadata.id.as_str() == id)
            };
            if id.is_some_and(|(id, _)| !is_there(id)) {
                durable::remove_file(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Removes generations that are older than `current` and not among the `keep` newest; returns their number.
    pub(super) fn remove_older(&self, current: GenerationId, keep: usize) -> io::Result<usize> {
        let mut older = Vec::new();
        for entry in fs::read_dir(self.documents.join("ranges"))? {
            let name = entry?.file_name();
            older.extend(
                name.to_str()
                    .and_then(GenerationId::parse)
                    .filter(|one| *one < current),
            );
        }
        older.sort_unstable();
        older.truncate((older.len() + 1).saturating_sub(keep));
        for generation in &older {
            // Before the ranges, from which an export after a kill sees that there is something to remove.
            let catalogue = self.documents.join("generations").join(generation.as_str());
            if catalogue.exists() {
                durable::remove_folder(&catalogue)?;
            }
            durable::remove_folder(&self.ranges(generation.as_str()))?;
        }
        Ok(older.len())
    }

    fn ranges(&self, name: &str) -> PathBuf {
        self.documents.join("ranges").join(name)
    }
}

/// Locks the folder itself, since every file in it is served.
fn lock(path: &Path) -> Result<File, ExportError> {
    let folder = File::open(path)?;
    match folder.try_lock() {
        Ok(()) => Ok(folder),
        Err(TryLockError::WouldBlock) => Err(ExportError::Locked {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_left = entry
            .file_name()
            .to_string_lossy()
            .starts_with(UNFINISHED_PREFIX);
        if is_left {
            durable::remove(&entry.path())?;
        }
    }
    Ok(())
}
