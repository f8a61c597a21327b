//! Which members of an archive make up one bank of CronosPro? They are held until all have been found, in any
//! order.

use std::collections::BTreeMap;
use std::io::Cursor;

use super::budget::Permit;
use super::database::{HeldDatabase, Maker, Pages};
use super::{Content, Member, Source, Unpacker};
use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// The files of a bank, the one with the records first.
const PARTS: [&str; 4] = ["CroBank.dat", "CroBank.tad", "CroStru.dat", "CroStru.tad"];

/// Files of a bank without data of their own: an index of words in the records.
const INDEX: [&str; 2] = ["CroIndex.dat", "CroIndex.tad"];

/// The parts of a bank found so far.
#[derive(Default)]
pub(super) struct Bank<'b> {
    /// The member that names the bank, and the permits for the held parts.
    member: Option<Member>,
    parts: BTreeMap<&'static str, Vec<u8>>,
    held: Vec<Permit<'b>>,
}

/// Returns the folder of a bank and which of its files a member is, by its name.
pub(super) fn part(member: &Member) -> Option<(String, &'static str)> {
    let name = member.name.as_deref().filter(|_| member.number.is_some())?;
    let (folder, file) = name.rsplit_once(['/', '\\']).unwrap_or(("", name));
    let mut parts = PARTS.into_iter().chain(INDEX);
    let part = parts.find(|part| part.eq_ignore_ascii_case(file))?;
    Some((folder.to_owned(), part))
}

impl Unpacker<'_, '_> {
    /// Holds a part of a bank, and hands the bank on as soon as it is whole.
    pub(super) fn bank(
        &mut self,
        (folder, part): (String, &'static str),
        source: Source<'_>,
        member: &Member,
    ) -> Result<(), Failure> {
        if INDEX.contains(&part) {
            return self.pass_over(member);
        }
        let budget = self.budget;
        let (bytes, held) = match source {
            Source::Stream(stream) => budget.spool(stream)?,
            Source::Seekable(mut source) => budget.spool(&mut source)?,
        };
        let bank = self.banks.entry(folder.clone()).or_default();
        bank.parts.insert(part, bytes);
        bank.held.push(held);
        if part == PARTS[0] || bank.member.is_none() {
            bank.member = Some(member.clone());
        }
        match bank.parts.len() == PARTS.len() {
            true => self.whole_bank(&folder),
            false => Ok(()),
        }
    }

    fn whole_bank(&mut self, folder: &str) -> Result<(), Failure> {
        let Some(mut bank) = self.banks.remove(folder) else {
            return Ok(());
        };
        let member = bank.member.take().unwrap_or_default();
        if !self.wants(&member) {
            return self.pass_over(&member);
        }
        let bytes = bank.parts.remove(PARTS[0]).unwrap_or_default();
        let beside = std::mem::take(&mut bank.parts).into_iter();
        let held = HeldDatabase {
            bytes: Cursor::new(bytes),
            beside: beside
                .map(|(name, bytes)| (name.to_owned(), bytes))
                .collect(),
        };
        self.take(&member, Content::Database(Maker::Cronos, Pages::Held(held)))
    }

    /// Refuses a bank of which a file is missing, unless it is not wanted.
    pub(super) fn check_banks(&mut self) -> Result<(), Failure> {
        for bank in std::mem::take(&mut self.banks).into_values() {
            let missing = PARTS.iter().find(|part| !bank.parts.contains_key(*part));
            let (Some(member), Some(missing)) = (bank.member, missing) else {
                continue;
            };
            let name = (*missing).to_owned();
            let outcome = match self.wants(&member) {
                true => Err(Fault::MissingSibling { name }.into()),
                false => self.pass_over(&member),
            };
            self.pass_fault(outcome, &member)
                .map_err(|failure| failure.in_member(member.number.unwrap_or(1)))?;
        }
        Ok(())
    }
}
