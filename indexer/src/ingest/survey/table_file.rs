use super::cells::cell;
use super::{COLUMNS, Layout, ROWS, Sample, Take};
use crate::ingest::Encoding;
use crate::ingest::describe::description::Format;
use crate::ingest::error::Failure;
use crate::ingest::format::dbf;

/// Samples a table of dBase and the like.
pub(super) fn survey(
    table: dbf::Table<'_>,
    stated: Option<Encoding>,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let shown = dbf::show(table, stated, ROWS)?;
    let row = |row: Vec<String>| {
        let cells = row.iter().take(COLUMNS).map(|text| cell(text.as_bytes()));
        cells.collect()
    };
    take(Sample {
        layout: Layout::of(Format::Dbf, Some(shown.encoding)),
        names: Some(shown.names.into_iter().take(COLUMNS).collect()),
        rows: shown.rows.into_iter().map(row).collect(),
        lines: Vec::new(),
        whole: shown.is_whole,
    });
    Ok(())
}
