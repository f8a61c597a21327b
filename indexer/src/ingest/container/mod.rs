//! What is within this file? Containers are recognised by their first bytes, not by their name: leaks are renamed
//! more often than they are repacked.
//!
//! | container | read |
//! |---|---|
//! | gzip, zstd, xz, bzip2 | as they stream, even several in a row, with zeros after them |
//! | age, binary or armored | as it streams, with the [identities](super::Identities) given |
//! | tar | as it streams, even several in a row |
//! | ZIP, 7z | by their directory; within another container they are held in memory for it; a split ZIP by its volumes
//! |
//! | dumps of PostgreSQL: custom, directory, tar | as they stream, as the SQL that `pg_restore` would make |
//! | RAR 1.5 to 5 | by its headers, like ZIP; in volumes, by all of them |
//!
//! Databases are not containers, but are read like archives: see [`database`].
//!
//! Bytes after a container's end are read or refused, never ignored.
//!
//! Nothing unpacked is written to disk. The memory and time that a container takes are bounded by [`budget`] and
//! [`DEPTH_LIMIT`]; the bounds do not depend on how large a dump is.

mod bank;
mod budget;
mod cipher;
mod database;
mod decoder;
#[cfg_attr(not(feature = "age"), path = "no_age.rs")]
mod encrypted;
mod names;
mod office;
mod packing;
pub(super) mod passwords;
mod pg_dump;
#[cfg_attr(not(feature = "rar"), path = "no_rar.rs")]
mod rar;
mod seven_zip;
pub(super) mod siblings;
mod streams;
mod tables;
mod tar_archive;
mod volumes;
mod zip_archive;

#[cfg_attr(not(feature = "age"), path = "no_identities.rs")]
pub(super) mod identities;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;

use glob::Pattern;

use super::error::Failure;
use super::meter::Meter;
use super::{DumpSecrets, Fault};
use budget::{Budget, XZ_WINDOW, ZSTD_WINDOW};
use names::Name;
use packing::{HEAD, Packing};
use pg_dump::Layout;
use streams::Streams;
use tables::Tables;
use volumes::{ConcatenatedFiles, Volumes};

#[cfg(any(test, feature = "fuzzing"))]
pub(super) use database::HeldDatabase;
pub(super) use database::{Maker, Pages};
pub(crate) use packing::container_of;
pub(super) use packing::is_container_suffix;

/// Maximum number of layers of a dump: `dump.csv.gz` in a `.tar.xz.age` is packed four times.
pub(super) const DEPTH_LIMIT: usize = 6;

/// Maximum number of members of an archive.
pub(super) const MEMBER_LIMIT: usize = 1 << 20;

/// Number of member names listed if none matches.
const LISTED_MEMBERS: usize = 10;

const BUFFER: usize = 64 * 1024;

