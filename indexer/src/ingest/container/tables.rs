//! Where are this table's memos? Next to it on the disk, or in the same archive, where the one that comes first is held
//! until the other comes: together they take at most the memory for archives.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Cursor, Read};

use super::budget::Permit;
use super::{Content, Member, PeekedStream, Unpacker, office, siblings};
use crate::ingest::error::Failure;
use crate::ingest::format::dbf;

/// Bytes of memos read at a time: they are read one by one.
const MEMO_BUFFER: usize = 4 << 10;

/// Tables and memos of an archive, held until their counterparts come.
#[derive(Default)]
pub(super) struct Tables<'u> {
    /// Held members by their names without suffix, in small letters.
    held: BTreeMap<String, HeldMember<'u>>,
}

struct HeldMember<'u> {
    member: Member,
    is_table: bool,
    bytes: Vec<u8>,
    _permit: Permit<'u>,
}

/// The role of a member.
enum Part {
    Table,
    Memos,
    Other,
}

impl Unpacker<'_, '_> {
    /// Hands on a file that is in no further container.
    pub(super) fn file(&mut self, stream: &mut dyn Read, member: &Member) -> Result<(), Failure> {
        let mut stream = PeekedStream::new(stream, dbf::HEAD);
        match stream.head().starts_with(office::MAGIC) {
            true => self.compound_file(&mut stream, member),
            false => self.table_or_other(stream, member),
        }
    }

    fn table_or_other(
        &mut self,
        mut stream: PeekedStream<'_>,
        member: &Member,
    ) -> Result<(), Failure> {
        let Some(name) = member.name.as_deref() else {
            return self.file_on_disk(&mut stream, member);
        };
        let stem = stem(name);
        match part(name, stream.head()) {
            Part::Other => self.take(member, Content::Stream(&mut stream)),
            Part::Table => match self.tables.held.remove(&stem) {
                Some(memos) if !memos.is_table => self.take(
                    member,
                    Content::Table(&mut stream, &mut Cursor::new(memos.bytes)),
                ),
                _ => self.hold(stem, member, true, &mut stream),
            },
            Part::Memos => match self.tables.held.remove(&stem) {
                Some(HeldMember {
                    member: table,
                    is_table: true,
                    bytes,
                    ..
                }) => {
                    let (memos, _permit) = self.budget.spool(&mut stream)?;
                    let mut rows = bytes.as_slice();
                    self.take(&table, Content::Table(&mut rows, &mut Cursor::new(memos)))
                }
                _ => self.hold(stem, member, false, &mut stream),
            },
        }
    }

    /// Hands on the named file, with its memos if they are next to it.
    fn file_on_disk(&mut self, stream: &mut dyn Read, member: &Member) -> Result<(), Failure> {
        let memos = siblings::memo(self.paths).filter(|_| member.containers.is_empty());
        let Some(memos) = memos else {
            return self.take(member, Content::Stream(stream));
        };
        let mut memos = BufReader::with_capacity(MEMO_BUFFER, File::open(memos)?);
        self.take(member, Content::Table(stream, &mut memos))
    }

    fn hold(
        &mut self,
        stem: String,
        member: &Member,
        is_table: bool,
        stream: &mut dyn Read,
    ) -> Result<(), Failure> {
        let (bytes, permit) = self.budget.spool(stream)?;
        let held = HeldMember {
            member: member.clone(),
            is_table,
            bytes,
            _permit: permit,
        };
        match self.tables.held.insert(stem, held) {
            None => Ok(()),
            Some(other) => self.alone(&other),
        }
    }

    /// Hands on what has waited without success.
    pub(super) fn rest_of_tables(&mut self) -> Result<(), Failure> {
        while let Some((_, held)) = self.tables.held.pop_first() {
            self.alone(&held)?;
        }
        Ok(())
    }

    /// Hands on a table without memos or memos without a table, for its reader to say what is wrong.
    fn alone(&mut self, held: &HeldMember<'_>) -> Result<(), Failure> {
        let member = &held.member;
        let outcome = self.take(member, Content::Stream(&mut held.bytes.as_slice()));
        self.pass_fault(outcome, member)
            .map_err(|failure| match member.number {
                Some(number) => failure.in_member(number),
                None => failure,
            })
    }
}

/// Returns the role of a member by its name and its beginning.
fn part(name: &str, head: &[u8]) -> Part {
    if dbf::memo_endings(head).is_some() && name.to_ascii_lowercase().ends_with(".dbf") {
        return Part::Table;
    }
    match name.to_ascii_lowercase().rsplit_once('.') {
        Some((_, "fpt" | "dbt")) => Part::Memos,
        _ => Part::Other,
    }
}

/// Returns a member's name without its suffix, for comparison.
fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.to_lowercase()
}
