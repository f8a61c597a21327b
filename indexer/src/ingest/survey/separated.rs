use super::cells::cell;
use super::{COLUMNS, Layout, ROWS, Sample, Take, Text};
use crate::ingest::csv::commonest;
use crate::ingest::description::{Delimiter, Format};
use crate::ingest::error::Failure;
use crate::ingest::records::{Next, Records};
use crate::ingest::sniff::{HEAD, separation};
use crate::ingest::window::Window;

/// How many rows tell the width.
const SAMPLE: usize = 100;

/// Samples values between delimiters. Rows of another width than most are left out, as they are when reading.
pub(super) fn survey(text: &Text, take: &mut Take<'_>) -> Result<(), Failure> {
    let head = &text.text[..text.text.len().min(HEAD)];
    let told = separation(head);
    let delimiter = told.map_or(Delimiter(b','), |told| told.delimiter);
    let quote = told.is_none_or(|told| told.quote);
    let (widths, mut rows): (Vec<usize>, Vec<Vec<String>>) =
        rows(text, delimiter, quote)?.into_iter().unzip();
    if let Some((width, _)) = commonest(&widths[..widths.len().min(SAMPLE)]) {
        let mut widths = widths.iter();
        rows.retain(|_| widths.next() == Some(&width));
    }
    let sample = Sample {
        layout: Layout {
            delimiter: Some(char::from(delimiter.0)),
            quote,
            ..Layout::of(Format::Csv, Some(text.encoding))
        },
        names: None,
        rows,
        whole: text.whole,
    };
    take(sample);
    Ok(())
}

/// The widths and cells of the first rows.
fn rows(
    text: &Text,
    delimiter: Delimiter,
    quote: bool,
) -> Result<Vec<(usize, Vec<String>)>, Failure> {
    let mut records = Records::new(Window::new(&*text.text), delimiter, quote);
    let mut rows = Vec::new();
    while rows.len() < ROWS {
        match records.next()? {
            Next::Record { .. } if text.whole || !records.are_at_end() => {
                let cells = records.cells().iter().take(COLUMNS).map(cell);
                rows.push((records.width(), cells.collect()));
            }
            Next::Rejected { .. } => {}
            Next::Record { .. } | Next::End => break,
        }
    }
    Ok(rows)
}
