//! Which headers does the decoder take for damaged though they are not?
//!
//! RAR 2 for Unix wrote the owner after each file. Such a header leaves the names of owner and group out of its size,
//! but counts them in its checksum. The decoder checks only that size, and would refuse the archive: it is given the
//! checksum that it expects, but only for headers whose own checksum is right.

use std::io::{self, Read, SeekFrom};

use crate::ingest::container::{MEMBER_LIMIT, ReadSeek};

/// Magic number of archives from before RAR 5.
pub(super) const SIGNATURE: &[u8] = b"Rar!\x1A\x07\0";

/// The kinds of headers that matter here, and the subtype of the second that names a file's owner.
const FILE: u8 = 0x74;
const SUB_BLOCK: u8 = 0x77;
const OWNERS: u16 = 0x101;

/// The size of a header of owners, without the names, in bytes.
const OWNERS_SIZE: usize = 18;

/// The flags that data follow, and that their size has four bytes more, where those are.
const HAS_DATA: u16 = 0x8000;
const IS_LARGE: u16 = 0x100;
const HIGH_SIZE: usize = 32;

/// The longest two names together, in bytes.
const NAMES_LIMIT: usize = 4 << 10;

/// Two bytes of the source that are replaced for the decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Repair {
    pub(super) at: u64,
    pub(super) bytes: [u8; 2],
}

impl Repair {
    /// Repairs the bytes of a source that were read from `begin` on.
    pub(super) fn apply(self, begin: u64, bytes: &mut [u8]) {
        for (place, byte) in (self.at..).zip(self.bytes) {
            let place = place
                .checked_sub(begin)
                .and_then(|place| usize::try_from(place).ok());
            if let Some(found) = place.and_then(|place| bytes.get_mut(place)) {
                *found = byte;
            }
        }
    }
}

/// The checksums of the headers of owners in the archive at `begin`. Headers that cannot be read end the search.
pub(super) fn repairs(source: &mut dyn ReadSeek, begin: u64) -> io::Result<Vec<Repair>> {
    let mut repairs = Vec::new();
    if read(source, begin, SIGNATURE.len())? != SIGNATURE {
        return Ok(repairs);
    }
    let mut at = begin + SIGNATURE.len() as u64;
    // A file has two headers: its own and that of its owners.
    for _ in 0..2 * MEMBER_LIMIT {
        let header = read(source, at, HIGH_SIZE + 4)?;
        let Some(length) = length(&header) else {
            break;
        };
        if is_of_owners(&header) {
            repairs.extend(repair(source, at)?);
        }
        at = at.saturating_add(length);
    }
    Ok(repairs)
}

fn read(source: &mut dyn ReadSeek, at: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.seek(SeekFrom::Start(at))?;
    source.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Returns the length of a header with its data. `None` at the end, or if there is no header.
fn length(header: &[u8]) -> Option<u64> {
    let (flags, size) = (number(header, 3)?, number(header, 5)?);
    let data = match flags & HAS_DATA != 0 {
        true => u64::from(number(header, 7)?) | u64::from(number(header, 9)?) << 16,
        false => 0,
    };
    let is_large = header.get(2) == Some(&FILE) && flags & IS_LARGE != 0;
    let high = match is_large {
        true => {
            u64::from(number(header, HIGH_SIZE)?) | u64::from(number(header, HIGH_SIZE + 2)?) << 16
        }
        false => 0,
    };
    (size >= 7).then(|| (u64::from(size) + data).saturating_add(high << 32))
}

fn is_of_owners(header: &[u8]) -> bool {
    let size = number(header, 5).map(usize::from);
    header.get(2) == Some(&SUB_BLOCK)
        && size == Some(OWNERS_SIZE)
        && number(header, 11) == Some(OWNERS)
}

/// Returns the checksum of a header of owners without the names, if its stated checksum is right with them.
fn repair(source: &mut dyn ReadSeek, at: u64) -> io::Result<Option<Repair>> {
    let header = read(source, at, OWNERS_SIZE)?;
    let names = number(&header, 14).zip(number(&header, 16));
    let names = names.map_or(0, |(owner, group)| usize::from(owner) + usize::from(group));
    if names > NAMES_LIMIT {
        return Ok(None);
    }
    let whole = read(source, at, OWNERS_SIZE + names)?;
    let is_right = whole.get(..2) == Some(&checksum(&whole));
    Ok(is_right.then(|| Repair {
        at,
        bytes: checksum(&header),
    }))
}

/// The lower half of the checksum of a header, without itself.
fn checksum(header: &[u8]) -> [u8; 2] {
    let mut crc = flate2::Crc::new();
    crc.update(header.get(2..).unwrap_or_default());
    let [low, high, ..] = crc.sum().to_le_bytes();
    [low, high]
}

fn number(header: &[u8], at: usize) -> Option<u16> {
    let bytes = header.get(at..at + 2)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}
