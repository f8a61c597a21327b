//! ZIP archives, by their directory; and, where that is cut off and it is allowed, by what stands before each member.

use std::io::{self, Read, SeekFrom};

use zip::CompressionMethod;
use zip::read::ZipFileEntry;
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::decoder::{Checked, Decoder, Method};
use super::{
    Content, MEMBER_LIMIT, Member, Office, Packing, ReadSeek, Source, Unpacking, is_litter,
};
use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// What makes a ZIP archive an Office Open XML document.
const OPEN_XML: &str = "[Content_Types].xml";

/// What makes a ZIP archive an OpenDocument document.
const OPEN_DOCUMENT: &str = "META-INF/manifest.xml";

/// What a header before a member begins with.
const LOCAL: &[u8; 4] = b"PK\x03\x04";

/// Flags of a member: it is encrypted; its sizes stand after it.
const ENCRYPTED: u16 = 1;
const SIZES_AFTER: u16 = 1 << 3;

/// Whose workbook an archive with members of these names is, if it is one.
fn office<'n>(mut names: impl Iterator<Item = &'n str> + Clone) -> Option<Office> {
    if names.clone().any(|name| name == OPEN_XML) {
        return Some(Office::OpenXml);
    }
    names
        .any(|name| name == OPEN_DOCUMENT)
        .then_some(Office::OpenDocument)
}

impl Unpacking<'_, '_> {
    /// Takes the members of a ZIP archive, or hands it on whole if it is a workbook.
    pub(super) fn zip(&mut self, source: &mut dyn ReadSeek, outer: &Member) -> Result<(), Failure> {
        let directory = match directory(&mut *source)? {
            Some(directory) => directory,
            None => return self.zip_without_directory(source, outer),
        };
        if let Some(office) = office(directory.iter().map(|entry| &*entry.name)) {
            source.seek(SeekFrom::Start(0))?;
            return self.take(outer, Content::Workbook(office, source));
        }
        let outer = &outer.out_of(Packing::Zip);
        for (place, entry) in directory.iter().enumerate() {
            if is_litter(&entry.name) {
                continue;
            }
            let member = outer.within(place + 1, &entry.name);
            self.zip_member(source, entry, &member)
                .map_err(|failure| failure.in_member(member.number.unwrap_or(place + 1)))?;
        }
        Ok(())
    }

    fn zip_member(
        &mut self,
        source: &mut dyn ReadSeek,
        entry: &Entry,
        member: &Member,
    ) -> Result<(), Failure> {
        let method = match entry.method.clone() {
            Err(_) if !self.wants(member) => {
                self.passed_over += 1;
                return Ok(());
            }
            method => method?,
        };
        source.seek(SeekFrom::Start(entry.header))?;
        Local::read(&mut *source)?.ok_or(Fault::Damaged)?;
        let packed = source.take(entry.packed);
        self.zip_content(packed, method, entry.size, entry.crc, member)
    }

    fn zip_content(
        &mut self,
        packed: impl Read,
        method: Method,
        size: u64,
        crc: u32,
        member: &Member,
    ) -> Result<(), Failure> {
        let unpacked = Decoder::new(method, packed, self.budget)?;
        let mut checked = Checked::new(unpacked, size, Some(crc));
        self.member(Source::Stream(&mut checked), member)
    }

    /// What is left of an archive whose end is cut off, if that is allowed: members up to the last whole one, as long as
    /// their sizes stand before them.
    fn zip_without_directory(
        &mut self,
        source: &mut dyn ReadSeek,
        outer: &Member,
    ) -> Result<(), Failure> {
        source.seek(SeekFrom::Start(0))?;
        let outer = &outer.out_of(Packing::Zip);
        let mut place = 0;
        while self.opening.allow_truncated && place < MEMBER_LIMIT {
            let Some(local) = Local::read(&mut *source)? else {
                break;
            };
            // Of a workbook without its end nothing can be read.
            if office(std::iter::once(&*local.name)).is_some() || local.flags & SIZES_AFTER != 0 {
                break;
            }
            place += 1;
            let mut packed = (&mut *source).take(local.packed);
            if !local.name.ends_with('/') && !is_litter(&local.name) {
                let member = outer.within(place, &local.name);
                let method = method(local.method, local.flags & ENCRYPTED != 0)?;
                self.zip_content(&mut packed, method, local.size, local.crc, &member)?;
            }
            io::copy(&mut packed, &mut io::sink())?;
        }
        Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
    }
}

