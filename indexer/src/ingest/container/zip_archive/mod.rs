//! ZIP archives, by their directory; or, if that is cut off and this is allowed, by the local headers.

mod directory;
mod encryption;

use std::io::{self, Read, SeekFrom};

use flate2::Crc;
use zeroize::Zeroizing;

use super::decoder::{CheckedReader, Decoder, Method};
use super::names::Name;
use super::{Content, MEMBER_LIMIT, Member, Office, Packing, ReadSeek, Source, Unpacker};
use crate::ingest::Fault;
use crate::ingest::error::Failure;
pub(super) use directory::is_at_end;
use directory::{Entry, Zip64Sizes, field};
use encryption::Encryption;

/// Member that makes a ZIP archive an Office Open XML document.
const OPEN_XML: &str = "[Content_Types].xml";

/// Member that makes a ZIP archive an OpenDocument document.
const OPEN_DOCUMENT: &str = "META-INF/manifest.xml";

/// Magic number of a local header.
const LOCAL: &[u8; 4] = b"PK\x03\x04";

/// Magic number of the first of several volumes.
const SPLIT: &[u8; 4] = b"PK\x07\x08";

/// Flags of a member: encrypted; encrypted by a newer method; sizes after it; name in UTF-8.
const ENCRYPTED: u16 = 1;
const STRONGLY: u16 = 1 << 6;
const SIZES_AFTER: u16 = 1 << 3;
const IS_UTF8: u16 = 1 << 11;

/// Returns the family of workbook that an archive with members of these names is, if it is one.
fn office<'n>(mut names: impl Iterator<Item = &'n str> + Clone) -> Option<Office> {
    if names.clone().any(|name| name == OPEN_XML) {
        return Some(Office::OpenXml);
    }
    names
        .any(|name| name == OPEN_DOCUMENT)
        .then_some(Office::OpenDocument)
}

impl<'u> Unpacker<'u, '_> {
    /// Takes the members of a ZIP archive, or hands it on whole if it is a workbook.
    pub(super) fn zip(&mut self, source: &mut dyn ReadSeek, outer: &Member) -> Result<(), Failure> {
        let volumes = self.volumes_of(outer);
        let directory = match directory::read(&mut *source, volumes)? {
            Some(directory) => directory,
            None => return self.zip_without_directory(source, outer),
        };
        if let Some(office) = office(directory.iter().map(|entry| &*entry.name.shown)) {
            source.seek(SeekFrom::Start(0))?;
            return self.take(outer, Content::Workbook(office, source));
        }
        let outer = &outer.out_of(Packing::Zip);
        let files = directory.into_iter().filter(Entry::is_file);
        // A member is counted by its place among the files.
        for (place, entry) in (1..).zip(files) {
            let member = outer.within(place, entry.name.clone()).of_size(entry.size);
            let outcome = self.zip_member(source, &entry, &member);
            self.pass_fault(outcome, &member)
                .map_err(|failure| failure.in_member(member.number.unwrap_or(place)))?;
        }
        Ok(())
    }

    fn zip_member(
        &mut self,
        source: &mut dyn ReadSeek,
        entry: &Entry,
        member: &Member,
    ) -> Result<(), Failure> {
        if member.is_litter() {
            return self.pass_over_litter(member);
        }
        let method = match entry.method.clone() {
            Err(_) if !self.wants(member) => return self.pass_over(member),
            method => method?,
        };
        source.seek(SeekFrom::Start(entry.header))?;
        LocalHeader::read(&mut *source)?.ok_or(Fault::Damaged)?;
        let crc = Some(entry.crc);
        let Some(encryption) = entry.encryption.clone() else {
            let packed = source.take(entry.packed);
            return self.zip_content(packed, method, entry.size, crc, member);
        };
        let encryption = match encryption {
            Err(_) if !self.wants(member) => return self.pass_over(member),
            encryption => encryption?,
        };
        if self.opening.secrets.passwords.is_empty() && !self.wants(member) {
            return self.pass_over(member);
        }
        let crc = crc.filter(|_| encryption.has_crc());
        let password = self.zip_password(source, &encryption, entry, method)?;
        let plain = encryption.open(source, entry.packed, password)?;
        self.zip_content(plain, method, entry.size, crc, member)
    }

    /// Returns the password that opens a member, given without its local header. If several seem to fit, the one with
    /// which its checksum fits.
    fn zip_password(
        &self,
        source: &mut dyn ReadSeek,
        encryption: &Encryption,
        entry: &Entry,
        method: Method,
    ) -> Result<&'u Zeroizing<String>, Failure> {
        let passwords = &self.opening.secrets.passwords;
        let begin = source.stream_position()?;
        let mut fitting: Vec<&Zeroizing<String>> = Vec::new();
        for password in passwords.iter() {
            match encryption.open(source, entry.packed, password) {
                Ok(_) => fitting.push(password),
                Err(Failure::Fault(Fault::WrongPassword)) => {}
                Err(failure) => return Err(failure),
            }
            source.seek(SeekFrom::Start(begin))?;
        }
        let Some(last) = fitting.pop() else {
            return Err(passwords.fault().into());
        };
        for password in fitting {
            let plain = encryption.open(source, entry.packed, password)?;
            let crc = Some(entry.crc).filter(|_| encryption.has_crc());
            let unpacked = Decoder::new(method, plain, self.budget)?;
            let is_whole = io::copy(
                &mut CheckedReader::new(unpacked, entry.size, crc),
                &mut io::sink(),
            );
            source.seek(SeekFrom::Start(begin))?;
            if is_whole.is_ok() {
                return Ok(password);
            }
        }
        Ok(last)
    }

    fn zip_content(
        &mut self,
        packed: impl Read,
        method: Method,
        size: u64,
        crc: Option<u32>,
        member: &Member,
    ) -> Result<(), Failure> {
        let unpacked = Decoder::new(method, packed, self.budget)?;
        let mut checked = CheckedReader::new(unpacked, size, crc);
        self.member(Source::Stream(&mut checked), member)
    }

    /// Reads the rest of an archive whose end is cut off, if that is allowed: members up to the last whole one, as long
    /// as their sizes are before them.
    fn zip_without_directory(
        &mut self,
        source: &mut dyn ReadSeek,
        outer: &Member,
    ) -> Result<(), Failure> {
        source.seek(SeekFrom::Start(0))?;
        if starts_with(source, SPLIT)? {
            return Err(Fault::SplitArchive.into());
        }
        let outer = &outer.out_of(Packing::Zip);
        let mut place = 0;
        while self.opening.allow_truncated && place < MEMBER_LIMIT {
            let Some(local) = LocalHeader::read(&mut *source)? else {
                break;
            };
            // A workbook without its end cannot be read.
            if office(std::iter::once(&*local.name.shown)).is_some()
                || local.flags & SIZES_AFTER != 0
            {
                break;
            }
            place += 1;
            let mut packed = (&mut *source).take(local.packed);
            let is_file = !local.name.shown.ends_with('/');
            let member = outer.within(place, local.name).of_size(local.size);
            if is_file && member.is_litter() {
                self.pass_over_litter(&member)?;
            } else if is_file {
                if local.flags & ENCRYPTED != 0 {
                    return Err(self.opening.secrets.passwords.fault().into());
                }
                let method = method(local.method)?;
                self.zip_content(&mut packed, method, local.size, Some(local.crc), &member)?;
            }
            io::copy(&mut packed, &mut io::sink())?;
        }
        Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
    }
}

