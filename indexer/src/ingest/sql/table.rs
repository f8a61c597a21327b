use std::collections::BTreeMap;

use super::row::Row;
use crate::ingest::Fault;
use crate::ingest::columns::{Columns, Placed};
use crate::ingest::error::Failure;
use crate::ingest::intake::Intake;
use crate::ingest::tally::Reason;

/// How many tables' columns are remembered, so that a dump of nothing but CREATE TABLE fits in memory.
const TABLE_LIMIT: usize = 10_000;

/// The same, where every table's rows are shown: those not remembered are searched for a name without schema.
const SHOWN_LIMIT: usize = 256;

/// Is shown a row: the table's name, its columns' names as far as they are known, the cells.
pub(in crate::ingest) type Show<'s> = dyn FnMut(&str, Option<&[String]>, &[&[u8]]) + 's;

/// The table whose rows are read, and what has been learnt of its columns.
pub(super) struct Table<'r> {
    stated: Option<&'r str>,
    columns: &'r Columns,
    /// The table that rows have been read of.
    met: Option<String>,
    /// The columns of tables as CREATE TABLE gave them, by lower-cased name.
    created: BTreeMap<String, Vec<String>>,
    /// The names of the columns of the rows that follow, as far as they are known.
    names: Option<Vec<String>>,
    /// The shape of these rows; unknown before the first one.
    shape: Option<Shape<'r>>,
    /// Who is shown the rows of every table instead of having those of one read.
    show: Option<&'r mut Show<'r>>,
}

/// Where the columns stand in a row, and how many a row has.
struct Shape<'r> {
    placed: Vec<Placed<'r>>,
    width: usize,
}

impl<'r> Table<'r> {
    pub(super) fn new(stated: Option<&'r str>, columns: &'r Columns) -> Self {
        Self {
            stated,
            columns,
            met: None,
            created: BTreeMap::new(),
            names: None,
            shape: None,
            show: None,
        }
    }

    /// Every table, whose rows are only shown.
    pub(super) fn shown_to(show: &'r mut Show<'r>, no_columns: &'r Columns) -> Self {
        Self {
            show: Some(show),
            ..Self::new(None, no_columns)
        }
    }

    /// Rows of the table `name` follow: are they wanted?
    pub(super) fn meets(&mut self, name: &str) -> Result<bool, Fault> {
        let name = name.to_lowercase();
        if self
            .stated
            .is_some_and(|stated| !is_named(&name, &stated.to_lowercase()))
        {
            return Ok(false);
        }
        match &self.met {
            // The name that says more tells which definition is the table's.
            Some(met) if self.stated.is_some() && is_named(&name, met) => {
                if name.len() > met.len() {
                    self.met = Some(name);
                }
            }
            Some(met) if *met != name && self.show.is_none() => {
                return Err(Fault::SeveralTables);
            }
            _ => self.met = Some(name),
        }
        Ok(true)
    }

    /// Remembers the columns of a CREATE TABLE, unless it certainly is not the stated table's.
    pub(super) fn create(&mut self, name: &str, columns: Vec<String>) {
        let name = name.to_lowercase();
        let wanted = |stated: &str| bare(&name) == bare(&stated.to_lowercase());
        let limit = self.show.as_ref().map_or(TABLE_LIMIT, |_| SHOWN_LIMIT);
        if self.stated.is_none_or(wanted) && self.created.len() < limit {
            self.created.insert(name, columns);
        }
    }

    /// Rows follow whose columns stand in the order in which they are named, or else in that of the table's definition.
    pub(super) fn begin_rows(&mut self, named: Option<Vec<String>>) -> Result<(), Fault> {
        let names = match (named, self.met.as_deref()) {
            (None, Some(met)) => self.definition(met)?.cloned(),
            (named, _) => named,
        };
        if names != self.names {
            self.names = names;
            self.shape = None;
        }
        Ok(())
    }

    /// The columns of the table `met` as it was created, perhaps with a schema that the rows leave out.
    fn definition(&self, met: &str) -> Result<Option<&Vec<String>>, Fault> {
        if let Some(columns) = self.created.get(met) {
            return Ok(Some(columns));
        }
        let alike = self
            .created
            .iter()
            .filter(|(name, _)| bare(name) == bare(met));
        let mut definitions = alike.map(|(_, columns)| columns);
        let first = definitions.next();
        if definitions.all(|other| Some(other) == first) {
            Ok(first)
        } else {
            Err(Fault::AmbiguousTable)
        }
    }

    /// Hands a row on, or rejects it.
    pub(super) fn row(
        &mut self,
        row: &Row,
        line: u64,
        intake: &mut Intake<'_>,
    ) -> Result<(), Failure> {
        let cells = row.cells();
        if let (Some(show), Some(met)) = (&mut self.show, &self.met) {
            let cells: Vec<&[u8]> = cells.iter().collect();
            show(met, self.names.as_deref(), &cells);
            return Ok(());
        }
        let shape = match self.shape.take() {
            Some(shape) => shape,
            None => self.new_shape(cells.width())?,
        };
        let shape = self.shape.insert(shape);
        if cells.width() != shape.width {
            return intake.reject_row(line, Reason::WrongColumnCount, &row.joined());
        }
        intake.record(&shape.placed, cells)
    }

    /// The shape of rows by the names of their columns; without names the first row tells how many there are.
    fn new_shape(&self, width: usize) -> Result<Shape<'r>, Fault> {
        let width = self.names.as_ref().map_or(width, Vec::len);
        let placed = match &self.names {
            _ if self.columns.are_numbered() => self.columns.by_number(width)?,
            Some(names) => self.columns.by_name(names)?,
            None => return Err(Fault::UnnamedColumns),
        };
        Ok(Shape { placed, width })
    }

    /// Refuses a stated table that the dump does not have.
    pub(super) fn check(&self) -> Result<(), Fault> {
        match self.stated {
            Some(stated)
                if self.met.is_none()
                    && !self
                        .created
                        .keys()
                        .any(|name| is_named(name, &stated.to_lowercase())) =>
            {
                Err(Fault::MissingTable {
                    table: stated.to_owned(),
                })
            }
            _ => Ok(()),
        }
    }
}

/// Two names, lower-cased, may be one table's: they are the same, or one leaves database or schema out.
fn is_named(name: &str, other: &str) -> bool {
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|head| head.ends_with('.'))
    };
    name == other || ends(name, other) || ends(other, name)
}

/// The name without database and schema.
fn bare(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, bare)| bare)
}
