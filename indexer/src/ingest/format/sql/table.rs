//! Which columns does the table of an INSERT have?

use std::collections::BTreeMap;

use super::row::Row;
use crate::ingest::Fault;
use crate::ingest::describe::columns::{Column, Columns, PlacedColumn};
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;

/// Maximum number of tables whose columns are remembered, so that a dump of CREATE TABLE alone fits in memory.
const TABLE_LIMIT: usize = 10_000;

/// Maximum number of tables where every table's rows are shown: those not remembered are searched for a name without
/// schema.
const SHOWN_LIMIT: usize = 256;

/// Shows a row: its table, its columns' names as far as they are known, the cells.
pub(in crate::ingest) type Show<'s> = dyn FnMut(&TableName, Option<&[String]>, &[&[u8]]) + 's;

/// The name of a table, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ingest) struct TableName {
    /// The database that a USE or `\connect` named, if there was one.
    pub(in crate::ingest) database: Option<String>,
    /// Name as written, possibly with schema.
    pub(in crate::ingest) written: String,
}

/// The table whose rows are read, and what is known about its columns.
pub(super) struct Table<'r> {
    /// The table of `breach.toml`, as it is written there and in lower case.
    stated: Option<(&'r str, String)>,
    columns: &'r Columns,
    /// Current database.
    database: Option<String>,
    /// The table that rows have been read of.
    met: Option<TableName>,
    /// The columns of tables as CREATE TABLE gave them.
    created: BTreeMap<TableName, Vec<String>>,
    /// The names of the columns of the rows that follow, as far as they are known.
    names: Option<Vec<String>>,
    /// Whether the statement of these rows lists the columns, so a missing one is NULL.
    is_listed: bool,
    /// The shape of these rows; unknown before the first one.
    shape: Option<Shape<'r>>,
    /// Whether a statement has had the column, for each of `columns`.
    had: Vec<bool>,
    has_rows: bool,
    /// Function that is shown the rows of every table instead of reading those of one.
    show: Option<&'r mut Show<'r>>,
}

/// The places of the columns in a row, and the width of a row.
struct Shape<'r> {
    placed: Vec<PlacedColumn<'r>>,
    width: usize,
}

