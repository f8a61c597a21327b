//! The directory at a ZIP archive's end, as in APPNOTE.TXT. It is read here and not by the `zip` crate, which keeps one
//! of several members of one name, decodes names in one code page, and reads no split archives.

use std::io::{BufReader, Read, SeekFrom};

use memchr::memmem;

use super::encryption::Encryption;
use super::{IS_UTF8, LOCAL, LocalHeader, Method, method};
use crate::ingest::Fault;
use crate::ingest::container::names::Name;
use crate::ingest::container::{MEMBER_LIMIT, ReadSeek};
use crate::ingest::error::Failure;

const END: &[u8; 4] = b"PK\x05\x06";
const LARGE_END: &[u8; 4] = b"PK\x06\x06";
const LARGE_LOCATOR: &[u8; 4] = b"PK\x06\x07";
const ENTRY: &[u8; 4] = b"PK\x01\x02";

/// Lengths of the end record, of the Zip64 end record and of its locator, without comments.
const END_LENGTH: usize = 22;
const LARGE_END_LENGTH: usize = 56;
const LOCATOR_LENGTH: usize = 20;

/// The length of an entry's fixed part.
pub(super) const ENTRY_LENGTH: usize = 46;

/// Maximum length of an archive's comment.
const COMMENT_LIMIT: u64 = 0xFFFF;

/// Maximum size of a directory, in bytes: it is held.
const DIRECTORY_LIMIT: u64 = 256 << 20;

/// Number of candidates for the end record that are tried, from the last.
const ENDS_TRIED: usize = 32;

/// Maximum number of bytes between two members: the data descriptor of the first.
const DESCRIPTOR_LIMIT: u64 = 24;

/// A member in the directory.
pub(super) struct Entry {
    pub(super) name: Name,
    /// Offset of its local header.
    pub(super) header: u64,
    pub(super) packed: u64,
    pub(super) size: u64,
    pub(super) crc: u32,
    pub(super) method: Result<Method, Fault>,
    /// Its encryption, if any.
    pub(super) encryption: Option<Result<Encryption, Fault>>,
    /// Length of its name and extra fields.
    written: u64,
}

impl Entry {
    pub(super) fn is_file(&self) -> bool {
        !self.name.shown.ends_with(['/', '\\'])
    }
}

/// The place of a directory.
struct Place {
    /// The volume and the place in it; without volumes the place counts from the archive's beginning.
    disk: u32,
    offset: u64,
    size: u64,
    entries: u64,
    /// The last volume, from 0.
    last_disk: u32,
}

/// Returns the members of an archive whose volumes begin at `volumes`, in the directory's order; `None` if it has no
/// directory.
pub(super) fn read(
    source: &mut dyn ReadSeek,
    volumes: &[u64],
) -> Result<Option<Vec<Entry>>, Failure> {
    let size = source.seek(SeekFrom::End(0))?;
    let tail = tail(source, size)?;
    let start = size - tail.len() as u64;
    for at in memmem::rfind_iter(&tail, END).take(ENDS_TRIED) {
        let Some(behind) = behind(&tail[at..]) else {
            continue;
        };
        let Some(entries) = entries(source, &tail, start, at, volumes)? else {
            continue;
        };
        if behind.iter().any(|&byte| byte != 0) {
            let container = "zip";
            return Err(Fault::BehindEnd { container }.into());
        }
        check_gaps(source, &entries)?;
        return Ok(Some(entries));
    }
    Ok(None)
}

/// Returns whether a file with an unknown beginning ends like a ZIP archive: a self-extracting one, or the last volume
/// of several.
pub(in super::super) fn is_at_end(source: &mut dyn ReadSeek) -> Result<bool, Failure> {
    let size = source.seek(SeekFrom::End(0))?;
    source.seek(SeekFrom::Start(size.saturating_sub(END_LENGTH as u64)))?;
    let mut end = Vec::new();
    (&mut *source)
        .take(END_LENGTH as u64)
        .read_to_end(&mut end)?;
    source.seek(SeekFrom::Start(0))?;
    Ok(end.starts_with(END) && behind(&end).is_some_and(<[u8]>::is_empty))
}

/// Returns the end of the file, which must contain the end record.
fn tail(source: &mut dyn ReadSeek, size: u64) -> Result<Vec<u8>, Failure> {
    let ends = (END_LENGTH + LARGE_END_LENGTH + LOCATOR_LENGTH) as u64;
    let length = size.min(COMMENT_LIMIT + ends);
    source.seek(SeekFrom::Start(size - length))?;
    let mut tail = Vec::new();
    source.take(length).read_to_end(&mut tail)?;
    Ok(tail)
}

