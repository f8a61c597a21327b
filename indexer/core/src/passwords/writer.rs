use std::io::{Seek, SeekFrom, Write};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::layout::{
    BUILT_AT_OFFSET, DIRECTORY_CHECKSUM_OFFSET, DIRECTORY_ENTRIES, DIRECTORY_ENTRY_LENGTH,
    DIRECTORY_START, HEADER_CHECKSUM_OFFSET, LEAST_OFFSET, LENGTH_OFFSET, MAGIC, MAX_PASSWORDS,
    PASSWORD_LENGTH, PASSWORDS_CHECKSUM_OFFSET, PASSWORDS_OFFSET, PASSWORDS_START, VERSION,
    VERSION_OFFSET,
};
use super::{PasswordHash, PasswordsError};

/// Writes a password list from hashes in ascending order, in one pass. Memory: the directory, 4 MiB.
pub struct PasswordsWriter<W> {
    out: W,
    least: u32,
    checksum: Xxh3,
    /// Where each range begins that has been begun, in passwords.
    starts: Vec<u32>,
    passwords: u32,
    last: Option<PasswordHash>,
}

impl<W: Write + Seek> PasswordsWriter<W> {
    /// Begins a file at the beginning of `out`, for passwords with at least the count `least`.
    ///
    /// # Errors
    /// [`PasswordsError::Io`] if writing fails.
    pub fn new(mut out: W, least: u32) -> Result<Self, PasswordsError> {
        out.seek(SeekFrom::Start(PASSWORDS_START as u64))?;
        Ok(Self {
            out,
            least,
            checksum: Xxh3::new(),
            starts: Vec::with_capacity(DIRECTORY_ENTRIES),
            passwords: 0,
            last: None,
        })
    }

    /// Writes the next password and its count.
    ///
    /// # Errors
    /// [`PasswordsError`] if it does not follow the last one, is not frequent enough, is one too many, or writing
    /// fails.
    pub fn push(&mut self, hash: PasswordHash, count: u32) -> Result<(), PasswordsError> {
        if self.last >= Some(hash) || count < self.least {
            return Err(PasswordsError::Order);
        }
        if u64::from(self.passwords) == MAX_PASSWORDS {
            return Err(PasswordsError::TooMany);
        }
        let ranges = hash.prefix().place() + 1;
        if self.starts.len() < ranges {
            self.starts.resize(ranges, self.passwords);
        }
        let mut entry = [0; PASSWORD_LENGTH];
        let (suffix, counted) = entry.split_at_mut(super::PasswordSuffix::LENGTH);
        suffix.copy_from_slice(&hash.suffix().0);
        counted.copy_from_slice(&count.to_le_bytes());
        self.out.write_all(&entry)?;
        self.checksum.update(&entry);
        self.passwords += 1;
        self.last = Some(hash);
        Ok(())
    }

    /// Writes the part before the passwords and returns `out`, unflushed. `built_at` is in
    /// seconds since 1970, UTC.
    ///
    /// # Errors
    /// [`PasswordsError::Io`] if writing fails.
    pub fn finish(mut self, built_at: i64) -> Result<W, PasswordsError> {
        self.starts.resize(DIRECTORY_ENTRIES, self.passwords);
        let directory: Vec<u8> = self
            .starts
            .iter()
            .flat_map(|start| start.to_le_bytes())
            .collect();
        self.out.seek(SeekFrom::Start(0))?;
        self.out
            .write_all(&self.header(built_at, xxh3_64(&directory)))?;
        self.out.write_all(&directory)?;
        Ok(self.out)
    }

    fn header(&self, built_at: i64, directory: u64) -> [u8; DIRECTORY_START] {
        let passwords = u64::from(self.passwords);
        let length = PASSWORDS_START as u64 + passwords * PASSWORD_LENGTH as u64;
        let mut header = [0; DIRECTORY_START];
        let mut put = |offset: usize, field: &[u8]| {
            header[offset..offset + field.len()].copy_from_slice(field);
        };
        put(0, &MAGIC);
        put(VERSION_OFFSET, &VERSION.to_le_bytes());
        put(LEAST_OFFSET, &self.least.to_le_bytes());
        put(BUILT_AT_OFFSET, &built_at.to_le_bytes());
        put(PASSWORDS_OFFSET, &passwords.to_le_bytes());
        put(LENGTH_OFFSET, &length.to_le_bytes());
        put(DIRECTORY_CHECKSUM_OFFSET, &directory.to_le_bytes());
        put(
            PASSWORDS_CHECKSUM_OFFSET,
            &self.checksum.digest().to_le_bytes(),
        );
        let checksum = xxh3_64(&header[..HEADER_CHECKSUM_OFFSET]);
        header[HEADER_CHECKSUM_OFFSET..].copy_from_slice(&checksum.to_le_bytes());
        header
    }
}

const _: () = assert!(DIRECTORY_ENTRY_LENGTH == size_of::<u32>());