/// A file, unpacked.
pub(super) enum Content<'a> {
    /// Bytes from beginning to end.
    Stream(&'a mut dyn Read),
    /// A workbook, which is read through its directory.
    Workbook(Office, &'a mut dyn ReadSeek),
    /// A database, which is read page by page.
    Database(Maker, Pages<'a>),
    /// A dBase table and its memos.
    Table(&'a mut dyn Read, &'a mut dyn ReadSeek),
    /// A member of an archive that is not wanted, or that an operating system added: nothing of it is read.
    Unwanted,
    /// A member that cannot be opened, and why; only where [`ContainerOptions::passes_faults`] says so.
    Unreadable(Fault),
}

/// The family of a workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Office {
    /// Microsoft's: Office Open XML.
    OpenXml,
    /// OpenDocument, of OpenOffice and others.
    OpenDocument,
}

/// The source of a workbook or an archive.
pub(super) trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// A file, or one within a container.
#[derive(Clone, Debug, Default)]
pub(super) struct Member {
    /// Its place in the archive, from 1, if it is in one; for nested archives, the place in the outermost.
    pub(super) number: Option<usize>,
    /// Its path in the archive, if it is in one, after the paths of the enclosing archives.
    pub(super) name: Option<String>,
    /// Other readings of its name, in other code pages.
    other_names: Vec<String>,
    /// Its size as stated in the archive, in bytes, if known.
    pub(super) size: Option<u64>,
    /// Containers that it was in, the outermost first.
    containers: Vec<Packing>,
}

impl Member {
    /// Returns the usual names of the containers that it was in, the outermost first.
    pub(super) fn containers(&self) -> impl Iterator<Item = &'static str> {
        self.containers.iter().map(|packing| packing.name())
    }

    /// Returns the content of `self`, a container of this packing.
    fn out_of(&self, packing: Packing) -> Self {
        let mut inner = self.clone();
        inner.containers.push(packing);
        inner.size = None;
        inner
    }

    /// Returns the member of that name in the same archive.
    fn called(&self, name: String) -> Self {
        Self {
            name: Some(name),
            other_names: Vec::new(),
            ..self.clone()
        }
    }

    /// Returns the member with its size.
    fn of_size(self, size: u64) -> Self {
        let size = Some(size);
        Self { size, ..self }
    }

    /// Returns whether a pattern matches this member: its whole path, or the path without the suffixes of its packing,
    /// so that `*.csv` means `data.tar/data/a.csv.gz`.
    pub(super) fn is_meant_by(&self, pattern: &Pattern) -> bool {
        let mut names = self.name.iter().chain(&self.other_names);
        names.any(|name| is_meant(pattern, name))
    }

    /// Returns whether an operating system added it to the archive.
    fn is_litter(&self) -> bool {
        self.name.as_deref().is_some_and(is_litter)
    }

    /// Returns the member at place `number` of the archive `self`.
    fn within(&self, number: usize, name: Name) -> Self {
        let whole = |name: String| match &self.name {
            Some(outer) => format!("{outer}/{name}"),
            None => name,
        };
        Self {
            number: Some(self.number.unwrap_or(number)),
            name: Some(whole(name.shown)),
            other_names: name.others.into_iter().map(whole).collect(),
            size: None,
            containers: self.containers.clone(),
        }
    }
}

/// Returns whether a pattern matches the member of this name.
pub(crate) fn is_meant(pattern: &Pattern, name: &str) -> bool {
    pattern.matches(name) || pattern.matches(packing::unpacked_name(name))
}

/// Takes each file that a container holds, in order.
pub(super) type Visit<'v> = dyn FnMut(&Member, Content<'_>) -> Result<(), Failure> + 'v;

/// Options for opening containers.
pub(super) struct ContainerOptions<'o> {
    /// Secrets for encrypted content.
    pub(super) secrets: &'o DumpSecrets,
    /// Which members of archives are wanted; all if `None`.
    pub(super) members: Option<&'o Pattern>,
    /// Whether truncated content is read as far as it goes.
    pub(super) allow_truncated: bool,
    /// Whether the other members are read if one cannot be opened.
    pub(super) passes_faults: bool,
}

/// How a file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// All of the file has been read.
    Whole,
    /// The file, or something in it, was truncated, which was allowed.
    Early,
}

/// Opens the file that the volumes at `paths` make up, and every container in it.
pub(super) fn open(
    paths: &[PathBuf],
    opening: &ContainerOptions<'_>,
    meter: &Meter<'_>,
    visit: &mut Visit<'_>,
) -> Result<Ending, Failure> {
    let mut volumes = Volumes::open(siblings::volumes(paths), meter)?;
    let begins = volumes.begins();
    unpack_file(&mut volumes, &begins, paths, opening, meter, visit)
}

/// Returns the bytes of the volumes at `paths`, one after the other, uncounted.
pub(super) fn concatenated(paths: &[PathBuf]) -> io::Result<impl Read + Seek> {
    ConcatenatedFiles::open(paths)
}

/// Opens what `source` holds, whose volumes begin at `volumes` and whose bytes `meter` counts.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn unpack(
    source: &mut dyn ReadSeek,
    volumes: &[u64],
    opening: &ContainerOptions<'_>,
    meter: &Meter<'_>,
    visit: &mut Visit<'_>,
) -> Result<Ending, Failure> {
    unpack_file(source, volumes, &[], opening, meter, visit)
}

