//! The decoding thread: the `rars` crate under limits, and its errors in terms of this module.

use std::io::{self, Write};

use rars::rar15_40::Block as LegacyBlock;
use rars::rar50::Block;
use rars::{
    Archive, ArchiveFamily, ArchiveMember, ArchiveReadOptions, ArchiveReader, AttrSource, Error,
    ErrorKind, ExtractionDecision,
};
use zeroize::Zeroizing;

use super::channel::{Answer, Caller, Event, Head, Outlet, Volume};
use super::{DICTIONARY_LIMIT, HEADER_LIMIT, RarFault, WORKSPACE_LIMIT};
use crate::ingest::container::MEMBER_LIMIT;

/// Version of archivers that always write a mark at an archive's end: RAR 3 and later.
const MARKS_END: u8 = 29;

/// The mark at a volume's end says that another follows.
const IS_FOLLOWED: u64 = 1;

/// The bits of a mode that mark links.
const KIND_OF_FILE: u64 = 0o170_000;
const LINK: u64 = 0o120_000;

/// The longest path of a link, in bytes; a longer one is read as a file.
const LINK_LIMIT: u64 = 64 << 10;

/// Decodes every member of the archive whose volumes these are, as (begin, size) in the source.
pub(super) fn run(
    caller: &Caller,
    volumes: &[(u64, u64)],
    password: Option<&Zeroizing<String>>,
) -> Result<(), RarFault> {
    let options = options(password);
    let archives = open(caller, volumes, options)?;
    let mut taker = Taker {
        caller,
        is_solid: archives.first().is_some_and(is_solid),
        files: 0,
    };
    match archives.as_slice() {
        [archive] => {
            let mut decide = |member: &ArchiveMember| taker.decide(member);
            archive.extract_with_control(options, &mut decide).map(drop)
        }
        archives => in_volumes(archives, options, &mut taker),
    }
    .map_err(|error| fault(&error))
}

fn options(password: Option<&Zeroizing<String>>) -> ArchiveReadOptions<'_> {
    let mut options = ArchiveReadOptions::new()
        .with_max_header_count(MEMBER_LIMIT as u64)
        .with_max_header_bytes(HEADER_LIMIT)
        .with_rar50_dictionary_size_limit(DICTIONARY_LIMIT)
        .with_rar50_buffered_decode_limit(0)
        .with_max_reader_workspace_bytes(WORKSPACE_LIMIT);
    options.password = password.map(|password| password.as_bytes());
    options
}

/// The archive's volumes: the source as a whole, unless its first archive says that it is one of several.
fn open(
    caller: &Caller,
    volumes: &[(u64, u64)],
    options: ArchiveReadOptions<'_>,
) -> Result<Vec<Archive>, RarFault> {
    let parse = |&(begin, size): &(u64, u64)| {
        let volume = Volume::new(caller.clone(), begin, size);
        ArchiveReader::read_reader_with_options(volume, options).map_err(|error| fault(&error))
    };
    let whole = (0, volumes.iter().map(|(_, size)| size).sum());
    // If the pieces are those of `split`, only the whole is an archive.
    let first = match volumes {
        [_] => parse(&whole)?,
        _ => match volumes.first().map(parse) {
            Some(Ok(first)) if is_volume(&first) => first,
            _ => parse(&whole)?,
        },
    };
    let archives = match is_volume(&first) {
        true => volumes.iter().map(parse).collect::<Result<_, _>>()?,
        false => vec![first],
    };
    check_order(&archives)?;
    let sizes = volumes.iter().map(|(_, size)| *size);
    let sizes: Vec<u64> = match archives.len() {
        1 => vec![whole.1],
        _ => sizes.collect(),
    };
    for (number, (archive, size)) in archives.iter().zip(sizes).enumerate() {
        let follows = number + 1 < archives.len();
        check_end(caller, archive, size, volumes[number].0, follows, number)?;
    }
    Ok(archives)
}

