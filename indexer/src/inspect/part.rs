use std::collections::BTreeSet;

use super::combo::find_passwords;
use super::guess::{self, Cells, Column, Guess};
use super::{Meaning, Part, feed, keys, titles};
use crate::ingest::survey::Sample;
use crate::ingest::{Format, is_empty_cell};

/// Adds what a sample shows: a new part, or one more member of the archive that has the part. Whether it has a header
/// may be known.
pub(super) fn add(
    parts: &mut Vec<Part>,
    member: Option<&str>,
    sample: &Sample,
    has_header: Option<bool>,
) {
    let mut part = part(sample, has_header);
    part.members = member.map(str::to_owned).into_iter().collect();
    // Members of one name are read as one.
    let alike = |known: &&mut Part| !part.members.is_empty() && known.is_written_like(&part);
    match parts.iter_mut().find(alike) {
        Some(known) if known.members.contains(&part.members[0]) => {}
        Some(known) => {
            known.members.append(&mut part.members);
            known.rows += part.rows;
            known.whole &= part.whole;
            if part.proposals() > known.proposals() {
                known.columns = part.columns;
            }
        }
        None => parts.push(part),
    }
}

/// Returns the part that a sample shows.
fn part(sample: &Sample, has_header: Option<bool>) -> Part {
    let (above, header, hints) = match sample.layout.format {
        Format::Csv if let Some(comments) = feed::comments_of_hosts_file(&sample.rows) => {
            (comments, Some(false), Vec::new())
        }
        format if format == Format::Csv || format.is_workbook() => {
            let begin = titles::begin(&sample.rows, has_header);
            (begin.titles, Some(begin.has_header), begin.hints)
        }
        _ => (0, None, sample.layout.heads.clone()),
    };
    let rows = &sample.rows[above..];
    let (names, rows) = match rows.split_first() {
        Some((first, rest)) if header == Some(true) => (Some(first), rest),
        _ => (sample.names.as_ref(), rows),
    };
    let mut columns = columns(names.map(Vec::as_slice), &hints, rows);
    if matches!(
        sample.layout.format,
        Format::Json | Format::Jsonl | Format::Bson
    ) {
        keys::hide(&mut columns, rows.len());
    }
    let mut layout = sample.layout.clone();
    if layout.format == Format::Text {
        layout.classes.extend(classes(&columns));
        columns.clear();
    }
    Part {
        layout,
        skip: skip(sample, above),
        header,
        columns,
        rows: rows.len(),
        whole: sample.whole,
        members: Vec::new(),
    }
}

/// Returns the number of lines or rows above the header or first row, without blank lines.
fn skip(sample: &Sample, titles: usize) -> u64 {
    if sample.layout.format == Format::Fixed {
        return sample.lines.first().map_or(0, |line| line - 1);
    }
    let is_named = sample.lines.first() == Some(&2) && sample.layout.format == Format::Csv;
    match sample.lines.get(titles) {
        Some(line) if titles > 0 || is_named => line - 1,
        _ => 0,
    }
}

/// The columns by their names, or else by their numbers, with hints in place of names.
fn columns(names: Option<&[String]>, hints: &[String], rows: &[Vec<String>]) -> Vec<Column> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = names.map_or(0, <[String]>::len).max(width);
    let name = |place: usize| names.and_then(|names| names.get(place)).map(String::as_str);
    let cells = |place: usize| Cells {
        name: hints.get(place).map(String::as_str).or_else(|| name(place)),
        values: values(rows, place),
    };
    let cells: Vec<Cells<'_>> = (0..width).map(cells).collect();
    let column = |(place, cells): (usize, &Cells<'_>)| {
        let number = place.to_string();
        guess::column(name(place).unwrap_or(&number), cells)
    };
    let mut columns: Vec<Column> = cells.iter().enumerate().map(column).collect();
    find_passwords(&mut columns, &cells);
    columns
}

/// Returns the classes that leaked with every identifier of a text, by columns that are not read as such.
fn classes(columns: &[Column]) -> BTreeSet<&'static str> {
    let proposed = columns.iter().filter_map(Column::proposed);
    let class = |guess: &Guess| match guess.meaning {
        Meaning::Class(class) => Some(class),
        _ => None,
    };
    proposed.filter_map(class).collect()
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
    /// The number of columns that are proposed for the index.
    pub(super) fn proposals(&self) -> usize {
        let proposed = self.columns.iter().filter_map(Column::proposed);
        proposed.count()
    }

    /// Returns whether one `[[file]]` of `breach.toml` can describe both: a column without a meaning in one may have
    /// the other's meaning.
    pub(crate) fn is_written_like(&self, other: &Self) -> bool {
        let names = |part: &Self| {
            let names = part.columns.iter().map(|column| column.name.clone());
            names.collect::<Vec<_>>()
        };
        let meaning = |column: &Column| Some(column.proposed()?.meaning);
        let mut columns = self.columns.iter().zip(&other.columns);
        let may_be_one = |(one, other): (&Column, &Column)| {
            let (one, other) = (meaning(one), meaning(other));
            one.is_none() || other.is_none() || one == other
        };
        self.layout == other.layout
            && self.skip == other.skip
            && self.header == other.header
            && names(self) == names(other)
            && columns.all(may_be_one)
    }
}
