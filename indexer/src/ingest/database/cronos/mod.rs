//! CronosPro banks of the versions 3 and 4, by the layout that the cronodump project documents.
//!
//! A bank is several files: `CroBank.dat` has the records of all tables, `CroBank.tad` says where each is, and
//! `CroStru.dat` with its `.tad` defines the tables. The `.tad` of the bank is streamed, records are read one at a
//! time; what `CroStru` holds is bounded. `CroIndex` is not needed. Records may be packed, and encoded by the table of
//! codes (KOD) that CronosPro comes with; a bank with a table of its own, or of a later version, is refused.
//!
//! A record has the number of its table, then its fields in their order; the system number is the record's place. Files
//! within records are not read.

mod code;
mod parts;
mod record;
mod structure;

#[cfg(test)]
mod tests;

use super::{Cell, Row, Table, Tables, TakeRow};
use crate::ingest::Fault;
use crate::ingest::container::{Pages, ReadSeek};
use crate::ingest::error::Failure;
use crate::ingest::tally::Reason;
use crate::ingest::text::code_page::Encoding;
use parts::{Index, Slot, beside};
use record::Records;
use structure::Structure;

/// Advice for what cannot be read.
const ADVICE: &str = "export it as text in CronosPro, or with `croconvert` (`--strucrack` where it has a table of codes of its own)";

/// A bank whose version or codes are not supported.
const OTHER: Fault = Fault::Foreign {
    name: "a CronosPro database of another version, or with a table of codes of its own",
    advice: ADVICE,
};

const fn damaged(what: &'static str) -> Fault {
    Fault::BadDatabase { what }
}

/// Maximum length of a record, in bytes: files are records, too.
const LONGEST_RECORD: u64 = 16 << 20;

/// Maximum size of the structure file, in bytes.
const STRUCTURE_LIMIT: u64 = 64 << 20;

pub(super) fn open(pages: Pages<'_>) -> Result<Box<dyn Tables + '_>, Failure> {
    let mut pages = pages;
    let size = pages.size()?;
    // An unsupported version is refused even if it is incomplete.
    let records = Records::open(pages.source(), size)?;
    let (mut stru, mut stru_index) = (
        beside(&pages, parts::STRU_DAT)?,
        beside(&pages, parts::STRU_TAD)?,
    );
    let index = beside(&pages, parts::BANK_TAD)?;
    let structure = Structure::read(&mut *stru, &mut *stru_index)?;
    let index = Index::open(index, records.version)?;
    Ok(Box::new(Cronos {
        tables: structure.tables(),
        structure,
        records,
        index,
        pages,
    }))
}

struct Cronos<'p> {
    tables: Vec<Table>,
    structure: Structure,
    records: Records,
    index: Index,
    pages: Pages<'p>,
}

impl Tables for Cronos<'_> {
    fn list(&self) -> &[Table] {
        &self.tables
    }

    fn rows(
        &mut self,
        table: usize,
        wanted: &[usize],
        take: &mut TakeRow<'_>,
    ) -> Result<(), Failure> {
        let definition = &self.structure.tables[table];
        let dat = self.pages.source();
        self.index.rewind()?;
        let mut number = 0;
        while let Some(slot) = self.index.next()? {
            number += 1;
            let slot = match slot {
                Slot::Empty => continue,
                Slot::At(slot) => slot,
            };
            let record = match self.records.read(dat, &slot, number)? {
                Ok(record) => record,
                Err(reason) => {
                    take(Row::Rejected(reason, &[]))?;
                    continue;
                }
            };
            let Some((id, fields)) = record.split_first() else {
                continue;
            };
            if u32::from(*id) == definition.id {
                give(definition, fields, number, wanted, take)?;
            }
        }
        Ok(())
    }

    fn code_page(&self) -> Option<Encoding> {
        Some(Encoding::Windows1251)
    }
}

/// Gives the fields of a record.
fn give(
    definition: &structure::Definition,
    fields: &[u8],
    number: u32,
    wanted: &[usize],
    take: &mut TakeRow<'_>,
) -> Result<(), Failure> {
    let Some(fields) = record::fields(fields) else {
        return take(Row::Rejected(Reason::Damaged, &[fields]));
    };
    let surplus = fields
        .get(definition.fields.len() - 1..)
        .unwrap_or_default();
    if surplus.iter().any(|field| !matches!(field, Cell::Empty)) {
        let texts: Vec<&[u8]> = fields.iter().filter_map(Cell::bytes).collect();
        return take(Row::Rejected(Reason::WrongColumnCount, &texts));
    }
    let cell = |&place: &usize| match place {
        0 => Cell::Text(number.to_string().into()),
        place => fields.get(place - 1).cloned().unwrap_or(Cell::Empty),
    };
    let cells: Vec<Cell<'_>> = wanted.iter().map(cell).collect();
    take(Row::Cells(&cells))
}

/// A file next to the bank, or its held bytes.
type CompanionFile = Box<dyn ReadSeek>;
