use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Inspection, Part, part};
use crate::ingest::survey::survey;
use crate::ingest::{DESCRIPTION, Format, IngestError};

/// Why nothing can be said of a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// The file cannot be read, for the reasons for which a build could not read it.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The file is a folder without files, or something else that is no file.
    #[error("{}: no file; name the dump's files, or a folder that holds them", path.display())]
    NoFile {
        /// What was given.
        path: PathBuf,
    },
    /// The files do not lie in the folder of `breach.toml`.
    #[error("{}: lies outside of {}, where breach.toml is to be; copy it there, or state --output", path.display(), folder.display())]
    Outside {
        /// The file.
        path: PathBuf,
        /// The folder of `breach.toml`.
        folder: PathBuf,
    },
    /// A file's name cannot be written to `breach.toml`.
    #[error("{}: its name is not UTF-8; rename it", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
}

/// What is found in the file at `path`, of which only the beginning is read.
///
/// # Errors
/// If it cannot be opened, its format or encoding cannot be told, or it is refused as a build would refuse it.
pub fn inspect(path: &Path) -> Result<Inspection, InspectError> {
    let name = path.display().to_string();
    let container = container(path).map_err(|source| IngestError::Open {
        path: path.to_owned(),
        source,
    })?;
    let mut parts: Vec<Part> = Vec::new();
    survey(path, &name, &mut |sample| {
        part::add(&mut parts, &sample);
    })?;
    let office = parts.iter().any(|part| part.layout.format == Format::Xlsx);
    Ok(Inspection {
        path: path.to_owned(),
        container: container.filter(|container| !(office && *container == "zip")),
        parts,
    })
}

/// What a file is packed in, by its first bytes.
fn container(path: &Path) -> std::io::Result<Option<&'static str>> {
    const MAGICS: [(&[u8], &str); 5] = [
        (b"\x1F\x8B", "gzip"),
        (b"\x28\xB5\x2F\xFD", "zstd"),
        (b"PK\x03\x04", "zip"),
        (b"7z\xBC\xAF\x27\x1C", "7z"),
        (b"age-encryption.org/", "age"),
    ];
    let mut head = Vec::new();
    File::open(path)?.take(32).read_to_end(&mut head)?;
    let known = MAGICS.iter().find(|(magic, _)| head.starts_with(magic));
    Ok(known.map(|(_, name)| *name))
}

/// The files that `paths` stand for: a folder for those in it, hidden ones left out; a `breach.toml` is none.
///
/// # Errors
/// If something of that is not there, or if a folder holds no file.
pub fn expand(paths: &[PathBuf]) -> Result<Vec<PathBuf>, InspectError> {
    let mut files = Vec::new();
    for path in paths {
        let opened = |source| IngestError::Open {
            path: path.clone(),
            source,
        };
        if path.metadata().map_err(opened)?.is_dir() {
            files.extend(files_in(path)?);
        } else {
            files.push(path.clone());
        }
    }
    files.retain(|path| path.file_name().is_none_or(|name| name != DESCRIPTION));
    files.sort();
    files.dedup();
    Ok(files)
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, InspectError> {
    let opened = |source| IngestError::Open {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(opened)? {
        let entry = entry.map_err(opened)?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !hidden && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    if files.is_empty() {
        return Err(InspectError::NoFile {
            path: folder.to_owned(),
        });
    }
    Ok(files)
}
