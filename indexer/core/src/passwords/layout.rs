//! Where is each part of a password list? FORMAT.md is the norm.

use super::{PasswordPrefix, PasswordSuffix};

pub(super) const MAGIC: [u8; 8] = *b"TEKSERPW";
pub(super) const VERSION: u32 = 1;

pub(super) const VERSION_OFFSET: usize = MAGIC.len();
pub(super) const LEAST_OFFSET: usize = VERSION_OFFSET + 4;
pub(super) const BUILT_AT_OFFSET: usize = LEAST_OFFSET + 4;
pub(super) const PASSWORDS_OFFSET: usize = BUILT_AT_OFFSET + 8;
pub(super) const LENGTH_OFFSET: usize = PASSWORDS_OFFSET + 8;
pub(super) const DIRECTORY_CHECKSUM_OFFSET: usize = LENGTH_OFFSET + 8;
pub(super) const PASSWORDS_CHECKSUM_OFFSET: usize = DIRECTORY_CHECKSUM_OFFSET + 8;
pub(super) const HEADER_CHECKSUM_OFFSET: usize = PASSWORDS_CHECKSUM_OFFSET + 8;

/// The directory begins after the header.
pub(super) const DIRECTORY_START: usize = HEADER_CHECKSUM_OFFSET + 8;
pub(super) const DIRECTORY_ENTRY_LENGTH: usize = 4;
/// Number of entries: the offset of each range, and the end of the last one.
pub(super) const DIRECTORY_ENTRIES: usize = PasswordPrefix::COUNT + 1;
/// The passwords begin after the directory.
pub(super) const PASSWORDS_START: usize =
    DIRECTORY_START + DIRECTORY_ENTRIES * DIRECTORY_ENTRY_LENGTH;

/// In a password's entry.
pub(super) const COUNT_OFFSET: usize = PasswordSuffix::LENGTH;
pub(super) const PASSWORD_LENGTH: usize = COUNT_OFFSET + 4;

/// Directory entries are 32 bits wide.
pub(super) const MAX_PASSWORDS: u64 = u32::MAX as u64;

/// The least count that a file may hold: a count of one would reveal the only user of a password.
pub const MIN_COUNT: u32 = 2;
