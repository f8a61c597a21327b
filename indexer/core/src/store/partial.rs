use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::{Offer, PublicFile};
use crate::durable;

/// Prefix of the names of unfinished fetches.
const PREFIX: &str = ".partial-";

/// The first bytes of what a store offers, in a file of the cache: an interrupted fetch is resumed after them.
///
/// The file's name holds a digest of what identifies the object: place, length, tag and SHA-256. So bytes of
/// two objects are never in one file. The bytes are checked against the object's digest once all are present.
pub(super) struct Partial {
    path: PathBuf,
    length: u64,
}

impl Partial {
    /// The partial file of an offer, in a locked cache; it may not exist yet. Those of other offers are removed.
    pub(super) fn of(cache: &Path, offer: &Offer) -> io::Result<Self> {
        let path = cache.join(name(offer));
        sweep(cache, Some(&path))?;
        let length = match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            metadata => metadata?.len(),
        };
        let mut partial = Self { path, length };
        if length > offer.length() {
            partial.remove()?;
        }
        Ok(partial)
    }

    /// The number of bytes present.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// The file, to be read from its beginning and written to at its end.
    pub(super) fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.create(true).read(true).append(true).mode(0o600);
        options.open(&self.path)
    }

    /// Removes the file, after which no bytes are present.
    pub(super) fn remove(&mut self) -> io::Result<()> {
        self.length = 0;
        durable::remove_file(&self.path)
    }

    /// Renames the complete file to its final name.
    pub(super) fn rename(self, path: &Path) -> io::Result<()> {
        durable::rename(&self.path, path)
    }
}

/// Removes every unfinished fetch from a locked cache, except the one at `kept`.
pub(super) fn sweep(cache: &Path, kept: Option<&Path>) -> io::Result<()> {
    for entry in fs::read_dir(cache)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let is_partial = name.is_some_and(|name| name.starts_with(PREFIX));
        if is_partial && kept != Some(path.as_path()) {
            durable::remove(&path)?;
        }
    }
    Ok(())
}

fn name(offer: &Offer) -> String {
    let digest = offer.digests.of(PublicFile::Index).unwrap_or_default();
    let tag = offer.index.e_tag.as_deref().unwrap_or_default();
    let place = offer.index.location.as_ref();
    let mut hasher = Sha256::new();
    for field in [place.as_bytes(), tag.as_bytes(), &digest[..]] {
        hasher.update((field.len() as u64).to_le_bytes());
        hasher.update(field);
    }
    hasher.update(offer.length().to_le_bytes());
    let object: [u8; 32] = hasher.finalize().into();
    let generation = offer.generation();
    format!("{PREFIX}{generation}-{}", HEXLOWER.encode(&object[..8]))
}
