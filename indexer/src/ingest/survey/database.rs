//! The first rows of every table of a database.

use super::cells::cell;
use super::{COLUMNS, Layout, ROWS, Sample, TABLES, Take};
use crate::ingest::Encoding;
use crate::ingest::container::{Maker, Pages};
use crate::ingest::database::{self, DecodedCell, Decoder, Row, Tables};
use crate::ingest::error::Failure;

/// Samples every table that has rows.
pub(super) fn survey(
    maker: Maker,
    pages: Pages<'_>,
    stated: Option<Encoding>,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let mut tables = database::open(maker, pages)?;
    for place in 0..tables.list().len().min(TABLES) {
        let columns = tables.list()[place].columns.len().min(COLUMNS);
        let wanted: Vec<usize> = (0..columns).collect();
        let decoder = Decoder::of(&mut *tables, place, &wanted, stated)?;
        let rows = rows(&mut *tables, place, &wanted, &decoder)?;
        if rows.is_empty() {
            continue;
        }
        let table = &tables.list()[place];
        take(Sample {
            layout: Layout {
                table: Some(table.name.clone()),
                ..Layout::of(database::format(maker), decoder.encoding)
            },
            names: Some(table.columns[..columns].to_vec()),
            whole: rows.len() < ROWS,
            rows,
            lines: Vec::new(),
        });
    }
    Ok(())
}

/// The first rows of a table.
fn rows(
    tables: &mut dyn Tables,
    place: usize,
    wanted: &[usize],
    decoder: &Decoder,
) -> Result<Vec<Vec<String>>, Failure> {
    let mut rows = Vec::new();
    let outcome = tables.rows(place, wanted, &mut |row| {
        if let Row::Cells(cells) = row {
            let shown = cells.iter().map(|value| match decoder.text(value) {
                DecodedCell::Text(text) | DecodedCell::Damaged(text) => cell(text.as_bytes()),
                DecodedCell::Opaque => String::new(),
            });
            rows.push(shown.collect());
        }
        match rows.len() {
            ROWS => Err(Failure::Stopped),
            _ => Ok(()),
        }
    });
    match outcome {
        Err(failure) if !failure.is_stop() => Err(failure),
        _ => Ok(rows),
    }
}
