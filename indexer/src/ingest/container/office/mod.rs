//! What is in this compound file? Old Office documents, or new encrypted ones: [MS-OFFCRYPTO], in its
//! agile form (Office 2010 and later) and its standard one (Office 2007). An encrypted document is held while it is
//! decrypted and read.

mod agile;
mod standard;

use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::cipher::aes_block::{Aes, BLOCK};
use super::{Content, Member, Unpacker};
use crate::ingest::Fault;
use crate::ingest::error::Failure;
use agile::Agile;
use standard::Standard;

/// Magic number of compound files.
pub(super) const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Paths of the description of the encryption and of the encrypted document.
const INFO: &str = "/EncryptionInfo";
const PACKAGE: &str = "/EncryptedPackage";

/// Maximum length of the description, in bytes.
const INFO_LIMIT: u64 = 1 << 20;

/// Length of a separately encrypted segment in the agile form, in bytes.
const SEGMENT: usize = 4_096;

/// An encrypted document.
struct EncryptedDocument {
    info: Vec<u8>,
    /// The length of the document, and the encrypted bytes.
    package: Vec<u8>,
}

/// The form of encryption.
enum Encryption {
    Agile(Box<Agile>),
    Standard(Standard),
}

impl Unpacker<'_, '_> {
    /// Hands on a compound file, or the document that is encrypted in it.
    pub(super) fn compound_file(
        &mut self,
        stream: &mut dyn Read,
        member: &Member,
    ) -> Result<(), Failure> {
        let (bytes, _held) = self.budget.spool(stream)?;
        let Some(encrypted) = encrypted(&bytes)? else {
            return self.take(member, Content::Stream(&mut bytes.as_slice()));
        };
        if !self.wants(member) {
            return self.pass_over(member);
        }
        drop(bytes);
        let plain = self.decrypted(encrypted)?;
        self.zip(&mut Cursor::new(plain), member)
    }

    fn decrypted(&self, encrypted: EncryptedDocument) -> Result<Vec<u8>, Failure> {
        let encryption = Encryption::parse(&encrypted.info)?;
        let passwords = &self.opening.secrets.passwords;
        let key = passwords.iter().find_map(|password| match &encryption {
            Encryption::Agile(agile) => agile.key(password),
            Encryption::Standard(standard) => standard.key(password),
        });
        let aes = Aes::new(&key.ok_or_else(|| passwords.fault())?);
        let aes = aes.ok_or(Fault::UnsupportedEncryption)?;
        let mut package = encrypted.package;
        let (length, bytes) = package.split_first_chunk_mut().ok_or(Fault::Damaged)?;
        let length = u64::from_le_bytes(*length);
        match &encryption {
            Encryption::Agile(agile) => {
                for (number, segment) in (0..).zip(bytes.chunks_mut(SEGMENT)) {
                    aes.decrypt_chain(&mut agile.iv(number), segment);
                }
            }
            Encryption::Standard(_) => {
                let (blocks, _) = bytes.as_chunks_mut::<BLOCK>();
                blocks.iter_mut().for_each(|block| aes.decrypt(block));
            }
        }
        package.drain(..size_of::<u64>());
        match usize::try_from(length) {
            Ok(length) if length <= package.len() => package.truncate(length),
            _ => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        }
        Ok(package)
    }
}

impl Encryption {
    fn parse(info: &[u8]) -> Result<Self, Fault> {
        let (version, rest) = info.split_at_checked(8).ok_or(Fault::Damaged)?;
        match (version[0], version[2]) {
            (4, 4) => Ok(Self::Agile(Box::new(Agile::parse(rest)?))),
            (2..=4, 2) => Ok(Self::Standard(Standard::parse(rest)?)),
            _ => Err(Fault::UnsupportedEncryption),
        }
    }
}

/// Returns the encrypted document in a compound file, if it holds one. A library may panic on a forged chain of
/// sectors, which is not in our hands.
fn encrypted(file: &[u8]) -> Result<Option<EncryptedDocument>, Failure> {
    let unpacked = catch_unwind(AssertUnwindSafe(|| parts(file)));
    Ok(unpacked.ok().and_then(Result::ok).flatten())
}

fn parts(file: &[u8]) -> io::Result<Option<EncryptedDocument>> {
    let mut compound = cfb::CompoundFile::open(Cursor::new(file))?;
    if !compound.is_stream(INFO) || !compound.is_stream(PACKAGE) {
        return Ok(None);
    }
    let (mut info, mut package) = (Vec::new(), Vec::new());
    compound
        .open_stream(INFO)?
        .take(INFO_LIMIT)
        .read_to_end(&mut info)?;
    // The stream cannot be longer than the file, which is held.
    compound
        .open_stream(PACKAGE)?
        .take(file.len() as u64)
        .read_to_end(&mut package)?;
    Ok(Some(EncryptedDocument { info, package }))
}

/// Encodes a password for Office (UTF-16LE).
fn utf16(password: &str) -> zeroize::Zeroizing<Vec<u8>> {
    let units = password.encode_utf16().flat_map(u16::to_le_bytes);
    zeroize::Zeroizing::new(units.collect())
}
