//! What does the beginning of an SQLite database say? (<https://www.sqlite.org/fileformat2.html>, 1.3)

use std::io::{Read, Seek, SeekFrom};

use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// Length of the header, in bytes.
const LENGTH: usize = 100;

const PAGE_SIZE: usize = 16;
/// Versions of the format for writing and reading: 2 is the one with a write-ahead log.
pub(super) const VERSIONS: std::ops::Range<usize> = 18..20;
const CHANGES: usize = 24;
const PAGES: usize = 28;
const VALID_FOR: usize = 92;

const CUT_OFF: Fault = Fault::BadDatabase {
    what: "it was cut off: it has fewer pages than it says",
};

/// The header of a database, read before SQLite opens it.
pub(super) struct Header {
    pub(super) page_size: u64,
}

impl Header {
    /// The header of a file of `size` bytes, which is left at its beginning, if the file is as long as it says.
    pub(super) fn read(file: &mut (impl Read + Seek + ?Sized), size: u64) -> Result<Self, Failure> {
        let mut bytes = [0; LENGTH];
        if size < LENGTH as u64 {
            return Err(CUT_OFF.into());
        }
        file.read_exact(&mut bytes)?;
        file.seek(SeekFrom::Start(0))?;
        let short = |at: usize| u64::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]));
        let long = |at: usize| short(at) << 16 | short(at + 2);
        let page_size = match short(PAGE_SIZE) {
            1 => 1 << 16,
            size if size >= 512 && size.is_power_of_two() => size,
            _ => {
                return Err(Fault::BadDatabase {
                    what: "its header is damaged",
                }
                .into());
            }
        };
        // Writers before 2010 leave the number of pages as it was.
        let is_stated = long(PAGES) > 0 && long(CHANGES) == long(VALID_FOR);
        let is_whole = size.is_multiple_of(page_size);
        match is_whole && (!is_stated || long(PAGES) <= size / page_size) {
            true => Ok(Self { page_size }),
            false => Err(CUT_OFF.into()),
        }
    }
}
