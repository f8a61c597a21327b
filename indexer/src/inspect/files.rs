use std::fs;
use std::path::{Path, PathBuf};

use super::{InspectError, Inspection, Part, part};
use crate::ingest::survey::survey_known;
use crate::ingest::{DESCRIPTION, DumpSecrets, IngestError, Known, container_of, is_part};

/// What is found in the file at `path`, of which only the beginning is read.
///
/// # Errors
/// If it cannot be opened, no identity opens it, its format or encoding is not recognised, or it is refused as a build
/// would refuse it.
pub fn inspect(path: &Path, secrets: &DumpSecrets) -> Result<Inspection, InspectError> {
    inspect_known(Known::default(), path, secrets)
}

/// Like [`inspect`], for a file of which something may be known.
///
/// # Errors
/// As [`inspect`].
pub(crate) fn inspect_known(
    known: Known,
    path: &Path,
    secrets: &DumpSecrets,
) -> Result<Inspection, InspectError> {
    let name = path.display().to_string();
    let container = container_of(path).map_err(|source| IngestError::Open {
        path: path.to_owned(),
        source,
    })?;
    let mut parts: Vec<Part> = Vec::new();
    let others = survey_known(known, path, &name, secrets, &mut |member, sample| {
        part::add(&mut parts, member, &sample, known.header);
    })?;
    let is_workbook = parts.iter().any(|part| part.layout.sheet.is_some());
    Ok(Inspection {
        path: path.to_owned(),
        container: container.filter(|container| !(is_workbook && *container == "zip")),
        parts,
        others,
    })
}

/// The files that `paths` stand for: a folder for those in it, hidden ones left out; a `breach.toml` does not count.
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
        let metadata = path.metadata().map_err(opened)?;
        if metadata.is_dir() {
            files.extend(files_in(path)?);
        } else if metadata.is_file() {
            files.push(path.clone());
        } else {
            return Err(InspectError::NoFile { path: path.clone() });
        }
    }
    files.retain(|path| path.file_name().is_none_or(|name| name != DESCRIPTION));
    // What is part of a file is looked at with it.
    if !files.iter().all(|path| is_part(path)) {
        files.retain(|path| !is_part(path));
    }
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
    let names: Vec<String> = files.iter().filter_map(|path| small_name(path)).collect();
    files.retain(|path| small_name(path).is_none_or(|name| !belongs_to_another(&name, &names)));
    if files.is_empty() {
        return Err(InspectError::NoFile {
            path: folder.to_owned(),
        });
    }
    Ok(files)
}

/// The name of a file, in small letters.
fn small_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_lowercase())
}

/// Whether a file is read together with another one of those that are there: a log of SQLite, a part of a bank of CronosPro.
fn belongs_to_another(name: &str, names: &[String]) -> bool {
    const LOGS: [&str; 3] = ["-wal", "-shm", "-journal"];
    const BANK: &str = "crobank.dat";
    const PARTS: [&str; 5] = [
        "crobank.tad",
        "crostru.dat",
        "crostru.tad",
        "croindex.dat",
        "croindex.tad",
    ];
    let is_there = |wanted: &str| names.iter().any(|other| other == wanted);
    let mut databases = LOGS.iter().filter_map(|log| name.strip_suffix(log));
    databases.any(is_there) || PARTS.contains(&name) && is_there(BANK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_read_with_another_is_left_to_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "a.db",
            "a.db-wal",
            "b.db-wal",
            "CroBank.dat",
            "CroBank.tad",
            "CROSTRU.DAT",
        ] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let found = expand(&[folder.path().to_owned()]).unwrap();
        let names: Vec<_> = found.iter().filter_map(|path| path.file_name()).collect();
        assert_eq!(names, ["CroBank.dat", "a.db", "b.db-wal"]);
        let named = folder.path().join("a.db-wal");
        assert_eq!(expand(std::slice::from_ref(&named)).unwrap(), [named]);
    }
}
