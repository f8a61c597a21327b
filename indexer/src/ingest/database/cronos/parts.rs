//! Which files make up a bank, and where does a `.tad` say that its records are?

use std::fs::{self, File};
use std::io::{self, BufReader, Read, SeekFrom};
use std::path::Path;

use super::{CompanionFile, damaged};
use crate::ingest::Fault;
use crate::ingest::container::{Pages, ReadSeek};
use crate::ingest::error::Failure;

/// Name of the file that stands for a bank, in small letters.
const BANK: &str = "crobank.dat";

/// Names of the files that it is read with.
pub(super) const BANK_TAD: &str = "CroBank.tad";
pub(super) const STRU_DAT: &str = "CroStru.dat";
pub(super) const STRU_TAD: &str = "CroStru.tad";

/// The size of a deleted record.
const DELETED: u32 = u32::MAX;

/// A flag of a size: the record is in one piece.
const WHOLE: u32 = 1 << 31;

/// The width of a version's offsets, and the place of its flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// Four bytes: 01.02, 01.04.
    Narrow,
    /// Eight bytes: 01.03.
    Wide,
    /// Seven bytes, with flags in the eighth: 01.11 and later of CronosPro 4.
    Four,
}

impl Version {
    pub(super) fn of(written: [u8; 5]) -> Option<Self> {
        match &written {
            b"01.02" | b"01.04" => Some(Self::Narrow),
            b"01.03" => Some(Self::Wide),
            b"01.11" | b"01.13" | b"01.14" => Some(Self::Four),
            _ => None,
        }
    }

    /// Returns the length of an offset, in bytes.
    pub(super) const fn offset(self) -> usize {
        match self {
            Self::Narrow => 4,
            Self::Wide | Self::Four => 8,
        }
    }

    /// Returns the length of a `.tad`'s header, in bytes.
    const fn index_header(self) -> u64 {
        match self {
            Self::Narrow | Self::Wide => 8,
            Self::Four => 16,
        }
    }
}

/// Opens the file that belongs to a bank, whatever the case of its name.
pub(super) fn beside(pages: &Pages<'_>, name: &str) -> Result<CompanionFile, Failure> {
    let missing = || Fault::MissingSibling {
        name: name.to_owned(),
    };
    match pages {
        Pages::File { path, .. } => {
            if !is_called(path, BANK) {
                return Err(Fault::Sibling { of: "CroBank.dat" }.into());
            }
            let folder = path.parent().unwrap_or(Path::new("."));
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if is_called(&path, &name.to_lowercase()) {
                    return Ok(Box::new(BufReader::new(File::open(path)?)));
                }
            }
            Err(missing().into())
        }
        Pages::Held(held) => {
            let found = held
                .beside
                .iter()
                .find(|(other, _)| other.eq_ignore_ascii_case(name));
            let (_, bytes) = found.ok_or_else(missing)?;
            Ok(Box::new(io::Cursor::new(bytes.clone())))
        }
    }
}

/// Returns whether a file has this name, in small letters.
fn is_called(path: &Path, name: &str) -> bool {
    let own = path.file_name().and_then(|name| name.to_str());
    own.is_some_and(|own| own.to_lowercase() == name)
}

/// The place of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) size: u64,
    /// Whether it is in one piece; if not, its first piece says where the next one is.
    pub(super) is_whole: bool,
}

/// An entry of a `.tad`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Empty,
    At(Place),
}

/// The entries of a `.tad`, one after the other.
pub(super) struct Index {
    tad: CompanionFile,
    version: Version,
}

impl Index {
    pub(super) fn open(mut tad: CompanionFile, version: Version) -> Result<Self, Failure> {
        let size = tad.seek(SeekFrom::End(0))?;
        let entries = size.checked_sub(version.index_header());
        let length = version.offset() as u64 + 8;
        if entries.is_none_or(|entries| !entries.is_multiple_of(length)) {
            return Err(damaged("a .tad of it was cut off").into());
        }
        let mut index = Self { tad, version };
        index.rewind()?;
        Ok(index)
    }

    /// Goes back to the first entry.
    pub(super) fn rewind(&mut self) -> io::Result<()> {
        let first = SeekFrom::Start(self.version.index_header());
        self.tad.seek(first).map(drop)
    }

    /// The next entry; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Slot>, Failure> {
        let mut entry = [0; 16];
        let entry = &mut entry[..self.version.offset() + 8];
        match self.tad.read_exact(entry) {
            Ok(()) => Ok(Some(self.slot(entry))),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn slot(&self, entry: &[u8]) -> Slot {
        const EMPTY: u8 = 2;
        let (offset, rest) = entry.split_at(self.version.offset());
        let size = rest
            .first_chunk()
            .map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let (flags, offset) = match (self.version, offset) {
            (Version::Four, [offset @ .., flags]) => (Some(*flags), number(offset)),
            (_, offset) => (None, number(offset)),
        };
        let (size, is_whole) = match flags {
            Some(EMPTY) => return Slot::Empty,
            Some(flags) => (size, flags != 0),
            None if size == DELETED => return Slot::Empty,
            None => (size & !WHOLE, size & WHOLE != 0),
        };
        match size {
            0 => Slot::Empty,
            size => Slot::At(Place {
                offset,
                size: u64::from(size),
                is_whole,
            }),
        }
    }
}

/// A number of up to eight bytes, the lowest first.
pub(super) fn number(bytes: &[u8]) -> u64 {
    let of = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    bytes.iter().rev().fold(0, of)
}

/// Reads all of a file that is small.
pub(super) fn whole(file: &mut dyn ReadSeek, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    let mut file = file;
    let read = (&mut file).take(limit + 1).read_to_end(&mut bytes)? as u64;
    match read > limit {
        true => Err(Fault::TooLarge { limit }.into()),
        false => Ok(bytes),
    }
}
