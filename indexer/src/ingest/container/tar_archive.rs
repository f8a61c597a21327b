//! Tape archives, as they stream. The `tar` crate reads the headers; it is not left to walk over them, because it holds
//! names and attributes in separate entries, however long they are.
//!
//! Several archives may follow one another, as `cat` makes them: blocks of zeros end an archive, and the bytes after
//! them are another one or are refused.

use std::io::{self, Read};

use tar::{EntryType, Header, PaxExtensions};

use super::names::Name;
use super::{MEMBER_LIMIT, Member, Source, Unpacker};
use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// Length of a block, in bytes.
pub(super) const BLOCK: usize = 512;

/// Place of a header's checksum.
const CHECKSUM: std::ops::Range<usize> = 148..156;

/// Maximum length of a name or a set of attributes in a separate entry, in bytes.
const ATTRIBUTES_LIMIT: u64 = 1 << 20;

/// The content of an entry.
type Content<'c, 's> = io::Take<&'c mut (dyn Read + 's)>;

/// Attributes from separate entries for the file after them.
#[derive(Default)]
struct Attributes {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
}

impl Unpacker<'_, '_> {
    /// Takes the files of tape archives. One without the blocks that mark its end is cut off.
    pub(super) fn tar(&mut self, stream: &mut dyn Read, outer: &Member) -> Result<(), Failure> {
        let mut attributes = Attributes::default();
        let mut ended = false;
        for place in 1..=MEMBER_LIMIT {
            let header = match next(stream, &mut ended)? {
                Some(header) => header,
                None => return Ok(()),
            };
            let kind = header.entry_type();
            let size = match attributes.size.filter(|_| is_file(kind)) {
                Some(size) => size,
                None => header.entry_size().map_err(|_| Fault::Damaged)?,
            };
            let mut content = (&mut *stream).take(size);
            if is_file(kind) {
                let extended = std::mem::take(&mut attributes);
                self.tar_member(&mut content, &header, extended, outer, place)?;
            } else if kind.is_gnu_sparse() {
                return Err(Failure::from(Fault::Sparse).in_member(outer.number.unwrap_or(place)));
            } else {
                attributes.read(kind, &mut content)?;
            }
            pass(&mut content)?;
            pass(&mut (&mut *stream).take(padding(size)))?;
        }
        Err(Fault::TooManyMembers {
            limit: MEMBER_LIMIT,
        }
        .into())
    }

    fn tar_member(
        &mut self,
        content: &mut Content<'_, '_>,
        header: &Header,
        attributes: Attributes,
        outer: &Member,
        place: usize,
    ) -> Result<(), Failure> {
        let in_header = || header.path_bytes().into_owned();
        let name = Name::of(&attributes.name.unwrap_or_else(in_header));
        // Before tar knew of folders, a slash at the end marked one.
        if name.shown.ends_with('/') {
            return Ok(());
        }
        let member = outer.within(place, name).of_size(content.limit());
        if member.is_litter() {
            return self.pass_over_litter(&member);
        }
        if attributes.sparse {
            return Err(Failure::from(Fault::Sparse).in_member(member.number.unwrap_or(place)));
        }
        let mut whole = WholeEntry(content);
        self.member(Source::Stream(&mut whole), &member)
    }
}

impl Attributes {
    /// Reads the attributes that an entry has for the file after it, if any.
    fn read(&mut self, kind: EntryType, content: &mut Content<'_, '_>) -> Result<(), Failure> {
        let is_pax = kind.is_pax_local_extensions() || kind.as_byte() == SOLARIS_PAX;
        if !kind.is_gnu_longname() && !is_pax {
            return Ok(());
        }
        if content.limit() > ATTRIBUTES_LIMIT {
            return Err(Fault::Damaged.into());
        }
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        if kind.is_gnu_longname() {
            let name = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
            self.name = Some(name.to_vec());
            return Ok(());
        }
        for extension in PaxExtensions::new(&bytes) {
            let extension = extension.map_err(|_| Fault::Damaged)?;
            self.add(extension.key_bytes(), extension.value_bytes())?;
        }
        Ok(())
    }

    fn add(&mut self, key: &[u8], value: &[u8]) -> Result<(), Fault> {
        let text = String::from_utf8_lossy(value);
        match key {
            b"path" => self.name = Some(value.to_vec()),
            b"size" => self.size = Some(text.parse().map_err(|_| Fault::Damaged)?),
            _ => self.sparse |= key.starts_with(b"GNU.sparse."),
        }
        Ok(())
    }
}

/// Type of Solaris' attributes for the next file.
const SOLARIS_PAX: u8 = b'X';

/// Entries that hold no file: links, devices, folders; attributes, names and labels of tapes. Any other kind counts as
/// a file, as in POSIX.
fn is_file(kind: EntryType) -> bool {
    !matches!(
        kind.as_byte(),
        b'1'..=b'6' | b'x' | b'g' | b'X' | b'L' | b'K' | b'N' | b'V' | b'D' | b'A' | b'S'
    )
}

/// Returns the next header; `None` at the end. `ended` says whether the mark of an archive's end precedes it.
pub(super) fn next(stream: &mut dyn Read, ended: &mut bool) -> Result<Option<Header>, Failure> {
    loop {
        let mut block = [0; BLOCK];
        let length = read_block(stream, &mut block)?;
        let is_zero = block.iter().all(|&byte| byte == 0);
        match length {
            // The last record of a tape may be cut short.
            0..BLOCK if *ended && is_zero => return Ok(None),
            0..BLOCK if !*ended => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            BLOCK if is_zero => *ended = true,
            BLOCK if is_header(&block) => {
                *ended = false;
                return Ok(Some(Header::from_byte_slice(&block).clone()));
            }
            _ if *ended => {
                let container = "tar";
                return Err(Fault::BehindEnd { container }.into());
            }
            _ => return Err(Fault::Damaged.into()),
        }
    }
}

/// Fills a block, unless the stream ends.
fn read_block(stream: &mut dyn Read, block: &mut [u8; BLOCK]) -> io::Result<usize> {
    let mut length = 0;
    while length < BLOCK {
        match stream.read(&mut block[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// Returns whether a block is the header of a file, as its checksum shows. Old writers summed signed bytes.
pub(super) fn is_header(block: &[u8]) -> bool {
    let Some(block) = block.first_chunk::<BLOCK>() else {
        return false;
    };
    let Ok(stated) = Header::from_byte_slice(block).cksum() else {
        return false;
    };
    let others = || block[..CHECKSUM.start].iter().chain(&block[CHECKSUM.end..]);
    // The field of the checksum itself counts as spaces.
    let spaces: u32 = CHECKSUM.map(|_| u32::from(b' ')).sum();
    let unsigned: u32 = others().map(|&byte| u32::from(byte)).sum();
    let signed: i32 = others().map(|&byte| i32::from(byte.cast_signed())).sum();
    stated > 0
        && (stated == unsigned + spaces
            || i64::from(stated) == i64::from(signed) + i64::from(spaces))
}

/// The bytes after a member that fill its last block.
pub(super) const fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK as u64
}

/// Passes over the rest of an entry, all of which must exist.
fn pass(content: &mut Content<'_, '_>) -> io::Result<()> {
    io::copy(&mut WholeEntry(content), &mut io::sink()).map(drop)
}

/// An entry's content, which must not end early.
struct WholeEntry<'t, 'c, 's>(&'t mut Content<'c, 's>);

impl Read for WholeEntry<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        if read == 0 && self.0.limit() > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}