/// Returns the bytes after the end record that begins here and its comment.
fn behind(end: &[u8]) -> Option<&[u8]> {
    let comment = usize::from(short(end, 20)?);
    end.get(END_LENGTH + comment..)
}

/// The entries of the directory whose end is at `at`; `None` if that is not an end record.
fn entries(
    source: &mut dyn ReadSeek,
    tail: &[u8],
    start: u64,
    at: usize,
    volumes: &[u64],
) -> Result<Option<Vec<Entry>>, Failure> {
    let Some((place, length)) = place(tail, at) else {
        return Ok(None);
    };
    let end = start + at as u64 - length;
    if place.size > DIRECTORY_LIMIT || place.entries > MEMBER_LIMIT as u64 {
        let limit = MEMBER_LIMIT;
        return Err(Fault::TooManyMembers { limit }.into());
    }
    if place.last_disk > 0 && volumes.len() as u64 != u64::from(place.last_disk) + 1 {
        return Err(Fault::SplitArchive.into());
    }
    let Some(begin) = end.checked_sub(place.size) else {
        return Ok(None);
    };
    if place.last_disk > 0 {
        let stated = volumes.get(place.disk as usize).copied().unwrap_or(0);
        return walk(source, stated.saturating_add(place.offset), &place, volumes);
    }
    // Bytes before an archive, such as a self-extracting program, shift every place in it. If there are bytes
    // between the directory and the end record, the places are taken as they are.
    let moved = begin.saturating_sub(place.offset);
    match walk(source, begin, &place, &[moved])? {
        None => walk(source, place.offset, &place, &[0]),
        found => Ok(found),
    }
}

/// Returns the place of the directory whose end record is at `at`, and the number of bytes between its last entry and
/// that.
fn place(tail: &[u8], at: usize) -> Option<(Place, u64)> {
    let end = &tail[at..];
    let small = Place {
        last_disk: u32::from(short(end, 4)?),
        disk: u32::from(short(end, 6)?),
        entries: u64::from(short(end, 10)?),
        size: u64::from(long(end, 12)?),
        offset: u64::from(long(end, 16)?),
    };
    let before = &tail[..at];
    let locator = before.get(at.wrapping_sub(LOCATOR_LENGTH)..);
    if !locator.is_some_and(|locator| locator.starts_with(LARGE_LOCATOR)) {
        return Some((small, 0));
    }
    // The locator's place counts from the archive's unknown beginning; the length of the record is known.
    let large = memmem::rfind(before, LARGE_END)?;
    let end = &tail[large..];
    let place = Place {
        last_disk: long(end, 16)?,
        disk: long(end, 20)?,
        entries: wide(end, 32)?,
        size: wide(end, 40)?,
        offset: wide(end, 48)?,
    };
    Some((place, (at - large) as u64))
}

/// Returns the entries of the directory at `begin`; `None` if there is something else.
fn walk(
    source: &mut dyn ReadSeek,
    begin: u64,
    place: &Place,
    begins: &[u64],
) -> Result<Option<Vec<Entry>>, Failure> {
    source.seek(SeekFrom::Start(begin))?;
    let directory = &mut BufReader::new(source.take(place.size));
    let mut entries = Vec::new();
    while entries.len() < MEMBER_LIMIT {
        let mut fixed = [0; ENTRY_LENGTH];
        let mut length = 0;
        while length < ENTRY_LENGTH {
            match directory.read(&mut fixed[length..])? {
                0 => break,
                read => length += read,
            }
        }
        if length < ENTRY_LENGTH || !fixed.starts_with(ENTRY) {
            break;
        }
        entries.push(entry(directory, &fixed, begins)?);
    }
    // More than 65,535 entries are counted modulo that where the format is the old one.
    let is_whole = entries.len() as u64 & 0xFFFF == place.entries & 0xFFFF;
    match (is_whole, entries.is_empty()) {
        (true, _) => Ok(Some(entries)),
        (false, true) => Ok(None),
        (false, false) => Err(Fault::Damaged.into()),
    }
}

