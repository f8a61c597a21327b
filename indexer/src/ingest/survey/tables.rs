use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::{Layout, PARTS, ROWS, Sample, Take, Text};
use crate::ingest::description::Format;
use crate::ingest::error::Failure;
use crate::ingest::sniff::{self, HEAD};
use crate::ingest::sql;

/// The rows of one table that come with the same columns.
struct Found {
    names: Option<Vec<String>>,
    rows: Vec<Vec<String>>,
}

/// Samples every table of an SQL dump.
pub(super) fn survey(text: &Text, take: &mut Take<'_>) -> Result<(), Failure> {
    let dialect = sniff::dialect(&text.text[..text.text.len().min(HEAD)]);
    let mut tables: BTreeMap<String, Found> = BTreeMap::new();
    sql::show_rows(&text.text, dialect, &mut |name, names, row| {
        if tables.len() >= PARTS && !tables.contains_key(name) {
            return;
        }
        let found = tables.entry(name.to_owned()).or_insert_with(|| Found {
            names: names.map(<[String]>::to_vec),
            rows: Vec::new(),
        });
        let same = found.names.as_deref() == names;
        if same && found.rows.len() < ROWS {
            found.rows.push(row);
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
            whole: text.whole,
        };
        if let ControlFlow::Break(()) = take(sample) {
            return Err(Failure::Stopped);
        }
    }
    Ok(())
}