fn is_volume(archive: &Archive) -> bool {
    match archive {
        Archive::Rar15To40(archive) => archive.main.is_volume(),
        Archive::Rar50Plus(archive) => archive.main.is_volume(),
        _ => false,
    }
}

/// Refuses volumes that do not follow one another.
fn check_order(archives: &[Archive]) -> Result<(), RarFault> {
    for (number, archive) in archives.iter().enumerate() {
        let is_first = match archive {
            Archive::Rar50Plus(archive) if archive.main.is_volume() => {
                let stated = archive.main.volume_number.unwrap_or(0);
                if stated != number as u64 {
                    return Err(RarFault::MissingVolume(number));
                }
                continue;
            }
            Archive::Rar50Plus(_) => true,
            Archive::Rar15To40(archive) => {
                let mut members = archive.files();
                members
                    .next()
                    .is_none_or(|member| !member.is_split_before())
            }
            _ => return Err(RarFault::Unsupported),
        };
        if number == 0 && !is_first {
            return Err(RarFault::MissingVolume(0));
        }
    }
    Ok(())
}

/// Refuses an archive that was cut off between two members, or that other bytes follow; or a volume that lacks
/// its successor, or has one too many.
fn check_end(
    caller: &Caller,
    archive: &Archive,
    size: u64,
    begin: u64,
    follows: bool,
    number: usize,
) -> Result<(), RarFault> {
    let (end, is_followed) = match end(archive) {
        Some(end) => end,
        None if marks_end(archive) => return Err(RarFault::CutOff),
        None => {
            let last = archive.members().last();
            (size, last.is_some_and(|last| last.meta.is_split_after))
        }
    };
    match (is_followed, follows) {
        (true, false) => return Err(RarFault::MissingVolume(number + 1)),
        (false, true) => return Err(RarFault::Behind),
        _ => {}
    }
    let mut at = end;
    while at < size {
        let length = usize::try_from(size - at)
            .unwrap_or(usize::MAX)
            .min(1 << 16);
        let event = Event::Read {
            at: begin + at,
            length,
        };
        let Ok(Answer::Bytes(Ok(bytes))) = caller.ask(event) else {
            return Err(RarFault::CutOff);
        };
        if bytes.is_empty() {
            return Err(RarFault::CutOff);
        }
        if bytes.iter().any(|&byte| byte != 0) {
            return Err(RarFault::Behind);
        }
        at += bytes.len() as u64;
    }
    Ok(())
}

/// Returns where the mark at an archive's end ends, and whether it says that a volume follows.
fn end(archive: &Archive) -> Option<(u64, bool)> {
    /// Length of the vector before an encrypted header, and of the blocks it is padded to, in bytes.
    const IV: u64 = 16;
    const SALT: u64 = 8;
    const BLOCK: u64 = 16;
    match archive {
        Archive::Rar50Plus(archive) => {
            let Some(Block::End(end)) = archive.blocks.last() else {
                return None;
            };
            // A checksum, a length that takes one byte, and the header.
            let length = end.block.header_size + 5;
            let length = match archive.main.encrypted_headers {
                true => IV + length.next_multiple_of(BLOCK),
                false => length,
            };
            Some((end.block.offset as u64 + length, end.has_next_volume()))
        }
        Archive::Rar15To40(archive) => {
            let Some(LegacyBlock::End(end)) = archive.blocks.last() else {
                return None;
            };
            let length = u64::from(end.head_size);
            let length = match archive.main.has_encrypted_headers() {
                true => SALT + length.next_multiple_of(BLOCK),
                false => length,
            };
            let is_followed = u64::from(end.flags) & IS_FOLLOWED != 0;
            Some((end.offset as u64 + length, is_followed))
        }
        _ => None,
    }
}

/// Returns whether an archive without a mark at its end was cut off there.
fn marks_end(archive: &Archive) -> bool {
    match archive {
        Archive::Rar15To40(archive) => {
            let mut files = archive.files().peekable();
            files.peek().is_none() || files.any(|file| file.unp_ver >= MARKS_END)
        }
        _ => true,
    }
}

