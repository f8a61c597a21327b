//! Tape archives, as they stream. The `tar` crate reads the headers; it is not left to walk over them, because it holds
//! the names and attributes that stand in entries of their own however long they are.

use std::io::{self, Read};

use tar::{EntryType, Header, PaxExtensions};

use super::{MEMBER_LIMIT, Member, Source, Unpacking, is_litter};
use crate::ingest::Fault;
use crate::ingest::error::Failure;

const BLOCK: usize = 512;

/// The longest name or set of attributes in an entry of its own, in bytes.
const ATTRIBUTES_LIMIT: u64 = 1 << 20;

/// What an entry has after its header.
type Content<'c, 's> = io::Take<&'c mut (dyn Read + 's)>;

/// What entries of their own say of the file after them.
#[derive(Default)]
struct Attributes {
    name: Option<String>,
    size: Option<u64>,
    sparse: bool,
}

impl Unpacking<'_, '_> {
    /// Takes the files of a tape archive. One without the blocks that mark its end is cut off.
    pub(super) fn tar(&mut self, stream: &mut dyn Read, outer: &Member) -> Result<(), Failure> {
        let mut attributes = Attributes::default();
        for place in 1..=MEMBER_LIMIT {
            let Some(header) = header(stream)? else {
                // What pads the last record of a tape.
                io::copy(stream, &mut io::sink())?;
                return Ok(());
            };
            let kind = header.entry_type();
            let size = match attributes.size.filter(|_| is_file(kind)) {
                Some(size) => size,
                None => header.entry_size().map_err(|_| Fault::Damaged)?,
            };
            let mut content = (&mut *stream).take(size);
            if is_file(kind) {
                let told = std::mem::take(&mut attributes);
                self.tar_member(&mut content, &header, told, outer, place)?;
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
        let in_header = || String::from_utf8_lossy(&header.path_bytes()).into_owned();
        let name = attributes.name.unwrap_or_else(in_header);
        // Before tar knew of folders, a slash at the end told one.
        if name.ends_with('/') || is_litter(&name) {
            return Ok(());
        }
        let member = outer.within(place, &name);
        if attributes.sparse {
            return Err(Failure::from(Fault::Sparse).in_member(member.number.unwrap_or(place)));
        }
        let mut whole = Whole(content);
        self.member(Source::Stream(&mut whole), &member)
    }
}

impl Attributes {
    /// Takes in what an entry says of the file after it, if it says anything.
    fn read(&mut self, kind: EntryType, content: &mut Content<'_, '_>) -> Result<(), Failure> {
        if !kind.is_gnu_longname() && !kind.is_pax_local_extensions() {
            return Ok(());
        }
        if content.limit() > ATTRIBUTES_LIMIT {
            return Err(Fault::Damaged.into());
        }
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        if kind.is_gnu_longname() {
            let name = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
            self.name = Some(String::from_utf8_lossy(name).into_owned());
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
            b"path" => self.name = Some(text.into_owned()),
            b"size" => self.size = Some(text.parse().map_err(|_| Fault::Damaged)?),
            _ => self.sparse |= key.starts_with(b"GNU.sparse."),
        }
        Ok(())
    }
}

const fn is_file(kind: EntryType) -> bool {
    matches!(kind, EntryType::Regular | EntryType::Continuous)
}

/// The next header; `None` at the mark of the archive's end.
fn header(stream: &mut dyn Read) -> Result<Option<Header>, Failure> {
    let mut block = [0; BLOCK];
    stream.read_exact(&mut block)?;
    if block.iter().all(|&byte| byte == 0) {
        return Ok(None);
    }
    let header = Header::from_byte_slice(&block).clone();
    // The field of the checksum itself counts as spaces.
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    let field: u32 = block[148..156].iter().map(|&byte| u32::from(byte)).sum();
    let expected = sum - field + 8 * u32::from(b' ');
    match header.cksum() {
        Ok(stated) if stated == expected => Ok(Some(header)),
        _ => Err(Fault::Damaged.into()),
    }
}

/// The bytes after a member that fill its last block.
const fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK as u64
}

/// Passes over what is left of an entry, all of which must be there.
fn pass(content: &mut Content<'_, '_>) -> io::Result<()> {
    io::copy(&mut Whole(content), &mut io::sink()).map(drop)
}

/// An entry's content, which the archive's end must not cut short.
struct Whole<'t, 'c, 's>(&'t mut Content<'c, 's>);

impl Read for Whole<'_, '_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        if read == 0 && self.0.limit() > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(read)
    }
}
