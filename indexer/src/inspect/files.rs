//! Which files does `inspect` read, and what does it find in each?

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::{InspectError, Inspection, Part, part};
use crate::ingest::survey::survey_known;
use crate::ingest::{DESCRIPTION, DumpSecrets, IngestError, Known, container_of, is_part};

/// Maximum depth of folders that are searched.
const DEPTH: usize = 8;

/// Inspects the file at `path`, of which only the beginning is read.
///
/// # Errors
/// If it cannot be opened, no identity opens it, its format or encoding is not recognised, or it is refused as a build
/// would refuse it.
pub fn inspect(path: &Path, secrets: &DumpSecrets) -> Result<Inspection, InspectError> {
    inspect_known(Known::default(), path, secrets)
}

/// Like [`inspect`], for a file about which something may be known.
///
/// # Errors
/// Those of [`inspect`].
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
    let passed_over = survey_known(known, path, &name, secrets, &mut |member, sample| {
        part::add(&mut parts, member, &sample, known.header);
    })?;
    let is_workbook = parts.iter().any(|part| part.layout.sheet.is_some());
    Ok(Inspection {
        path: path.to_owned(),
        container: container.filter(|container| !(is_workbook && *container == "zip")),
        parts,
        passed_over,
    })
}

/// The files of several paths.
#[derive(Debug, Default)]
pub struct Files {
    /// Files to inspect.
    pub found: Vec<PathBuf>,
    /// Files that are not inspected, and why.
    pub passed_over: Vec<(PathBuf, &'static str)>,
}

/// Returns the files of `paths`: a folder stands for the files in it and in its subfolders. A `breach.toml` does not
/// count.
///
/// # Errors
/// If a path does not exist, or a folder holds no file.
pub fn expand(paths: &[PathBuf]) -> Result<Files, InspectError> {
    let mut files = Files::default();
    for path in paths {
        let metadata = path.metadata().map_err(|source| unreadable(path, source))?;
        if metadata.is_dir() {
            let before = files.found.len();
            files.add_folder(path, 0)?;
            if files.found.len() == before {
                return Err(InspectError::NoFile { path: path.clone() });
            }
        } else if metadata.is_file() {
            files.found.push(path.clone());
        } else {
            return Err(InspectError::NoFile { path: path.clone() });
        }
    }
    let found = &mut files.found;
    found.retain(|path| path.file_name().is_none_or(|name| name != DESCRIPTION));
    // Parts of a file are inspected with it.
    if !found.iter().all(|path| is_part(path)) {
        found.retain(|path| !is_part(path));
    }
    found.sort();
    found.dedup();
    Ok(files)
}

fn unreadable(path: &Path, source: io::Error) -> InspectError {
    let path = path.to_owned();
    IngestError::Open { path, source }.into()
}

impl Files {
    /// Adds the files in a folder at this depth below the named one.
    fn add_folder(&mut self, folder: &Path, depth: usize) -> Result<(), InspectError> {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
            let entry = entry.map_err(|source| unreadable(folder, source))?;
            let path = entry.path();
            let kind = entry
                .file_type()
                .map_err(|source| unreadable(&path, source))?;
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            match why_not(&path, kind, depth) {
                _ if is_hidden => self.passed_over.push((path, "its name begins with a dot")),
                Some(reason) => self.passed_over.push((path, reason)),
                None if kind.is_dir() => folders.push(path),
                None => files.push(path),
            }
        }
        let names: Vec<String> = files.iter().filter_map(|path| small_name(path)).collect();
        files.retain(|path| small_name(path).is_none_or(|name| !belongs_to_another(&name, &names)));
        self.found.append(&mut files);
        folders.sort();
        let mut folders = folders.iter();
        folders.try_for_each(|inner| self.add_folder(inner, depth + 1))
    }
}

/// Returns why an entry of a folder is not inspected, if so.
fn why_not(path: &Path, kind: FileType, depth: usize) -> Option<&'static str> {
    match () {
        () if kind.is_dir() && path.ends_with("__MACOSX") => Some("macOS's metadata of files"),
        () if kind.is_dir() && path.join(DESCRIPTION).is_file() => {
            Some("a folder with a breach.toml of its own")
        }
        () if kind.is_dir() && depth == DEPTH => Some("a folder too deep in others"),
        () if kind.is_dir() || path.is_file() => None,
        () if path.is_dir() => Some("a link to a folder"),
        () => Some("neither a file nor a folder"),
    }
}

/// The name of a file, in small letters.
fn small_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_lowercase())
}

/// Returns whether a file is read together with another existing one: a log of SQLite, a part of a bank of CronosPro.
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
        let found = expand(&[folder.path().to_owned()]).unwrap().found;
        let names: Vec<_> = found.iter().filter_map(|path| path.file_name()).collect();
        assert_eq!(names, ["CroBank.dat", "a.db", "b.db-wal"]);
        let named = folder.path().join("a.db-wal");
        assert_eq!(expand(std::slice::from_ref(&named)).unwrap().found, [named]);
    }

    #[test]
    fn folders_are_searched_and_files_not_inspected_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let add = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        };
        for name in [
            "b/c/d.csv",
            "a.csv",
            ".DS_Store",
            "__MACOSX/._a.csv",
            "e/breach.toml",
            "e/f.csv",
        ] {
            add(name);
        }
        let files = expand(&[folder.path().to_owned()]).unwrap();
        let found: Vec<_> = files
            .found
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap())
            .collect();
        assert_eq!(found, [Path::new("a.csv"), Path::new("b/c/d.csv")]);
        let mut passed_over: Vec<_> = files
            .passed_over
            .iter()
            .map(|(path, _)| path.strip_prefix(folder.path()).unwrap())
            .collect();
        passed_over.sort_unstable();
        assert_eq!(
            passed_over,
            [
                Path::new(".DS_Store"),
                Path::new("__MACOSX"),
                Path::new("e")
            ]
        );
    }
}
