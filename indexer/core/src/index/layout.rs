//! The offsets and bounds that FORMAT.md fixes, and how a number is read at an offset.

use super::{Fault, GenerationId, Section};
use crate::oprf::KeyId;

pub(super) const MAGIC: [u8; 8] = *b"TEKSERIX";
/// The version of the file format that this library writes and reads.
pub const FORMAT_VERSION: u32 = 1;

pub(super) const MAGIC_OFFSET: usize = 0;
pub(super) const FORMAT_VERSION_OFFSET: usize = MAGIC_OFFSET + 8;
pub(super) const NORMALISATION_VERSION_OFFSET: usize = FORMAT_VERSION_OFFSET + 4;
pub(super) const FLAGS_OFFSET: usize = NORMALISATION_VERSION_OFFSET + 4;
pub(super) const SECTION_COUNT_OFFSET: usize = FLAGS_OFFSET + 4;
pub(super) const KEY_ID_OFFSET: usize = SECTION_COUNT_OFFSET + 4;
pub(super) const GENERATION_OFFSET: usize = KEY_ID_OFFSET + KeyId::LENGTH;
pub(super) const BUILT_AT_OFFSET: usize = GENERATION_OFFSET + GenerationId::LENGTH;
pub(super) const ROWS_OFFSET: usize = BUILT_AT_OFFSET + 8;
pub(super) const FILE_LENGTH_OFFSET: usize = ROWS_OFFSET + 8;
pub(super) const RANGE_BYTES_OFFSET: usize = FILE_LENGTH_OFFSET + 8;
pub(super) const PREFIX_BITS_OFFSET: usize = RANGE_BYTES_OFFSET + 4;
pub(super) const BUCKET_BITS_OFFSET: usize = PREFIX_BITS_OFFSET + 1;
pub(super) const RANGE_ROWS_OFFSET: usize = BUCKET_BITS_OFFSET + 1;
pub(super) const ROOT_OFFSET: usize = RANGE_ROWS_OFFSET + 2;
pub(super) const HEADER_CHECKSUM_OFFSET: usize = ROOT_OFFSET + 32;
pub(super) const SECTION_TABLE_OFFSET: usize = HEADER_CHECKSUM_OFFSET + 8;

#[expect(clippy::cast_possible_truncation, reason = "there are six")]
pub(super) const SECTION_COUNT: u32 = Section::STORED.len() as u32;
pub(super) const SECTION_ENTRY_LENGTH: usize = 32;
pub(super) const SECTION_TABLE_END: usize =
    SECTION_TABLE_OFFSET + Section::STORED.len() * SECTION_ENTRY_LENGTH;
/// Where the first section begins, and what every section's offset is a multiple of.
pub(super) const ALIGNMENT: usize = 64;
/// The bytes before the first section.
pub const HEAD_LENGTH: usize = SECTION_TABLE_END.next_multiple_of(ALIGNMENT);
pub(super) const MAX_PREFIX_BITS: u8 = 24;
pub(super) const MAX_BUCKET_BITS: u8 = 16;
/// Smallest number of rows per range that may be requested.
pub const MIN_RANGE_ROWS: u32 = 16;
/// Largest number of rows per range that may be requested: an average range has up to twice as many, a full one 65,535.
pub const MAX_RANGE_ROWS: u32 = 16_384;
/// Row numbers are 32 bits wide in roaring bitmaps.
pub(super) const MAX_ROWS: u64 = u32::MAX as u64;
pub(super) const SEALED: u32 = 1;
pub(super) const BESIDE_SEALED: u32 = 2;

pub(super) fn equal(got: u64, expected: u64, what: &'static str) -> Result<(), Fault> {
    if got == expected {
        Ok(())
    } else {
        Err(Fault::Mismatch {
            what,
            expected,
            got,
        })
    }
}

pub(super) fn at_least(got: u64, limit: u64, what: &'static str) -> Result<(), Fault> {
    if got >= limit {
        Ok(())
    } else {
        Err(Fault::TooSmall { what, limit, got })
    }
}

pub(super) fn at_most(got: u64, limit: u64, what: &'static str) -> Result<(), Fault> {
    if got <= limit {
        Ok(())
    } else {
        Err(Fault::TooLarge { what, limit, got })
    }
}

pub(super) fn put(bytes: &mut [u8], offset: usize, field: &[u8]) {
    bytes[offset..offset + field.len()].copy_from_slice(field);
}

/// Returns the `N` bytes at `offset`, which the caller has checked to exist.
pub(crate) fn bytes_at<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[offset..offset + N]);
    field
}

pub(super) fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    u16::from_le_bytes(bytes_at(bytes, offset))
}

pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(bytes_at(bytes, offset))
}

/// A number that was checked against the length of what is in memory, or bytes before it were.
pub(super) fn in_memory(number: u64) -> usize {
    // On machines with narrower addresses, a number that does not fit is beyond the end of every slice.
    usize::try_from(number).unwrap_or(usize::MAX)
}

pub(crate) fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(bytes_at(bytes, offset))
}
