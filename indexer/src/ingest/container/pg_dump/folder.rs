//! Which files are in the folder of a dump? On the disk they are next to its table of contents and are read as the
//! volumes of one file; in an archive, each is held until all members have been read.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, Cursor, Read, SeekFrom};

use super::super::budget::{HELD_LIMIT, Permit, SpooledStream};
use super::super::{Member, Packing, ReadSeek, Source, Unpacker};
use super::Layout;
use super::files::Files;
use super::names::{CONTENTS, is_other, is_rows};
use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// Memory left for decoders while it is unknown whether files belong to a dump, in bytes.
const ROOM: u64 = 256 << 20;

/// The files of a folder on the disk, one after the other in one source.
pub(super) struct Volumes<'s> {
    source: &'s mut dyn ReadSeek,
    /// The names, each with the place where the file ends.
    files: VecDeque<(String, u64)>,
    at: u64,
    end: u64,
}

impl<'s> Volumes<'s> {
    /// Returns the files of these names, which begin at `begins` in `source`.
    pub(super) fn open(
        source: &'s mut dyn ReadSeek,
        names: impl Iterator<Item = String>,
        begins: &[u64],
    ) -> io::Result<Self> {
        let size = source.seek(SeekFrom::End(0))?;
        source.seek(SeekFrom::Start(0))?;
        let ends = begins.iter().skip(1).copied().chain([size]);
        Ok(Self {
            source,
            files: names.zip(ends).collect(),
            at: 0,
            end: 0,
        })
    }
}

impl Files for Volumes<'_> {
    fn next(&mut self) -> io::Result<Option<String>> {
        if self.at < self.end {
            self.at = self.source.seek(SeekFrom::Start(self.end))?;
        }
        let Some((name, end)) = self.files.pop_front() else {
            return Ok(None);
        };
        self.end = end;
        Ok(Some(name))
    }

    fn names(&self) -> Option<Vec<&str>> {
        Some(self.files.iter().map(|(name, _)| name.as_str()).collect())
    }
}

impl Read for Volumes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let most = left.min(buffer.len());
        let read = self.source.read(&mut buffer[..most])?;
        if read == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += read as u64;
        Ok(read)
    }
}

/// The files of a folder in an archive found so far.
#[derive(Default)]
pub(in super::super) struct Folder<'b> {
    /// The files, by name.
    files: BTreeMap<String, HeldMember<'b>>,
}

struct HeldMember<'b> {
    member: Member,
    bytes: Vec<u8>,
    permit: Permit<'b>,
}

/// The held files of a folder, the table of contents first.
struct HeldFiles {
    files: VecDeque<(String, Vec<u8>)>,
    present: Cursor<Vec<u8>>,
}

impl Files for HeldFiles {
    fn next(&mut self) -> io::Result<Option<String>> {
        let Some((name, bytes)) = self.files.pop_front() else {
            return Ok(None);
        };
        self.present = Cursor::new(bytes);
        Ok(Some(name))
    }

    fn names(&self) -> Option<Vec<&str>> {
        Some(self.files.iter().map(|(name, _)| name.as_str()).collect())
    }
}

impl Read for HeldFiles {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.present.read(buffer)
    }
}

/// Returns the folder of a member and its name in it, if it may be a file of a dump.
pub(in super::super) fn part(member: &Member) -> Option<(String, String)> {
    let name = member.name.as_deref().filter(|_| member.number.is_some())?;
    let place = name.rfind(['/', '\\']).map_or(0, |place| place + 1);
    let (folder, file) = name.split_at(place);
    let is_part = file == CONTENTS || is_rows(file) || is_other(file);
    is_part.then(|| (folder.to_owned(), file.to_owned()))
}

impl<'u> Unpacker<'u, '_> {
    /// Holds a file of a dump, unless the dump is not wanted. A file too large to be held is taken for one of its
    /// own.
    pub(in super::super) fn file_of_dump(
        &mut self,
        (folder, file): (String, String),
        mut source: Source<'_>,
        member: &Member,
    ) -> Result<(), Failure> {
        let has_contents = |dump: &Folder<'_>| dump.files.contains_key(CONTENTS);
        let is_known = self.dumps.get(&folder).is_some_and(has_contents);
        if is_other(&file) {
            return match is_known {
                true => self.pass_over(member),
                false => self.open(source, member),
            };
        }
        if !self.wants(&member.called(format!("{folder}{CONTENTS}"))) {
            return self.open(source, member);
        }
        let stream: &mut dyn Read = match &mut source {
            Source::Stream(stream) => &mut **stream,
            Source::Seekable(source) => source,
        };
        let others = if is_known { 0 } else { ROOM };
        match self.budget.spool_beside(others, stream)? {
            SpooledStream::Whole(bytes, permit) => self.hold_file(
                (folder, file),
                HeldMember {
                    member: member.clone(),
                    bytes,
                    permit,
                },
            ),
            SpooledStream::TooLarge(_) if is_known => {
                Err(Fault::TooLarge { limit: HELD_LIMIT }.into())
            }
            SpooledStream::TooLarge(bytes) => {
                let mut whole = Cursor::new(bytes).chain(stream);
                self.open(Source::Stream(&mut whole), member)
            }
        }
    }

    fn hold_file(
        &mut self,
        (folder, file): (String, String),
        held: HeldMember<'u>,
    ) -> Result<(), Failure> {
        if file == CONTENTS && Layout::of(&held.bytes) != Some(Layout::Files) {
            return self.apart(&held);
        }
        let folder = self.dumps.entry(folder).or_default();
        match folder.files.insert(file, held) {
            Some(other) => self.apart(&other),
            None => Ok(()),
        }
    }

    /// Hands on what has been held: dumps, and files that turned out to belong to none.
    pub(in super::super) fn rest_of_dumps(&mut self) -> Result<(), Failure> {
        while let Some((_, mut folder)) = self.dumps.pop_first() {
            match folder.files.remove(CONTENTS) {
                Some(contents) => self.whole_folder(contents, folder)?,
                None => folder
                    .files
                    .values()
                    .try_for_each(|held| self.apart(held))?,
            }
        }
        Ok(())
    }

    fn whole_folder(
        &mut self,
        contents: HeldMember<'u>,
        folder: Folder<'u>,
    ) -> Result<(), Failure> {
        let member = contents.member.clone();
        let (mut files, mut permits) = (VecDeque::new(), vec![contents.permit]);
        files.push_back((CONTENTS.to_owned(), contents.bytes));
        for (name, held) in folder.files {
            files.push_back((name, held.bytes));
            permits.push(held.permit);
        }
        let files = HeldFiles {
            files,
            present: Cursor::default(),
        };
        let outcome = self.dump_of_files(files, &member.out_of(Packing::PgDump));
        self.end_member(outcome, &member)
    }

    fn apart(&mut self, held: &HeldMember<'_>) -> Result<(), Failure> {
        let outcome = self.open(Source::Stream(&mut held.bytes.as_slice()), &held.member);
        self.end_member(outcome, &held.member)
    }
}