/// Returns the entry that continues in `directory` after its fixed part.
fn entry(
    directory: &mut impl Read,
    fixed: &[u8; ENTRY_LENGTH],
    begins: &[u64],
) -> Result<Entry, Failure> {
    let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
    let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
    let (name, extra) = (short(28), short(30));
    let name = bytes(directory, name)?;
    let extra = bytes(directory, extra)?;
    bytes(directory, short(32))?;
    let mut large = Zip64Sizes::of(&extra);
    let (size, packed) = (large.size(long(24)), large.size(long(20)));
    let offset = large.size(long(42));
    let disk = large.disk(short(34));
    let flags = short(8);
    let begin = begins.get(disk as usize).copied();
    let header = begin.and_then(|begin| begin.checked_add(offset));
    let (encryption, method_number) = Encryption::of_entry(fixed, &extra);
    Ok(Entry {
        written: name.len() as u64 + extra.len() as u64,
        name: super::name(&name, &extra, flags & IS_UTF8 != 0),
        header: header.ok_or(Fault::Damaged)?,
        packed,
        size,
        crc: long(16),
        method: method(method_number),
        encryption,
    })
}

fn bytes(source: &mut impl Read, length: u16) -> Result<Vec<u8>, Failure> {
    let mut bytes = vec![0; usize::from(length)];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The sizes and places beyond 4 GiB in an extra field, one after the other.
pub(super) struct Zip64Sizes {
    rest: Vec<u8>,
}

impl Zip64Sizes {
    pub(super) fn of(extra: &[u8]) -> Self {
        let rest = field(extra, 1).unwrap_or_default().to_vec();
        Self { rest }
    }

    fn take<const LENGTH: usize>(&mut self) -> Option<[u8; LENGTH]> {
        let taken = self.rest.first_chunk().copied();
        self.rest.drain(..LENGTH.min(self.rest.len()));
        taken
    }

    pub(super) fn size(&mut self, small: u32) -> u64 {
        let large = (small == u32::MAX).then(|| self.take().map(u64::from_le_bytes));
        large.flatten().unwrap_or(u64::from(small))
    }

    fn disk(&mut self, small: u16) -> u32 {
        let large = (small == u16::MAX).then(|| self.take().map(u32::from_le_bytes));
        large.flatten().unwrap_or(u32::from(small))
    }
}

/// Returns the extra field of this number.
pub(super) fn field(mut extra: &[u8], number: u16) -> Option<&[u8]> {
    while let [first, second, low, high, rest @ ..] = extra {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let (field, after) = rest.split_at(length.min(rest.len()));
        if u16::from_le_bytes([*first, *second]) == number {
            return Some(field);
        }
        extra = after;
    }
    None
}

/// Refuses an archive with members that its directory does not list: those of another archive before it, or
/// deleted ones.
fn check_gaps(source: &mut dyn ReadSeek, entries: &[Entry]) -> Result<(), Failure> {
    let mut spans: Vec<&Entry> = entries.iter().collect();
    spans.sort_by_key(|entry| entry.header);
    if let Some(first) = spans.first() {
        check_between(source, 0, first.header)?;
    }
    for pair in spans.windows(2) {
        let [entry, next] = pair else { continue };
        let likely = entry.header + LocalHeader::LENGTH as u64 + entry.written;
        let end = likely.saturating_add(entry.packed);
        if next.header > end.saturating_add(DESCRIPTOR_LIMIT) {
            source.seek(SeekFrom::Start(entry.header))?;
            LocalHeader::read(&mut *source)?.ok_or(Fault::Damaged)?;
            let end = source.stream_position()?.saturating_add(entry.packed);
            check_between(source, end, next.header)?;
        }
    }
    Ok(())
}

/// Refuses members between two places, unless they are folders. Before the first there may be the mark of volumes or a
/// data descriptor.
fn check_between(source: &mut dyn ReadSeek, mut from: u64, to: u64) -> Result<(), Failure> {
    while from < to {
        source.seek(SeekFrom::Start(from))?;
        let mut head = Vec::new();
        let looked_at = (to - from).min(DESCRIPTOR_LIMIT + LOCAL.len() as u64);
        (&mut *source).take(looked_at).read_to_end(&mut head)?;
        let Some(place) = memmem::find(&head, LOCAL) else {
            return Ok(());
        };
        source.seek(SeekFrom::Start(from + place as u64))?;
        match LocalHeader::read(&mut *source)? {
            Some(local) if local.name.shown.ends_with('/') && local.packed == 0 => {
                from = source.stream_position()?;
            }
            _ => return Err(Fault::Unlisted.into()),
        }
    }
    Ok(())
}

fn chunk<const LENGTH: usize>(bytes: &[u8], at: usize) -> Option<[u8; LENGTH]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    chunk(bytes, at).map(u16::from_le_bytes)
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    chunk(bytes, at).map(u32::from_le_bytes)
}

fn wide(bytes: &[u8], at: usize) -> Option<u64> {
    chunk(bytes, at).map(u64::from_le_bytes)
}
