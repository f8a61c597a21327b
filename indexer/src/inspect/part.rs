use super::combo::find_passwords;
use super::guess::{self, Cells, Column};
use super::header::is_header;
use super::{Part, keys};
use crate::ingest::survey::Sample;
use crate::ingest::{Format, is_empty_cell};

/// Adds what a sample tells: a new part, or one more member of the archive that has the part.
pub(super) fn add(parts: &mut Vec<Part>, sample: &Sample) {
    let part = part(sample);
    let place = |known: &Part| {
        (known.layout.table.clone(), known.layout.sheet.clone())
            == (part.layout.table.clone(), part.layout.sheet.clone())
    };
    match parts.iter_mut().find(|known| place(known)) {
        Some(known) if known.is_written_like(&part) => known.members += 1,
        Some(known) => known.unlike_members += 1,
        None => parts.push(part),
    }
}

/// What a sample tells.
fn part(sample: &Sample) -> Part {
    let header = match sample.layout.format {
        Format::Csv | Format::Xlsx | Format::Xls | Format::Ods => Some(is_header(&sample.rows)),
        _ => None,
    };
    let (names, rows) = match sample.rows.split_first() {
        Some((first, rest)) if header == Some(true) => (Some(first), rest),
        _ => (sample.names.as_ref(), &*sample.rows),
    };
    let mut columns = columns(names.map(Vec::as_slice), rows);
    if matches!(sample.layout.format, Format::Json | Format::Jsonl) {
        keys::hide(&mut columns, rows.len());
    }
    Part {
        layout: sample.layout.clone(),
        header,
        columns,
        rows: rows.len(),
        whole: sample.whole,
        members: 1,
        unlike_members: 0,
    }
}

fn columns(names: Option<&[String]>, rows: &[Vec<String>]) -> Vec<Column> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = names.map_or(0, <[String]>::len).max(width);
    let cells = |place: usize| Cells {
        name: names.and_then(|names| names.get(place)).map(String::as_str),
        values: values(rows, place),
    };
    let cells: Vec<Cells<'_>> = (0..width).map(cells).collect();
    let column = |(place, cells): (usize, &Cells<'_>)| {
        let number = place.to_string();
        guess::column(cells.name.unwrap_or(&number), cells)
    };
    let mut columns: Vec<Column> = cells.iter().enumerate().map(column).collect();
    find_passwords(&mut columns, &cells);
    columns
}

/// The values of a column that a build would not take for empty.
fn values(rows: &[Vec<String>], place: usize) -> Vec<&str> {
    rows.iter()
        .filter_map(|row| row.get(place))
        .map(|cell| cell.trim())
        .filter(|cell| !is_empty_cell(cell))
        .collect()
}

impl Part {
    /// Whether one `[[file]]` of `breach.toml` can describe both.
    pub(super) fn is_written_like(&self, other: &Self) -> bool {
        let names = |part: &Self| {
            let names = part.columns.iter().map(|column| column.name.clone());
            names.collect::<Vec<_>>()
        };
        let meanings = |part: &Self| {
            let proposed = part
                .columns
                .iter()
                .map(|column| Some(column.proposed()?.meaning));
            proposed.collect::<Vec<_>>()
        };
        self.layout == other.layout
            && self.header == other.header
            && names(self) == names(other)
            && meanings(self) == meanings(other)
    }
}
