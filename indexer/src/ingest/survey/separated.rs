use super::cells::cell;
use super::{COLUMNS, Layout, ROWS, Sample, Take, Text};
use crate::ingest::describe::description::Format;
use crate::ingest::error::Failure;
use crate::ingest::format::csv::{ROWS_FOR_SHORT, typical_width};
use crate::ingest::text::expected::ExpectedRows;
use crate::ingest::text::preamble::separator_line;
use crate::ingest::text::records::{Next, Records};
use crate::ingest::text::separators::{Delimiter, QUOTE, Separators, StatedSeparators};
use crate::ingest::text::sniff::{self, HEAD};
use crate::ingest::text::window::Window;

/// Number of rows that show the width.
const SAMPLE: usize = 100;

/// Maximum number of rows kept above the first whole one, since they may be titles.
const TITLES: usize = 64;

/// Samples values between delimiters. Rows that are rejected when reading are left out, unless they are above the
/// others. The delimiter may be known.
pub(super) fn survey(
    text: &Text,
    delimiter: Option<Delimiter>,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let head = &text.text[..text.text.len().min(HEAD)];
    let stated = StatedSeparators {
        delimiter,
        ..StatedSeparators::default()
    };
    let separation = sniff::separation(head, stated);
    let separators = separation.map_or(
        Separators {
            delimiter: delimiter.unwrap_or(Delimiter::byte(b',')),
            quote: Some(QUOTE),
            escape: None,
        },
        |separation| separation.separators,
    );
    let rows = rows(text, separators)?;
    let (lines, rows) = rows.into_iter().unzip();
    take(Sample {
        layout: Layout {
            delimiter: Some(separators.delimiter.to_string()),
            quote: separators.quote.map(char::from),
            escape: separators.escape.map(char::from),
            ..Layout::of(Format::Csv, Some(text.encoding))
        },
        names: None,
        rows,
        lines,
        whole: text.whole,
    });
    Ok(())
}

/// The first rows, and the line in which each begins.
fn rows(text: &Text, separators: Separators) -> Result<Vec<(u64, Vec<String>)>, Failure> {
    let named = separator_line(&text.text).map_or(0, |(_, length)| length);
    let first_line = if named > 0 { 2 } else { 1 };
    let text_of_rows = &text.text[named..];
    let mut records = Records::new(Window::new(text_of_rows), separators);
    let head = &text_of_rows[..text_of_rows.len().min(HEAD)];
    records.expect(ExpectedRows {
        width: sniff::plain_width(head, separators),
        columns: Vec::new(),
    });
    let mut rows = Vec::new();
    while rows.len() < ROWS {
        match records.next()? {
            Next::Record { line } if text.whole || !records.are_at_end() => {
                let cells = records.cells().iter().take(COLUMNS).map(cell);
                rows.push((line - 1 + first_line, records.width(), cells.collect()));
            }
            Next::Rejected { .. } => {}
            Next::Record { .. } | Next::End => break,
        }
    }
    Ok(whole(rows))
}

/// The rows that have as many cells as whole ones, those above them and, where they are many, those that have fewer.
fn whole(rows: Vec<(u64, usize, Vec<String>)>) -> Vec<(u64, Vec<String>)> {
    let widths: Vec<usize> = rows
        .iter()
        .take(SAMPLE)
        .map(|(_, width, _)| *width)
        .collect();
    let typical = typical_width(&widths).unwrap_or(0);
    let first = widths
        .iter()
        .position(|width| *width == typical)
        .unwrap_or(0);
    let short = widths
        .iter()
        .skip(first)
        .filter(|width| (2..typical).contains(*width));
    let fewest = match short.count() * ROWS_FOR_SHORT >= widths.len() {
        true => 2.min(typical),
        false => typical,
    };
    let kept = rows
        .into_iter()
        .enumerate()
        .filter(|(place, (_, width, _))| {
            (fewest..=typical).contains(width) || *place < first && first <= TITLES
        });
    kept.map(|(_, (line, _, cells))| (line, cells)).collect()
}
