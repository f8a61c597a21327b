use std::fs::{self, File};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::guess::{self, Cells, Column};
use super::header::is_header;
use super::{Inspection, Part};
use crate::ingest::survey::{Sample, survey};
use crate::ingest::{Format, IngestError, is_empty_cell};

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
        add(&mut parts, &sample);
        ControlFlow::Continue(())
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

/// Adds what a sample tells: a new part, or one more member of the archive that has the part.
fn add(parts: &mut Vec<Part>, sample: &Sample) {
    let part = part(sample);
    let place = |known: &Part| {
        (known.layout.table.clone(), known.layout.sheet.clone())
            == (part.layout.table.clone(), part.layout.sheet.clone())
    };
    match parts.iter_mut().find(|known| place(known)) {
        Some(known) if known.is_written_like(&part) => known.members += 1,
        Some(known) => known.unlike_members += 1,
        None => parts.push(part),
    }
}

fn part(sample: &Sample) -> Part {
    let open = matches!(sample.layout.format, Format::Csv | Format::Xlsx);
    let header = open.then(|| is_header(&sample.rows));
    let (first, rows) = match sample.rows.split_first() {
        Some((first, rest)) if header == Some(true) => (Some(first), rest),
        _ => (None, &sample.rows[..]),
    };
    let names = first.or(sample.names.as_ref());
    let rows_width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = names.map_or(0, Vec::len).max(rows_width);
    let cells: Vec<Cells<'_>> = (0..width)
        .map(|place| Cells {
            name: names.and_then(|names| names.get(place)).map(String::as_str),
            values: values(rows, place),
        })
        .collect();
    let mut columns: Vec<Column> = cells
        .iter()
        .enumerate()
        .map(|(place, cells)| {
            let number = place.to_string();
            guess::column(cells.name.unwrap_or(&number), cells)
        })
        .collect();
    guess::find_passwords(&mut columns, &cells);
    Part {
        layout: sample.layout.clone(),
        header,
        columns,
        rows: rows.len(),
        whole: sample.whole,
        members: 1,
        unlike_members: 0,
    }
}

/// The values of a column that a build would not take for empty.
fn values(rows: &[Vec<String>], place: usize) -> Vec<&str> {
    rows.iter()
        .filter_map(|row| row.get(place))
        .map(|cell| cell.trim())
        .filter(|cell| !is_empty_cell(cell))
        .collect()
}

impl Part {
    /// Whether one `[[file]]` of `breach.toml` can describe both.
    pub(super) fn is_written_like(&self, other: &Self) -> bool {
        let names = |part: &Self| {
            let names = part.columns.iter().map(|column| column.name.clone());
            names.collect::<Vec<_>>()
        };
        let meanings = |part: &Self| {
            let proposed = part
                .columns
                .iter()
                .map(|column| Some(column.proposed()?.meaning));
            proposed.collect::<Vec<_>>()
        };
        self.layout == other.layout
            && self.header == other.header
            && names(self) == names(other)
            && meanings(self) == meanings(other)
    }
}

/// The files that `paths` stand for: a folder for those in it, hidden ones and `breach.toml` left out.
///
/// # Errors
/// If something of that is not there or is no file.
pub fn expand(paths: &[PathBuf]) -> Result<Vec<PathBuf>, InspectError> {
    let mut files = Vec::new();
    for path in paths {
        let open = |source| IngestError::Open {
            path: path.clone(),
            source,
        };
        if !path.metadata().map_err(open)?.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        for entry in fs::read_dir(path).map_err(open)? {
            let entry = entry.map_err(open)?;
            let name = entry.file_name();
            let hidden = name.as_encoded_bytes().starts_with(b".");
            if !hidden && name != crate::ingest::DESCRIPTION && entry.path().is_file() {
                files.push(entry.path());
            }
        }
        if files.len() == before {
            return Err(InspectError::NoFile { path: path.clone() });
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}
