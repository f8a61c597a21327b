use std::collections::BTreeMap;

use super::cells::cell;
use super::{COLUMNS, Layout, ROWS, Sample, TABLES, Take, Text};
use crate::ingest::description::Format;
use crate::ingest::error::Failure;
use crate::ingest::sniff::{self, HEAD};
use crate::ingest::sql;

/// The rows of one table that come with the same columns.
struct Found {
    names: Option<Vec<String>>,
    rows: Vec<Vec<String>>,
}

impl Found {
    fn new(names: Option<&[String]>, row: &[&[u8]]) -> Self {
        let told = |names: &[String]| names.iter().take(COLUMNS).cloned().collect();
        let mut found = Self {
            names: names.map(told),
            rows: Vec::new(),
        };
        found.add(names, row);
        found
    }

    fn add(&mut self, names: Option<&[String]>, row: &[&[u8]]) {
        let same = names.map(|names| &names[..names.len().min(COLUMNS)]) == self.names.as_deref();
        if same && self.rows.len() < ROWS {
            let row = row.iter().take(COLUMNS);
            self.rows.push(row.map(|text| cell(text)).collect());
        }
    }
}

/// Samples every table of an SQL dump.
pub(super) fn survey(text: &Text, take: &mut Take<'_>) -> Result<(), Failure> {
    let dialect = sniff::dialect(&text.text[..text.text.len().min(HEAD)]);
    let mut tables: BTreeMap<String, Found> = BTreeMap::new();
    sql::show_rows(&text.text, dialect, &mut |name, names, row| {
        if let Some(found) = tables.get_mut(name) {
            found.add(names, row);
        } else if tables.len() < TABLES {
            tables.insert(name.to_owned(), Found::new(names, row));
        }
    })?;
    for (name, found) in tables {
        let sample = Sample {
            layout: Layout {
                dialect: Some(dialect),
                table: Some(name),
                ..Layout::of(Format::Sql, Some(text.encoding))
            },
            names: found.names,
            rows: found.rows,
            lines: Vec::new(),
            whole: text.whole,
        };
        take(sample);
    }
    Ok(())
}
