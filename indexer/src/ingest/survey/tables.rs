use std::collections::BTreeMap;

use super::cells::cell;
use super::{COLUMNS, Layout, ROWS, Sample, TABLES, Take, Text};
use crate::ingest::describe::description::Format;
use crate::ingest::error::Failure;
use crate::ingest::format::sql::{self, TableName};
use crate::ingest::text::sniff::{self, HEAD};

/// The rows of one table. Where statements list its columns, each may leave some out.
struct Found {
    names: Option<Vec<String>>,
    rows: Vec<Vec<String>>,
}

impl Found {
    fn new(names: Option<&[String]>) -> Self {
        Self {
            names: names.map(|_| Vec::new()),
            rows: Vec::new(),
        }
    }

    fn add(&mut self, names: Option<&[String]>, row: &[&[u8]]) {
        let cells = row.iter().map(|text| cell(text));
        match (&mut self.names, names) {
            (None, None) => self.rows.push(cells.take(COLUMNS).collect()),
            (Some(known), Some(names)) if names.len() == row.len() => {
                let places = places(known, names);
                let mut placed = vec![String::new(); known.len()];
                for (place, cell) in places.into_iter().zip(cells) {
                    if let Some(place) = place {
                        placed[place] = cell;
                    }
                }
                self.rows.push(placed);
            }
            // Rows are as wide as their columns, and named as the others are, or they are not read.
            _ => {}
        }
    }
}

/// Returns the places of the columns among the known ones, adding new ones. `None` if there are too many.
fn places(known: &mut Vec<String>, names: &[String]) -> Vec<Option<usize>> {
    let mut place = |(begin, name): (usize, &String)| {
        // Mostly, statements list the same columns in the same order.
        if known.get(begin) == Some(name) {
            return Some(begin);
        }
        let alike = |other: &String| other.to_lowercase() == name.to_lowercase();
        let found = known.iter().position(alike);
        if found.is_none() && known.len() < COLUMNS {
            known.push(name.clone());
            return Some(known.len() - 1);
        }
        found
    };
    names.iter().enumerate().map(&mut place).collect()
}

/// Samples every table of an SQL dump.
pub(super) fn survey(text: &Text, take: &mut Take<'_>) -> Result<(), Failure> {
    let dialect = sniff::dialect(&text.text[..text.text.len().min(HEAD)]);
    let mut tables: BTreeMap<TableName, Found> = BTreeMap::new();
    let outcome = sql::show_rows(&text.text, dialect, &mut |name, names, row| {
        if let Some(found) = tables.get_mut(name) {
            if found.rows.len() < ROWS {
                found.add(names, row);
            }
        } else if tables.len() < TABLES {
            let mut found = Found::new(names);
            found.add(names, row);
            tables.insert(name.clone(), found);
        }
    });
    match outcome {
        // It was cut off by the limit of inspection.
        Err(failure) if failure.is_early_end() && !text.whole => {}
        outcome => outcome?,
    }
    let names: Vec<TableName> = tables.keys().cloned().collect();
    for (name, found) in tables {
        let sample = Sample {
            layout: Layout {
                dialect: Some(dialect),
                table: Some(name.among(&names)),
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
