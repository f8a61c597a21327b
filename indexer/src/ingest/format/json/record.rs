//! Which cells does a JSON object hold?

use std::borrow::Cow;

use super::paths::{Path, Paths, is_type};
use super::value::{Members, Value, number_text};
use crate::ingest::Fault;
use crate::ingest::describe::columns::{Column, Columns};
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;

/// Minimum number of bytes of a text in hexadecimal digits.
const FEWEST_BYTES: usize = 3;

/// The columns of a `[[file]]` that some object had.
///
/// Objects may leave out any member, so only after the last one is it certain that a path of `breach.toml` leads
/// nowhere.
pub(in crate::ingest) struct Seen {
    columns: Vec<bool>,
    objects: u64,
}

impl Seen {
    pub(in crate::ingest) fn new(columns: &Columns) -> Self {
        Self {
            columns: vec![false; columns.0.len()],
            objects: 0,
        }
    }

    /// Counts a record that is not an object, but may have columns.
    pub(in crate::ingest) const fn count_record(&mut self) {
        self.objects += 1;
    }

    /// Notes that the current record has the column at this place.
    pub(in crate::ingest) fn meet(&mut self, place: usize) {
        self.columns[place] = true;
    }

    /// Refuses a column that no object had, if there were objects.
    pub(in crate::ingest) fn check(&self, columns: &Columns) -> Result<(), Fault> {
        let missing = self.columns.iter().position(|seen| !seen);
        match missing {
            Some(place) if self.objects > 0 => Err(Fault::MissingColumn {
                column: columns.0[place].name.clone(),
            }),
            _ => Ok(()),
        }
    }
}

/// Takes records apart into the cells of columns.
pub(in crate::ingest) struct Reader<'r, 'i, 's> {
    pub(in crate::ingest) columns: &'r [Column],
    pub(in crate::ingest) paths: &'r Paths,
    pub(in crate::ingest) seen: &'r mut Seen,
    pub(in crate::ingest) builder: &'i mut RecordBuilder<'s>,
    /// Whether the current record has one of the columns.
    has_met: bool,
    /// Columns whose paths lead through the current value, and its position on them, level by level.
    under_way: Vec<(usize, usize)>,
}

impl<'r, 'i, 's> Reader<'r, 'i, 's> {
    pub(in crate::ingest) fn new(
        columns: &'r Columns,
        paths: &'r Paths,
        seen: &'r mut Seen,
        builder: &'i mut RecordBuilder<'s>,
    ) -> Self {
        Self {
            columns: &columns.0,
            paths,
            seen,
            builder,
            has_met: false,
            under_way: Vec::new(),
        }
    }

    /// Takes an object as a record; false if it has none of the columns. A column whose path is that of the records
    /// themselves holds their `key`.
    pub(in crate::ingest) fn object(
        &mut self,
        members: &Members<'_>,
        key: &str,
    ) -> Result<bool, Failure> {
        self.seen.objects += 1;
        self.has_met = false;
        self.under_way.clear();
        for (place, path) in self.paths.columns.iter().enumerate() {
            match path.len() {
                0 => {
                    self.seen.columns[place] = true;
                    self.builder.cell(&self.columns[place], key);
                }
                _ => self.under_way.push((place, 0)),
            }
        }
        let end = self.under_way.len();
        self.members(members, 0, end);
        self.builder.end_record()?;
        Ok(self.has_met)
    }

    /// Takes a value that is not an object as a record, if there is a column for it.
    pub(in crate::ingest) fn scalar(&mut self, value: &Value<'_>) -> Result<bool, Failure> {
        let mut is_taken = false;
        for (place, path) in self.paths.columns.iter().enumerate() {
            if path.len() == 0 {
                is_taken = true;
                self.seen.columns[place] = true;
                leaf(value, &self.columns[place], self.builder);
            }
        }
        if is_taken {
            self.seen.objects += 1;
            self.builder.end_record()?;
        }
        Ok(is_taken)
    }

