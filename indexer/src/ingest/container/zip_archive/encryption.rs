use std::io::Read;

use super::directory::{ENTRY_LENGTH, field};
use super::{ENCRYPTED, SIZES_AFTER, STRONGLY};
use crate::ingest::Fault;
use crate::ingest::container::ReadSeek;
use crate::ingest::container::cipher::zip_aes::{OpenOutcome, ZipAes, key_length};
use crate::ingest::container::cipher::zip_traditional::Traditional;
use crate::ingest::error::Failure;

/// Method number of members encrypted with AES, and the extra field with the details.
const AES_METHOD: u16 = 99;
const AES_FIELD: u16 = 0x9901;

/// The version of AES in ZIP archives that has only the MAC and no checksum.
const WITHOUT_CRC: u16 = 2;

/// The encryption of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Encryption {
    /// The traditional one of APPNOTE.TXT; the byte shows whether a password may fit.
    Traditional { check: u8 },
    /// AES.
    Aes { key_length: usize, has_crc: bool },
}

impl Encryption {
    /// Returns the encryption of an entry by its fixed part and extra fields, and the compression method of the member.
    pub(super) fn of_entry(
        fixed: &[u8; ENTRY_LENGTH],
        extra: &[u8],
    ) -> (Option<Result<Self, Fault>>, u16) {
        let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let (flags, method) = (short(8), short(10));
        if flags & ENCRYPTED == 0 {
            return (None, method);
        }
        if flags & STRONGLY != 0 {
            return (Some(Err(Fault::UnsupportedEncryption)), method);
        }
        if method != AES_METHOD {
            // If the checksum is not known beforehand, the time is used instead.
            let check = if flags & SIZES_AFTER != 0 {
                fixed[13]
            } else {
                fixed[19]
            };
            return (Some(Ok(Self::Traditional { check })), method);
        }
        let Some(&[version, version_high, b'A', b'E', strength, low, high]) =
            field(extra, AES_FIELD)
        else {
            return (Some(Err(Fault::UnsupportedEncryption)), method);
        };
        let has_crc = u16::from_le_bytes([version, version_high]) != WITHOUT_CRC;
        let aes = key_length(strength).map(|key_length| Self::Aes {
            key_length,
            has_crc,
        });
        let aes = aes.ok_or(Fault::UnsupportedEncryption);
        (Some(aes), u16::from_le_bytes([low, high]))
    }

    /// Returns whether the entry has a checksum of the member.
    pub(super) const fn has_crc(&self) -> bool {
        !matches!(self, Self::Aes { has_crc: false, .. })
    }

    /// Decrypts the member of `packed` bytes at the position of `source` with a password.
    pub(super) fn open<'s>(
        &self,
        source: &'s mut dyn ReadSeek,
        packed: u64,
        password: &str,
    ) -> Result<Box<dyn Read + 's>, Failure> {
        match *self {
            Self::Traditional { check } => {
                let member = source.take(packed);
                match Traditional::open(member, password, check)? {
                    Some(plain) => Ok(Box::new(plain)),
                    None => Err(Fault::WrongPassword.into()),
                }
            }
            Self::Aes { key_length, .. } => {
                match ZipAes::open(source, packed, key_length, password)? {
                    OpenOutcome::Plain(plain) => Ok(Box::new(plain)),
                    OpenOutcome::WrongPassword => Err(Fault::WrongPassword.into()),
                    OpenOutcome::Damaged => Err(Fault::Damaged.into()),
                }
            }
        }
    }
}