impl<'r> Table<'r> {
    pub(super) fn new(stated: Option<&'r str>, columns: &'r Columns) -> Self {
        Self {
            stated: stated.map(|stated| (stated, stated.to_lowercase())),
            columns,
            database: None,
            met: None,
            created: BTreeMap::new(),
            names: None,
            is_listed: false,
            shape: None,
            had: vec![false; columns.0.len()],
            has_rows: false,
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

    /// Sets the current database.
    pub(super) fn enter_database(&mut self, database: &str) {
        self.database = Some(database.to_lowercase());
    }

    fn named(&self, name: &str) -> TableName {
        TableName {
            database: self.database.clone(),
            written: name.to_lowercase(),
        }
    }

    /// Returns whether `breach.toml` states a table, or every table is shown.
    pub(super) const fn is_stated(&self) -> bool {
        self.stated.is_some()
    }

    /// The columns of the rows that follow are known by name.
    pub(super) const fn has_names(&self) -> bool {
        self.names.is_some()
    }

    /// The names of the columns of the rows that follow.
    pub(super) fn names(&self) -> Option<&[String]> {
        self.names.as_deref()
    }

    /// Whether rows of the table `name` are wanted.
    pub(super) fn wants(&self, name: &str) -> bool {
        let name = self.named(name);
        match (&self.stated, &self.met) {
            (Some((_, stated)), _) => name.is_stated_as(stated),
            (None, Some(met)) if self.show.is_none() => name == *met,
            (None, _) => true,
        }
    }

    /// Notes that rows of the table `name` follow, and returns whether they are wanted.
    pub(super) fn meets(&mut self, name: &str) -> Result<bool, Fault> {
        let name = self.named(name);
        if self
            .stated
            .as_ref()
            .is_some_and(|(_, stated)| !name.is_stated_as(stated))
        {
            return Ok(false);
        }
        match &self.met {
            // The more specific name decides which definition is the table's.
            Some(met) if self.stated.is_some() && name.is_like(met) => {
                if name.length() > met.length() {
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

    /// Remembers the columns of a CREATE TABLE; of tables that certainly are not the stated one only of the first,
    /// which it may be created like.
    pub(super) fn create(&mut self, name: &str, columns: Vec<String>) {
        let name = self.named(name);
        let wanted = |(_, stated): &(&str, String)| name.bare() == bare(stated);
        let limit = match &self.stated {
            None if self.show.is_some() => SHOWN_LIMIT,
            Some(stated) if !wanted(stated) => SHOWN_LIMIT,
            _ => TABLE_LIMIT,
        };
        if self.created.len() < limit {
            self.created.insert(name, columns);
        }
    }

    /// The columns of a table that has been created, to be altered.
    pub(super) fn created(&mut self, name: &str) -> Option<&mut Vec<String>> {
        let name = self.named(name);
        self.created.get_mut(&name)
    }

    /// Rows of another source follow, whose columns go to these of the table. If none of them is read, the statement is
    /// not what it seems, and its rows are rejected.
    pub(super) fn begin_source(&mut self, names: Vec<String>) -> Result<(), Fault> {
        let is_any_read = self.show.is_some()
            || self.columns.are_numbered()
            || !self.columns.among(&names).is_empty();
        self.begin_rows(Some(if is_any_read { names } else { Vec::new() }))
    }

    /// The columns of the table `name` in their order, if they are known.
    pub(super) fn columns_of(&self, name: &str) -> Option<Vec<String>> {
        self.definition(&self.named(name)).ok().flatten().cloned()
    }

    /// Rows follow whose columns are in the order in which they are named, or else in that of the table's definition.
    pub(super) fn begin_rows(&mut self, named: Option<Vec<String>>) -> Result<(), Fault> {
        let is_listed = named.is_some();
        let names = match (named, &self.met) {
            (None, Some(met)) => self.definition(met)?.cloned(),
            (named, _) => named,
        };
        if names != self.names || is_listed != self.is_listed {
            self.names = names;
            self.is_listed = is_listed;
            self.shape = None;
        }
        Ok(())
    }

    /// The columns of the table `met` as it was created, perhaps with a schema that the rows leave out.
    fn definition(&self, met: &TableName) -> Result<Option<&Vec<String>>, Fault> {
        if let Some(columns) = self.created.get(met) {
            return Ok(Some(columns));
        }
        let alike = self
            .created
            .iter()
            .filter(|(name, _)| name.bare() == met.bare());
        let mut definitions = alike.map(|(_, columns)| columns);
        let first = definitions.next();
        if definitions.all(|other| Some(other) == first) {
            Ok(first)
        } else {
            Err(Fault::AmbiguousTable)
        }
    }

    /// Hands a row on; false if its number of cells is not that of the columns.
    pub(super) fn row(
        &mut self,
        row: &Row,
        builder: &mut RecordBuilder<'_>,
    ) -> Result<bool, Failure> {
        let cells = row.cells();
        if let (Some(show), Some(met)) = (&mut self.show, &self.met) {
            let cells: Vec<&[u8]> = cells.iter().collect();
            show(met, self.names.as_deref(), &cells);
            return Ok(true);
        }
        let shape = match self.shape.take() {
            Some(shape) => shape,
            None => self.new_shape(cells.width())?,
        };
        let shape = self.shape.insert(shape);
        if cells.width() != shape.width {
            return Ok(false);
        }
        builder.record(&shape.placed, cells)?;
        Ok(true)
    }

    /// Whether a row has as many cells as there are columns, as far as that is known.
    pub(super) fn fits(&self, row: &Row) -> bool {
        let width = self.names.as_ref().map(Vec::len);
        width.is_none_or(|width| width == row.cells().width())
    }

    /// Returns the shape of rows by the names of their columns; without names the first row shows their number.
    fn new_shape(&mut self, width: usize) -> Result<Shape<'r>, Fault> {
        let width = self.names.as_ref().map_or(width, Vec::len);
        let placed = match &self.names {
            _ if self.columns.are_numbered() => self.columns.by_number(width)?,
            Some(names) if self.is_listed => self.listed(names)?,
            Some(names) => self.columns.by_name(names)?,
            None => return Err(Fault::UnnamedColumns),
        };
        self.has_rows = true;
        for (had, column) in self.had.iter_mut().zip(&self.columns.0) {
            *had |= placed.iter().any(|(_, other)| other.name == column.name);
        }
        Ok(Shape { placed, width })
    }

    /// Where the columns are in rows whose statement lists theirs. One that is left out is NULL, unless the table is
    /// known not to have it.
    fn listed(&self, names: &[String]) -> Result<Vec<PlacedColumn<'r>>, Fault> {
        let definition = match &self.met {
            Some(met) => self.definition(met).ok().flatten(),
            None => None,
        };
        let Some(definition) = definition else {
            return Ok(self.columns.among(names));
        };
        let known: Vec<String> = definition.iter().chain(names).cloned().collect();
        self.columns.by_name(&known)?;
        Ok(self.columns.among(names))
    }

    /// Refuses a stated table that the dump does not have, and a column that none of its statements has.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let is_created =
            |stated: &String| self.created.keys().any(|name| name.is_stated_as(stated));
        match &self.stated {
            Some((written, stated)) if self.met.is_none() && !is_created(stated) => {
                return Err(Fault::MissingTable {
                    table: (*written).to_owned(),
                });
            }
            _ => {}
        }
        // With a definition, all columns have been searched for in it.
        let known = match &self.met {
            Some(met) => self.definition(met).ok().flatten(),
            None => None,
        };
        let missing = self.had.iter().zip(&self.columns.0).find(|(had, _)| !**had);
        match missing {
            Some((_, column)) if self.has_rows && known.is_none() => Err(missing_column(column)),
            _ => Ok(()),
        }
    }
}

fn missing_column(column: &Column) -> Fault {
    Fault::MissingColumn {
        column: column.name.clone(),
    }
}

/// Default names of schemas.
const SCHEMAS: [&str; 4] = ["dbo", "public", "main", "guest"];

impl TableName {
    /// Returns whether `stated` may be this table's name: the name as written, or one of the two leaves out database or
    /// schema.
    fn is_stated_as(&self, stated: &str) -> bool {
        let Some(database) = &self.database else {
            return is_named(&self.written, stated);
        };
        let before = |whole: &'_ str, tail: &str| {
            let head = whole.strip_suffix(tail)?.strip_suffix('.')?;
            Some(head.to_owned())
        };
        if let Some(before) = before(stated, &self.written) {
            let first = before.split('.').next().unwrap_or_default();
            return first == database || SCHEMAS.contains(&before.as_str());
        }
        let without_schema = SCHEMAS
            .iter()
            .find_map(|schema| self.written.strip_prefix(schema)?.strip_prefix('.'));
        let whole = |name: &str| format!("{database}.{name}");
        is_named(&self.written, stated) || without_schema.is_some_and(|name| whole(name) == stated)
    }

    /// Both may be the same table: the databases are, and one may leave out the schema.
    fn is_like(&self, other: &Self) -> bool {
        self.database == other.database && is_named(&self.written, &other.written)
    }

    fn length(&self) -> usize {
        self.written.len()
    }

    /// Returns its name for `breach.toml`: with its database if another of `tables` has the same name.
    pub(in crate::ingest) fn among(&self, tables: &[Self]) -> String {
        let alike = tables.iter().filter(|other| other.written == self.written);
        match &self.database {
            Some(database) if alike.count() > 1 => format!("{database}.{}", self.written),
            _ => self.written.clone(),
        }
    }

    /// The name without database and schema.
    fn bare(&self) -> &str {
        bare(&self.written)
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