/// What the directory says of a file.
struct Entry {
    name: String,
    header: u64,
    packed: u64,
    size: u64,
    crc: u32,
    method: Result<Method, Fault>,
}

impl Entry {
    fn new(entry: &ZipFileEntry<'_>) -> Result<Self, ZipError> {
        // The methods' numbers, as the format has them.
        let number = match entry.compression() {
            CompressionMethod::Stored => 0,
            CompressionMethod::Deflated => 8,
            #[allow(deprecated)]
            CompressionMethod::Unsupported(number) => number,
            _ => u16::MAX,
        };
        Ok(Self {
            name: entry.name()?.into_owned(),
            header: entry.header_start(),
            packed: entry.compressed_size(),
            size: entry.size(),
            crc: entry.crc32(),
            method: method(number, entry.encrypted()),
        })
    }
}

fn method(number: u16, encrypted: bool) -> Result<Method, Fault> {
    match number {
        _ if encrypted => Err(Fault::Encrypted),
        0 => Ok(Method::Stored),
        8 => Ok(Method::Deflate),
        9 => Ok(Method::Deflate64),
        12 => Ok(Method::Bzip2),
        93 => Ok(Method::Zstd),
        _ => Err(Fault::UnsupportedCompression),
    }
}

/// The files in the directory at the archive's end, in its order; `None` if there is no directory.
///
/// The entries are walked one by one: `zip::ZipArchive` makes room for as many as the archive says it has, and knows only
/// one of several by one name.
fn directory(source: &mut dyn ReadSeek) -> Result<Option<Vec<Entry>>, Failure> {
    let mut archive = match ZipIterable::try_new(source, zip::read::Config::default()) {
        Ok(archive) => archive,
        Err(ZipError::InvalidArchive(_)) => return Ok(None),
        Err(error) => return Err(refused(error)),
    };
    if archive.len() > MEMBER_LIMIT {
        return Err(Fault::TooManyMembers {
            limit: MEMBER_LIMIT,
        }
        .into());
    }
    let mut entries = Vec::new();
    for entry in archive.files().map_err(refused)? {
        let entry = entry.map_err(refused)?;
        if entry.is_file() {
            entries.push(Entry::new(&entry).map_err(refused)?);
        }
    }
    Ok(Some(entries))
}

/// The error without the names of members that it may hold.
fn refused(error: ZipError) -> Failure {
    match error {
        ZipError::Io(error) => error.into(),
        ZipError::UnsupportedArchive(what) => {
            io::Error::new(io::ErrorKind::Unsupported, what).into()
        }
        _ => Fault::Damaged.into(),
    }
}

/// What stands before a member.
struct Local {
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    size: u64,
    name: String,
}

impl Local {
    /// The length of its fixed part, with the magic.
    const LENGTH: usize = 30;

    /// The next one, with the reader left at the member's first byte; `None` if something else stands there.
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
        let mut large = large_sizes(&extra);
        let mut wide = |size: u32| match size {
            u32::MAX => large.next().unwrap_or(u64::from(size)),
            size => u64::from(size),
        };
        Ok(Some(Self {
            flags: short(6),
            method: short(8),
            crc: long(14),
            size: wide(long(22)),
            packed: wide(long(18)),
            name: String::from_utf8_lossy(&name).into_owned(),
        }))
    }
}

/// The sizes beyond 4 GiB that a header's extra field tells: unpacked, then packed.
fn large_sizes(mut extra: &[u8]) -> impl Iterator<Item = u64> {
    /// The field of ZIP64.
    const LARGE: [u8; 2] = [1, 0];
    let mut sizes = Vec::new();
    while let [first, second, low, high, rest @ ..] = extra {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let (field, after) = rest.split_at(length.min(rest.len()));
        if [*first, *second] == LARGE {
            let size = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes).ok();
            sizes.extend(field.chunks_exact(8).filter_map(size));
        }
        extra = after;
    }
    sizes.into_iter()
}
