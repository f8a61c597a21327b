//! 7z archives. Their headers are read here, within bounds: the crates for 7z allocate whatever a header claims,
//! and follow cycles of coders.

mod folder;
mod header;
mod key;
mod streams;
mod tokens;

use std::io::{self, BufReader, Read, SeekFrom};

use flate2::Crc;
use zeroize::Zeroizing;

use super::budget::Budget;
use super::cipher::aes_block::Aes;
use super::cipher::cbc::CbcReader;
use super::decoder::{CheckedReader, Decoder};
use super::names::Name;
use super::passwords::Passwords;
use super::{MEMBER_LIMIT, Member, Packing, ReadSeek, Source, Unpacker};
use crate::ingest::Fault;
use crate::ingest::error::Failure;
use folder::{Folder, Step};
use header::{Archive, Part};
use key::Keys;
use streams::Streams;
use tokens::{ENCODED_HEADER, HEADER, Tokens};

/// Maximum size of a header, in bytes: it is held. A file takes about a hundred bytes of it.
const HEADER_LIMIT: u64 = 64 << 20;

/// Unpacked bytes of an encrypted folder that show whether a password fits.
const LOOKED_AT: u64 = 16 << 20;

/// Length of the head of an archive. Places in the archive count from its end.
const START: usize = 32;

/// Maximum number of layers of a packed header; archivers pack it once.
const HEADER_DEPTH: usize = 2;

impl Unpacker<'_, '_> {
    /// Takes the members of a 7z archive, in the order in which they are packed.
    pub(super) fn seven_zip(
        &mut self,
        source: &mut dyn ReadSeek,
        outer: &Member,
    ) -> Result<(), Failure> {
        let mut unlocking = FolderOpener {
            passwords: &self.opening.secrets.passwords,
            keys: Keys::default(),
            budget: self.budget,
        };
        let archive = read_archive(&mut *source, &mut unlocking)?;
        let outer = &outer.out_of(Packing::SevenZip);
        let mut parts = archive.parts.as_slice();
        for folder in &archive.folders {
            let (own, rest) = parts.split_at(parts.len().min(folder.parts.len()));
            parts = rest;
            self.seven_zip_folder(source, folder, own, outer, &mut unlocking)?;
        }
        match parts {
            [] => Ok(()),
            _ => Err(Fault::Damaged.into()),
        }
    }

    /// Takes the members of a folder.
    fn seven_zip_folder(
        &mut self,
        source: &mut dyn ReadSeek,
        folder: &Folder,
        parts: &[Part],
        outer: &Member,
        unlocking: &mut FolderOpener<'_>,
    ) -> Result<(), Failure> {
        let number = |part: &Part| outer.number.unwrap_or(part.place);
        if parts.len() < folder.parts.len() {
            return Err(Fault::Damaged.into());
        }
        let Some(first) = parts.first() else {
            return Ok(());
        };
        let is_wanted =
            |part: &Part| self.wants(&outer.within(part.place, Name::from(part.name.clone())));
        if folder.is_encrypted() && unlocking.passwords.is_empty() && !parts.iter().any(is_wanted) {
            for part in parts {
                self.pass_over(&outer.within(part.place, Name::from(part.name.clone())))?;
            }
            return Ok(());
        }
        let mut unpacked = match unlocking.open(source, folder) {
            Ok(unpacked) => unpacked,
            Err(failure) => {
                let place = outer.within(first.place, Name::from(first.name.clone()));
                return self
                    .pass_fault(Err(failure), &place)
                    .map_err(|failure| failure.in_member(number(first)));
            }
        };
        for (part, &(size, crc)) in parts.iter().zip(&folder.parts) {
            let mut content = CheckedReader::new(&mut unpacked, size, crc);
            let name = Name::from(part.name.clone());
            let member = outer.within(part.place, name).of_size(size);
            self.member(Source::Stream(&mut content), &member)?;
            // The part that the reader left comes before the next member.
            io::copy(&mut content, &mut io::sink())
                .map_err(|error| Failure::from(error).in_member(number(part)))?;
        }
        Ok(())
    }
}

/// Decrypts and unpacks folders.
struct FolderOpener<'b> {
    passwords: &'b Passwords,
    keys: Keys,
    budget: &'b Budget<'b, 'b>,
}

