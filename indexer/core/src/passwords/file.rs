//! How often did a password leak? The reader of the password list.

use xxhash_rust::xxh3::xxh3_64;

use super::layout::{
    BUILT_AT_OFFSET, COUNT_OFFSET, DIRECTORY_CHECKSUM_OFFSET, DIRECTORY_ENTRIES,
    DIRECTORY_ENTRY_LENGTH, DIRECTORY_START, HEADER_CHECKSUM_OFFSET, LEAST_OFFSET, LENGTH_OFFSET,
    MAGIC, MAX_PASSWORDS, MIN_COUNT, PASSWORD_LENGTH, PASSWORDS_CHECKSUM_OFFSET, PASSWORDS_OFFSET,
    PASSWORDS_START, VERSION, VERSION_OFFSET,
};
use super::{Part, PasswordHash, PasswordPrefix, PasswordSuffix, PasswordsError};
use crate::index::{bytes_at, u32_at, u64_at};

/// An open password list.
pub struct Passwords<D> {
    bytes: D,
    passwords: usize,
    least: u32,
    built_at: i64,
}

/// A password of a range and its count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PasswordCount {
    /// The end of its hash.
    pub suffix: PasswordSuffix,
    /// Its count.
    pub count: u32,
}

impl<D: AsRef<[u8]>> Passwords<D> {
    /// Opens a file. O(1): its ranges are checked when it is [verified](Passwords::verify).
    ///
    /// # Errors
    /// [`PasswordsError`] if it is not a password list, or its header breaks a rule.
    pub fn open(bytes: D) -> Result<Self, PasswordsError> {
        let file = bytes.as_ref();
        if !is_passwords(file) {
            return Err(PasswordsError::Magic);
        }
        if file.len() < PASSWORDS_START {
            return Err(header(file.len(), "cut short"));
        }
        match u32_at(file, VERSION_OFFSET) {
            VERSION => {}
            got => {
                let known = VERSION;
                return Err(PasswordsError::Version { known, got });
            }
        }
        if u64_at(file, HEADER_CHECKSUM_OFFSET) != xxh3_64(&file[..HEADER_CHECKSUM_OFFSET]) {
            return Err(header(HEADER_CHECKSUM_OFFSET, "checksum does not fit"));
        }
        let least = u32_at(file, LEAST_OFFSET);
        if least < MIN_COUNT {
            return Err(header(LEAST_OFFSET, "the least count is too small"));
        }
        let passwords = passwords(file)?;
        let built_at = i64::from_le_bytes(bytes_at(file, BUILT_AT_OFFSET));
        let opened = Self {
            bytes,
            passwords,
            least,
            built_at,
        };
        opened.check_ends()?;
        Ok(opened)
    }