/// The members of all volumes, in their order.
fn in_volumes(
    archives: &[Archive],
    options: ArchiveReadOptions<'_>,
    taker: &mut Taker<'_>,
) -> rars::Result<()> {
    let mut members = rars::volume_members(archives)?.into_iter();
    let open = |_: &rars::ExtractedEntryMeta| -> rars::Result<Box<dyn Write>> {
        // Links of RAR 5 hold nothing, and nothing is opened for them.
        let member = members.find(|member| !member.meta.is_redirection);
        let member = member.ok_or(Error::InvalidHeader("more members than headers"))?;
        match taker.decide(&member)? {
            ExtractionDecision::Extract(writer) => Ok(writer),
            _ => Ok(Box::new(io::sink())),
        }
    };
    rars::extract_volumes_to_with_options(archives, options, open)
}

/// Asks of each member whether it is wanted.
struct Taker<'c> {
    caller: &'c Caller,
    is_solid: bool,
    files: usize,
}

impl Taker<'_> {
    fn decide(&mut self, member: &ArchiveMember) -> rars::Result<ExtractionDecision> {
        let meta = &member.meta;
        if meta.is_directory || meta.is_redirection {
            return Ok(ExtractionDecision::Skip);
        }
        self.files += 1;
        let is_link =
            meta.attr_source() == AttrSource::Unix && meta.file_attr & KIND_OF_FILE == LINK;
        if is_link && meta.unpacked_size <= LINK_LIMIT {
            // A link holds a path, which is not followed.
            return Ok(ExtractionDecision::Extract(Box::new(io::sink())));
        }
        let mut name = meta.name.clone();
        // Before RAR 5, folders were separated as in DOS.
        if meta.family != ArchiveFamily::Rar50Plus {
            let parts = name.iter_mut().filter(|byte| **byte == b'\\');
            parts.for_each(|byte| *byte = b'/');
        }
        let head = Head {
            name,
            size: meta.unpacked_size,
            is_encrypted: meta.is_encrypted,
            place: self.files,
        };
        match self.caller.ask(Event::Begin(Box::new(head)))? {
            Answer::Decode(true) => {
                let outlet = Outlet::new(self.caller.clone());
                Ok(ExtractionDecision::Extract(Box::new(outlet)))
            }
            // The members that follow in a solid archive build upon it.
            _ if self.is_solid => Ok(ExtractionDecision::Extract(Box::new(io::sink()))),
            _ => Ok(ExtractionDecision::Skip),
        }
    }
}

fn is_solid(archive: &Archive) -> bool {
    match archive {
        Archive::Rar15To40(archive) => archive.main.is_solid(),
        Archive::Rar50Plus(archive) => archive.main.is_solid(),
        _ => false,
    }
}

/// Translates an error of the decoder.
fn fault(error: &Error) -> RarFault {
    let root = error.root_cause();
    match root {
        Error::Io(error) => return RarFault::Io(copied(error)),
        Error::TooShort => return RarFault::CutOff,
        Error::Rar50DictionaryLimitExceeded { .. } => return RarFault::FarBack,
        Error::HeaderCountLimitExceeded { .. } | Error::HeaderBytesLimitExceeded { .. } => {
            return RarFault::TooManyMembers;
        }
        _ => {}
    }
    match root.kind() {
        ErrorKind::PasswordRequired => RarFault::Password,
        ErrorKind::BadPassword => RarFault::WrongPassword,
        ErrorKind::ResourceLimit => RarFault::FarBack,
        ErrorKind::UnsupportedFormat | ErrorKind::UnsupportedFeature => RarFault::Unsupported,
        _ => RarFault::Damaged,
    }
}

/// An error of the source, or of the caller's end of a channel.
fn copied(error: &rars::error::IoError) -> io::Error {
    match error.kind {
        io::ErrorKind::Other => io::Error::other(error.message.clone()),
        kind => kind.into(),
    }
}
