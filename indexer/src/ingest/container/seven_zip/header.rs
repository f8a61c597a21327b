use super::folder::Folder;
use super::streams::Streams;
use super::tokens::{ARCHIVE_PROPERTIES, EMPTY_STREAMS, END, FILES, MAIN_STREAMS, NAMES, Tokens};
use crate::ingest::Fault;

/// The contents of an archive.
#[derive(Default)]
pub(super) struct Archive {
    pub(super) folders: Vec<Folder>,
    /// Its files that are not empty, in the order of the folders' parts.
    pub(super) parts: Vec<Part>,
}

/// A file that is not empty.
pub(super) struct Part {
    /// Its place among the archive's files and folders, from 1.
    pub(super) place: usize,
    pub(super) name: String,
}

impl Archive {
    /// Reads a header after its first byte.
    pub(super) fn read(tokens: &mut Tokens<'_>) -> Result<Self, Fault> {
        let mut archive = Self::default();
        loop {
            match tokens.byte()? {
                END => return Ok(archive),
                ARCHIVE_PROPERTIES => skip_properties(tokens)?,
                MAIN_STREAMS => archive.folders = Streams::read(tokens)?.folders,
                FILES => archive.parts = files(tokens)?,
                _ => return Err(Fault::Damaged),
            }
        }
    }
}

fn skip_properties(tokens: &mut Tokens<'_>) -> Result<(), Fault> {
    while tokens.byte()? != END {
        let length = tokens.number()?;
        tokens.bytes(length)?;
    }
    Ok(())
}

fn files(tokens: &mut Tokens<'_>) -> Result<Vec<Part>, Fault> {
    let count = tokens.count()?;
    let mut empty = vec![false; count];
    let mut names = Vec::new();
    loop {
        let property = tokens.byte()?;
        if property == END {
            break;
        }
        let length = tokens.number()?;
        let mut value = Tokens::new(tokens.bytes(length)?);
        match property {
            EMPTY_STREAMS => empty = value.bits(count)?,
            NAMES => names = read_names(&mut value)?,
            // Times and attributes are not needed here.
            _ => {}
        }
    }
    names.resize(count, String::new());
    let parts = names.into_iter().zip(empty).enumerate();
    let part = |(place, (name, empty)): (usize, (String, bool))| {
        (!empty).then_some(Part {
            place: place + 1,
            name,
        })
    };
    Ok(parts.filter_map(part).collect())
}

/// The names, each ended by a NUL, in UTF-16.
fn read_names(value: &mut Tokens<'_>) -> Result<Vec<String>, Fault> {
    // Whether they are stored elsewhere, which no archiver ever wrote.
    value.expect(0)?;
    let units: Vec<u16> = value
        .rest()
        .chunks_exact(2)
        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
        .collect();
    let names = units.split(|&unit| unit == 0).map(String::from_utf16_lossy);
    Ok(names.collect())
}