const fn method(number: u16) -> Result<Method, Fault> {
    match number {
        0 => Ok(Method::Stored),
        8 => Ok(Method::Deflate),
        9 => Ok(Method::Deflate64),
        12 => Ok(Method::Bzip2),
        93 => Ok(Method::Zstd),
        _ => Err(Fault::UnsupportedCompression),
    }
}

/// Returns whether `source` continues with these bytes; its position is kept.
fn starts_with(source: &mut dyn ReadSeek, wanted: &[u8]) -> io::Result<bool> {
    let place = source.stream_position()?;
    let mut head = Vec::new();
    (&mut *source)
        .take(wanted.len() as u64)
        .read_to_end(&mut head)?;
    source.seek(SeekFrom::Start(place))?;
    Ok(head == wanted)
}

/// Returns the name of a member: from Info-ZIP's extra field, if that is of this name; in UTF-8, if flagged.
fn name(written: &[u8], extra: &[u8], is_utf8: bool) -> Name {
    const UNICODE_PATH: u16 = 0x7075;
    let mut crc = Crc::new();
    crc.update(written);
    if let Some([1, a, b, c, d, unicode @ ..]) = field(extra, UNICODE_PATH)
        && u32::from_le_bytes([*a, *b, *c, *d]) == crc.sum()
        && let Ok(name) = str::from_utf8(unicode)
    {
        return Name::from(name.to_owned());
    }
    if is_utf8 {
        return Name::from(String::from_utf8_lossy(written).into_owned());
    }
    Name::of(written)
}

/// The local header of a member.
struct LocalHeader {
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    size: u64,
    name: Name,
}

impl LocalHeader {
    /// The length of its fixed part, with the magic.
    const LENGTH: usize = 30;

    /// Reads the next one and leaves the reader at the member's first byte; `None` if there is something else.
    fn read(source: &mut (impl Read + ?Sized)) -> io::Result<Option<Self>> {
        let mut fixed = [0; Self::LENGTH];
        source.read_exact(&mut fixed)?;
        if !fixed.starts_with(LOCAL) {
            return Ok(None);
        }
        let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
        let mut name = vec![0; usize::from(short(26))];
        source.read_exact(&mut name)?;
        let mut extra = vec![0; usize::from(short(28))];
        source.read_exact(&mut extra)?;
        let mut large = Zip64Sizes::of(&extra);
        let flags = short(6);
        Ok(Some(Self {
            flags,
            method: short(8),
            crc: long(14),
            size: large.size(long(22)),
            packed: large.size(long(18)),
            name: self::name(&name, &extra, flags & IS_UTF8 != 0),
        }))
    }
}