    /// Follows the columns from `begin` to `end` of those in progress into an object. Every value of a key that
    /// occurs several times is taken.
    fn members(&mut self, members: &Members<'_>, begin: usize, end: usize) {
        for (key, value) in members {
            let next = self.under_way.len();
            for under_way in begin..end {
                let (column, from) = self.under_way[under_way];
                let path = &self.paths.columns[column];
                match path.after(from, key) {
                    Some(to) if to == path.len() => {
                        self.has_met = true;
                        self.seen.columns[column] = true;
                        leaf(value, &self.columns[column], self.builder);
                    }
                    Some(to) => self.under_way.push((column, to)),
                    None => {}
                }
            }
            let further = self.under_way.len();
            if further > next {
                self.within(value, next, further);
                self.under_way.truncate(next);
            }
        }
    }

    fn within(&mut self, value: &Value<'_>, begin: usize, end: usize) {
        match value {
            Value::Object(members) => self.members(members, begin, end),
            Value::Array(elements) => elements
                .iter()
                .for_each(|element| self.within(element, begin, end)),
            _ => {}
        }
    }

    /// Whether an object has a member that a column's path may lead through.
    pub(in crate::ingest) fn has_column(&self, members: &Members<'_>) -> bool {
        let leads = |path: &Path| members.iter().any(|(key, _)| path.after(0, key).is_some());
        self.paths.columns.iter().any(leads)
    }

    /// Takes the records that `value` holds as a document; false if there are none.
    pub(in crate::ingest) fn document(&mut self, value: &Value<'_>) -> Result<bool, Failure> {
        self.records(value, 0, "")
    }

    fn records(&mut self, value: &Value<'_>, from: usize, key: &str) -> Result<bool, Failure> {
        let path = &self.paths.records;
        match value {
            Value::Object(members) if from == path.len() => {
                self.object(members, key)?;
                Ok(true)
            }
            Value::Object(members) => {
                let mut met = false;
                for (key, value) in members {
                    if let Some(to) = path.after(from, key) {
                        met |= self.records(value, to, key)?;
                    }
                }
                Ok(met)
            }
            Value::Array(elements) => {
                let mut met = false;
                for element in elements {
                    met |= self.records(element, from, key)?;
                }
                Ok(met)
            }
            scalar if from == path.len() && from > 0 => self.scalar(scalar),
            _ => Ok(false),
        }
    }
}

/// Takes the cell or, from an array, the cells of a value.
fn leaf(value: &Value<'_>, column: &Column, builder: &mut RecordBuilder<'_>) {
    match value {
        Value::Null => {}
        Value::Bool(value) => builder.cell(column, if *value { "true" } else { "false" }),
        Value::Number(number) => builder.cell(column, number_text(number)),
        Value::Text(text) if column.is_password => builder.cell(column, text),
        Value::Text(text) => builder.cell(column, &unhexed(text)),
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| leaf(element, column, builder)),
        // Messengers write texts with links or bold parts like this.
        Value::Object(members) if column.is_text => members
            .iter()
            .for_each(|(_, value)| leaf(value, column, builder)),
        Value::Object(members) => match members.as_slice() {
            [] => {}
            // As MongoDB writes what JSON has no type for.
            [(key, value)] if is_type(key) => leaf(value, column, builder),
            _ => builder.opaque_cell(column),
        },
    }
}

/// The text that `0x…` stands for, as phpMyAdmin writes texts of binary columns; other texts as they are.
pub(in crate::ingest) fn unhexed(text: &str) -> Cow<'_, str> {
    let digits = text
        .strip_prefix("0x")
        .filter(|digits| digits.len() >= 2 * FEWEST_BYTES);
    let decoded = digits.and_then(|digits| {
        data_encoding::HEXUPPER_PERMISSIVE
            .decode(digits.as_bytes())
            .ok()
    });
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded {
        Some(decoded) if !decoded.contains(char::is_control) => Cow::Owned(decoded),
        _ => Cow::Borrowed(text),
    }
}