impl<'b> FolderOpener<'b> {
    /// Unpacks a folder. Of several passwords, uses the first with which the first file
    /// is whole, as far as it is checked.
    fn open<'s>(
        &mut self,
        source: &'s mut dyn ReadSeek,
        folder: &Folder,
    ) -> Result<Box<dyn Read + 's>, Failure>
    where
        'b: 's,
    {
        if !folder.is_encrypted() {
            return self.unpacked(source, folder, None);
        }
        let passwords = self.passwords;
        for password in passwords.iter() {
            if self.fits(source, folder, password) {
                return self.unpacked(source, folder, Some(password));
            }
        }
        Err(passwords.fault().into())
    }

    fn fits(
        &mut self,
        source: &mut dyn ReadSeek,
        folder: &Folder,
        password: &Zeroizing<String>,
    ) -> bool {
        let Some(&(size, crc)) = folder.parts.first() else {
            return true;
        };
        let Ok(unpacked) = self.unpacked(source, folder, Some(password)) else {
            return false;
        };
        let mut looked_at = CheckedReader::new(unpacked, size, crc).take(LOOKED_AT);
        io::copy(&mut looked_at, &mut io::sink()).is_ok()
    }

    fn unpacked<'s>(
        &mut self,
        source: &'s mut dyn ReadSeek,
        folder: &Folder,
        password: Option<&Zeroizing<String>>,
    ) -> Result<Box<dyn Read + 's>, Failure>
    where
        'b: 's,
    {
        source.seek(SeekFrom::Start(folder.begin.saturating_add(START as u64)))?;
        let mut unpacked: Box<dyn Read + 's> = Box::new(source.take(folder.packed));
        for step in folder.steps.clone()? {
            unpacked = match step {
                Step::Unpack(method) => Box::new(Decoder::new(method, unpacked, self.budget)?),
                Step::Decrypt {
                    aes: settings,
                    size,
                } => {
                    let key = self.keys.of(&settings, password.ok_or(Fault::Encrypted)?);
                    let aes = Aes::new(&*key).ok_or(Fault::Damaged)?;
                    Box::new(CbcReader::new(unpacked, aes, settings.iv).take(size))
                }
            };
        }
        Ok(unpacked)
    }
}

/// Reads the header at the end of an archive.
fn read_archive(
    source: &mut dyn ReadSeek,
    unlocking: &mut FolderOpener<'_>,
) -> Result<Archive, Failure> {
    let mut header = packed_header(source)?;
    for _ in 0..=HEADER_DEPTH {
        let mut tokens = Tokens::new(&header);
        match tokens.byte() {
            _ if header.is_empty() => return Ok(Archive::default()),
            Ok(HEADER) => return Ok(Archive::read(&mut tokens)?),
            Ok(ENCODED_HEADER) => {
                let streams = Streams::read(&mut tokens)?;
                header = unpacked_header(source, &streams, unlocking)?;
            }
            _ => break,
        }
    }
    Err(Fault::Damaged.into())
}

/// Returns the header as it is at the archive's end; empty if the archive is.
fn packed_header(source: &mut dyn ReadSeek) -> Result<Vec<u8>, Failure> {
    let size = source.seek(SeekFrom::End(0))?;
    source.seek(SeekFrom::Start(0))?;
    let mut start = [0; START];
    source.read_exact(&mut start)?;
    // Signature (6), version (2) and the checksum itself (4) come before the checked bytes.
    let mut tokens = Tokens::new(&start[8..]);
    let checksum = tokens.long()?;
    let (begin, length, expected) = (tokens.wide()?, tokens.wide()?, tokens.long()?);
    if checksum != crc(&start[12..]) {
        return Err(Fault::Damaged.into());
    }
    let end = begin
        .checked_add(length)
        .and_then(|end| end.checked_add(START as u64));
    let end = end.ok_or(Fault::Damaged)?;
    if end > size {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    check_behind(source, end)?;
    check_header_size(length)?;
    source.seek(SeekFrom::Start(begin + START as u64))?;
    let length = usize::try_from(length).map_err(|_| Fault::Damaged)?;
    let mut header = vec![0; length];
    source.read_exact(&mut header)?;
    if crc(&header) != expected {
        return Err(Fault::Damaged.into());
    }
    Ok(header)
}

/// Refuses bytes after an archive's end, unless they are padding.
fn check_behind(source: &mut dyn ReadSeek, end: u64) -> Result<(), Failure> {
    source.seek(SeekFrom::Start(end))?;
    for byte in BufReader::new(source).bytes() {
        if byte? != 0 {
            let container = "7z";
            return Err(Fault::BehindEnd { container }.into());
        }
    }
    Ok(())
}

/// Unpacks the header from the only folder of `streams`.
fn unpacked_header(
    source: &mut dyn ReadSeek,
    streams: &Streams,
    unlocking: &mut FolderOpener<'_>,
) -> Result<Vec<u8>, Failure> {
    let folder = streams.folders.first().ok_or(Fault::Damaged)?;
    let &(size, crc) = folder.parts.first().ok_or(Fault::Damaged)?;
    check_header_size(size)?;
    let mut header = Vec::new();
    CheckedReader::new(unlocking.open(source, folder)?, size, crc).read_to_end(&mut header)?;
    Ok(header)
}

const fn check_header_size(size: u64) -> Result<(), Fault> {
    if size > HEADER_LIMIT {
        return Err(Fault::TooManyMembers {
            limit: MEMBER_LIMIT,
        });
    }
    Ok(())
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}