    /// Returns the number of different passwords.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.passwords as u64
    }

    /// Returns whether there are no passwords.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.passwords == 0
    }

    /// Returns the smallest count that a password in the file may have.
    #[must_use]
    pub const fn least(&self) -> u32 {
        self.least
    }

    /// Returns what distinguishes this file from any other: the checksum of its checksums.
    #[must_use]
    pub fn id(&self) -> u64 {
        u64_at(self.file(), HEADER_CHECKSUM_OFFSET)
    }

    /// Returns when the file was made, in seconds since 1970, UTC.
    #[must_use]
    pub const fn built_at(&self) -> i64 {
        self.built_at
    }

    /// Returns the passwords whose hashes have this prefix, in ascending order. O(1) up to the first.
    ///
    /// # Errors
    /// [`PasswordsError::Broken`] if the directory leads nowhere.
    pub fn range(
        &self,
        prefix: PasswordPrefix,
    ) -> Result<impl ExactSizeIterator<Item = PasswordCount>, PasswordsError> {
        let (start, end) = (self.start(prefix.place()), self.start(prefix.place() + 1));
        if start > end || end > self.passwords {
            return Err(directory(prefix.place(), "ranges out of order"));
        }
        Ok((start..end).map(|place| self.password(place)))
    }

    /// Returns the count of a password; `None` if it is not in the file. O(its range).
    ///
    /// # Errors
    /// As [`range`](Passwords::range).
    pub fn count(&self, hash: PasswordHash) -> Result<Option<u32>, PasswordsError> {
        let mut range = self.range(hash.prefix())?;
        let found = range.find(|password| password.suffix == hash.suffix());
        Ok(found.map(|password| password.count))
    }

    /// Compares every byte with its checksum.
    ///
    /// # Errors
    /// [`PasswordsError::Broken`] if one does not fit.
    pub fn check_sums(&self) -> Result<(), PasswordsError> {
        let (head, passwords) = self.file().split_at(PASSWORDS_START);
        for (part, bytes, offset) in [
            (
                Part::Directory,
                &head[DIRECTORY_START..],
                DIRECTORY_CHECKSUM_OFFSET,
            ),
            (Part::Passwords, passwords, PASSWORDS_CHECKSUM_OFFSET),
        ] {
            if xxh3_64(bytes) != u64_at(head, offset) {
                let start = match part {
                    Part::Passwords => PASSWORDS_START,
                    _ => DIRECTORY_START,
                };
                return Err(PasswordsError::broken(part, start, "checksum does not fit"));
            }
        }
        Ok(())
    }

    /// Reads everything and checks every rule of the format.
    ///
    /// # Errors
    /// [`PasswordsError::Broken`] if one is broken.
    pub fn verify(&self) -> Result<(), PasswordsError> {
        self.check_sums()?;
        PasswordPrefix::all().try_for_each(|prefix| self.verify_range(prefix))
    }

    fn verify_range(&self, prefix: PasswordPrefix) -> Result<(), PasswordsError> {
        let mut last = None;
        for (place, password) in (self.start(prefix.place())..).zip(self.range(prefix)?) {
            let fault = match () {
                () if password.suffix.0[0] > 0x0f => "bits of the prefix must be zero",
                () if last >= Some(password.suffix) => "passwords out of order",
                () if password.count < self.least => "a count is less than the least",
                () => {
                    last = Some(password.suffix);
                    continue;
                }
            };
            let offset = PASSWORDS_START + place * PASSWORD_LENGTH;
            return Err(PasswordsError::broken(Part::Passwords, offset, fault));
        }
        Ok(())
    }

    fn check_ends(&self) -> Result<(), PasswordsError> {
        for (entry, expected) in [(0, 0), (DIRECTORY_ENTRIES - 1, self.passwords)] {
            if self.start(entry) != expected {
                return Err(directory(entry, "does not span the passwords"));
            }
        }
        Ok(())
    }

    fn file(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// Returns where the range at this place begins.
    fn start(&self, place: usize) -> usize {
        u32_at(
            self.file(),
            DIRECTORY_START + place * DIRECTORY_ENTRY_LENGTH,
        ) as usize
    }

    /// Returns the password at a place below their number.
    fn password(&self, place: usize) -> PasswordCount {
        let offset = PASSWORDS_START + place * PASSWORD_LENGTH;
        PasswordCount {
            suffix: PasswordSuffix(bytes_at(self.file(), offset)),
            count: u32_at(self.file(), offset + COUNT_OFFSET),
        }
    }
}

/// Returns whether a file with this beginning is a password list.
#[must_use]
pub fn is_passwords(head: &[u8]) -> bool {
    head.starts_with(&MAGIC)
}

/// Returns the number of passwords, if the file has the right length for it.
fn passwords(file: &[u8]) -> Result<usize, PasswordsError> {
    let passwords = u64_at(file, PASSWORDS_OFFSET);
    if passwords > MAX_PASSWORDS {
        return Err(header(PASSWORDS_OFFSET, "too many passwords"));
    }
    let length = PASSWORDS_START as u64 + passwords * PASSWORD_LENGTH as u64;
    if u64_at(file, LENGTH_OFFSET) != length {
        return Err(header(
            LENGTH_OFFSET,
            "does not follow from the number of passwords",
        ));
    }
    if file.len() as u64 != length {
        return Err(header(
            LENGTH_OFFSET,
            "the file is shorter or longer than it says",
        ));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the file is longer than their number"
    )]
    Ok(passwords as usize)
}

const fn header(offset: usize, what: &'static str) -> PasswordsError {
    PasswordsError::broken(Part::Header, offset, what)
}

const fn directory(entry: usize, what: &'static str) -> PasswordsError {
    let offset = DIRECTORY_START + entry * DIRECTORY_ENTRY_LENGTH;
    PasswordsError::broken(Part::Directory, offset, what)
}
