//! What `inspect` says of files about which nothing is known, held to what they were made to hold.

mod boxes;
mod decoys;
mod feeds;
mod free_text;
mod hostile;
mod invented;
mod leaks;
mod numbers;
mod shown;

use std::fs;
use std::path::{Path, PathBuf};

use tekser_indexer::ingest::DumpSecrets;
use tekser_indexer::inspect::{Column, Inspection, draft, inspect};
use tempfile::TempDir;
use toml::Table;

/// A folder with one file in it.
struct Dump {
    folder: TempDir,
    path: PathBuf,
}

impl Dump {
    fn new(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a dump");
        Self { folder, path }
    }

    fn inspection(&self) -> Inspection {
        inspect(&self.path, &DumpSecrets::default()).expect("a dump that is recognised")
    }

    /// The draft's only `[[file]]`.
    fn entry(&self) -> Table {
        let files = drafted(&[self.inspection()], self.folder.path());
        assert_eq!(files.len(), 1);
        files.into_iter().next().expect("an entry")
    }
}

/// The `[[file]]`s of a draft.
fn drafted(inspections: &[Inspection], folder: &Path) -> Vec<Table> {
    let draft =
        draft(inspections, folder, &"2026-01-01".parse().expect("a date")).expect("a draft");
    files(&draft)
}

fn files(description: &str) -> Vec<Table> {
    let description: Table = description.parse().expect("TOML");
    let files = description["file"].as_array().expect("entries");
    files
        .iter()
        .map(|file| file.as_table().expect("an entry").clone())
        .collect()
}

/// What a column is said to hold: an identifier's kind, a class, or nothing.
fn meaning(column: &Column) -> String {
    column
        .proposed()
        .map(|guess| guess.meaning.to_string())
        .unwrap_or_default()
}

/// What the columns of a dump's first part are said to hold.
fn meanings(inspection: &Inspection) -> Vec<String> {
    inspection.parts[0].columns.iter().map(meaning).collect()
}
