//! Access databases of Jet 3 (Access 97), Jet 4 (2000 to 2003) and ACE (2007 on), page by page from the file itself.
//!
//! The layout is documented by the mdbtools project. Tables are found in the catalogue, `MSysObjects`; linked ones,
//! which are stored elsewhere, and those of Access itself are left out. A table states its number of rows: if fewer are
//! found, the database is refused, since some are lost. A row with an unreadable cell is rejected, never read without
//! it.
//!
//! Databases encoded by Access 97 to 2003 are decoded, and so are those with a password of that time, which encrypts
//! nothing; the encryption of `.accdb` is refused. Pictures and attachments (OLE) are not read, nor rows that were
//! deleted.

mod definition;
mod layout;
mod long_value;
mod pages;
mod row;
mod text;
mod value;

#[cfg(test)]
pub(in crate::ingest) mod tests;

use super::{Cell, Row, TABLE_LIMIT, Table, Tables, TakeRow};
use crate::ingest::container::Pages;
use crate::ingest::error::Failure;
use crate::ingest::tally::Reason;
use crate::ingest::text::code_page::Encoding;
use crate::ingest::{Fault, RECORD_LIMIT};
use definition::{Definition, Field};
use pages::{File, RowAt};
use value::Problem;

/// The page that defines the catalogue.
const CATALOGUE: u32 = 2;

/// The catalogue's type of a table that is in this database.
const LOCAL_TABLE: &str = "1";

/// Flags of Access's own objects.
const SYSTEM: u32 = 0x8000_0002;

const fn damaged(what: &'static str) -> Fault {
    Fault::BadDatabase { what }
}

pub(super) fn open(pages: Pages<'_>) -> Result<Box<dyn Tables + '_>, Failure> {
    let mut file = File::open(pages)?;
    let mut tables = Vec::new();
    let mut definitions = Vec::new();
    for (name, page) in catalogue(&mut file)? {
        if tables.len() == TABLE_LIMIT {
            return Err(damaged("it has more than 10,000 tables").into());
        }
        let definition = Definition::read(&mut file, page)?;
        let columns = definition.fields.iter().map(|field| field.name.clone());
        tables.push(Table {
            name,
            columns: columns.collect(),
        });
        definitions.push(definition);
    }
    Ok(Box::new(Access {
        file,
        tables,
        definitions,
    }))
}

struct Access<'p> {
    file: File<'p>,
    tables: Vec<Table>,
    definitions: Vec<Definition>,
}

impl Tables for Access<'_> {
    fn list(&self) -> &[Table] {
        &self.tables
    }

    fn rows(
        &mut self,
        table: usize,
        wanted: &[usize],
        take: &mut TakeRow<'_>,
    ) -> Result<(), Failure> {
        rows(&mut self.file, &self.definitions[table], wanted, take)
    }

    fn code_page(&self) -> Option<Encoding> {
        Some(self.file.code_page())
    }

    fn is_unicode(&self) -> bool {
        !self.file.layout.is_jet_3
    }
}

/// The user tables, and the pages that define them.
fn catalogue(file: &mut File<'_>) -> Result<Vec<(String, u32)>, Failure> {
    let definition = Definition::read(file, CATALOGUE)?;
    let column = |name: &str| {
        let mut names = definition.fields.iter().map(|field| &*field.name);
        let place = names.position(|other| other == name);
        place.ok_or(damaged("its catalogue is damaged"))
    };
    let wanted = [
        column("Id")?,
        column("Name")?,
        column("Type")?,
        column("Flags")?,
    ];
    let mut found = Vec::new();
    let code_page = file.code_page();
    rows(file, &definition, &wanted, &mut |row| {
        let Row::Cells([id, name, kind, flags]) = row else {
            return Err(damaged("its catalogue is damaged").into());
        };
        let number = |cell: &Cell<'_>| match cell {
            Cell::Text(text) => text.parse::<i64>().unwrap_or(0),
            _ => 0,
        };
        let is_local = matches!(kind, Cell::Text(kind) if kind == LOCAL_TABLE);
        let name = match name {
            Cell::Text(name) => name.clone().into_owned(),
            Cell::Coded(bytes) => text::decoded(bytes, code_page),
            _ => String::new(),
        };
        let is_of_access = number(flags) & i64::from(SYSTEM) != 0 || name.starts_with("MSys");
        if is_local && !is_of_access && !name.is_empty() {
            let page = u32::try_from(number(id) & 0x00FF_FFFF).unwrap_or(0);
            found.push((name, page));
        }
        Ok(())
    })?;
    Ok(found)
}

/// Gives the rows of a table.
fn rows(
    file: &mut File<'_>,
    definition: &Definition,
    wanted: &[usize],
    take: &mut TakeRow<'_>,
) -> Result<(), Failure> {
    let fields: Vec<&Field> = wanted
        .iter()
        .map(|&place| &definition.fields[place])
        .collect();
    let mut met = 0;
    for &number in &definition.pages {
        let page = file.copy(number)?;
        if !definition.owns(&page) {
            continue;
        }
        for place in 0..file.layout.rows_in(&page) {
            let found = match file.layout.row(&page, place) {
                Some(RowAt::Deleted) => continue,
                Some(RowAt::Here(range)) => Some(page[range].to_vec()),
                Some(RowAt::Moved(to)) => file.moved(to)?,
                None => None,
            };
            met += 1;
            match found {
                Some(row) => give(file, definition, &fields, &row, take)?,
                None => take(Row::Rejected(Reason::Damaged, &[]))?,
            }
        }
    }
    match met >= definition.rows {
        true => Ok(()),
        false => Err(damaged("a table has fewer rows than it says").into()),
    }
}

/// Gives one row.
fn give(
    file: &mut File<'_>,
    definition: &Definition,
    fields: &[&Field],
    row: &[u8],
    take: &mut TakeRow<'_>,
) -> Result<(), Failure> {
    let Some(row) = row::Parts::of(row, file.layout, definition.has_variable) else {
        return take(Row::Rejected(Reason::Damaged, &[row]));
    };
    let (mut cells, mut problem) = (Vec::with_capacity(fields.len()), None);
    for field in fields {
        match value::cell(file, field, &row)? {
            Ok(cell) => cells.push(cell),
            Err(found) => problem = Some(found),
        }
    }
    let Some(problem) = problem else {
        return take(Row::Cells(&cells));
    };
    let reason = match problem {
        Problem::Damaged => Reason::Damaged,
        Problem::TooLong => Reason::TooLong,
    };
    let texts: Vec<&[u8]> = cells.iter().filter_map(Cell::bytes).collect();
    take(Row::Rejected(reason, &texts))
}

/// Maximum length of a cell's text, in bytes of the database.
const LONGEST_VALUE: usize = 2 * RECORD_LIMIT;
