//! What is in a record? Its pieces are put together, decoded and unpacked.

use std::borrow::Cow;
use std::io::{Read, SeekFrom};

use flate2::read::DeflateDecoder;

use super::parts::{Place, Version, number};
use super::{LONGEST_RECORD, OTHER, Reason, code, damaged};
use crate::ingest::container::ReadSeek;
use crate::ingest::database::Cell;
use crate::ingest::error::Failure;

/// Length of the header of a `.dat`: a magic number, two bytes, the version, flags and the length of a block.
const HEADER: usize = 19;
const VERSION: std::ops::Range<usize> = 10..15;
const FLAGS: usize = 15;
const BLOCK: usize = 17;

/// A flag: records are encoded.
const ENCODED: u8 = 1;

/// Separators of fields and of a field's values, and the mark of a field that states its length.
const FIELD: u8 = 0x1E;
const VALUE: u8 = 0x1D;
const SIZED: u8 = 0x1B;

/// Bytes after the length of each packed part, and after the last part.
const PACKED: [u8; 2] = [8, 0];
const PACKED_END: [u8; 3] = [0, 0, 2];

/// The records of a `.dat`.
pub(super) struct Records {
    pub(super) version: Version,
    is_encoded: bool,
    block: u64,
    size: u64,
}

impl Records {
    /// Reads the header of a file of `size` bytes.
    pub(super) fn open(dat: &mut (dyn ReadSeek + '_), size: u64) -> Result<Self, Failure> {
        let mut header = [0; HEADER];
        if size < HEADER as u64 {
            return Err(damaged("a .dat of it was cut off").into());
        }
        dat.seek(SeekFrom::Start(0))?;
        dat.read_exact(&mut header)?;
        let mut version = [0; 5];
        version.copy_from_slice(&header[VERSION]);
        Ok(Self {
            version: Version::of(version).ok_or(OTHER)?,
            is_encoded: header[FLAGS] & ENCODED != 0,
            block: number(&header[BLOCK..]),
            size,
        })
    }

    /// Reads a record, or returns why it cannot be read; `number` is its place, from 1. A record outside the file is
    /// missing: the file was cut off.
    pub(super) fn read(
        &self,
        dat: &mut (dyn ReadSeek + '_),
        place: &Place,
        number: u32,
    ) -> Result<Result<Vec<u8>, Reason>, Failure> {
        if place.size > LONGEST_RECORD {
            return Ok(Err(Reason::TooLong));
        }
        let first = self.bytes(dat, place.offset, place.size)?;
        let mut bytes = match place.is_whole {
            true => first,
            false => match self.joined(dat, &first)? {
                Ok(bytes) => bytes,
                Err(reason) => return Ok(Err(reason)),
            },
        };
        if self.is_encoded {
            code::decode(&mut bytes, number);
        }
        Ok(unpacked(bytes))
    }

    fn bytes(
        &self,
        dat: &mut (dyn ReadSeek + '_),
        offset: u64,
        size: u64,
    ) -> Result<Vec<u8>, Failure> {
        if offset.checked_add(size).is_none_or(|end| end > self.size) {
            return Err(damaged(
                "CroBank.dat or CroStru.dat was cut off: a record is after its end",
            )
            .into());
        }
        let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
        dat.seek(SeekFrom::Start(offset))?;
        dat.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads a record in pieces: the first begins with the place of the next and the total length; the others are one
    /// block each.
    fn joined(
        &self,
        dat: &mut (dyn ReadSeek + '_),
        first: &[u8],
    ) -> Result<Result<Vec<u8>, Reason>, Failure> {
        let width = self.version.offset();
        let Some((head, data)) = first.split_at_checked(width + 4) else {
            return Ok(Err(Reason::Damaged));
        };
        let (mut next, size) = (number(&head[..width]), number(&head[width..]));
        if size > LONGEST_RECORD {
            return Ok(Err(Reason::TooLong));
        }
        let mut bytes = data.to_vec();
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        while bytes.len() < size && next != 0 {
            // The last block of a file may be cut short.
            let left = self.size.saturating_sub(next).min(self.block);
            let needed = (size - bytes.len() + width) as u64;
            if left < needed.min(self.block) || self.block <= width as u64 {
                return Err(damaged(
                    "CroBank.dat or CroStru.dat was cut off: a record is after its end",
                )
                .into());
            }
            let block = self.bytes(dat, next, left)?;
            next = number(&block[..width]);
            bytes.extend_from_slice(&block[width..]);
        }
        if bytes.len() < size {
            return Ok(Err(Reason::Damaged));
        }
        bytes.truncate(size);
        Ok(Ok(bytes))
    }
}

/// Unpacks a record, if it is packed.
fn unpacked(bytes: Vec<u8>) -> Result<Vec<u8>, Reason> {
    if !is_packed(&bytes) {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    let mut rest = &*bytes;
    while let Some((part, sum, following)) = packed_part(rest) {
        let begin = plain.len();
        let left = (LONGEST_RECORD + 1).saturating_sub(begin as u64);
        let mut decoder = DeflateDecoder::new(part).take(left);
        if decoder.read_to_end(&mut plain).is_err() {
            return Err(Reason::Damaged);
        }
        if plain.len() as u64 > LONGEST_RECORD {
            return Err(Reason::TooLong);
        }
        let mut crc = flate2::Crc::new();
        crc.update(&plain[begin..]);
        if crc.sum() != sum {
            return Err(Reason::Damaged);
        }
        rest = following;
    }
    Ok(plain)
}

/// Returns whether a record consists of packed parts.
fn is_packed(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes
        .strip_suffix(&PACKED_END)
        .filter(|rest| !rest.is_empty())
    else {
        return false;
    };
    while let Some((_, _, following)) = packed_part(rest) {
        rest = following;
    }
    rest.is_empty()
}

/// Splits off the first packed part with its checksum.
fn packed_part(bytes: &[u8]) -> Option<(&[u8], u32, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (part, following) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let (sum, packed) = part.strip_prefix(&PACKED)?.split_first_chunk::<4>()?;
    Some((packed, u32::from_le_bytes(*sum), following))
}

/// The fields of a record after its table's number; `None` if one is longer than the record.
pub(super) fn fields(mut bytes: &[u8]) -> Option<Vec<Cell<'_>>> {
    let mut fields = Vec::new();
    loop {
        if let [SIZED, a, b, c, d, rest @ ..] = bytes {
            let size = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
            let (_, rest) = rest.split_at_checked(size)?;
            fields.push(Cell::Opaque);
            match rest {
                [] => return Some(fields),
                [FIELD, rest @ ..] => bytes = rest,
                _ => return None,
            }
            continue;
        }
        let Some(end) = memchr::memchr(FIELD, bytes) else {
            fields.push(field(bytes));
            return Some(fields);
        };
        fields.push(field(&bytes[..end]));
        bytes = &bytes[end + 1..];
    }
}

/// A field, with its values in lines.
fn field(bytes: &[u8]) -> Cell<'_> {
    match bytes {
        [] => Cell::Empty,
        bytes if bytes.contains(&VALUE) => {
            let lines = bytes
                .iter()
                .map(|&byte| if byte == VALUE { b'\n' } else { byte });
            Cell::Coded(Cow::Owned(lines.collect()))
        }
        bytes => Cell::Coded(Cow::Borrowed(bytes)),
    }
}