/// Opens the files at `paths`: the volumes and the files that belong to them.
fn unpack_file(
    source: &mut dyn ReadSeek,
    volumes: &[u64],
    paths: &[PathBuf],
    opening: &ContainerOptions<'_>,
    meter: &Meter<'_>,
    visit: &mut Visit<'_>,
) -> Result<Ending, Failure> {
    let budget = Budget::new(meter);
    let mut unpacking = Unpacker {
        visit,
        opening,
        budget: &budget,
        volumes,
        paths,
        ending: Ending::Whole,
        tables: Tables::default(),
        taken: 0,
        unwanted: Vec::new(),
        banks: BTreeMap::new(),
        dumps: BTreeMap::new(),
    };
    let outcome = unpacking.open(Source::Seekable(source), &Member::default());
    unpacking.tolerate(outcome)?;
    let rest = unpacking.rest_of_tables();
    let rest = rest.and_then(|()| unpacking.rest_of_dumps());
    unpacking.tolerate(rest)?;
    unpacking.check_banks()?;
    unpacking.check_members()?;
    Ok(unpacking.ending)
}

/// The source of a container.
enum Source<'s> {
    Stream(&'s mut dyn Read),
    Seekable(&'s mut dyn ReadSeek),
}

/// The unpacking of one file.
struct Unpacker<'u, 'v> {
    visit: &'u mut Visit<'v>,
    opening: &'u ContainerOptions<'u>,
    budget: &'u Budget<'u, 'u>,
    /// Where the file's volumes begin.
    volumes: &'u [u64],
    /// Paths of the volumes, if they are files, and of the files that belong to them.
    paths: &'u [PathBuf],
    ending: Ending,
    /// Tables and memos that wait for one another.
    tables: Tables<'u>,
    /// Number of files that were wanted.
    taken: usize,
    /// Names of the first files in archives that were not wanted.
    unwanted: Vec<String>,
    /// Banks of CronosPro that are incomplete so far, by folder.
    banks: BTreeMap<String, bank::Bank<'u>>,
    /// Files of PostgreSQL dumps found so far, by folder.
    dumps: BTreeMap<String, pg_dump::Folder<'u>>,
}

impl<'u> Unpacker<'u, '_> {
    /// Removes one layer after the other. A seekable source stays seekable as long as no layer forbids it.
    fn open(&mut self, source: Source<'_>, member: &Member) -> Result<(), Failure> {
        match source {
            Source::Seekable(source) => {
                let begun = PeekedStream::new(&mut *source, HEAD);
                let mut packing = packing_of(begun.head(), member)?;
                let maker = Maker::of(begun.head());
                let is_of_files = Layout::of(begun.head()) == Some(Layout::Files);
                let is_file = member.containers.is_empty() && member.number.is_none();
                if packing.is_none() && is_file && !is_text(begun.head()) {
                    packing = zip_archive::is_at_end(source)?.then_some(Packing::Zip);
                }
                source.seek(SeekFrom::Start(0))?;
                if let (None, Some(maker)) = (packing, maker) {
                    return self.database(maker, Source::Seekable(source), member);
                }
                match packing {
                    Some(Packing::Zip) => self.zip(source, member),
                    Some(Packing::SevenZip) => self.seven_zip(source, member),
                    Some(Packing::Rar) => self.rar(source, member),
                    Some(Packing::PgDump) if is_file && is_of_files => {
                        self.dump_on_disk(source, member)
                    }
                    Some(Packing::Age) => {
                        let mut plain = encrypted::open(source, &self.opening.secrets.identities)?;
                        self.open(Source::Seekable(&mut plain), &member.out_of(Packing::Age))
                    }
                    packing => self.stream(packing, &mut *source, member),
                }
            }
            Source::Stream(stream) => {
                let mut stream = PeekedStream::new(stream, HEAD);
                let packing = packing_of(stream.head(), member)?;
                match (packing, Maker::of(stream.head())) {
                    (None, Some(maker)) => {
                        self.database(maker, Source::Stream(&mut stream), member)
                    }
                    _ => self.stream(packing, &mut stream, member),
                }
            }
        }
    }

    /// Removes a layer that is read as a stream; archives that need seeking are held in memory for it.
    fn stream(
        &mut self,
        packing: Option<Packing>,
        mut stream: &mut dyn Read,
        member: &Member,
    ) -> Result<(), Failure> {
        let Some(packing) = packing else {
            return self.file(stream, member);
        };
        let inner = &member.out_of(packing);
        match packing {
            Packing::Gzip | Packing::Bzip2 | Packing::Zstd | Packing::Xz => {
                let _held = self.budget.hold(match packing {
                    Packing::Zstd => ZSTD_WINDOW,
                    Packing::Xz => XZ_WINDOW,
                    _ => 0,
                })?;
                self.layer(Streams::new(packing, stream)?, inner)
            }
            Packing::ArmoredAge => {
                let mut bytes = encrypted::DearmoredReader::new(stream);
                let mut plain = encrypted::open(&mut bytes, &self.opening.secrets.identities)?;
                self.open(Source::Stream(&mut plain), inner)
            }
            Packing::Age => {
                let mut plain = encrypted::open(&mut stream, &self.opening.secrets.identities)?;
                self.open(Source::Stream(&mut plain), inner)
            }
            Packing::Tar => {
                let mut stream = PeekedStream::new(stream, pg_dump::TAPE_HEAD);
                match pg_dump::is_tape(stream.head()) {
                    true => self.dump_on_tape(&mut stream, inner),
                    false => self.tar(&mut stream, inner),
                }
            }
            Packing::PgDump => self.pg_dump(stream, inner),
            Packing::Zip | Packing::SevenZip | Packing::Rar => {
                self.held_archive(packing, stream, member)
            }
        }
    }

    /// Continues with the output of `decoder`.
    fn layer(&mut self, decoder: impl Read, inner: &Member) -> Result<(), Failure> {
        let mut unpacked = self.budget.counted(decoder);
        self.open(Source::Stream(&mut unpacked), inner)
    }

    /// Reads an archive by its directory that is within another container: it is held while its members are
    /// taken.
    fn held_archive(
        &mut self,
        packing: Packing,
        stream: &mut dyn Read,
        member: &Member,
    ) -> Result<(), Failure> {
        let (bytes, _held) = self.budget.spool(stream)?;
        let mut bytes = Cursor::new(bytes);
        match packing {
            Packing::Zip => self.zip(&mut bytes, member),
            Packing::Rar => self.rar(&mut bytes, member),
            _ => self.seven_zip(&mut bytes, member),
        }
    }

    /// Hands on a file, if it is wanted.
    fn take(&mut self, member: &Member, content: Content<'_>) -> Result<(), Failure> {
        if !self.wants(member) {
            return self.pass_over(member);
        }
        self.taken += 1;
        (self.visit)(member, content)
    }

    /// Counts a member that is not wanted.
    fn pass_over(&mut self, member: &Member) -> Result<(), Failure> {
        if let Some(name) = member.name.as_ref()
            && self.unwanted.len() < LISTED_MEMBERS
        {
            self.unwanted.push(name.clone());
        }
        (self.visit)(member, Content::Unwanted)
    }

    /// Counts a member that an operating system added to the archive: nothing of it is read, even if a pattern matches
    /// it.
    fn pass_over_litter(&mut self, member: &Member) -> Result<(), Failure> {
        (self.visit)(member, Content::Unwanted)
    }

    /// The member, if it is a file, is one of those that are to be read.
    fn wants(&self, member: &Member) -> bool {
        let pattern = self.opening.members.filter(|_| member.name.is_some());
        pattern.is_none_or(|pattern| member.is_meant_by(pattern))
    }

    /// Returns where the volumes of an archive begin: only the outermost file may have several.
    fn volumes_of(&self, archive: &Member) -> &'u [u64] {
        match archive.containers.is_empty() && archive.number.is_none() {
            true => self.volumes,
            false => &[0],
        }
    }

    /// Continues with a member of an archive; failures are reported with its number.
    fn member(&mut self, content: Source<'_>, member: &Member) -> Result<(), Failure> {
        if member.is_litter() {
            return self.pass_over_litter(member);
        }
        let outcome = match (bank::part(member), pg_dump::part(member)) {
            (Some(part), _) => self.bank(part, content, member),
            (None, Some(part)) => self.file_of_dump(part, content, member),
            (None, None) => self.open(content, member),
        };
        self.end_member(outcome, member)
    }

    fn end_member(&mut self, outcome: Result<(), Failure>, member: &Member) -> Result<(), Failure> {
        let outcome = self.tolerate(outcome);
        self.pass_fault(outcome, member)
            .map_err(|failure| match member.number {
                Some(number) => failure.in_member(number),
                None => failure,
            })
    }

    /// Hands on why a member cannot be opened instead of failing, if the other members are to be read.
    fn pass_fault(&mut self, outcome: Result<(), Failure>, member: &Member) -> Result<(), Failure> {
        match outcome {
            Err(Failure::Fault(fault)) if self.opening.passes_faults => {
                (self.visit)(member, Content::Unreadable(fault))
            }
            // Without its reader, nothing in a RAR archive could be wanted.
            Err(Failure::Fault(Fault::Rar)) if !self.wants(member) => self.pass_over(member),
            outcome => outcome,
        }
    }

    /// Notes that something ended early instead of failing, if that is allowed. The part before it has been handed on.
    fn tolerate(&mut self, outcome: Result<(), Failure>) -> Result<(), Failure> {
        match outcome {
            Err(failure) if self.opening.allow_truncated && failure.is_early_end() => {
                self.ending = Ending::Early;
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// Refuses a pattern that no member matches.
    fn check_members(&self) -> Result<(), Fault> {
        match self.opening.members {
            Some(pattern) if self.taken == 0 && !self.unwanted.is_empty() => Err(Fault::NoMember {
                pattern: pattern.as_str().to_owned(),
                members: self.unwanted.clone().into(),
            }),
            _ => Ok(()),
        }
    }
}

/// Returns the packing that the head of `member` shows, unless it is packed too deep.
fn packing_of(head: &[u8], member: &Member) -> Result<Option<Packing>, Fault> {
    let packing = Packing::recognise(head);
    if packing.is_some() && member.containers.len() == DEPTH_LIMIT {
        return Err(Fault::TooDeep { limit: DEPTH_LIMIT });
    }
    Ok(packing)
}

/// A stream whose beginning has been read ahead. If that failed, the failure comes after the bytes read.
pub(super) struct PeekedStream<'s> {
    head: Cursor<Vec<u8>>,
    failure: Option<io::Error>,
    stream: &'s mut dyn Read,
}

impl<'s> PeekedStream<'s> {
    pub(super) fn new(stream: &'s mut dyn Read, length: usize) -> Self {
        let mut head = Vec::new();
        let outcome = (&mut *stream).take(length as u64).read_to_end(&mut head);
        Self {
            head: Cursor::new(head),
            failure: outcome.err(),
            stream,
        }
    }

    /// The beginning.
    pub(super) fn head(&self) -> &[u8] {
        self.head.get_ref()
    }

    /// The beginning, and the stream without it.
    pub(super) fn into_parts(mut self) -> (Vec<u8>, Self) {
        let head = std::mem::take(&mut self.head).into_inner();
        (head, self)
    }
}

impl Read for PeekedStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.head.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.stream.read(buffer),
        }
    }
}

/// Returns whether a head holds only bytes that occur in text.
fn is_text(head: &[u8]) -> bool {
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    !head.iter().any(is_control)
}

/// Returns whether macOS or Windows added this file to an archive.
fn is_litter(name: &str) -> bool {
    const NAMES: [&str; 3] = [".ds_store", "thumbs.db", "desktop.ini"];
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let is_named = |litter: &&str| file.eq_ignore_ascii_case(litter);
    name.split('/').any(|part| part == "__MACOSX")
        || file.starts_with("._")
        || NAMES.iter().any(is_named)
}
